/* The RPC client: calls to the daemon over the machine's stream socket
 * (docs/ARCHITECTURE.md, 9.2).  All functions need the handle's lock.
 */
#ifndef BATHYSCOPE_CLIENT_H
#define BATHYSCOPE_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "handle.h"
#include "incoming.h"
#include "strbuf.h"

struct client_call {
  const char *name; /* of the call, without guestfs_; for messages */
  uint32_t proc;
  const void *args; /* XDR of the CALL frame's body */
  size_t args_len;
  const char *filein;  /* local file to send, or NULL */
  const char *fileout; /* local file to write, or NULL */
  struct incoming *memory; /* or this, to which the file goes */
  struct incoming *buffer; /* NULL, or where the buffer goes that is all of the
                            * answer; ret_reply is NULL then */
};

/* Make one call.  On success *ret_reply, which must be initialised, holds the
 * body of the REPLY frame; on failure err is set with the daemon's errno and
 * message, or with what went wrong on the way.  ret_reply may be NULL for
 * calls that return nothing. */
int client_call (guestfs_h *g, const struct client_call *call,
                 struct strbuf *ret_reply, struct error *err);

/* --- for launch.c ------------------------------------------------------------ */

/* Make g->client, for g->machine. */
int client_start (guestfs_h *g, struct error *err);

/* Wait until the daemon says that it takes calls. */
int client_wait_ready (guestfs_h *g, int timeout_ms, struct error *err);

/* The first call to an appliance that goes on from a template: tell it of the
 * drives, the time, and random numbers of its own. */
int client_resume (guestfs_h *g, int timeout_ms, struct error *err);

/* NULL is allowed. */
void client_free (struct client *c);

/* Is a call being made?  (Callbacks run in the middle of calls.) */
bool client_is_busy (const guestfs_h *g);

/* Is client_resume making its call?  The launch has not finished then. */
bool client_is_resuming (const guestfs_h *g);

/* Forget wake-ups of a cancellation that came too late. */
void client_forget_wakeup (guestfs_h *g);

#endif
