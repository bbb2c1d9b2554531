/* The appliance's console as programs for virt-rescue know it: what is typed
 * into the socket of internal_get_console_socket goes to a shell.
 *
 * A thread carries bytes between the socket and the shell of
 * internal_rescue_open, a call for each piece.  It never waits for the
 * handle's lock, so it can be ended by who holds that.
 */
#ifndef BATHYSCOPE_RESCUE_CONSOLE_H
#define BATHYSCOPE_RESCUE_CONSOLE_H

#include <stdbool.h>

#include "handle.h"

struct rescue_console;

/* Does the program want a shell: is "guestfs_rescue=1" among the options that
 * it gives the kernel? */
bool rescue_console_is_wanted (guestfs_h *g);

/* Start a shell, and the thread, for the socket, which is taken. */
struct rescue_console *rescue_console_start (guestfs_h *g, int sock,
                                             struct error *err);

/* End the thread: the program sees the end of the socket.  NULL is nothing to
 * do; so is a process that did not start it. */
void rescue_console_end (struct rescue_console *c);

#endif
