/* Directories of a guest: see guestdir.h. */

#include <config.h>

#include <dirent.h>
#include <errno.h>

#include "guestdir.h"
#include "rootfs.h"

static void
cleanup_closedir (DIR **dir)
{
  if (*dir)
    closedir (*dir);
}

int
guestdir_each (int root, const char *path, guestdir_fn *fn, void *data,
               struct error *err)
{
  CLEANUP_CLOSE int fd = rootfs_open_dir (root, path);
  CLEANUP (cleanup_closedir) DIR *dir = NULL;
  size_t n = 0;

  if (fd == -1 && (errno == ENOENT || errno == ENOTDIR))
    return 0;
  if (fd == -1 || !(dir = fdopendir (fd)))
    return error_errno (err, "%s", path);
  fd = -1;
  for (;;) {
    const struct dirent *d;

    errno = 0;
    d = readdir (dir);
    if (!d)
      return errno != 0 ? error_errno (err, "%s", path) : 1;
    if (d->d_name[0] == '.')
      continue;
    if (++n > GUESTDIR_MAX)
      return error_set (err, EFBIG, "%s: it has more than %d entries", path,
                        GUESTDIR_MAX);
    if (fn (dirfd (dir), d->d_name, data, err) == -1)
      return -1;
  }
}
