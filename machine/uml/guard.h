/* The guard of the user-mode kernel: the first process of a PID namespace that
 * holds the kernel and all that it starts.
 *
 * From inside, other processes of the user cannot be named, so not signalled or
 * traced; and all of them end with the guard, which nothing inside can end, and
 * which ends with the machine.  Where the system gives no namespaces to users,
 * the kernel runs without a guard.
 */
#ifndef BATHYSCOPE_UML_GUARD_H
#define BATHYSCOPE_UML_GUARD_H

#include <stdbool.h>
#include <sys/types.h>

#include "error.h"

/* Exit status of a guard whose kernel was ended by a signal: this and the
 * number of it. */
#define GUARD_SIGNALLED 128

/* Like fork.  In the child *ret_guard says whether it is to be a guard. */
pid_t guard_fork (bool *ret_guard, struct error *err);

/* In the guard: start the kernel's process.  Returns in that one only, and in
 * the guard when it cannot be started. */
int guard_start (struct error *err);

#endif
