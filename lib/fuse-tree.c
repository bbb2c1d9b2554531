/* mount_local: operations on names and attributes.
 *
 * Each does what the call of the API of that name does, and tells the cache
 * what has changed.
 */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include "fuse-mount.h"
#include "impl.h"
#include "structs.h"

/* End an operation that made one call with result r, which changed nothing
 * that is remembered. */
static int
finish (struct local_mount *m, int r, struct error *err)
{
  if (r == -1)
    return fuse_leave_error (m, err);
  fuse_leave (m);
  return 0;
}

/* The same where attributes of a file, or a name, have changed. */
static int
finish_file (struct local_mount *m, const char *path, int r,
             struct error *err)
{
  dir_cache_forget_file (&m->cache, path);
  return finish (m, r, err);
}

static int
finish_name (struct local_mount *m, const char *path, int r,
             struct error *err)
{
  dir_cache_forget_name (&m->cache, path);
  return finish (m, r, err);
}

/* --- attributes ------------------------------------------------------------- */

/* Inode numbers are the guest's.  Those of a second filesystem must not look
 * like hard links of the first's, so its place in the list of filesystems goes
 * into the high bits. */
static uint64_t
inode_number (struct local_mount *m, const struct guestfs_statns *s)
{
  size_t i;

  for (i = 0; i < m->nr_devices && m->devices[i] != s->st_dev; ++i)
    ;
  if (i == m->nr_devices && i < FUSE_MAX_DEVICES)
    m->devices[m->nr_devices++] = s->st_dev;
  return (uint64_t) s->st_ino ^ (uint64_t) i << 48;
}

static void
convert_stat (struct local_mount *m, const struct guestfs_statns *s,
              struct stat *ret)
{
  *ret = (struct stat) {
    .st_ino = inode_number (m, s),
    .st_mode = s->st_mode,
    .st_nlink = s->st_nlink,
    .st_uid = s->st_uid,
    .st_gid = s->st_gid,
    .st_rdev = s->st_rdev,
    .st_size = s->st_size,
    .st_blksize = s->st_blksize,
    .st_blocks = s->st_blocks,
    .st_atim = { s->st_atime_sec, s->st_atime_nsec },
    .st_mtim = { s->st_mtime_sec, s->st_mtime_nsec },
    .st_ctim = { s->st_ctime_sec, s->st_ctime_nsec },
  };
}

/* The attributes of a file, remembered or fresh. */
int
fuse_lookup_stat (struct local_mount *m, const char *path,
                  struct guestfs_statns *ret, struct error *err)
{
  CLEANUP (cleanup_struct_statns) struct guestfs_statns *s = NULL;
  struct cached_file *f = NULL;
  struct listing *l;
  int known = dir_cache_find (&m->cache, path, &l, &f);

  if (known == -1)
    return error_set (err, ENOENT, "%s", path);
  if (known == 1 && f->has_stat) {
    *ret = f->stat;
    return 0;
  }
  s = impl_lstatns (m->g, path, err);
  if (!s)
    return -1;
  *ret = *s;
  if (known == 1) {
    f->stat = *s;
    f->has_stat = true;
  }
  return 0;
}

static int
fs_getattr (const char *path, struct stat *ret, struct fuse_file_info *fi)
{
  struct local_mount *m = fuse_this_mount ();
  CLEANUP_ERROR struct error err = ERROR_INIT;
  struct guestfs_statns s;

  FUSE_ENTER (m, path);
  if (fuse_lookup_stat (m, path, &s, &err) == -1)
    return fuse_leave_error (m, &err);
  convert_stat (m, &s, ret);
  fuse_leave (m);
  return 0;
}

/* Opening is not checked against permissions, so access says what opening
 * would. */
static int
fs_access (const char *path, int mask)
{
  struct local_mount *m = fuse_this_mount ();
  CLEANUP_ERROR struct error err = ERROR_INIT;
  struct guestfs_statns s;
  int r = 0;

  FUSE_ENTER (m, path);
  if (fuse_lookup_stat (m, path, &s, &err) == -1)
    return fuse_leave_error (m, &err);
  if ((mask & W_OK) && m->readonly)
    r = -EROFS;
  else if ((mask & X_OK) && S_ISREG (s.st_mode) && !(s.st_mode & 0111))
    r = -EACCES;
  fuse_leave (m);
  return r;
}

static int
fs_statfs (const char *path, struct statvfs *ret)
{
  struct local_mount *m = fuse_this_mount ();
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP (cleanup_struct_statvfs) struct guestfs_statvfs *s = NULL;

  FUSE_ENTER (m, path);
  s = impl_statvfs (m->g, path, &err);
  if (!s)
    return fuse_leave_error (m, &err);
  *ret = (struct statvfs) {
    .f_bsize = s->bsize, .f_frsize = s->frsize, .f_blocks = s->blocks,
    .f_bfree = s->bfree, .f_bavail = s->bavail, .f_files = s->files,
    .f_ffree = s->ffree, .f_favail = s->favail, .f_fsid = s->fsid,
    .f_flag = s->flag, .f_namemax = s->namemax,
  };
  fuse_leave (m);
  return 0;
}

static int
fs_chmod (const char *path, mode_t mode, struct fuse_file_info *fi)
{
  struct local_mount *m = fuse_this_mount ();
  CLEANUP_ERROR struct error err = ERROR_INIT;

  FUSE_ENTER (m, path);
  return finish_file (m, path, impl_chmod (m->g, mode & 07777, path, &err),
                      &err);
}

static int
fs_chown (const char *path, uid_t uid, gid_t gid, struct fuse_file_info *fi)
{
  struct local_mount *m = fuse_this_mount ();
  CLEANUP_ERROR struct error err = ERROR_INIT;

  FUSE_ENTER (m, path);
  return finish_file (m, path, impl_lchown (m->g, uid, gid, path, &err), &err);
}

/* The API has no call for the times of a symbolic link. */
static int
fs_utimens (const char *path, const struct timespec times[2],
            struct fuse_file_info *fi)
{
  struct local_mount *m = fuse_this_mount ();
  CLEANUP_ERROR struct error err = ERROR_INIT;
  struct guestfs_statns s;
  int64_t nsec[2];
  int i;

  FUSE_ENTER (m, path);
  if (fuse_lookup_stat (m, path, &s, &err) == -1)
    return fuse_leave_error (m, &err);
  if (S_ISLNK (s.st_mode)) {
    fuse_leave (m);
    return -ENOTSUP;
  }
  for (i = 0; i < 2; ++i)
    nsec[i] = times[i].tv_nsec == UTIME_NOW ? -1
              : times[i].tv_nsec == UTIME_OMIT ? -2 : times[i].tv_nsec;
  return finish_file (m, path,
                      impl_utimens (m->g, path, times[0].tv_sec, nsec[0],
                                    times[1].tv_sec, nsec[1], &err), &err);
}

/* --- directories ------------------------------------------------------------ */

static int
fs_readdir (const char *path, void *buf, fuse_fill_dir_t fill, off_t offset,
            struct fuse_file_info *fi, enum fuse_readdir_flags flags)
{
  struct local_mount *m = fuse_this_mount ();
  CLEANUP_ERROR struct error err = ERROR_INIT;
  struct listing *l;

  FUSE_ENTER (m, path);
  l = dir_cache_get (&m->cache, path);
  if (!l)
    l = dir_cache_read (&m->cache, m->g, path, &err);
  if (!l)
    return fuse_leave_error (m, &err);
  fuse_leave (m);

  if (fill (buf, ".", NULL, 0, 0) != 0 || fill (buf, "..", NULL, 0, 0) != 0)
    return -ENOMEM;
  for (size_t i = 0; i < l->nr_files; ++i) {
    const struct cached_file *f = &l->files[i];
    struct stat st;

    if (f->has_stat)
      convert_stat (m, &f->stat, &st);
    if (fill (buf, f->name, f->has_stat ? &st : NULL, 0,
              f->has_stat ? FUSE_FILL_DIR_PLUS : 0) != 0)
      return -ENOMEM;
  }
  return 0;
}

/* The mode is the program's, after its umask.  The guest's umask must not take
 * more away. */
static int
set_mode (struct local_mount *m, const char *path, mode_t mode,
          struct error *err)
{
  int mask = impl_get_umask (m->g, err);

  if (mask == -1)
    return -1;
  return (mode & mask) ? impl_chmod (m->g, mode & 07777, path, err) : 0;
}

static int
fs_mkdir (const char *path, mode_t mode)
{
  struct local_mount *m = fuse_this_mount ();
  CLEANUP_ERROR struct error err = ERROR_INIT;
  int r;

  FUSE_ENTER (m, path);
  r = impl_mkdir_mode (m->g, path, mode & 07777, &err);
  if (r == 0)
    r = set_mode (m, path, mode, &err);
  return finish_name (m, path, r, &err);
}

static int
fs_mknod (const char *path, mode_t mode, dev_t dev)
{
  struct local_mount *m = fuse_this_mount ();
  CLEANUP_ERROR struct error err = ERROR_INIT;
  int r;

  FUSE_ENTER (m, path);
  r = impl_mknod (m->g, mode, major (dev), minor (dev), path, &err);
  if (r == 0)
    r = set_mode (m, path, mode, &err);
  return finish_name (m, path, r, &err);
}

static int
fs_unlink (const char *path)
{
  struct local_mount *m = fuse_this_mount ();
  CLEANUP_ERROR struct error err = ERROR_INIT;

  FUSE_ENTER (m, path);
  return finish_name (m, path, impl_rm (m->g, path, &err), &err);
}

static int
fs_rmdir (const char *path)
{
  struct local_mount *m = fuse_this_mount ();
  CLEANUP_ERROR struct error err = ERROR_INIT;

  FUSE_ENTER (m, path);
  return finish_name (m, path, impl_rmdir (m->g, path, &err), &err);
}

static int
fs_symlink (const char *target, const char *path)
{
  struct local_mount *m = fuse_this_mount ();
  CLEANUP_ERROR struct error err = ERROR_INIT;

  FUSE_ENTER (m, path);
  return finish_name (m, path, impl_ln_s (m->g, target, path, &err), &err);
}

static int
fs_link (const char *from, const char *to)
{
  struct local_mount *m = fuse_this_mount ();
  CLEANUP_ERROR struct error err = ERROR_INIT;

  FUSE_ENTER (m, to);
  dir_cache_forget_file (&m->cache, from); /* its number of links */
  return finish_name (m, to, impl_ln (m->g, from, to, &err), &err);
}

static int
fs_rename (const char *from, const char *to, unsigned flags)
{
  struct local_mount *m = fuse_this_mount ();
  CLEANUP_ERROR struct error err = ERROR_INIT;
  struct guestfs_statns s;
  int r;

  if (flags & ~RENAME_NOREPLACE)
    return -EINVAL;
  FUSE_ENTER (m, from);
  if ((flags & RENAME_NOREPLACE)
      && fuse_lookup_stat (m, to, &s, &err) == 0) {
    fuse_leave (m);
    return -EEXIST;
  }
  error_clear (&err);
  r = impl_rename (m->g, from, to, &err);
  dir_cache_forget_all (&m->cache); /* what is below moves as well */
  return finish (m, r, &err);
}

static int
fs_readlink (const char *path, char *buf, size_t size)
{
  struct local_mount *m = fuse_this_mount ();
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP_FREE char *link = NULL;
  struct cached_file *f = NULL;
  struct listing *l;
  size_t len;

  FUSE_ENTER (m, path);
  if (dir_cache_find (&m->cache, path, &l, &f) == 1
      && listing_read_links (l, m->g, &err) == -1)
    return fuse_leave_error (m, &err);
  if (!f || !f->has_link) {
    link = impl_readlink (m->g, path, &err);
    if (!link)
      return fuse_leave_error (m, &err);
  }
  len = strlen (link ? link : f->link);
  if (len > size - 1)
    len = size - 1;
  memcpy (buf, link ? link : f->link, len);
  buf[len] = '\0';
  fuse_leave (m);
  return 0;
}

/* --- extended attributes ---------------------------------------------------- */

/* The attributes of a file: *ret belongs to the cache, or is the same as
 * *ret_owned, which the caller frees. */
static int
get_xattrs (struct local_mount *m, const char *path,
            const struct guestfs_xattr_list **ret,
            struct guestfs_xattr_list **ret_owned, struct error *err)
{
  struct cached_file *f = NULL;
  struct listing *l;

  if (dir_cache_find (&m->cache, path, &l, &f) == 1
      && listing_read_xattrs (l, m->g, err) == -1)
    return -1;
  if (f && f->has_xattrs && f->xattrs_failed)
    return error_set (err, ENOTSUP, "%s: no extended attributes", path);
  if (f && f->has_xattrs)
    *ret = &f->xattrs;
  else
    *ret = *ret_owned = impl_lgetxattrs (m->g, path, err);
  return *ret ? 0 : -1;
}

static const struct guestfs_xattr *
find_xattr (const struct guestfs_xattr_list *list, const char *name)
{
  for (uint32_t i = 0; i < list->len; ++i)
    if (strcmp (list->val[i].attrname, name) == 0)
      return &list->val[i];
  return NULL;
}

static int
fs_getxattr (const char *path, const char *name, char *value, size_t size)
{
  struct local_mount *m = fuse_this_mount ();
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP (cleanup_struct_xattr_list) struct guestfs_xattr_list *owned = NULL;
  const struct guestfs_xattr_list *list;
  const struct guestfs_xattr *x;
  int r = -ENODATA;

  FUSE_ENTER (m, path);
  if (get_xattrs (m, path, &list, &owned, &err) == -1)
    return fuse_leave_error (m, &err);
  x = find_xattr (list, name);
  if (x && size > 0 && size < x->attrval_len)
    r = -ERANGE;
  else if (x) {
    if (size > 0)
      memcpy (value, x->attrval, x->attrval_len);
    r = x->attrval_len;
  }
  fuse_leave (m);
  return r;
}

static int
fs_listxattr (const char *path, char *names, size_t size)
{
  struct local_mount *m = fuse_this_mount ();
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP (cleanup_struct_xattr_list) struct guestfs_xattr_list *owned = NULL;
  const struct guestfs_xattr_list *list;
  size_t used = 0;

  FUSE_ENTER (m, path);
  if (get_xattrs (m, path, &list, &owned, &err) == -1)
    return fuse_leave_error (m, &err);
  for (uint32_t i = 0; i < list->len; ++i) {
    size_t len = strlen (list->val[i].attrname) + 1;

    if (size > 0 && used + len > size) {
      fuse_leave (m);
      return -ERANGE;
    }
    if (size > 0)
      memcpy (names + used, list->val[i].attrname, len);
    used += len;
  }
  fuse_leave (m);
  return used;
}

static int
fs_setxattr (const char *path, const char *name, const char *value,
             size_t size, int flags)
{
  struct local_mount *m = fuse_this_mount ();
  CLEANUP_ERROR struct error err = ERROR_INIT;

  /* The API takes strings. */
  if (memchr (value, '\0', size))
    return -ENOTSUP;
  FUSE_ENTER (m, path);
  if (flags & (XATTR_CREATE | XATTR_REPLACE)) {
    CLEANUP (cleanup_struct_xattr_list) struct guestfs_xattr_list *list
      = impl_lgetxattrs (m->g, path, &err);
    bool exists;

    if (!list)
      return fuse_leave_error (m, &err);
    exists = find_xattr (list, name);
    if (exists ? flags & XATTR_CREATE : flags & XATTR_REPLACE) {
      fuse_leave (m);
      return exists ? -EEXIST : -ENODATA;
    }
  }
  return finish_file (m, path, impl_lsetxattr (m->g, name, value, size, path,
                                               &err), &err);
}

static int
fs_removexattr (const char *path, const char *name)
{
  struct local_mount *m = fuse_this_mount ();
  CLEANUP_ERROR struct error err = ERROR_INIT;

  FUSE_ENTER (m, path);
  return finish_file (m, path, impl_lremovexattr (m->g, name, path, &err),
                      &err);
}

const struct fuse_operations fuse_tree_operations = {
  .getattr = fs_getattr,
  .access = fs_access,
  .statfs = fs_statfs,
  .chmod = fs_chmod,
  .chown = fs_chown,
  .utimens = fs_utimens,
  .readdir = fs_readdir,
  .mkdir = fs_mkdir,
  .mknod = fs_mknod,
  .unlink = fs_unlink,
  .rmdir = fs_rmdir,
  .symlink = fs_symlink,
  .link = fs_link,
  .rename = fs_rename,
  .readlink = fs_readlink,
  .getxattr = fs_getxattr,
  .listxattr = fs_listxattr,
  .setxattr = fs_setxattr,
  .removexattr = fs_removexattr,
};
