/* Ctrl-C, and other signals that ask a program to end, cancel the call that
 * runs: it fails with EINTR, so the program can clean up.  A second signal does
 * what it did before: it ends the program. */
#ifndef BATHYSCOPE_INTERRUPT_H
#define BATHYSCOPE_INTERRUPT_H

#include <stdbool.h>

#include <guestfs.h>

#include "error.h"

/* From now on signals cancel calls on `g`. */
void interrupt_cancels (guestfs_h *g);
/* Signals do again what they did before. */
void interrupt_kills (void);
/* Did one come since interrupt_cancels? */
bool interrupt_came (void);
/* The same where several calls are made: one that came between two of them has
 * cancelled none.  0, or -1 with EINTR. */
int interrupt_check (struct error *err);

#endif
