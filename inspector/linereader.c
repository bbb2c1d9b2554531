/* Lines of a guest's file: see linereader.h. */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "linereader.h"

#define SIZE (4 * LINE_READER_MAX)

void
line_reader_release (struct line_reader *r)
{
  free (r->buf);
  r->buf = NULL;
}

/* Make room, and read once.  0 at the end of the file, -1 on error. */
static int
fill (struct line_reader *r)
{
  ssize_t n;

  if (r->start > 0) {
    memmove (r->buf, r->buf + r->start, r->end - r->start);
    r->end -= r->start;
    r->start = 0;
  }
  do
    n = read (r->fd, r->buf + r->end, SIZE - r->end);
  while (n == -1 && errno == EINTR);
  if (n > 0) {
    r->end += n;
    r->total += n;
    if (r->total > LINE_READER_FILE_MAX) {
      errno = EFBIG;
      return -1;
    }
  }
  return n == 0 ? 0 : n < 0 ? -1 : 1;
}

/* A line from `start` of `len` bytes, of which `used` are over with it. */
static char *
give (struct line_reader *r, size_t len, size_t used, size_t *ret_len)
{
  char *ret = r->buf + r->start;

  r->start += used;
  if (len > LINE_READER_MAX)
    len = LINE_READER_MAX;
  ret[len] = '\0';
  if (len > 0 && ret[len - 1] == '\r')
    ret[--len] = '\0';
  *ret_len = len;
  return ret;
}

/* A file that is too large is better not begun. */
static int
begin (struct line_reader *r)
{
  struct stat st;

  if (fstat (r->fd, &st) == -1)
    return -1;
  if (st.st_size > LINE_READER_FILE_MAX) {
    errno = EFBIG;
    return -1;
  }
  r->buf = malloc (SIZE + 1);
  return r->buf ? 0 : -1;
}

char *
line_reader_next (struct line_reader *r, size_t *ret_len)
{
  if (!r->buf && begin (r) == -1) {
    r->errnum = errno;
    return NULL;
  }
  for (;;) {
    size_t have = r->end - r->start;
    char *newline = memchr (r->buf + r->start, '\n', have);
    int n;

    if (newline) {
      size_t len = newline - (r->buf + r->start);

      if (!r->is_skipping)
        return give (r, len, len + 1, ret_len);
      r->is_skipping = false;
      r->start += len + 1;
      continue;
    }
    if (r->is_skipping)
      r->start = r->end;
    else if (have > LINE_READER_MAX) {
      r->is_skipping = true;
      return give (r, have - 1, have - 1, ret_len);
    }
    else if (r->is_end && have > 0)
      return give (r, have, have, ret_len);
    if (r->is_end)
      return NULL;
    n = fill (r);
    if (n == -1) {
      r->errnum = errno;
      return NULL;
    }
    r->is_end = n == 0;
  }
}
