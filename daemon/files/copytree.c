/* cp, cp_r, cp_a, mv and rename.
 *
 * Trees are copied level by level with *at calls on descriptors, so that a
 * symbolic link, also one that was just copied, is never followed.
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <stdio.h>
#include <string.h>

#include "actions.h"
#include "dirscan.h"
#include "filecopy.h"
#include "guestfile.h"
#include "guestpath.h"
#include "removetree.h"

struct inode_link {
  dev_t dev;
  ino_t ino;
  int fd; /* O_PATH of the first copy */
};

struct tree_copy {
  bool all;          /* owner, mode, times, attributes and hard links as well */
  dev_t dev;         /* of the directory that the copy goes into */
  ino_t ino;
  void *links;       /* tsearch tree of struct inode_link */
};

static int
compare_links (const void *a, const void *b)
{
  const struct inode_link *x = a, *y = b;

  if (x->dev != y->dev)
    return x->dev < y->dev ? -1 : 1;
  return x->ino < y->ino ? -1 : x->ino > y->ino;
}

static void
free_link (void *link)
{
  close (((struct inode_link *) link)->fd);
  free (link);
}

static void
tree_copy_release (struct tree_copy *t)
{
  tdestroy (t->links, free_link);
}

/* A file with several names: when one was copied already, link to that.
 * 1 linked, 0 copy it, -1 error. */
static int
link_copied (struct tree_copy *t, const struct stat *st, int dirfd,
             const char *name, const char *what, struct error *err)
{
  struct inode_link key = { .dev = st->st_dev, .ino = st->st_ino };
  struct inode_link **found = tfind (&key, &t->links, compare_links);
  char proc[32];

  if (!found)
    return 0;
  if (linkat (AT_FDCWD, guest_fd_path ((*found)->fd, proc), dirfd, name,
              AT_SYMLINK_FOLLOW) == -1)
    return error_errno (err, "%s: link", what);
  return 1;
}

static int
remember_link (struct tree_copy *t, const struct stat *st, int dirfd,
               const char *name, const char *what, struct error *err)
{
  struct inode_link *l = malloc (sizeof *l);

  if (!l)
    return error_errno (err, "%s", what);
  *l = (struct inode_link) { .dev = st->st_dev, .ino = st->st_ino };
  l->fd = openat (dirfd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (l->fd == -1 || !tsearch (l, &t->links, compare_links)) {
    error_errno (err, "%s", what);
    if (l->fd >= 0)
      close (l->fd);
    free (l);
    return -1;
  }
  return 0;
}

/* Owner, attributes, mode and times of `in` for a file or directory that is
 * open.  Each is one system call: names would have to be looked up. */
static int
copy_metadata_fd (int in, const struct stat *st, int out, const char *what,
                  struct error *err)
{
  struct timespec times[2] = { st->st_atim, st->st_mtim };

  if (fchown (out, st->st_uid, st->st_gid) == -1)
    return error_errno (err, "%s: owner", what);
  if (copy_xattrs (in, out, what, err) == -1)
    return -1;
  if (fchmod (out, st->st_mode & 07777) == -1)
    return error_errno (err, "%s: mode", what);
  if (futimens (out, times) == -1)
    return error_errno (err, "%s: times", what);
  return 0;
}

/* The same for what cannot be open: links and special files. */
static int
copy_metadata (int in, const struct stat *st, int dirfd, const char *name,
               const char *what, struct error *err)
{
  struct timespec times[2] = { st->st_atim, st->st_mtim };
  CLEANUP_CLOSE int out = openat (dirfd, name,
                                  O_PATH | O_NOFOLLOW | O_CLOEXEC);
  char proc[32];

  if (out == -1)
    return error_errno (err, "%s", what);
  if (fchownat (out, "", st->st_uid, st->st_gid, AT_EMPTY_PATH) == -1)
    return error_errno (err, "%s: owner", what);
  if (copy_xattrs (in, out, what, err) == -1)
    return -1;
  if (!S_ISLNK (st->st_mode)
      && chmod (guest_fd_path (out, proc), st->st_mode & 07777) == -1)
    return error_errno (err, "%s: mode", what);
  if (utimensat (out, "", times, AT_EMPTY_PATH) == -1)
    return error_errno (err, "%s: times", what);
  return 0;
}

static int
copy_regular (struct tree_copy *t, int in, const struct stat *st, int dirfd,
              const char *name, const char *what, struct error *err)
{
  CLEANUP_CLOSE int out = openat (dirfd, name, O_WRONLY | O_CREAT | O_TRUNC
                                  | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
                                  | O_CLOEXEC, st->st_mode & 0777);

  if (out == -1)
    return error_errno (err, "%s: create", what);
  if (copy_file (in, st, out, what, err) == -1
      || (t->all && copy_metadata_fd (in, st, out, what, err) == -1))
    return -1;
  return file_close (&out, what, err);
}

static int
copy_symlink (int in, int dirfd, const char *name, const char *what,
              struct error *err)
{
  char target[4096];
  ssize_t n = readlinkat (in, "", target, sizeof target - 1);

  if (n == -1)
    return error_errno (err, "%s: readlink", what);
  target[n] = '\0';
  if (symlinkat (target, dirfd, name) == -1
      && (errno != EEXIST || unlinkat (dirfd, name, 0) == -1
          || symlinkat (target, dirfd, name) == -1))
    return error_errno (err, "%s: symlink", what);
  return 0;
}

/* Open something to copy: regular files for reading, all else with O_PATH.
 * `type` is that of readdir, if known. */
static int
open_source (int dirfd, const char *name, int type, struct stat *ret_st,
             const char *what, struct error *err)
{
  const int reading = O_RDONLY | O_NONBLOCK | O_NOCTTY;
  CLEANUP_CLOSE int fd = openat (dirfd, name, O_NOFOLLOW | O_CLOEXEC
                                 | (type == DT_REG ? reading : O_PATH));

  if (fd == -1 || fstat (fd, ret_st) == -1)
    return error_errno (err, "%s", what);
  if (S_ISREG (ret_st->st_mode) && type != DT_REG) {
    char proc[32];
    int in = open (guest_fd_path (fd, proc), reading | O_CLOEXEC);

    return in == -1 ? error_errno (err, "%s", what) : in;
  }
  return TAKE_FD (fd);
}

static int copy_entry (struct tree_copy *t, int in, const struct stat *st,
                       int dirfd, const char *name, const char *what,
                       unsigned depth, struct error *err);

static int
copy_directory (struct tree_copy *t, int in_path, const struct stat *st,
                int dirfd, const char *name, const char *what, unsigned depth,
                struct error *err)
{
  CLEANUP_DIRSCAN struct dirscan scan = { .buf = NULL };
  CLEANUP_CLOSE int in = -1, out = -1;
  struct dirent64 *d;

  if (depth > WALK_MAX_DEPTH / 4)
    return error_set (err, ENAMETOOLONG, "%s: too deep", what);
  if (st->st_dev == t->dev && st->st_ino == t->ino)
    return error_set (err, EINVAL, "%s: cannot be copied into itself", what);
  in = openat (in_path, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (in == -1)
    return error_errno (err, "%s", what);
  if (mkdirat (dirfd, name, (st->st_mode & 0777) | 0700) == -1
      && errno != EEXIST)
    return error_errno (err, "%s: mkdir", what);
  out = openat (dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (out == -1)
    return error_errno (err, "%s: mkdir", what);
  if (dirscan_init (&scan, in, depth < 16 ? DIRSCAN_SIZE : 4096, err) == -1)
    return -1;
  while ((d = dirscan_next (&scan)) != NULL) {
    CLEANUP_STRBUF struct strbuf path = STRBUF_INIT;
    CLEANUP_CLOSE int child = -1;
    struct stat child_st;

    if (strbuf_addf (&path, "%s/%s", what, d->d_name) == -1)
      return error_errno (err, "%s/%s", what, d->d_name);
    child = open_source (in, d->d_name, d->d_type, &child_st, path.data, err);
    if (child == -1 || copy_entry (t, child, &child_st, out, d->d_name,
                                   path.data, depth + 1, err) == -1)
      return -1;
  }
  if (errno)
    return error_errno (err, "%s", what);
  return t->all ? copy_metadata_fd (in, st, out, what, err) : 0;
}

static int
copy_entry (struct tree_copy *t, int in, const struct stat *st, int dirfd,
            const char *name, const char *what, unsigned depth,
            struct error *err)
{
  bool several = t->all && st->st_nlink > 1 && !S_ISDIR (st->st_mode);
  bool open = S_ISDIR (st->st_mode) || S_ISREG (st->st_mode);
  int r;

  if (several && (r = link_copied (t, st, dirfd, name, what, err)) != 0)
    return r == 1 ? 0 : -1;
  switch (st->st_mode & S_IFMT) {
  case S_IFDIR:
    r = copy_directory (t, in, st, dirfd, name, what, depth, err);
    break;
  case S_IFREG:
    r = copy_regular (t, in, st, dirfd, name, what, err);
    break;
  case S_IFLNK:
    r = copy_symlink (in, dirfd, name, what, err);
    break;
  default:
    r = mknodat (dirfd, name, st->st_mode, st->st_rdev);
    if (r == -1)
      error_errno (err, "%s: mknod", what);
  }
  if (r == -1)
    return -1;
  if (several && remember_link (t, st, dirfd, name, what, err) == -1)
    return -1;
  return t->all && !open ? copy_metadata (in, st, dirfd, name, what, err) : 0;
}

static int
copy_paths (const char *src, const char *dest, bool all, struct error *err)
{
  CLEANUP (tree_copy_release) struct tree_copy t = { .all = all };
  CLEANUP_FREE char *copy = NULL, *path = NULL;
  CLEANUP_CLOSE int meta = file_open_meta (src, false, err);
  CLEANUP_CLOSE int in = -1, dirfd = -1;
  const char *base;
  struct stat st, old;

  if (meta == -1 || !(path = destination_path (src, dest, err))
      || (dirfd = guest_open_parent (path, &base, &copy, err)) == -1)
    return -1;
  if (fstat (meta, &st) == -1 || fstat (dirfd, &old) == -1)
    return error_errno (err, "%s", src);
  t.dev = old.st_dev;
  t.ino = old.st_ino;
  if (fstatat (dirfd, base, &old, AT_SYMLINK_NOFOLLOW) == 0
      && st.st_dev == old.st_dev && st.st_ino == old.st_ino)
    return error_set (err, EINVAL, "%s and %s are the same file", src, path);
  if (S_ISREG (st.st_mode)) {
    char proc[32];

    in = open (guest_fd_path (meta, proc), O_RDONLY | O_CLOEXEC);
    if (in == -1)
      return error_errno (err, "%s", src);
  }
  return copy_entry (&t, in == -1 ? meta : in, &st, dirfd, base, src, 0, err);
}

int
do_cp_r (const char *src, const char *dest, struct error *err)
{
  return copy_paths (src, dest, false, err);
}

int
do_cp_a (const char *src, const char *dest, struct error *err)
{
  return copy_paths (src, dest, true, err);
}

/* Links in the last place are followed on both sides. */
int
do_cp (const char *src, const char *dest, struct error *err)
{
  CLEANUP_CLOSE int in = file_open_read (src, err), out = -1;
  CLEANUP_FREE char *path = NULL;
  struct stat st, out_st;

  if (in == -1)
    return -1;
  if (fstat (in, &st) == -1)
    return error_errno (err, "%s", src);
  if (S_ISDIR (st.st_mode))
    return error_set (err, EISDIR, "%s: a directory; use cp_r or cp_a", src);
  path = destination_path (src, dest, err);
  if (!path)
    return -1;
  out = guest_open (path, O_WRONLY | O_CREAT | O_NONBLOCK | O_NOCTTY,
                    st.st_mode & 0777, err);
  if (out == -1)
    return -1;
  if (fstat (out, &out_st) == -1)
    return error_errno (err, "%s", path);
  if (st.st_dev == out_st.st_dev && st.st_ino == out_st.st_ino)
    return error_set (err, EINVAL, "%s and %s are the same file", src, path);
  if (S_ISREG (out_st.st_mode) && ftruncate (out, 0) == -1)
    return error_errno (err, "%s", path);
  if (copy_file (in, &st, out, path, err) == -1)
    return -1;
  return file_close (&out, path, err);
}

/* ---- mv and rename ----------------------------------------------------- */

static int
rename_path (const char *src, const char *dest, struct error *err)
{
  CLEANUP_FREE char *src_copy = NULL, *dest_copy = NULL;
  const char *src_base, *dest_base;
  CLEANUP_CLOSE int src_dir = guest_open_parent (src, &src_base, &src_copy,
                                                 err);
  CLEANUP_CLOSE int dest_dir = -1;

  if (src_dir == -1)
    return -1;
  dest_dir = guest_open_parent (dest, &dest_base, &dest_copy, err);
  if (dest_dir == -1)
    return -1;
  if (renameat (src_dir, src_base, dest_dir, dest_base) == -1)
    return error_errno (err, "%s to %s", src, dest);
  return 0;
}

int
do_rename (const char *oldpath, const char *newpath, struct error *err)
{
  return rename_path (oldpath, newpath, err);
}

int
do_mv (const char *src, const char *dest, struct error *err)
{
  CLEANUP_ERROR struct error local = ERROR_INIT;
  CLEANUP_FREE char *path = destination_path (src, dest, err);

  if (!path)
    return -1;
  if (rename_path (src, path, &local) == 0)
    return 0;
  if (local.errnum != EXDEV) {
    error_move (err, &local);
    return -1;
  }
  /* To another filesystem. */
  if (copy_paths (src, path, true, err) == -1)
    return -1;
  return do_rm_rf (src, err);
}
