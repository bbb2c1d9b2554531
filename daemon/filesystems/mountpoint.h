/* Mounting a filesystem for the daemon's own use, out of the guest's sight and
 * without effect on what the caller has mounted. */
#ifndef BATHYSCOPE_MOUNTPOINT_H
#define BATHYSCOPE_MOUNTPOINT_H

#include "error.h"

struct mountpoint {
  char *path;  /* of a directory made for it, or NULL */
  int mounted;
};

#define MOUNTPOINT_INIT { NULL, 0 }

/* Mount read-only at a new directory, m->path.  A filesystem that is mounted
 * already is mounted there as well.  `options` as for mount(2), or NULL. */
int mountpoint_mount (struct mountpoint *m, const char *device,
                      const char *type, const char *options,
                      struct error *err);

/* The same at a directory of the caller's, who unmounts it. */
int mountpoint_mount_at (const char *path, const char *device,
                         const char *type, const char *options,
                         struct error *err);

/* As mountpoint_mount, for changing it: nothing in it can be run or be a
 * device. */
int mountpoint_mount_writable (struct mountpoint *m, const char *device,
                               const char *type, const char *options,
                               struct error *err);

/* Unmount, and remove the directory. */
void mountpoint_release (struct mountpoint *m);

#define CLEANUP_MOUNTPOINT CLEANUP (mountpoint_release)

#endif
