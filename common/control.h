/* The control channel between the library and bathyscope-machine.
 *
 * An AF_UNIX SOCK_SEQPACKET pair.  Each message is one datagram: a type, then
 * any number of key=value strings, each NUL-terminated, with up to
 * CONTROL_MAX_FDS descriptors attached.  docs/ARCHITECTURE.md lists the
 * messages.  The machine treats the library as trusted; the library treats the
 * machine as hostile, so control_recv bounds everything it takes.
 */
#ifndef BATHYSCOPE_CONTROL_H
#define BATHYSCOPE_CONTROL_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"

#define CONTROL_FD 3 /* where bathyscope-machine finds its end */
#define CONTROL_MAX_FDS 8
#define CONTROL_MAX_SIZE 65536

/* What both ends know of templates (machine/kvm/template.h): how many drives
 * there are places for, and the number of the first place on the guest's bus. */
#define TEMPLATE_DISKS 16
#define TEMPLATE_FIRST_DISK 2

/* The steps of a launch whose times the machine tells, in this order: when its
 * process has begun, knows what to do, has an engine (which has been tried, and
 * holds the guest's kernel), is confined, has opened the images, runs the guest. */
#define LAUNCH_STEPS { "process", "configured", "engine", "sandbox", "images", \
                       "guest" }
#define NR_LAUNCH_STEPS 6

struct control_message {
  char *data; /* owned: the datagram */
  size_t len;
  const char *type; /* into data */
  int fds[CONTROL_MAX_FDS]; /* owned, -1 where taken or absent */
  size_t nr_fds;
};

#define CONTROL_MESSAGE_INIT { .fds = { -1, -1, -1, -1, -1, -1, -1, -1 } }

/* Build and send: `type`, then alternating key, value strings, then NULL.
 * 0, or -1 (EPIPE when the other end is gone). */
int control_send (int sock, const int *fds, size_t nr_fds, struct error *err,
                  const char *type, ...) __attribute__ ((sentinel));

/* Receive one message into *ret, which must be initialised or released.
 * 1 on success, 0 at end of file, -1 on error (EAGAIN when the socket is
 * non-blocking and empty). */
int control_recv (int sock, struct control_message *ret, struct error *err);

/* The value of a key, or NULL. */
const char *control_get (const struct control_message *m, const char *key);

/* A value as a number; `fallback` when absent or malformed. */
int64_t control_get_int (const struct control_message *m, const char *key,
                         int64_t fallback);

/* Take descriptor `i`: the caller owns it.  -1 when there is none. */
int control_take_fd (struct control_message *m, size_t i);

void control_message_release (struct control_message *m);

#define CLEANUP_CONTROL_MESSAGE CLEANUP (control_message_release)

#endif
