/* Files of a pattern, directories of many files, and comparing files. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "actions.h"
#include "guestfile.h"
#include "io.h"
#include "transfer.h"

/* Write `len` bytes that repeat the first `used` bytes of the buffer, which are
 * whole repetitions of the pattern. */
static int
fill_file (const char *path, const char *buf, size_t used, uint64_t len,
           struct error *err)
{
  CLEANUP_CLOSE int fd = file_open_write (path, O_CREAT | O_TRUNC, err);
  uint64_t done = 0;

  if (fd == -1)
    return -1;
  while (done < len) {
    size_t n = len - done < used ? len - done : used;

    if (write_full (fd, buf, n) == -1)
      return error_errno (err, "%s", path);
    done += n;
    notify_progress (done, len);
  }
  return file_close (&fd, path, err);
}

int
do_fill (int c, int len, const char *path, struct error *err)
{
  char *buf = io_buffer (err);

  if (!buf)
    return -1;
  if (c < 0 || c > 255)
    return error_set (err, EINVAL, "%d is not a byte", c);
  if (len < 0)
    return error_set (err, EINVAL, "length %d is negative", len);
  memset (buf, c, IO_PIECE);
  return fill_file (path, buf, IO_PIECE, len, err);
}

int
do_fill_pattern (const char *pattern, int len, const char *path,
                 struct error *err)
{
  size_t period = strlen (pattern), used;
  char *buf = io_buffer (err);

  if (!buf)
    return -1;
  if (period == 0 || period > IO_PIECE)
    return error_set (err, EINVAL, "the pattern is %s",
                      period == 0 ? "empty" : "too long");
  if (len < 0)
    return error_set (err, EINVAL, "length %d is negative", len);
  for (used = 0; used + period <= IO_PIECE; used += period)
    memcpy (buf + used, pattern, period);
  return fill_file (path, buf, used, len, err);
}

int
do_fill_dir (const char *dir, int nr, struct error *err)
{
  CLEANUP_CLOSE int dirfd = file_open_dir (dir, err);
  char name[16];
  int i;

  if (dirfd == -1)
    return -1;
  if (nr < 0)
    return error_set (err, EINVAL, "%d files", nr);
  for (i = 0; i < nr; i++) {
    snprintf (name, sizeof name, "%08d", i);
    if (mknodat (dirfd, name, S_IFREG | 0666, 0) == -1 && errno != EEXIST)
      return error_errno (err, "%s/%s", dir, name);
  }
  return 0;
}

/* ---- comparing ----------------------------------------------------------- */

/* Both files in halves of the buffer. */
static int
compare_fds (int fd1, int fd2, const char *file1, const char *file2,
             struct error *err)
{
  const size_t half = IO_PIECE / 2;
  char *buf = io_buffer (err);

  if (!buf)
    return -1;
  for (;;) {
    ssize_t n1 = read_full (fd1, buf, half);
    ssize_t n2;

    if (n1 == -1)
      return error_errno (err, "%s", file1);
    n2 = read_full (fd2, buf + half, half);
    if (n2 == -1)
      return error_errno (err, "%s", file2);
    if (n1 != n2 || memcmp (buf, buf + half, n1) != 0)
      return 0;
    if (n1 == 0)
      return 1;
  }
}

int
do_equal (const char *file1, const char *file2, struct error *err)
{
  CLEANUP_CLOSE int fd1 = file_open_read (file1, err), fd2 = -1;
  struct stat st1, st2;

  if (fd1 == -1 || (fd2 = file_open_read (file2, err)) == -1)
    return -1;
  if (fstat (fd1, &st1) == 0 && fstat (fd2, &st2) == 0
      && S_ISREG (st1.st_mode) && S_ISREG (st2.st_mode)
      && st1.st_size != st2.st_size)
    return 0;
  return compare_fds (fd1, fd2, file1, file2, err);
}

static int
is_zero_fd (int fd, const char *path, struct error *err)
{
  char *buf = io_buffer (err);

  if (!buf)
    return -1;
  for (;;) {
    ssize_t n = read_full (fd, buf, IO_PIECE);

    if (n == -1)
      return error_errno (err, "%s", path);
    if (n == 0)
      return 1;
    if (buf[0] != 0 || memcmp (buf, buf + 1, n - 1) != 0)
      return 0;
    if (is_cancelled ())
      return error_set (err, ECANCELED, "%s: cancelled", path);
  }
}

int
do_is_zero (const char *path, struct error *err)
{
  CLEANUP_CLOSE int fd = file_open_read (path, err);

  return fd == -1 ? -1 : is_zero_fd (fd, path, err);
}

int
do_is_zero_device (const char *device, struct error *err)
{
  CLEANUP_CLOSE int fd = devpath_open (device, O_RDONLY, err);

  return fd == -1 ? -1 : is_zero_fd (fd, device, err);
}
