/* Which process may use a machine: the one that launched it, or one that forked
 * off it and goes on when that one has ended. */
#ifndef BATHYSCOPE_LIB_OWNER_H
#define BATHYSCOPE_LIB_OWNER_H

#include "machine.h"

#define OWNER_WAIT 500 /* for a program that is about to end after its fork */

/* Remember this process, which has started the machine, so that its end can be
 * seen. */
void owner_watch (struct machine *m);
void owner_forget (struct machine *m);

/* May this process use the machine?  It is the owner from then on.  Waits so
 * many milliseconds for the end of the owner. */
bool owner_is_this (struct machine *m, int wait);

#endif
