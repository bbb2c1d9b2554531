/* Reading files of a hostile guest: see rootfs.h. */

#include <config.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <stdlib.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"
#include "io.h"
#include "rootfs.h"
#include "strbuf.h"
#include "strlist.h"

/* A directory of a hostile guest can have any number of entries. */
#define ENTRIES_MAX 100000
#define LINK_MAX_LEN 4096

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

bool
rootfs_is_nodev (int dir)
{
  struct statvfs st;

  return fstatvfs (dir, &st) == 0 && (st.f_flag & ST_NODEV);
}

char *
rootfs_read_nodev (int root, const char *path, size_t limit, size_t *ret_len)
{
  CLEANUP_CLOSE int fd = open_inside (root, path, O_RDONLY);
  CLEANUP_FREE char *ret = NULL;
  struct stat st;
  ssize_t n;

  if (fd == -1 || fstat (fd, &st) == -1)
    return NULL;
  if (!S_ISREG (st.st_mode) || (uint64_t) st.st_size > limit) {
    errno = S_ISREG (st.st_mode) ? EFBIG : EINVAL;
    return NULL;
  }
  ret = malloc ((size_t) st.st_size + 1);
  n = ret ? read_full (fd, ret, st.st_size) : -1;
  if (n == -1)
    return NULL;
  ret[n] = '\0';
  if (ret_len)
    *ret_len = n;
  return TAKE_PTR (ret);
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

bool
rootfs_is_executable (int root, const char *path)
{
  mode_t mode = type_of (root, path);

  return S_ISREG (mode) && (mode & 0111) != 0;
}

static DIR *
open_dir (int root, const char *path)
{
  CLEANUP_CLOSE int fd = rootfs_open_dir (root, path);
  DIR *dir = fd == -1 ? NULL : fdopendir (fd);

  if (dir)
    (void) TAKE_FD (fd);
  return dir;
}

/* The entry of a directory that is `name` but for case, appended to *path. */
static int
append_nocase (int root, struct strbuf *path, const char *name, size_t len)
{
  CLEANUP_CLOSEDIR DIR *dir = open_dir (root, path->len ? path->data : "/");
  struct dirent *d;
  size_t n = 0;

  if (!dir)
    return -1;
  while ((d = readdir (dir)) != NULL && n++ < ENTRIES_MAX)
    if (strlen (d->d_name) == len && strncasecmp (d->d_name, name, len) == 0)
      return strbuf_addch (path, '/') | strbuf_addstr (path, d->d_name);
  errno = ENOENT;
  return -1;
}

static bool
exists (int root, const char *path)
{
  CLEANUP_CLOSE int fd = open_inside (root, path, O_PATH);

  return fd != -1;
}

char *
rootfs_nocase (int root, const char *path)
{
  CLEANUP_STRBUF struct strbuf found = STRBUF_INIT;

  while (*path) {
    size_t len;

    path += strspn (path, "/");
    len = strcspn (path, "/");
    if (len == 0)
      break;
    if (append_nocase (root, &found, path, len) == -1)
      return NULL;
    path += len;
  }
  if (!exists (root, found.len ? found.data : "/"))
    return NULL;
  return strbuf_take (&found);
}

char **
rootfs_list (int root, const char *path, size_t limit)
{
  CLEANUP_CLOSEDIR DIR *dir = open_dir (root, path);
  CLEANUP_STRLIST struct strlist names = STRLIST_INIT;
  struct dirent *d;

  if (!dir)
    return NULL;
  while ((d = readdir (dir)) != NULL) {
    if (strcmp (d->d_name, ".") == 0 || strcmp (d->d_name, "..") == 0)
      continue;
    if (names.len == limit) {
      errno = EFBIG;
      return NULL;
    }
    if (strlist_add (&names, d->d_name) == -1)
      return NULL;
  }
  strlist_sort (&names);
  return strlist_take (&names);
}

char *
rootfs_readlink (int root, const char *path)
{
  CLEANUP_CLOSE int fd = open_inside (root, path, O_PATH | O_NOFOLLOW);
  char target[LINK_MAX_LEN];
  ssize_t n = fd == -1 ? -1 : readlinkat (fd, "", target, sizeof target);

  if (n < 0)
    return NULL;
  return strndup (target, n);
}
