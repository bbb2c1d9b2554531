/* From what a guest's fstab says to devices of this machine. */
#ifndef BATHYSCOPE_INSPECTMOUNTS_H
#define BATHYSCOPE_INSPECTMOUNTS_H

#include "error.h"
#include "inspector.h"
#include "strlist.h"

/* Append to `mountpoints` path, mountable, ..., with "/" being `root` and those
 * above others first, and to `filesystems` the mountables, swap space included.
 * Entries whose device is not there are left out, with a warning in *info. */
int inspect_mounts (const char *root, struct system_info *info,
                    struct strlist *mountpoints, struct strlist *filesystems,
                    struct error *err);

#endif
