/* From what a guest's fstab says to devices of this machine. */
#ifndef BATHYSCOPE_INSPECTMOUNTS_H
#define BATHYSCOPE_INSPECTMOUNTS_H

#include "error.h"
#include "fstab.h"
#include "strlist.h"

/* Append to `mountpoints` path, mountable, ..., with "/" being `root`, and to
 * `filesystems` the mountables, swap space included.  Entries whose device is
 * not there are left out. */
int inspect_mounts (const char *root, const struct fstab *fstab,
                    struct strlist *mountpoints, struct strlist *filesystems,
                    struct error *err);

#endif
