/* Mounting, for other calls. */
#ifndef BATHYSCOPE_MOUNT_H
#define BATHYSCOPE_MOUNT_H

#include "error.h"
#include "mountable.h"

/* Mount at a path of the guest; `type` and `options` may be NULL. */
int mount_at (const struct mountable *mountable, const char *mountpoint,
              const char *type, const char *options, struct error *err);

/* The type of the file system on a device, as libblkid calls it; the caller
 * frees.  NULL with EINVAL when there is none. */
char *mount_probe_type (const char *device, struct error *err);

/* The name that the kernel has for a type by libblkid, or by users. */
const char *mount_kernel_type (const char *type);

#endif
