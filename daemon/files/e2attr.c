/* Attributes and generation numbers of files, as lsattr and chattr have them,
 * and the lost+found directory. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/fs.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actions.h"
#include "guestpath.h"

/* The letters of chattr(1), by flag of the kernel. */
static const struct {
  char letter;
  unsigned int flag;
} letters[] = {
  { 'A', FS_NOATIME_FL }, { 'C', FS_NOCOW_FL }, { 'D', FS_DIRSYNC_FL },
  { 'E', FS_ENCRYPT_FL }, { 'F', FS_CASEFOLD_FL }, { 'I', FS_INDEX_FL },
  { 'N', FS_INLINE_DATA_FL }, { 'P', FS_PROJINHERIT_FL }, { 'S', FS_SYNC_FL },
  { 'T', FS_TOPDIR_FL }, { 'V', FS_VERITY_FL }, { 'a', FS_APPEND_FL },
  { 'c', FS_COMPR_FL }, { 'd', FS_NODUMP_FL }, { 'e', FS_EXTENT_FL },
  { 'i', FS_IMMUTABLE_FL }, { 'j', FS_JOURNAL_DATA_FL },
  { 'm', 0x00000400 /* FS_NOCOMP_FL */ }, { 's', FS_SECRM_FL },
  { 't', FS_NOTAIL_FL }, { 'u', FS_UNRM_FL }, { 'x', FS_DAX_FL },
};
#define NR_LETTERS (sizeof letters / sizeof letters[0])

/* A descriptor of a regular file or directory: the requests below mean other
 * things to device drivers. */
static int
open_plain (const char *path, struct error *err)
{
  CLEANUP_CLOSE int fd = guest_open (path, O_RDONLY | O_NONBLOCK, 0, err);
  struct stat st;

  if (fd == -1)
    return -1;
  if (fstat (fd, &st) == -1)
    return error_errno (err, "%s", path);
  if (!S_ISREG (st.st_mode) && !S_ISDIR (st.st_mode))
    return error_set (err, EINVAL, "%s is neither a file nor a directory",
                      path);
  return TAKE_FD (fd);
}

static int
get_flags (int fd, const char *path, unsigned int *ret, struct error *err)
{
  unsigned long flags = 0; /* the kernel writes an int into it */

  if (ioctl (fd, FS_IOC_GETFLAGS, &flags) == -1)
    return error_errno (err, "%s", path);
  *ret = (unsigned int) flags;
  return 0;
}

char *
do_get_e2attrs (const char *file, struct error *err)
{
  CLEANUP_CLOSE int fd = open_plain (file, err);
  unsigned int flags = 0;
  size_t i, n = 0;
  char *ret;

  if (fd == -1 || get_flags (fd, file, &flags, err) == -1)
    return NULL;
  ret = calloc (1, NR_LETTERS + 1);
  if (!ret) {
    error_errno (err, "%s", file);
    return NULL;
  }
  for (i = 0; i < NR_LETTERS; ++i)
    if (flags & letters[i].flag)
      ret[n++] = letters[i].letter;
  return ret;
}

static int
parse_letters (const char *attrs, unsigned int *ret, struct error *err)
{
  unsigned int flags = 0;
  size_t i;

  for (; *attrs; ++attrs) {
    for (i = 0; i < NR_LETTERS && letters[i].letter != *attrs; ++i)
      ;
    if (i == NR_LETTERS)
      return error_set (err, EINVAL, "there is no attribute '%c'", *attrs);
    if (flags & letters[i].flag)
      return error_set (err, EINVAL, "attribute '%c' is given twice", *attrs);
    flags |= letters[i].flag;
  }
  *ret = flags;
  return 0;
}

int
do_set_e2attrs (const char *file, const char *attrs,
                const struct guestfs_set_e2attrs_argv *optargs,
                struct error *err)
{
  bool clear = (optargs->bitmask & GUESTFS_SET_E2ATTRS_CLEAR_BITMASK)
    && optargs->clear;
  CLEANUP_CLOSE int fd = -1;
  unsigned int change = 0, flags = 0;
  unsigned long value;

  if (parse_letters (attrs, &change, err) == -1)
    return -1;
  fd = open_plain (file, err);
  if (fd == -1 || get_flags (fd, file, &flags, err) == -1)
    return -1;
  value = clear ? flags & ~change : flags | change;
  if (ioctl (fd, FS_IOC_SETFLAGS, &value) == -1)
    return error_errno (err, "%s: cannot change attributes", file);
  return 0;
}

int64_t
do_get_e2generation (const char *file, struct error *err)
{
  CLEANUP_CLOSE int fd = open_plain (file, err);
  unsigned long generation = 0;

  if (fd == -1)
    return -1;
  if (ioctl (fd, FS_IOC_GETVERSION, &generation) == -1)
    return error_errno (err, "%s", file);
  return (unsigned int) generation;
}

int
do_set_e2generation (const char *file, int64_t generation, struct error *err)
{
  CLEANUP_CLOSE int fd = -1;
  unsigned long value = (unsigned long) generation;

  if (generation < 0 || generation > UINT32_MAX)
    return error_set (err, EINVAL, "a generation is 0 to %u: %" PRIi64,
                      UINT32_MAX, generation);
  fd = open_plain (file, err);
  if (fd == -1)
    return -1;
  if (ioctl (fd, FS_IOC_SETVERSION, &value) == -1)
    return error_errno (err, "%s: cannot change the generation", file);
  return 0;
}

/* --- lost+found -------------------------------------------------------------- */

#define PREALLOCATED 16384 /* bytes of directory that fsck can rely on */
#define ENTRIES_MAX 4096

/* A directory does not shrink when names are removed, so names are made until
 * it is large enough, and removed again. */
static int
grow_directory (int dir, struct error *err)
{
  char name[256];
  struct stat st;
  int i, n, r = 0;

  for (n = 0; n < ENTRIES_MAX; ++n) {
    int fd;

    if (fstat (dir, &st) == -1) {
      r = error_errno (err, "lost+found");
      break;
    }
    if (st.st_size >= PREALLOCATED)
      break;
    snprintf (name, sizeof name, "%0200d", n);
    fd = openat (dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd == -1) {
      r = error_errno (err, "lost+found");
      break;
    }
    close (fd);
  }
  for (i = 0; i < n; ++i) {
    snprintf (name, sizeof name, "%0200d", i);
    if (unlinkat (dir, name, 0) == -1 && r == 0)
      r = error_errno (err, "lost+found");
  }
  return r;
}

int
do_mklost_and_found (const char *mountpoint, struct error *err)
{
  CLEANUP_CLOSE int parent = guest_open (mountpoint, O_RDONLY | O_DIRECTORY, 0,
                                         err);
  CLEANUP_CLOSE int dir = -1;

  if (parent == -1)
    return -1;
  if (mkdirat (parent, "lost+found", 0700) == -1)
    return error_errno (err, "%s/lost+found", mountpoint);
  dir = openat (parent, "lost+found",
                O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (dir == -1)
    return error_errno (err, "%s/lost+found", mountpoint);
  return grow_directory (dir, err);
}
