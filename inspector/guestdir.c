/* Directories of a guest: see guestdir.h. */

#include <config.h>

#include <dirent.h>
#include <errno.h>

#include "guestdir.h"
#include "rootfs.h"

int
guestdir_each (int root, const char *path, guestdir_fn *fn, void *data,
               struct error *err)
{
  CLEANUP_CLOSE int fd = rootfs_open_dir (root, path);
  CLEANUP_CLOSEDIR DIR *dir = NULL;
  struct guestdir d = { .fd = -1 };
  size_t n = 0;

  if (fd == -1 && (errno == ENOENT || errno == ENOTDIR))
    return 0;
  if (fd == -1 || !(dir = fdopendir (fd)))
    return error_errno (err, "%s", path);
  fd = -1;
  d.fd = dirfd (dir);
  d.is_nodev = rootfs_is_nodev (d.fd);
  for (;;) {
    const struct dirent *entry;

    errno = 0;
    entry = readdir (dir);
    if (!entry)
      return errno != 0 ? error_errno (err, "%s", path) : 1;
    if (entry->d_name[0] == '.')
      continue;
    if (++n > GUESTDIR_MAX)
      return error_set (err, EFBIG, "%s: it has more than %d entries", path,
                        GUESTDIR_MAX);
    if (fn (&d, entry->d_name, data, err) == -1)
      return -1;
  }
}

char *
guestdir_read (const struct guestdir *dir, const char *path, size_t limit,
               size_t *ret_len)
{
  return dir->is_nodev ? rootfs_read_nodev (dir->fd, path, limit, ret_len)
    : rootfs_read (dir->fd, path, limit, ret_len);
}
