/* Files in which a system says what its made-up devices are made of. */
#ifndef BATHYSCOPE_DEVTABLES_H
#define BATHYSCOPE_DEVTABLES_H

#include "strlist.h"

/* crypttab(5): append name, device, name, device, ...; 0, or -1 without
 * memory. */
int devtables_crypttab (const char *text, struct strlist *ret);

/* mdadm.conf(5): append device, UUID (as mdadm writes it, with colons, in lower
 * case), ... of the arrays. */
int devtables_mdadm (const char *text, struct strlist *ret);

#endif
