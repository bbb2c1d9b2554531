/* What the generated public calls (actions-N.c) are made of.
 *
 * A wrapper: api_enter, impl_X when that returned 0, api_leave_KIND.  For calls
 * of the daemon impl_X is one of the api_rpc_KIND.
 */
#ifndef BATHYSCOPE_API_SUPPORT_H
#define BATHYSCOPE_API_SUPPORT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "call.h"
#include "error.h"
#include "guestfs.h"
#include "handle.h"
#include "receiver.h"

/* One public call that is running; on the wrapper's stack. */
struct api_call {
  guestfs_h *g;
  const struct call_info *info;
  struct error err;
  bool trace; /* as it was when the call began */
  /* What the handle had: the receiver of a call in whose callback this one is
   * made.  Calls that return a buffer. */
  struct receiver *outer_receiver;
  const struct call_info *outer_receiving;
};

/* Nobody listens to the calls of this handle.  Calls that are "unlocked", which
 * read one field of an atomic type and cannot fail, then do without api_enter;
 * they need not wait for a call that another thread makes. */
static inline bool
api_is_unwatched (const guestfs_h *g)
{
  return !g->trace && g->nr_events == 0;
}

/* Take the handle's lock, tell the trace and the ENTER event, check the state
 * and the arguments.  `optargs` is NULL for calls that take none.  0, or -1
 * with call->err set.  One of the api_leave functions must follow. */
int api_enter (struct api_call *call, guestfs_h *g,
               const struct call_info *info, const void *args,
               const void *optargs);

/* For calls that the library does: `path`, the argument called `name`, is an
 * absolute path.  0, or -1 with call->err set. */
int api_check_path (struct api_call *call, const char *name,
                    const char *path);

/* Tell the trace the result, keep and report the error when it failed, let go
 * of the lock. */
void api_leave_int (struct api_call *call, int ret);
void api_leave_int64 (struct api_call *call, int64_t ret);
void api_leave_string (struct api_call *call, const char *ret);
/* NULL is no error. */
void api_leave_optstring (struct api_call *call, const char *ret);
void api_leave_strings (struct api_call *call, char *const *ret);
void api_leave_buffer (struct api_call *call, const char *ret,
                       const size_t *size);
void api_leave_struct (struct api_call *call, const void *ret);

/* Fill *optargs from the variable arguments of a call: pairs of a number and a
 * value, up to -1.  0, or -1 when the error has been reported. */
int api_collect_optargs (guestfs_h *g, const struct call_info *info,
                         void *optargs, va_list args);

/* Make a call of the daemon.  -1 or NULL with err. */
int api_rpc_int (guestfs_h *g, const struct call_info *info, const void *args,
                 const void *optargs, struct error *err);
int64_t api_rpc_int64 (guestfs_h *g, const struct call_info *info,
                       const void *args, const void *optargs,
                       struct error *err);
char *api_rpc_string (guestfs_h *g, const struct call_info *info,
                      const void *args, const void *optargs,
                      struct error *err);
char **api_rpc_strings (guestfs_h *g, const struct call_info *info,
                        const void *args, const void *optargs,
                        struct error *err);
char *api_rpc_buffer (guestfs_h *g, const struct call_info *info,
                      const void *args, const void *optargs, size_t *ret_size,
                      struct error *err);
/* Of a call that has a fileout argument, whose value does not matter: what would
 * be in that file, with a NUL behind it.  `expected` is about its size (0 or -1:
 * not known).  With a receiver the bytes go there; see receiver.h. */
char *api_rpc_file (guestfs_h *g, const struct call_info *info,
                    const void *args, struct receiver *receiver,
                    int64_t expected, size_t *ret_size, struct error *err);
/* The receiver for the buffer of this public call; NULL when there is none, and
 * when the library itself uses the call. */
struct receiver *api_take_receiver (guestfs_h *g,
                                    const struct call_info *info);
void *api_rpc_struct (guestfs_h *g, const struct call_info *info,
                      const void *args, const void *optargs,
                      struct error *err);
void *api_rpc_structs (guestfs_h *g, const struct call_info *info,
                       const void *args, const void *optargs,
                       struct error *err);

#endif
