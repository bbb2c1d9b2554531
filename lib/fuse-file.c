/* mount_local: operations on open files.
 *
 * The daemon keeps no files open for us: each read and write names its file.
 * A file that is removed while it is open is renamed by libfuse until it is
 * closed.
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "fuse-mount.h"
#include "impl.h"

static struct open_file *
file_of (const struct fuse_file_info *fi)
{
  return (struct open_file *) (uintptr_t) fi->fh;
}

static int
fs_open (const char *path, struct fuse_file_info *fi)
{
  struct local_mount *m = fuse_this_mount ();
  CLEANUP_ERROR struct error err = ERROR_INIT;
  struct guestfs_statns s;
  struct open_file *f;

  FUSE_ENTER (m, path);
  if (fuse_lookup_stat (m, path, &s, &err) == -1)
    return fuse_leave_error (m, &err);
  if (fi->flags & O_TRUNC) {
    dir_cache_forget_file (&m->cache, path);
    readahead_forget (&m->readahead, s.st_dev, s.st_ino);
    if (impl_truncate_size (m->g, path, 0, &err) == -1)
      return fuse_leave_error (m, &err);
  }
  fuse_leave (m);
  f = readahead_open (&m->readahead, s.st_dev, s.st_ino);
  if (!f)
    return -ENOMEM;
  fi->fh = (uintptr_t) f;
  return 0;
}

static int
fs_release (const char *path, struct fuse_file_info *fi)
{
  readahead_close (&fuse_this_mount ()->readahead, file_of (fi));
  return 0;
}

static int
fs_read (const char *path, char *buf, size_t size, off_t offset,
         struct fuse_file_info *fi)
{
  struct local_mount *m = fuse_this_mount ();
  CLEANUP_ERROR struct error err = ERROR_INIT;
  int64_t n;

  if (m->debug) {
    FUSE_ENTER (m, path);
    fuse_leave (m);
  }
  n = readahead_read (&m->readahead, file_of (fi), path, buf, size, offset,
                      &err);
  if (n >= 0)
    return n;
  FUSE_ENTER (m, path);
  return fuse_leave_error (m, &err);
}

static int
fs_write (const char *path, const char *buf, size_t size, off_t offset,
          struct fuse_file_info *fi)
{
  struct local_mount *m = fuse_this_mount ();
  CLEANUP_ERROR struct error err = ERROR_INIT;
  const struct open_file *f = file_of (fi);
  size_t done = 0;

  FUSE_ENTER (m, path);
  dir_cache_forget_file (&m->cache, path);
  readahead_forget (&m->readahead, f->dev, f->ino);
  while (done < size) {
    int n = impl_pwrite (m->g, path, buf + done, size - done, offset + done,
                         &err);

    /* What has been written counts, as with write(2); the next write fails. */
    if (n <= 0 && done > 0)
      break;
    if (n == -1)
      return fuse_leave_error (m, &err);
    if (n == 0)
      break;
    done += n;
  }
  fuse_leave (m);
  return done > 0 || size == 0 ? (int) done : -EIO;
}

static int
fs_truncate (const char *path, off_t size, struct fuse_file_info *fi)
{
  struct local_mount *m = fuse_this_mount ();
  CLEANUP_ERROR struct error err = ERROR_INIT;

  FUSE_ENTER (m, path);
  dir_cache_forget_file (&m->cache, path);
  readahead_forget (&m->readahead, -1, -1);
  if (impl_truncate_size (m->g, path, size, &err) == -1)
    return fuse_leave_error (m, &err);
  fuse_leave (m);
  return 0;
}

/* The API writes back all or nothing. */
static int
fs_fsync (const char *path, int datasync, struct fuse_file_info *fi)
{
  struct local_mount *m = fuse_this_mount ();
  CLEANUP_ERROR struct error err = ERROR_INIT;

  FUSE_ENTER (m, path);
  if (!m->readonly && impl_sync (m->g, &err) == -1)
    return fuse_leave_error (m, &err);
  fuse_leave (m);
  return 0;
}

void
fuse_add_file_operations (struct fuse_operations *operations)
{
  operations->open = fs_open;
  operations->release = fs_release;
  operations->read = fs_read;
  operations->write = fs_write;
  operations->truncate = fs_truncate;
  operations->fsync = fs_fsync;
  operations->fsyncdir = fs_fsync;
}
