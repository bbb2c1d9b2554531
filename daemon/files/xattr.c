/* Extended attributes.
 *
 * A file is opened with O_PATH inside the guest, and its attributes are reached
 * through /proc/self/fd, which works for symbolic links as well.
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <linux/limits.h>
#include <sys/xattr.h>

#include "actions.h"
#include "guestfile.h"
#include "guestpath.h"
#include "strlist.h"
#include "vector.h"

DEFINE_VECTOR (xattr_vector, struct guestfs_xattr)

static void
xattrs_release (struct xattr_vector *v)
{
  size_t i;

  for (i = 0; i < v->len; i++) {
    free (v->ptr[i].attrname);
    free (v->ptr[i].attrval);
  }
  xattr_vector_release (v);
}

static struct guestfs_xattr_list *
take_list (struct xattr_vector *v, const char *path, struct error *err)
{
  struct guestfs_xattr_list *ret = malloc (sizeof *ret);

  if (!ret) {
    error_errno (err, "%s", path);
    return NULL;
  }
  ret->len = v->len;
  ret->val = v->ptr;
  *v = (struct xattr_vector) VECTOR_INIT;
  return ret;
}

/* Takes over both strings, also on failure. */
static int
append_xattr (struct xattr_vector *v, char *name, char *value, size_t len)
{
  struct guestfs_xattr x = { .attrname = name, .attrval = value,
                             .attrval_len = len };

  if (name && value && xattr_vector_append (v, x) == 0)
    return 0;
  free (name);
  free (value);
  errno = ENOMEM;
  return -1;
}

/* One value of any size; NULL with errno. */
static char *
get_value (const char *proc, const char *name, size_t *ret_len)
{
  CLEANUP_FREE char *buf = NULL;
  size_t size = 256;

  for (;;) {
    ssize_t n;

    free (TAKE_PTR (buf));
    buf = malloc (size + 1);
    n = buf ? getxattr (proc, name, buf, size) : -1;
    if (n >= 0) {
      buf[n] = '\0';
      *ret_len = n;
      return TAKE_PTR (buf);
    }
    if (!buf || errno != ERANGE || size >= XATTR_SIZE_MAX)
      return NULL;
    size = XATTR_SIZE_MAX;
  }
}

/* The names, each with its NUL; "" when the filesystem has none. */
static char *
get_names (const char *proc, size_t *ret_len)
{
  CLEANUP_FREE char *buf = malloc (1024);
  ssize_t n = buf ? listxattr (proc, buf, 1024) : -1;

  if (n == -1 && buf && errno == ERANGE) {
    free (buf);
    buf = malloc (XATTR_LIST_MAX);
    n = buf ? listxattr (proc, buf, XATTR_LIST_MAX) : -1;
  }
  if (n == -1)
    return NULL;
  *ret_len = n;
  return TAKE_PTR (buf);
}

/* All attributes of a descriptor; 0, or -1 with errno. */
static int
collect (int fd, struct xattr_vector *v)
{
  CLEANUP_FREE char *names = NULL;
  char proc[32];
  const char *p;
  size_t names_len;

  names = get_names (guest_fd_path (fd, proc), &names_len);
  if (!names)
    return -1;
  for (p = names; p < names + names_len; p += strlen (p) + 1) {
    size_t len;
    char *value = get_value (proc, p, &len);

    if (!value && errno == ENODATA)
      continue; /* such as a label that only a policy gives */
    if (!value || append_xattr (v, strdup (p), value, len) == -1)
      return -1;
  }
  return 0;
}

static struct guestfs_xattr_list *
list_xattrs (const char *path, bool follow, struct error *err)
{
  CLEANUP (xattrs_release) struct xattr_vector v = VECTOR_INIT;
  CLEANUP_CLOSE int fd = file_open_meta (path, follow, err);

  if (fd == -1)
    return NULL;
  if (collect (fd, &v) == -1) {
    error_errno (err, "%s", path);
    return NULL;
  }
  return take_list (&v, path, err);
}

struct guestfs_xattr_list *
do_getxattrs (const char *path, struct error *err)
{
  return list_xattrs (path, true, err);
}

struct guestfs_xattr_list *
do_lgetxattrs (const char *path, struct error *err)
{
  return list_xattrs (path, false, err);
}

/* For every name: an entry without attrname whose value is the number of
 * attributes that follow, with a NUL at its end, or empty when they cannot be
 * read. */
static int
collect_entry (int dirfd, const char *name, struct xattr_vector *v)
{
  CLEANUP (xattrs_release) struct xattr_vector own = VECTOR_INIT;
  CLEANUP_CLOSE int fd = -1;
  char *count = NULL;
  int len = 0;
  size_t i;

  if (is_entry_name (name))
    fd = openat (dirfd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (fd == -1 || collect (fd, &own) == -1) {
    if (errno == ENOMEM)
      return -1;
    return append_xattr (v, strdup (""), strdup (""), 0);
  }
  len = asprintf (&count, "%zu", own.len);
  if (append_xattr (v, strdup (""), len == -1 ? NULL : count, len + 1) == -1)
    return -1;
  for (i = 0; i < own.len; i++) {
    if (xattr_vector_append (v, own.ptr[i]) == -1)
      return -1;
    own.ptr[i].attrname = own.ptr[i].attrval = NULL;
  }
  return 0;
}

struct guestfs_xattr_list *
do_lxattrlist (const char *path, char *const *names, struct error *err)
{
  CLEANUP (xattrs_release) struct xattr_vector v = VECTOR_INIT;
  CLEANUP_CLOSE int fd = guest_open (path, O_PATH | O_DIRECTORY, 0, err);
  size_t i;

  if (fd == -1)
    return NULL;
  for (i = 0; names[i]; i++) {
    errno = 0;
    if (collect_entry (fd, names[i], &v) == -1) {
      error_errno (err, "%s", path);
      return NULL;
    }
  }
  return take_list (&v, path, err);
}

/* ---- one attribute ------------------------------------------------------- */

static char *
get_one (const char *path, const char *name, bool follow, size_t *ret_size,
         struct error *err)
{
  CLEANUP_CLOSE int fd = file_open_meta (path, follow, err);
  char proc[32], *ret;

  if (fd == -1)
    return NULL;
  ret = get_value (guest_fd_path (fd, proc), name, ret_size);
  if (!ret)
    error_errno (err, "%s: %s", path, name);
  return ret;
}

char *
do_getxattr (const char *path, const char *name, size_t *ret_size,
             struct error *err)
{
  return get_one (path, name, true, ret_size, err);
}

char *
do_lgetxattr (const char *path, const char *name, size_t *ret_size,
              struct error *err)
{
  return get_one (path, name, false, ret_size, err);
}

static int
set_one (const char *name, const char *val, int vallen, const char *path,
         bool follow, struct error *err)
{
  CLEANUP_CLOSE int fd = -1;
  char proc[32];

  if (vallen < 0 || (size_t) vallen > strlen (val))
    return error_set (err, EINVAL, "vallen %d is not within the value's %zu "
                      "bytes", vallen, strlen (val));
  fd = file_open_meta (path, follow, err);
  if (fd == -1)
    return -1;
  if (setxattr (guest_fd_path (fd, proc), name, val, vallen, 0) == -1)
    return error_errno (err, "%s: %s", path, name);
  return 0;
}

int
do_setxattr (const char *xattr, const char *val, int vallen, const char *path,
             struct error *err)
{
  return set_one (xattr, val, vallen, path, true, err);
}

int
do_lsetxattr (const char *xattr, const char *val, int vallen, const char *path,
              struct error *err)
{
  return set_one (xattr, val, vallen, path, false, err);
}

static int
remove_one (const char *name, const char *path, bool follow, struct error *err)
{
  CLEANUP_CLOSE int fd = file_open_meta (path, follow, err);
  char proc[32];

  if (fd == -1)
    return -1;
  if (removexattr (guest_fd_path (fd, proc), name) == -1)
    return error_errno (err, "%s: %s", path, name);
  return 0;
}

int
do_removexattr (const char *xattr, const char *path, struct error *err)
{
  return remove_one (xattr, path, true, err);
}

int
do_lremovexattr (const char *xattr, const char *path, struct error *err)
{
  return remove_one (xattr, path, false, err);
}
