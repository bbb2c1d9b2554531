/* Reading files of a guest whose root filesystem is mounted somewhere.
 *
 * The guest is hostile: paths are resolved with openat2 inside its root, only
 * regular files are opened, none is read beyond a bound, and nothing blocks.
 * `root` is a descriptor of the directory that holds the root filesystem.
 */
#ifndef BATHYSCOPE_ROOTFS_H
#define BATHYSCOPE_ROOTFS_H

#include <stdbool.h>
#include <stddef.h>

/* The contents of a file of at most `limit` bytes, NUL-terminated; NULL with
 * errno (EFBIG, EINVAL where it is no regular file, ...).  ret_len may be
 * NULL. */
char *rootfs_read (int root, const char *path, size_t limit, size_t *ret_len);

/* The same in half as many system calls, for many small files.  Only where
 * rootfs_is_nodev: it opens without a look whether it is a device. */
char *rootfs_read_nodev (int root, const char *path, size_t limit,
                         size_t *ret_len);
/* Is this directory in a filesystem where devices cannot be opened? */
bool rootfs_is_nodev (int dir);

/* As much as there is of the first `len` bytes, or -1 with errno. */
long rootfs_read_head (int root, const char *path, void *buf, size_t len);

/* A regular file, or a directory, open for reading; -1 with errno. */
int rootfs_open (int root, const char *path);
int rootfs_open_dir (int root, const char *path);

/* Links are followed. */
bool rootfs_is_dir (int root, const char *path);
bool rootfs_is_file (int root, const char *path);
bool rootfs_is_executable (int root, const char *path); /* a file, by anybody */

/* The path as it is spelled in the guest, which may differ from `path` in the
 * case of its (ASCII) letters: for Windows.  A heap string, or NULL with errno,
 * ENOENT where there is none. */
char *rootfs_nocase (int root, const char *path);

/* The names in a directory, sorted, without "." and "..", at most `limit` of
 * them; NULL with errno, and EFBIG where there are more. */
char **rootfs_list (int root, const char *path, size_t limit);

/* Where a symbolic link points; a heap string, or NULL with errno. */
char *rootfs_readlink (int root, const char *path);

#endif
