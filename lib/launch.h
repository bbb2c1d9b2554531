/* Launching, shutting down, and what happens when the machine dies. */
#ifndef BATHYSCOPE_LAUNCH_H
#define BATHYSCOPE_LAUNCH_H

#include "handle.h"

/* For guestfs_close: shut down without reporting anything. */
void launch_close (guestfs_h *g);

/* The connection to the daemon broke in the middle of a call: find out why,
 * bring the handle back to CONFIG state, tell SUBPROCESS_QUIT.  `how` is what
 * the client saw; returns -1 with the better explanation in err. */
int launch_lost (guestfs_h *g, struct error *how, struct error *err);

#endif
