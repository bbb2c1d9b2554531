/* Work in a process of its own, for libraries that keep what they were told, or
 * that must not see the appliance's files.
 */
#ifndef BATHYSCOPE_SUBTASK_H
#define BATHYSCOPE_SUBTASK_H

#include "error.h"

/* Run fn (opaque) in a child, and wait for it.  Of what it does only its error
 * comes back. */
int subtask_run (int (*fn) (void *opaque, struct error *err), void *opaque,
                 struct error *err);

#endif
