/* Reading files of a hostile guest: see rootfs.h. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"
#include "io.h"
#include "rootfs.h"

static int
open_inside (int root, const char *path, int flags)
{
  /* The kernel refuses flags that mean nothing together with O_PATH. */
  struct open_how how = {
    .flags = flags | O_CLOEXEC | (flags & O_PATH ? 0 : O_NOCTTY | O_NONBLOCK),
    .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
  };

  return (int) syscall (SYS_openat2, root, path, &how, sizeof how);
}

/* Looked at before it is opened for reading: opening a device or a fifo can
 * have effects. */
int
rootfs_open (int root, const char *path)
{
  CLEANUP_CLOSE int handle = open_inside (root, path, O_PATH);
  CLEANUP_CLOSE int fd = -1;
  struct stat before, after;

  if (handle == -1 || fstat (handle, &before) == -1)
    return -1;
  if (!S_ISREG (before.st_mode)) {
    errno = EINVAL;
    return -1;
  }
  fd = open_inside (root, path, O_RDONLY);
  if (fd == -1 || fstat (fd, &after) == -1)
    return -1;
  if (before.st_dev != after.st_dev || before.st_ino != after.st_ino) {
    errno = EINVAL;
    return -1;
  }
  return TAKE_FD (fd);
}

int
rootfs_open_dir (int root, const char *path)
{
  return open_inside (root, path, O_RDONLY | O_DIRECTORY);
}

char *
rootfs_read (int root, const char *path, size_t limit, size_t *ret_len)
{
  CLEANUP_CLOSE int fd = rootfs_open (root, path);

  return fd == -1 ? NULL : read_whole_fd (fd, limit, ret_len);
}

long
rootfs_read_head (int root, const char *path, void *buf, size_t len)
{
  CLEANUP_CLOSE int fd = rootfs_open (root, path);

  return fd == -1 ? -1 : (long) read_full (fd, buf, len);
}

static mode_t
type_of (int root, const char *path)
{
  CLEANUP_CLOSE int fd = open_inside (root, path, O_PATH);
  struct stat st;

  return fd == -1 || fstat (fd, &st) == -1 ? 0 : st.st_mode;
}

bool
rootfs_is_dir (int root, const char *path)
{
  return S_ISDIR (type_of (root, path));
}

bool
rootfs_is_file (int root, const char *path)
{
  return S_ISREG (type_of (root, path));
}
