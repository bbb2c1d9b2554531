/* From what a guest's fstab says to what is mounted where here. */
#ifndef BATHYSCOPE_INSPECTMOUNTS_H
#define BATHYSCOPE_INSPECTMOUNTS_H

#include "error.h"
#include "inspector.h"
#include "strlist.h"

/* Append to `mountpoints` path, mountable, ..., with "/" being `root`, a
 * mountable on `device`, and those above others first, and to `filesystems` the
 * mountables, swap space included.  Entries whose device is not there are left
 * out, with a warning in *info.  *ret_fstab_root is what fstab says "/" is; the
 * caller frees it, NULL where it does not say. */
int inspect_mounts (const char *root, const char *device,
                    struct system_info *info, struct strlist *mountpoints,
                    struct strlist *filesystems, char **ret_fstab_root,
                    struct error *err);

#endif
