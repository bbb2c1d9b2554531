/* Making directories, special files, temporary names, and touch. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "actions.h"
#include "guestfile.h"
#include "guestpath.h"
#include "strbuf.h"

static int
check_mode (int mode, struct error *err)
{
  if (mode < 0)
    return error_set (err, EINVAL, "mode %d is negative", mode);
  return 0;
}

/* ---- directories --------------------------------------------------------- */

int
do_mkdir_mode (const char *path, int mode, struct error *err)
{
  CLEANUP_FREE char *copy = NULL;
  CLEANUP_CLOSE int dirfd = -1;
  const char *base;

  if (check_mode (mode, err) == -1)
    return -1;
  dirfd = guest_open_parent (path, &base, &copy, err);
  if (dirfd == -1)
    return -1;
  if (mkdirat (dirfd, base, mode & 07777) == -1)
    return error_errno (err, "%s", path);
  return 0;
}

int
do_mkdir (const char *path, struct error *err)
{
  return do_mkdir_mode (path, 0777, err);
}

/* Make sure that one prefix of a path is a directory. */
static int
need_directory (const char *path, struct error *err)
{
  CLEANUP_ERROR struct error local = ERROR_INIT;
  CLEANUP_FREE char *copy = NULL;
  CLEANUP_CLOSE int fd = guest_open (path, O_PATH | O_DIRECTORY, 0, &local);
  CLEANUP_CLOSE int dirfd = -1;
  const char *base;

  if (fd >= 0)
    return 0;
  if (local.errnum != ENOENT) {
    error_move (err, &local);
    return -1;
  }
  dirfd = guest_open_parent (path, &base, &copy, err);
  if (dirfd == -1)
    return -1;
  if (mkdirat (dirfd, base, 0777) == -1)
    return error_errno (err, "%s", path);
  return 0;
}

int
do_mkdir_p (const char *path, struct error *err)
{
  CLEANUP_CLOSE int fd = guest_open (path, O_PATH | O_DIRECTORY, 0, NULL);
  CLEANUP_FREE char *prefix = NULL;
  char *p;

  if (fd >= 0)
    return 0;
  prefix = strdup (path);
  if (!prefix)
    return error_errno (err, "%s", path);
  for (p = prefix + 1; (p = strchr (p, '/')) != NULL; p++) {
    *p = '\0';
    if (p[-1] != '\0' && need_directory (prefix, err) == -1)
      return -1;
    *p = '/';
  }
  return need_directory (path, err);
}

/* ---- special files ----------------------------------------------------- */

static int
make_node (const char *path, int mode, int devmajor, int devminor,
           struct error *err)
{
  CLEANUP_FREE char *copy = NULL;
  CLEANUP_CLOSE int dirfd = -1;
  const char *base;

  if (check_mode (mode, err) == -1)
    return -1;
  if (devmajor < 0 || devminor < 0)
    return error_set (err, EINVAL, "device number %d:%d is negative",
                      devmajor, devminor);
  dirfd = guest_open_parent (path, &base, &copy, err);
  if (dirfd == -1)
    return -1;
  if (mknodat (dirfd, base, mode, makedev (devmajor, devminor)) == -1)
    return error_errno (err, "%s", path);
  return 0;
}

int
do_mknod (int mode, int devmajor, int devminor, const char *path,
          struct error *err)
{
  return make_node (path, mode, devmajor, devminor, err);
}

/* The kind is the call's: other file type bits in `mode` are not wanted. */
static int
make_kind (const char *path, int kind, int mode, int devmajor, int devminor,
           struct error *err)
{
  if (mode > 0 && mode & S_IFMT && (mode & S_IFMT) != kind)
    return error_set (err, EINVAL, "mode %o is of another type of file", mode);
  return make_node (path, mode < 0 ? mode : mode | kind, devmajor, devminor,
                    err);
}

int
do_mknod_b (int mode, int devmajor, int devminor, const char *path,
            struct error *err)
{
  return make_kind (path, S_IFBLK, mode, devmajor, devminor, err);
}

int
do_mknod_c (int mode, int devmajor, int devminor, const char *path,
            struct error *err)
{
  return make_kind (path, S_IFCHR, mode, devmajor, devminor, err);
}

int
do_mkfifo (int mode, const char *path, struct error *err)
{
  return make_kind (path, S_IFIFO, mode, 0, 0, err);
}

/* ---- temporary names --------------------------------------------------- */

#define TEMPLATE_XS 6

/* Put random letters where the X are. */
static int
fill_template (char *xs, struct error *err)
{
  static const char letters[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  unsigned char random[TEMPLATE_XS];
  int i;

  if (getrandom (random, sizeof random, 0) != (ssize_t) sizeof random)
    return error_errno (err, "getrandom");
  for (i = 0; i < TEMPLATE_XS; i++)
    xs[i] = letters[random[i] % (sizeof letters - 1)];
  return 0;
}

/* Make a file or directory with a name of its own; returns the name. */
static char *
make_temporary (const char *tmpl, const char *suffix, bool directory,
                struct error *err)
{
  CLEANUP_STRBUF struct strbuf name = STRBUF_INIT;
  size_t len = strlen (tmpl);
  int tries;

  if (len < TEMPLATE_XS || strcmp (tmpl + len - TEMPLATE_XS, "XXXXXX") != 0) {
    error_set (err, EINVAL, "%s: the template must end in XXXXXX", tmpl);
    return NULL;
  }
  if (suffix && strchr (suffix, '/')) {
    error_set (err, EINVAL, "%s: a suffix has no slash", suffix);
    return NULL;
  }
  if (strbuf_addstr (&name, tmpl) == -1
      || strbuf_addstr (&name, suffix ? suffix : "") == -1) {
    error_errno (err, "%s", tmpl);
    return NULL;
  }
  for (tries = 0; tries < 1000; tries++) {
    CLEANUP_FREE char *copy = NULL;
    CLEANUP_CLOSE int dirfd = -1, fd = -1;
    const char *base;
    int r;

    if (fill_template (name.data + len - TEMPLATE_XS, err) == -1
        || (dirfd = guest_open_parent (name.data, &base, &copy, err)) == -1)
      return NULL;
    if (directory)
      r = mkdirat (dirfd, base, 0700);
    else
      r = fd = openat (dirfd, base, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW
                       | O_CLOEXEC, 0600);
    if (r >= 0)
      return strbuf_take (&name);
    if (errno != EEXIST) {
      error_errno (err, "%s", name.data);
      return NULL;
    }
  }
  error_set (err, EEXIST, "%s: no free name", tmpl);
  return NULL;
}

char *
do_mkdtemp (const char *tmpl, struct error *err)
{
  return make_temporary (tmpl, NULL, true, err);
}

char *
do_mktemp (const char *tmpl, const struct guestfs_mktemp_argv *optargs,
           struct error *err)
{
  const char *suffix = optargs->bitmask & GUESTFS_MKTEMP_SUFFIX_BITMASK
    ? optargs->suffix : NULL;

  return make_temporary (tmpl, suffix, false, err);
}

/* ---- touch ------------------------------------------------------------- */

int
do_touch (const char *path, struct error *err)
{
  CLEANUP_CLOSE int fd = -1;
  struct stat st;

  fd = file_open_write (path, O_CREAT, err);
  if (fd == -1)
    return -1;
  if (fstat (fd, &st) == -1)
    return error_errno (err, "%s", path);
  if (!S_ISREG (st.st_mode))
    return error_set (err, EINVAL, "%s: touch is for regular files only", path);
  if (futimens (fd, NULL) == -1)
    return error_errno (err, "%s", path);
  return 0;
}
