/* Ctrl-C, and other signals that ask a program to end, cancel the call that
 * runs: it fails with EINTR, so the program can clean up.  A second signal ends
 * the program. */
#ifndef BATHYSCOPE_INTERRUPT_H
#define BATHYSCOPE_INTERRUPT_H

#include <guestfs.h>

/* From now on signals cancel calls on `g`. */
void interrupt_cancels (guestfs_h *g);
/* Signals end the program again. */
void interrupt_kills (void);

#endif
