/* Paths inside the guest: see guestpath.h. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guestpath.h"

static const char *root = SYSROOT;
static int root_fd = -1;

const char *
guest_root (void)
{
  return root;
}

void
guest_set_root (const char *new_root)
{
  guest_forget_root ();
  root = new_root;
}

int
guest_root_fd (struct error *err)
{
  if (root_fd == -1) {
    root_fd = open (root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root_fd == -1)
      return error_errno (err, "%s", root);
  }
  return root_fd;
}

void
guest_forget_root (void)
{
  if (root_fd >= 0)
    close (root_fd);
  root_fd = -1;
}

/* The kernel answers EAGAIN when a rename or a mount anywhere happens while it
 * resolves "..": only then a second try makes sense. */
static int
open_in_root (const char *path, int flags, mode_t mode, struct error *err)
{
  struct open_how how = {
    .flags = (unsigned) flags | O_CLOEXEC | O_LARGEFILE,
    .mode = flags & (O_CREAT | __O_TMPFILE) ? mode : 0,
    .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
  };
  int dir, fd, tries = 0;

  /* Unlike open, openat2 refuses flags that O_PATH makes meaningless. */
  if (flags & O_PATH)
    how.flags &= O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  dir = guest_root_fd (err);
  if (dir == -1)
    return -1;
  do
    fd = syscall (SYS_openat2, dir, path, &how, sizeof how);
  while (fd == -1 && (errno == EINTR || (errno == EAGAIN && ++tries < 100)));
  return fd;
}

int
guest_open (const char *path, int flags, mode_t mode, struct error *err)
{
  int fd = open_in_root (path, flags, mode, err);

  if (fd == -1)
    error_errno (err, "%s", path);
  return fd;
}

int
guest_open_parent (const char *path, const char **ret_base, char **ret_copy,
                   struct error *err)
{
  CLEANUP_FREE char *copy = strdup (path);
  char *base;
  size_t len;
  int fd;

  if (!copy)
    return error_errno (err, "%s", path);
  len = strlen (copy);
  while (len > 0 && copy[len - 1] == '/')
    copy[--len] = '\0';
  if (len == 0)
    return error_set (err, EINVAL, "%s: not possible for the root directory",
                      path);
  base = strrchr (copy, '/');
  base = base ? base + 1 : copy;
  /* These name the directory itself or its parent, not an entry in it. */
  if (strcmp (base, ".") == 0 || strcmp (base, "..") == 0)
    return error_set (err, EINVAL, "%s: the last part of the path must be "
                      "a name", path);

  if (base == copy)
    fd = open_in_root ("/", O_PATH | O_DIRECTORY, 0, err);
  else {
    base[-1] = '\0';
    fd = open_in_root (base - 1 == copy ? "/" : copy, O_PATH | O_DIRECTORY, 0,
                       err);
  }
  if (fd == -1) {
    error_errno (err, "%s", path);
    return -1;
  }
  *ret_base = base;
  *ret_copy = TAKE_PTR (copy);
  return fd;
}

char *
guest_fd_path (int fd, char *buf)
{
  (void) snprintf (buf, 32, "/proc/self/fd/%d", fd);
  return buf;
}

char *
guest_real_path (const char *path, struct error *err)
{
  CLEANUP_CLOSE int fd = guest_open (path, O_PATH, 0, err);

  return fd == -1 ? NULL : guest_program_path (fd, path, err);
}

char *
guest_real_path_new (const char *path, struct error *err)
{
  CLEANUP_FREE char *copy = NULL;
  CLEANUP_FREE char *parent = NULL;
  const char *base = NULL;
  CLEANUP_CLOSE int dir = guest_open_parent (path, &base, &copy, err);
  char *ret;

  parent = dir == -1 ? NULL : guest_program_path (dir, path, err);
  if (!parent)
    return NULL;
  if (asprintf (&ret, "%s/%s", parent, base) == -1) {
    error_errno (err, "%s", path);
    return NULL;
  }
  return ret;
}

char *
guest_program_path (int fd, const char *path, struct error *err)
{
  char link[32], real[4096], *ret = NULL;
  ssize_t n = readlink (guest_fd_path (fd, link), real, sizeof real);

  if (n == sizeof real) {
    n = -1;
    errno = ENAMETOOLONG;
  }
  if (n > 0)
    ret = strndup (real, n);
  if (!ret)
    error_errno (err, "%s", path);
  return ret;
}

char *
guest_sysroot_path (const char *path, struct error *err)
{
  char *ret;

  if (asprintf (&ret, "%s%s%s", root, *path == '/' ? "" : "/", path) == -1) {
    error_errno (err, "%s", path);
    return NULL;
  }
  return ret;
}
