/* Removing files, directories and trees. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "actions.h"
#include "guestfile.h"
#include "guestpath.h"
#include "removetree.h"
#include "dirscan.h"

static int
remove_path (const char *path, int flags, struct error *err)
{
  CLEANUP_FREE char *copy = NULL;
  const char *base;
  CLEANUP_CLOSE int dirfd = guest_open_parent (path, &base, &copy, err);

  if (dirfd == -1)
    return -1;
  if (unlinkat (dirfd, base, flags) == -1)
    return error_errno (err, "%s", path);
  return 0;
}

int
do_rm (const char *path, struct error *err)
{
  return remove_path (path, 0, err);
}

int
do_rm_f (const char *path, struct error *err)
{
  CLEANUP_ERROR struct error local = ERROR_INIT;

  if (remove_path (path, 0, &local) == 0 || local.errnum == ENOENT)
    return 0;
  error_move (err, &local);
  return -1;
}

int
do_rmdir (const char *path, struct error *err)
{
  return remove_path (path, AT_REMOVEDIR, err);
}

static int
remove_visit (void *opaque, const struct walk_entry *e, struct error *err)
{
  if (e->type == DT_DIR)
    return 0;
  if (unlinkat (e->dirfd, e->name, 0) == -1 && errno != ENOENT)
    return error_errno (err, "%s/%s", (const char *) opaque, e->path);
  return 0;
}

static int
remove_leave (void *opaque, const struct walk_entry *e, struct error *err)
{
  if (unlinkat (e->dirfd, e->name, AT_REMOVEDIR) == -1 && errno != ENOENT)
    return error_errno (err, "%s/%s", (const char *) opaque, e->path);
  return 0;
}

int
remove_tree (int dirfd, const char *name, const char *what, struct error *err)
{
  struct walk w = { .visit = remove_visit, .leave = remove_leave,
                    .opaque = (void *) what };
  CLEANUP_CLOSE int fd = -1;

  if (unlinkat (dirfd, name, 0) == 0 || errno == ENOENT)
    return 0;
  if (errno != EISDIR && errno != EPERM)
    return error_errno (err, "%s", what);
  fd = openat (dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd == -1)
    return error_errno (err, "%s", what);
  if (walk_tree (&w, fd, what, "", err) == -1)
    return -1;
  if (unlinkat (dirfd, name, AT_REMOVEDIR) == -1)
    return error_errno (err, "%s", what);
  return 0;
}

int
do_rm_rf (const char *path, struct error *err)
{
  CLEANUP_ERROR struct error local = ERROR_INIT;
  CLEANUP_FREE char *copy = NULL;
  const char *base;
  CLEANUP_CLOSE int dirfd = guest_open_parent (path, &base, &copy, &local);

  if (dirfd == -1) {
    if (local.errnum == ENOENT)
      return 0;
    error_move (err, &local);
    return -1;
  }
  return remove_tree (dirfd, base, path, err);
}
