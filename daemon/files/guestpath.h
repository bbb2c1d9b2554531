/* Paths inside the guest, which is mounted below /sysroot.
 *
 * All of them are resolved with openat2 and RESOLVE_IN_ROOT, so neither `..`
 * nor a symbolic link leads out of the guest.  Paths are absolute as the guest
 * sees them.  Errors name the path.
 */
#ifndef BATHYSCOPE_GUESTPATH_H
#define BATHYSCOPE_GUESTPATH_H

#include <sys/types.h>

#include "error.h"

#define SYSROOT "/sysroot"

/* Open a path; O_CLOEXEC is implied, O_PATH allowed.  -1 on error. */
int guest_open (const char *path, int flags, mode_t mode, struct error *err);

/* Open the directory that holds the last component of `path`, and point
 * *ret_base at that component, within `path`, or within a copy stored in
 * *ret_copy that the caller frees.  Fails for "/" with EINVAL. */
int guest_open_parent (const char *path, const char **ret_base,
                       char **ret_copy, struct error *err);

/* "/proc/self/fd/N": for libraries that only take names.  `buf` needs 32
 * bytes; returns it. */
char *guest_fd_path (int fd, char *buf);

/* "/sysroot" + path, for programs run by command.h that take a path.  Such a
 * program follows links itself: only for paths made by this process or checked
 * with guest_open first. */
char *guest_sysroot_path (const char *path, struct error *err);

/* The path of an open file as a program of the appliance can use it: no part
 * of it is a symbolic link.  `path` is for the message. */
char *guest_program_path (int fd, const char *path, struct error *err);
/* The same for any path: where the path leads with all links resolved within the
 * guest, as "/sysroot/...".  The caller frees it. */
char *guest_real_path (const char *path, struct error *err);
/* For something that is to be made: only its directory has to exist. */
char *guest_real_path_new (const char *path, struct error *err);

/* The directory of the guest's root: SYSROOT, except in tests. */
const char *guest_root (void);
void guest_set_root (const char *root);

/* A descriptor of the guest's root, kept open between calls.  It pins what is
 * mounted there, so whoever mounts or unmounts below it calls
 * guest_forget_root first. */
int guest_root_fd (struct error *err);
void guest_forget_root (void);

#endif
