/* Copying contents and attributes: see filecopy.h. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/xattr.h>

#include "filecopy.h"
#include "guestfile.h"
#include "guestpath.h"
#include "io.h"
#include "transfer.h"

static bool
is_zeroes (const char *buf, size_t len)
{
  return len == 0 || (buf[0] == 0 && memcmp (buf, buf + 1, len - 1) == 0);
}

static int
write_piece (const struct copy *c, const char *buf, size_t len, uint64_t offset)
{
  if (c->append)
    return write_full (c->out, buf, len);
  return pwrite_full (c->out, buf, len, offset);
}

/* After a hole at the end: the file must still get its length.  A device has
 * no length, and its old contents must become zeroes. */
static int
extend_file (const struct copy *c, uint64_t end)
{
  struct stat st;

  if (fstat (c->out, &st) == -1)
    return -1;
  if (!S_ISREG (st.st_mode) || (uint64_t) st.st_size >= end)
    return 0;
  return ftruncate (c->out, end);
}

int64_t
copy_data (const struct copy *c, struct error *err)
{
  char *buf = io_buffer (err);
  uint64_t done = 0;
  bool sparse = c->sparse && !c->append;

  if (!buf)
    return -1;
  while (done < c->len) {
    uint64_t left = c->len - done;
    ssize_t n = pread_full (c->in, buf, left < IO_PIECE ? left : IO_PIECE,
                            c->in_offset + done);

    if (n == -1)
      return error_errno (err, "%s: read", c->what);
    if (n == 0)
      break;
    if (!(sparse && is_zeroes (buf, n))
        && write_piece (c, buf, n, c->out_offset + done) == -1)
      return error_errno (err, "%s: write", c->what);
    done += n;
    notify_progress (done, c->total);
    if (is_cancelled ())
      return error_set (err, ECANCELED, "%s: cancelled", c->what);
  }
  if (sparse && extend_file (c, c->out_offset + done) == -1)
    return error_errno (err, "%s: extend", c->what);
  return done;
}

/* Copy one range of data inside the kernel where it can. */
static int
copy_range (int in, int out, off_t from, off_t to, const char *what,
            struct error *err)
{
  off_t in_offset = from, out_offset = from;

  while (in_offset < to) {
    ssize_t n = copy_file_range (in, &in_offset, out, &out_offset,
                                 to - in_offset, 0);

    if (n == 0)
      return 0; /* the file became shorter */
    if (n == -1) {
      struct copy c = { .in = in, .out = out, .what = what,
                        .in_offset = in_offset, .out_offset = out_offset,
                        .len = to - in_offset, .total = to };

      if (errno != EXDEV && errno != EINVAL && errno != EOPNOTSUPP
          && errno != ENOSYS)
        return error_errno (err, "%s", what);
      return copy_data (&c, err) == -1 ? -1 : 0;
    }
  }
  return 0;
}

int
copy_file (int in, const struct stat *st, int out, const char *what,
           struct error *err)
{
  off_t data = 0, hole;

  if (st->st_blocks * 512 >= st->st_size)
    return copy_range (in, out, 0, st->st_size, what, err);
  while (data < st->st_size) {
    data = lseek (in, data, SEEK_DATA);
    if (data == -1 && errno == ENXIO)
      break;
    if (data == -1) {
      data = 0;
      hole = st->st_size;
    }
    else if ((hole = lseek (in, data, SEEK_HOLE)) == -1)
      return error_errno (err, "%s: SEEK_HOLE", what);
    if (copy_range (in, out, data, hole, what, err) == -1)
      return -1;
    data = hole;
  }
  if (ftruncate (out, st->st_size) == -1)
    return error_errno (err, "%s", what);
  return 0;
}

/* By descriptor, which O_PATH ones do not allow. */
static ssize_t
list_xattrs (int fd, const char *path, char *names, size_t size)
{
  ssize_t n = flistxattr (fd, names, size);

  return n == -1 && errno == EBADF ? listxattr (path, names, size) : n;
}

int
copy_xattrs (int in, int out, const char *what, struct error *err)
{
  char in_path[32], out_path[32];
  CLEANUP_FREE char *names = NULL, *value = NULL;
  const char *p;
  ssize_t n, len;

  guest_fd_path (in, in_path);
  guest_fd_path (out, out_path);
  n = list_xattrs (in, in_path, NULL, 0);
  if (n == 0 || (n == -1 && (errno == EOPNOTSUPP || errno == ENOSYS)))
    return 0;
  if (n > 0 && (names = malloc (n)) != NULL && (value = malloc (65536)) != NULL)
    n = list_xattrs (in, in_path, names, n);
  if (n == -1 || !names || !value)
    return error_errno (err, "%s: extended attributes", what);
  for (p = names; p < names + n; p += strlen (p) + 1) {
    len = getxattr (in_path, p, value, 65536);
    if (len == -1 || setxattr (out_path, p, value, len, 0) == -1)
      return error_errno (err, "%s: extended attribute %s", what, p);
  }
  return 0;
}
