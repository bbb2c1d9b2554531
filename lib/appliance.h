/* Finding the appliance: the directories of LIBGUESTFS_PATH are searched for
 * root.img with kernel-kvm or kernel-uml beside it.
 */
#ifndef BATHYSCOPE_APPLIANCE_H
#define BATHYSCOPE_APPLIANCE_H

#include "error.h"

/* Descriptors, owned; where a kernel is absent /dev/null stands in. */
struct appliance {
  int kvm_kernel, uml_kernel, root;
};

#define APPLIANCE_INIT { -1, -1, -1 }

/* `engine` is auto, kvm or uml: which kernels will do.  0, or -1 and ENOENT. */
int appliance_open (const char *path, const char *engine,
                    struct appliance *ret, struct error *err);
void appliance_release (struct appliance *a);

#define CLEANUP_APPLIANCE CLEANUP (appliance_release)

#endif
