/* stat and its relatives, existence and kinds of files.
 *
 * Each answers with three system calls: an O_PATH descriptor, fstat, close.
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "actions.h"
#include "guestfile.h"
#include "guestpath.h"
#include "strlist.h"

static int
stat_path (const char *path, bool follow, struct stat *ret, struct error *err)
{
  CLEANUP_CLOSE int fd = file_open_meta (path, follow, err);

  if (fd == -1)
    return -1;
  if (fstat (fd, ret) == -1)
    return error_errno (err, "%s", path);
  return 0;
}

static void
fill_stat (struct guestfs_stat *ret, const struct stat *st)
{
  *ret = (struct guestfs_stat) {
    .dev = st->st_dev, .ino = st->st_ino, .mode = st->st_mode,
    .nlink = st->st_nlink, .uid = st->st_uid, .gid = st->st_gid,
    .rdev = st->st_rdev, .size = st->st_size, .blksize = st->st_blksize,
    .blocks = st->st_blocks, .atime = st->st_atime, .mtime = st->st_mtime,
    .ctime = st->st_ctime,
  };
}

static void
fill_statns (struct guestfs_statns *ret, const struct stat *st)
{
  *ret = (struct guestfs_statns) {
    .st_dev = st->st_dev, .st_ino = st->st_ino, .st_mode = st->st_mode,
    .st_nlink = st->st_nlink, .st_uid = st->st_uid, .st_gid = st->st_gid,
    .st_rdev = st->st_rdev, .st_size = st->st_size,
    .st_blksize = st->st_blksize, .st_blocks = st->st_blocks,
    .st_atime_sec = st->st_atim.tv_sec, .st_atime_nsec = st->st_atim.tv_nsec,
    .st_mtime_sec = st->st_mtim.tv_sec, .st_mtime_nsec = st->st_mtim.tv_nsec,
    .st_ctime_sec = st->st_ctim.tv_sec, .st_ctime_nsec = st->st_ctim.tv_nsec,
  };
}

static struct guestfs_stat *
get_stat (const char *path, bool follow, struct error *err)
{
  struct guestfs_stat *ret;
  struct stat st;

  if (stat_path (path, follow, &st, err) == -1)
    return NULL;
  ret = malloc (sizeof *ret);
  if (!ret)
    error_errno (err, "%s", path);
  else
    fill_stat (ret, &st);
  return ret;
}

static struct guestfs_statns *
get_statns (const char *path, bool follow, struct error *err)
{
  struct guestfs_statns *ret;
  struct stat st;

  if (stat_path (path, follow, &st, err) == -1)
    return NULL;
  ret = malloc (sizeof *ret);
  if (!ret)
    error_errno (err, "%s", path);
  else
    fill_statns (ret, &st);
  return ret;
}

struct guestfs_stat *
do_stat (const char *path, struct error *err)
{
  return get_stat (path, true, err);
}

struct guestfs_stat *
do_lstat (const char *path, struct error *err)
{
  return get_stat (path, false, err);
}

struct guestfs_statns *
do_statns (const char *path, struct error *err)
{
  return get_statns (path, true, err);
}

struct guestfs_statns *
do_lstatns (const char *path, struct error *err)
{
  return get_statns (path, false, err);
}

/* A name that is missing or may not be used is told by st_ino -1, so that one
 * of many does not spoil the answer. */
static void
stat_entry (int dirfd, const char *name, struct stat *ret)
{
  if (!is_entry_name (name)
      || fstatat (dirfd, name, ret, AT_SYMLINK_NOFOLLOW) == -1) {
    memset (ret, 0, sizeof *ret);
    ret->st_ino = -1;
  }
}

/* What lstat says of each of `names` in a directory, in a list of structures
 * of `size` bytes, which `fill` fills.  The caller frees; NULL on error. */
static void *
stat_entries (const char *path, char *const *names, size_t size,
              void (*fill) (void *item, const struct stat *st),
              struct error *err)
{
  CLEANUP_CLOSE int fd = guest_open (path, O_PATH | O_DIRECTORY, 0, err);
  size_t i, n = strings_count (names);
  struct stat st;
  char *items;

  if (fd == -1)
    return NULL;
  items = calloc (n + 1, size);
  if (!items) {
    error_errno (err, "%s", path);
    return NULL;
  }
  for (i = 0; i < n; i++) {
    stat_entry (fd, names[i], &st);
    fill (items + i * size, &st);
  }
  return items;
}

static void
fill_stat_item (void *item, const struct stat *st)
{
  fill_stat (item, st);
}

static void
fill_statns_item (void *item, const struct stat *st)
{
  fill_statns (item, st);
}

struct guestfs_stat_list *
do_lstatlist (const char *path, char *const *names, struct error *err)
{
  struct guestfs_stat_list *ret = malloc (sizeof *ret);

  if (!ret) {
    error_errno (err, "%s", path);
    return NULL;
  }
  ret->len = strings_count (names);
  ret->val = stat_entries (path, names, sizeof *ret->val, fill_stat_item, err);
  if (!ret->val) {
    free (ret);
    return NULL;
  }
  return ret;
}

struct guestfs_statns_list *
do_lstatnslist (const char *path, char *const *names, struct error *err)
{
  struct guestfs_statns_list *ret = malloc (sizeof *ret);

  if (!ret) {
    error_errno (err, "%s", path);
    return NULL;
  }
  ret->len = strings_count (names);
  ret->val = stat_entries (path, names, sizeof *ret->val, fill_statns_item,
                           err);
  if (!ret->val) {
    free (ret);
    return NULL;
  }
  return ret;
}

struct guestfs_statvfs *
do_statvfs (const char *path, struct error *err)
{
  CLEANUP_CLOSE int fd = file_open_meta (path, true, err);
  struct guestfs_statvfs *ret;
  struct statvfs st;

  if (fd == -1)
    return NULL;
  if (fstatvfs (fd, &st) == -1 || !(ret = malloc (sizeof *ret))) {
    error_errno (err, "%s", path);
    return NULL;
  }
  *ret = (struct guestfs_statvfs) {
    .bsize = st.f_bsize, .frsize = st.f_frsize, .blocks = st.f_blocks,
    .bfree = st.f_bfree, .bavail = st.f_bavail, .files = st.f_files,
    .ffree = st.f_ffree, .favail = st.f_favail, .fsid = st.f_fsid,
    .flag = st.f_flag, .namemax = st.f_namemax,
  };
  return ret;
}

int64_t
do_filesize (const char *path, struct error *err)
{
  struct stat st;

  return stat_path (path, true, &st, err) == -1 ? -1 : st.st_size;
}

/* ---- existence and kind ------------------------------------------------ */

int
do_exists (const char *path, struct error *err)
{
  CLEANUP_CLOSE int fd = file_open_meta (path, true, NULL);

  return fd >= 0;
}

/* Is it of this kind?  What does not exist is of none. */
static int
is_kind (const char *path, mode_t kind, bool follow, struct error *err)
{
  CLEANUP_ERROR struct error local = ERROR_INIT;
  struct stat st;

  if (stat_path (path, follow, &st, &local) == 0)
    return (st.st_mode & S_IFMT) == kind;
  if (local.errnum == ENOENT || local.errnum == ENOTDIR)
    return 0;
  error_move (err, &local);
  return -1;
}

#define DEFINE_IS_KIND(call, CALL, kind)                                \
  int                                                                   \
  do_##call (const char *path,                                          \
             const struct guestfs_##call##_opts_argv *optargs,          \
             struct error *err)                                         \
  {                                                                     \
    bool follow =                                                       \
      optargs->bitmask & GUESTFS_##CALL##_OPTS_FOLLOWSYMLINKS_BITMASK   \
      && optargs->followsymlinks;                                       \
                                                                        \
    return is_kind (path, kind, follow, err);                           \
  }

DEFINE_IS_KIND (is_file, IS_FILE, S_IFREG)
DEFINE_IS_KIND (is_dir, IS_DIR, S_IFDIR)
DEFINE_IS_KIND (is_blockdev, IS_BLOCKDEV, S_IFBLK)
DEFINE_IS_KIND (is_chardev, IS_CHARDEV, S_IFCHR)
DEFINE_IS_KIND (is_fifo, IS_FIFO, S_IFIFO)
DEFINE_IS_KIND (is_socket, IS_SOCKET, S_IFSOCK)

int
do_is_symlink (const char *path, struct error *err)
{
  return is_kind (path, S_IFLNK, false, err);
}
