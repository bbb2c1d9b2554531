/* Files that hold disk images: see image-file.h. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/fs.h>

#include "image-file.h"
#include "prefix.h"

char *
image_file_absolute (const char *name, struct error *err)
{
  CLEANUP_FREE char *cwd = NULL;
  char *ret;

  if (*name == '/')
    ret = strdup (name);
  else {
    cwd = getcwd (NULL, 0);
    if (!cwd || asprintf (&ret, "%s/%s", cwd, name) == -1)
      ret = NULL;
  }
  if (!ret)
    error_errno (err, "%s", name);
  return ret;
}

static int
check_opened (int fd, const char *path, struct error *err)
{
  struct stat st;
  uint64_t size;

  if (fstat (fd, &st) == -1)
    return error_errno (err, "%s", path);
  if (S_ISDIR (st.st_mode))
    return error_set (err, EISDIR, "%s: this is a directory, not a disk image",
                      path);
  if (!S_ISREG (st.st_mode) && !S_ISBLK (st.st_mode))
    return error_set (err, EINVAL, "%s: this is neither a file nor a block "
                      "device", path);
  size = st.st_size;
  if (S_ISBLK (st.st_mode) && ioctl (fd, BLKGETSIZE64, &size) == -1)
    return error_errno (err, "%s", path);
  if (size == 0)
    return error_set (err, EINVAL, "%s: this disk image is empty (0 bytes)",
                      path);
  return 0;
}

/* O_NONBLOCK: do not wait for the other end of a FIFO. */
#define OPEN_FLAGS (O_CLOEXEC | O_NOCTTY | O_NONBLOCK)

int
image_file_check (const char *path, bool readonly, struct error *err)
{
  CLEANUP_CLOSE int fd = open (path, O_RDONLY | OPEN_FLAGS);

  if (fd == -1)
    return error_errno (err, "%s", path);
  if (check_opened (fd, path, err) == -1)
    return -1;
  /* Not by opening it: closing a device that was open for writing makes udev
   * look at it. */
  if (!readonly && faccessat (AT_FDCWD, path, W_OK, AT_EACCESS) == -1)
    return error_errno (err, "%s cannot be written (add the drive read-only "
                        "if you only want to read)", path);
  return 0;
}

/* qemu tells other processes what it does to an image by read locks on bytes
 * far inside it: byte 100+n "I use permission n", byte 200+n "I do not share
 * permission n" (permission 1 is writing).  Locks belong to the open file, so
 * they stay with the machine that the descriptor is passed to. */
enum { LOCK_USES_WRITE = 101, LOCK_UNSHARES_WRITE = 201 };

static bool
is_locked_by_another (int fd, off_t byte)
{
  struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET,
                     .l_start = byte, .l_len = 1 };

  return fcntl (fd, F_OFD_GETLK, &l) == 0 && l.l_type != F_UNLCK;
}

static int
lock_for_writing (int fd, const char *path, struct error *err)
{
  static const off_t bytes[] = { LOCK_USES_WRITE, LOCK_UNSHARES_WRITE };
  size_t i;

  for (i = 0; i < 2; ++i) {
    struct flock l = { .l_type = F_RDLCK, .l_whence = SEEK_SET,
                       .l_start = bytes[i], .l_len = 1 };

    /* Not every filesystem has locks; then there are none to respect. */
    if (fcntl (fd, F_OFD_SETLK, &l) == -1
        && errno != EACCES && errno != EAGAIN)
      return 0;
  }
  for (i = 0; i < 2; ++i)
    if (is_locked_by_another (fd, bytes[i]))
      return error_set (err, EBUSY, "%s: another process has this image open "
                        "for writing (is the virtual machine running?)", path);
  return 0;
}

/* A write-protected device opens for writing, and fails at the first write. */
static int
check_writable (int fd, const char *path, const struct stat *st,
                struct error *err)
{
  int protected = 0;

  if (S_ISBLK (st->st_mode) && ioctl (fd, BLKROGET, &protected) == 0
      && protected)
    return error_set (err, EROFS, "%s: Read-only device (open it with the "
                      "option readonly, in the tools --ro)", path);
  if (S_ISREG (st->st_mode))
    return lock_for_writing (fd, path, err);
  return 0;
}

int
image_file_open (const char *path, bool readonly, struct error *err)
{
  CLEANUP_CLOSE int fd = open (path, (readonly ? O_RDONLY : O_RDWR)
                               | OPEN_FLAGS);
  struct stat st;

  if (fd == -1)
    return error_errno (err, "%s", path);
  if (check_opened (fd, path, err) == -1)
    return -1;
  if (!readonly && fstat (fd, &st) == 0
      && check_writable (fd, path, &st, err) == -1)
    return -1;
  return TAKE_FD (fd);
}

/* --- temporary files --------------------------------------------------------- */

static int
temporary_in (const char *dir)
{
  CLEANUP_FREE char *name = NULL;
  int fd = open (dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

  if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT))
    return fd;
  /* A filesystem without O_TMPFILE. */
  if (asprintf (&name, "%s/bathyscopeXXXXXX", dir) == -1) {
    name = NULL;
    return -1;
  }
  fd = mkostemp (name, O_CLOEXEC);
  if (fd >= 0)
    unlink (name);
  return fd;
}

int
image_file_temporary (const struct settings *s, uint64_t size,
                      struct error *err)
{
  CLEANUP_CLOSE int fd = temporary_in (settings_tmpdir (s));

  if (fd == -1)
    fd = temporary_in (settings_cachedir (s));
  if (fd == -1)
    fd = memfd_create ("bathyscope", MFD_CLOEXEC);
  if (fd == -1)
    return error_errno (err, "making a temporary file in %s",
                        settings_tmpdir (s));
  if (size > INT64_MAX || ftruncate (fd, size) == -1) {
    if (size > INT64_MAX)
      errno = EFBIG;
    return error_errno (err, "making a temporary file of %llu bytes",
                        (unsigned long long) size);
  }
  return TAKE_FD (fd);
}

/* --- backing files --------------------------------------------------------- */

/* "nbd://host", "json:{...}", "fat:floppy": a colon before any slash. */
static bool
has_protocol (const char *name)
{
  size_t n = strcspn (name, "/:");

  return n > 0 && name[n] == ':';
}

char *
image_file_backing_path (const char *parent, const char *name,
                         struct error *err)
{
  const char *slash = strrchr (parent, '/');
  char *ret;
  int r;

  if (has_prefix (name, "file:"))
    name += 5;
  if (!*name || has_protocol (name)) {
    error_set (err, ENOTSUP, "%s: its backing file \"%s\" is not a file name; "
               "only files and devices are supported", parent, name);
    return NULL;
  }
  if (*name == '/' || !slash)
    r = asprintf (&ret, "%s", name);
  else
    r = asprintf (&ret, "%.*s/%s", (int) (slash - parent), parent, name);
  if (r == -1) {
    error_set (err, ENOMEM, "out of memory");
    return NULL;
  }
  return ret;
}
