/* The guest's filesystems as a FUSE filesystem on this machine: what the files
 * of mount_local share.
 *
 * fuse-mount.c mounts, runs the loop and unmounts; fuse-tree.c has the
 * operations on names, fuse-file.c those on open files; fuse-cache.c keeps
 * directories, fuse-readahead.c reads ahead.  One thread, that of
 * mount_local_run, serves all requests; another reads ahead.  Both take the
 * handle's lock for each call to the daemon, so other threads may use the
 * handle meanwhile.
 */
#ifndef BATHYSCOPE_FUSE_MOUNT_H
#define BATHYSCOPE_FUSE_MOUNT_H

#include <sys/stat.h>

#include "fuse-cache.h"
#include "fuse-readahead.h"
#include "handle.h"

/* Includers define FUSE_USE_VERSION, in config.h. */
#include <fuse.h>

#define FUSE_MAX_DEVICES 256

struct local_mount {
  guestfs_h *g;
  char *mountpoint;
  bool readonly, debug;
  int timeout; /* seconds for which the kernel, and we, remember attributes */
  struct fuse *fuse;
  struct dir_cache cache;
  struct readahead readahead;

  /* Filesystems of the guest by number, for inode numbers: see fuse-tree.c. */
  int64_t devices[FUSE_MAX_DEVICES];
  size_t nr_devices;

  bool cancelled; /* guestfs_user_cancel interrupted an operation */

  bool running; /* some thread is in mount_local_run */
};

/* The mount that the present operation is for. */
struct local_mount *fuse_this_mount (void);

/* Begin an operation: take the handle's lock, and say what is done when calls
 * are to be debugged.  0, or the operation's result, a negative errno, when it
 * cannot go on; then the lock is not held. */
int fuse_enter (struct local_mount *m, const char *operation,
                const char *path);
void fuse_leave (struct local_mount *m);
/* Leave with the error of a failed call: its negative errno. */
int fuse_leave_error (struct local_mount *m, struct error *err);

/* For functions that are operations. */
#define FUSE_ENTER(m, path)                             \
  do {                                                  \
    int entered_ = fuse_enter ((m), __func__, (path));  \
    if (entered_ != 0)                                  \
      return entered_;                                  \
  } while (0)

/* fuse-tree.c */
extern const struct fuse_operations fuse_tree_operations;
int fuse_lookup_stat (struct local_mount *m, const char *path,
                      struct guestfs_statns *ret, struct error *err);

/* fuse-file.c: fill in the operations on open files. */
void fuse_add_file_operations (struct fuse_operations *operations);


#endif
