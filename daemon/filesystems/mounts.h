/* What is mounted below the guest's root. */
#ifndef BATHYSCOPE_MOUNTS_H
#define BATHYSCOPE_MOUNTS_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

struct guest_mount {
  char *source;     /* device, as mounted */
  char *target;     /* path in the guest */
  char *type;       /* file system type as the kernel says */
  char *root;       /* directory of the file system that is mounted */
  char *fs_options; /* of the file system: "rw,errors=remount-ro" */
};

struct guest_mounts {
  struct guest_mount *ptr; /* in the order of mounting */
  size_t len, cap;
};

#define GUEST_MOUNTS_INIT { NULL, 0, 0 }

/* Read the list; `ret` must be empty. */
int mounts_read (struct guest_mounts *ret, struct error *err);
void mounts_release (struct guest_mounts *m);

/* The same from the text of a mountinfo file; for mounts below `root`. */
int mounts_parse (const char *text, const char *root,
                  struct guest_mounts *ret, struct error *err);

/* The last mount on this path of the guest, or of this device; or NULL. */
const struct guest_mount *mounts_find_target (const struct guest_mounts *m,
                                              const char *target);
const struct guest_mount *mounts_find_source (const struct guest_mounts *m,
                                              const char *source);

/* Is anything mounted?  Remembered until mounts_changed is called, which
 * whoever mounts or unmounts does before (guest_root_fd is let go) and after. */
bool mounts_any (void);
void mounts_changed (void);

/* The name of the temporary file system that mkmountpoint makes below the
 * first real one; it does not count as mounted. */
#define MOUNTS_SCRATCH "mountpoints"

#define CLEANUP_MOUNTS CLEANUP (mounts_release)

#endif
