/* Letting a library that opens files by name see only the guest.
 *
 * Between jail_enter and jail_leave the root directory of this process is the
 * guest's, so a link in the guest cannot lead to files of the appliance.  The
 * daemon is single-threaded; nothing else may happen in between.
 */
#ifndef BATHYSCOPE_JAIL_H
#define BATHYSCOPE_JAIL_H

#include "error.h"

struct jail {
  int outside; /* descriptor of the real root, -1 when not inside */
};

#define JAIL_INIT { -1 }

int jail_enter (struct jail *j, struct error *err);
void jail_leave (struct jail *j);

#define CLEANUP_JAIL CLEANUP (jail_leave)

#endif
