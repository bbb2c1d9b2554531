/* Database files of a guest: see dbfile.h. */

#include <config.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checked.h"
#include "dbfile.h"
#include "io.h"
#include "rootfs.h"

#define WINDOW (256 * 1024)
#define WINDOW_MIN (16 * 1024)

int
dbfile_open (struct dbfile *f, int root, const char *path, struct error *err)
{
  CLEANUP_CLOSE int fd = rootfs_open (root, path);
  struct stat st;

  if (fd == -1 && (errno == ENOENT || errno == ENOTDIR))
    return 0;
  if (fd == -1 || fstat (fd, &st) == -1)
    return error_errno (err, "%s", path);
  if ((uint64_t) st.st_size > DBFILE_MAX)
    return error_set (err, EFBIG, "%s: it is too large", path);
  f->window = malloc (WINDOW);
  if (!f->window)
    return error_errno (err, "%s", path);
  f->fd = TAKE_FD (fd);
  f->size = st.st_size;
  f->used = f->start = f->len = 0;
  return 1;
}

void
dbfile_memory (struct dbfile *f, const void *data, size_t size)
{
  *f = (struct dbfile) {
    .fd = -1, .size = size, .window = (char *) data, .len = size,
  };
}

void
dbfile_release (struct dbfile *f)
{
  if (f->fd != -1) {
    free (f->window);
    close (f->fd);
  }
  *f = (struct dbfile) DBFILE_INIT;
}

/* Read ahead a little after a jump, and much where one reads on. */
static size_t
amount (const struct dbfile *f, uint64_t offset, size_t len)
{
  uint64_t end = f->start + f->len;
  size_t ret = WINDOW_MIN;

  if (f->len > 0 && offset + len > end && offset <= end + WINDOW_MIN)
    ret = f->ahead * 2;
  if (ret < len)
    ret = len;
  return ret > WINDOW ? WINDOW : ret;
}

static int
move_window (struct dbfile *f, uint64_t offset, size_t len, struct error *err)
{
  ssize_t n;

  f->ahead = amount (f, offset, len);
  f->len = 0;
  n = pread_full (f->fd, f->window, f->ahead, offset);
  if (n == -1)
    return error_errno (err, "cannot read it");
  f->start = offset;
  f->len = n;
  if (f->len < len)
    return error_set (err, ENODATA, "it ends too early");
  return 0;
}

int
dbfile_read (struct dbfile *f, uint64_t offset, void *buf, size_t len,
             struct error *err)
{
  char *to = buf;

  if (!range_fits (offset, len, f->size))
    return error_set (err, ENODATA, "it ends before what it refers to");
  f->used += len;
  if (f->used > DBFILE_TIMES * f->size + WINDOW)
    return error_set (err, ELOOP, "its parts lead in circles");
  while (len > 0) {
    bool is_inside = offset >= f->start && offset - f->start < f->len;
    size_t n = is_inside ? f->len - (offset - f->start) : 0;

    if (!is_inside) {
      if (move_window (f, offset, len < WINDOW ? len : WINDOW, err) == -1)
        return -1;
      continue;
    }
    if (n > len)
      n = len;
    memcpy (to, f->window + (offset - f->start), n);
    to += n;
    offset += n;
    len -= n;
  }
  return 0;
}
