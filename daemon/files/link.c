/* Hard and symbolic links, and the true names of files. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "actions.h"
#include "dirscan.h"
#include "guestfile.h"
#include "guestpath.h"
#include "strlist.h"

/* ---- making links -------------------------------------------------------- */

enum link_kind { LINK_HARD, LINK_SYMBOLIC };

static int
make_link (enum link_kind kind, int target_fd, const char *target, int dirfd,
           const char *base)
{
  char proc[32];

  if (kind == LINK_SYMBOLIC)
    return symlinkat (target, dirfd, base);
  return linkat (AT_FDCWD, guest_fd_path (target_fd, proc), dirfd, base,
                 AT_SYMLINK_FOLLOW);
}

/* With `force`, what is in the way is removed; when that is a directory, the
 * link goes into it under the target's name, as ln -f does. */
static int
link_path (enum link_kind kind, const char *target, const char *linkname,
           bool force, struct error *err)
{
  CLEANUP_CLOSE int target_fd = -1, dirfd = -1;
  CLEANUP_FREE char *copy = NULL;
  const char *base, *slash;
  int r;

  if (kind == LINK_HARD) {
    if (target[0] != '/')
      return error_set (err, EINVAL, "%s: the path must be absolute", target);
    target_fd = file_open_meta (target, false, err);
    if (target_fd == -1)
      return -1;
  }
  if (force) {
    dirfd = guest_open (linkname, O_PATH | O_DIRECTORY, 0, NULL);
    slash = strrchr (target, '/');
    base = slash ? slash + 1 : target;
    if (dirfd >= 0 && (!is_entry_name (base) || strcmp (base, ".") == 0))
      return error_set (err, EINVAL, "%s: not a name for a link", target);
  }
  if (dirfd == -1)
    dirfd = guest_open_parent (linkname, &base, &copy, err);
  if (dirfd == -1)
    return -1;
  r = make_link (kind, target_fd, target, dirfd, base);
  if (r == -1 && errno == EEXIST && force) {
    if (unlinkat (dirfd, base, 0) == -1)
      return error_errno (err, "%s", linkname);
    r = make_link (kind, target_fd, target, dirfd, base);
  }
  if (r == -1)
    return error_errno (err, "%s -> %s", linkname, target);
  return 0;
}

int
do_ln (const char *target, const char *linkname, struct error *err)
{
  return link_path (LINK_HARD, target, linkname, false, err);
}

int
do_ln_f (const char *target, const char *linkname, struct error *err)
{
  return link_path (LINK_HARD, target, linkname, true, err);
}

int
do_ln_s (const char *target, const char *linkname, struct error *err)
{
  return link_path (LINK_SYMBOLIC, target, linkname, false, err);
}

int
do_ln_sf (const char *target, const char *linkname, struct error *err)
{
  return link_path (LINK_SYMBOLIC, target, linkname, true, err);
}

/* ---- reading links ----------------------------------------------------- */

char *
do_readlink (const char *path, struct error *err)
{
  CLEANUP_CLOSE int fd = file_open_meta (path, false, err);
  char buf[PATH_MAX];
  ssize_t n;
  char *ret;

  if (fd == -1)
    return NULL;
  n = readlinkat (fd, "", buf, sizeof buf - 1);
  if (n == -1) {
    /* Linux says ENOENT of a descriptor that is not a link. */
    if (errno == ENOENT)
      errno = EINVAL;
    error_errno (err, "%s", path);
    return NULL;
  }
  ret = strndup (buf, n);
  if (!ret)
    error_errno (err, "%s", path);
  return ret;
}

char **
do_readlinklist (const char *path, char *const *names, struct error *err)
{
  CLEANUP_CLOSE int fd = guest_open (path, O_PATH | O_DIRECTORY, 0, err);
  CLEANUP_STRLIST struct strlist links = STRLIST_INIT;
  char buf[PATH_MAX];
  char **ret = NULL;
  size_t i;

  if (fd == -1)
    return NULL;
  for (i = 0; names[i]; i++) {
    ssize_t n = -1;

    if (is_entry_name (names[i]))
      n = readlinkat (fd, names[i], buf, sizeof buf - 1);
    buf[n == -1 ? 0 : n] = '\0';
    if (strlist_add (&links, buf) == -1)
      break;
  }
  if (names[i] || !(ret = strlist_take (&links)))
    error_errno (err, "%s", path);
  return ret;
}

char *
do_realpath (const char *path, struct error *err)
{
  CLEANUP_CLOSE int fd = file_open_meta (path, true, err);
  const size_t root_len = strlen (guest_root ());
  char buf[PATH_MAX], proc[32];
  const char *answer;
  ssize_t n;
  char *ret;

  if (fd == -1)
    return NULL;
  n = readlink (guest_fd_path (fd, proc), buf, sizeof buf - 1);
  if (n == -1) {
    error_errno (err, "%s", path);
    return NULL;
  }
  buf[n] = '\0';
  if (strncmp (buf, guest_root (), root_len) != 0
      || (buf[root_len] != '/' && buf[root_len] != '\0')) {
    error_set (err, EIO, "%s: outside of the guest", path);
    return NULL;
  }
  answer = buf[root_len] ? buf + root_len : "/";
  ret = strdup (answer);
  if (!ret)
    error_errno (err, "%s", path);
  return ret;
}

/* ---- case_sensitive_path ----------------------------------------------- */

/* The entry of `dir` that `name` means: the exact one, or the first that
 * differs in case only.  1 found, 0 not, -1 error. */
static int
find_entry (const char *dir, const char *name, struct strbuf *ret,
            struct error *err)
{
  CLEANUP_CLOSE int fd = file_open_dir (dir, err);
  CLEANUP_DIRSCAN struct dirscan scan = { .buf = NULL };
  struct dirent64 *d;
  int found = 0;

  if (fd == -1 || dirscan_init (&scan, fd, DIRSCAN_SIZE, err) == -1)
    return -1;
  ret->len = 0;
  while ((d = dirscan_next (&scan)) != NULL) {
    bool exact = strcmp (d->d_name, name) == 0;

    if (!exact && (found || strcasecmp (d->d_name, name) != 0))
      continue;
    ret->len = 0;
    if (strbuf_addstr (ret, d->d_name) == -1)
      return error_errno (err, "%s", dir);
    found = 1;
    if (exact)
      return 1;
  }
  if (errno)
    return error_errno (err, "%s", dir);
  return found;
}

char *
do_case_sensitive_path (const char *path, struct error *err)
{
  CLEANUP_STRBUF struct strbuf out = STRBUF_INIT, name = STRBUF_INIT;
  const char *p, *end;

  for (p = path + strspn (path, "/"); *p; p = end + strspn (end, "/")) {
    CLEANUP_FREE char *component = NULL;
    int found;

    end = strchrnul (p, '/');
    component = strndup (p, end - p);
    if (!component)
      goto nomem;
    if (strcmp (component, ".") == 0 || strcmp (component, "..") == 0) {
      error_set (err, EINVAL, "%s: . and .. are not allowed here", path);
      return NULL;
    }
    found = find_entry (out.len ? out.data : "/", component, &name, err);
    if (found == -1)
      return NULL;
    if (!found && end[strspn (end, "/")] != '\0') {
      error_set (err, ENOENT, "%s: no such directory: %s", path, component);
      return NULL;
    }
    if (strbuf_addch (&out, '/') == -1
        || strbuf_addstr (&out, found ? name.data : component) == -1)
      goto nomem;
  }
  if (out.len == 0 && strbuf_addch (&out, '/') == -1)
    goto nomem;
  return strbuf_take (&out);
 nomem:
  error_errno (err, "%s", path);
  return NULL;
}
