/* head, tail and wc.
 *
 * head reads no further than it must, and tail of a regular file starts at
 * its end, so both are quick on large files.
 */

#include <config.h>

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "actions.h"
#include "guestfile.h"
#include "io.h"
#include "lines.h"
#include "strbuf.h"
#include "strlist.h"

static char **
finish (char **lines, const char *path, struct error *err)
{
  if (!lines)
    error_errno (err, "%s", path);
  return lines;
}

/* ---- head ---------------------------------------------------------------- */

/* The first `n` lines. */
static char **
first_lines (const char *path, size_t n, struct error *err)
{
  CLEANUP_CLOSE int fd = file_open_read (path, err);
  CLEANUP_STRBUF struct strbuf text = STRBUF_INIT;
  size_t piece = 4096, lines = 0;

  if (fd == -1)
    return NULL;
  while (lines < n) {
    char *buf = io_buffer (err), *p, *end;
    ssize_t len;

    if (!buf)
      return NULL;
    len = read (fd, buf, piece);
    if (len == -1 && errno == EINTR)
      continue;
    if (len <= 0) {
      if (len == 0)
        break;
      error_errno (err, "%s", path);
      return NULL;
    }
    for (p = buf, end = buf + len; lines < n && p < end; lines++) {
      p = memchr (p, '\n', end - p);
      if (!p)
        break;
      p++;
    }
    if (strbuf_add (&text, buf, lines == n ? p - buf : len) == -1)
      return finish (NULL, path, err);
    piece = piece < IO_PIECE ? piece * 2 : IO_PIECE;
  }
  return finish (lines_split (text.data ? text.data : "", text.len, false),
                 path, err);
}

/* All but the last `n` lines. */
static char **
without_last_lines (const char *path, size_t n, struct error *err)
{
  size_t len;
  CLEANUP_FREE char *text = file_read_all (path, &len, err);

  if (!text)
    return NULL;
  len = lines_tail_offset (text, len, n);
  return finish (lines_split (text, len, false), path, err);
}

char **
do_head_n (int nrlines, const char *path, struct error *err)
{
  if (nrlines < 0)
    return without_last_lines (path, -(size_t) nrlines, err);
  return first_lines (path, nrlines, err);
}

char **
do_head (const char *path, struct error *err)
{
  return do_head_n (10, path, err);
}

/* ---- tail -------------------------------------------------------------- */

/* From line number `n` on, the first being 1. */
static char **
lines_from (const char *path, size_t n, struct error *err)
{
  size_t len;
  CLEANUP_FREE char *text = file_read_all (path, &len, err);
  const char *p = text;

  if (!text)
    return NULL;
  while (n-- > 1 && p < text + len) {
    p = memchr (p, '\n', text + len - p);
    p = p ? p + 1 : text + len;
  }
  return finish (lines_split (p, text + len - p, false), path, err);
}

/* The last `n` lines: read more and more of the end until it holds them. */
static char **
last_lines (const char *path, size_t n, struct error *err)
{
  CLEANUP_CLOSE int fd = file_open_read (path, err);
  uint64_t piece = 16384;
  struct stat st;

  if (fd == -1)
    return NULL;
  if (fstat (fd, &st) == -1)
    return finish (NULL, path, err);
  for (;;) {
    uint64_t start = (uint64_t) st.st_size > piece ? st.st_size - piece : 0;
    CLEANUP_FREE char *text = NULL;
    size_t len, offset;

    if (start > 0 && lseek (fd, start, SEEK_SET) == -1)
      return finish (NULL, path, err);
    if (start == 0) {
      if (S_ISREG (st.st_mode) && lseek (fd, 0, SEEK_SET) == -1)
        return finish (NULL, path, err);
      text = file_read_fd (fd, path, &len, err);
      if (!text)
        return NULL;
    }
    else {
      ssize_t r;

      text = malloc (piece);
      r = text ? read_full (fd, text, piece) : -1;
      if (r == -1)
        return finish (NULL, path, err);
      len = r;
    }
    offset = lines_tail_offset (text, len, n);
    if (start == 0 || offset > 0)
      return finish (lines_split (text + offset, len - offset, false), path,
                     err);
    piece *= 8;
  }
}

char **
do_tail_n (int nrlines, const char *path, struct error *err)
{
  if (nrlines < 0)
    return lines_from (path, -(size_t) nrlines, err);
  return last_lines (path, nrlines, err);
}

char **
do_tail (const char *path, struct error *err)
{
  return do_tail_n (10, path, err);
}

/* ---- wc ---------------------------------------------------------------- */

struct counts {
  uint64_t lines, words, chars;
};

static int
count_file (const char *path, bool words, struct counts *ret, struct error *err)
{
  CLEANUP_CLOSE int fd = file_open_read (path, err);
  char *buf = io_buffer (err);
  struct counts c = { 0, 0, 0 };
  bool in_word = false;

  if (fd == -1 || !buf)
    return -1;
  for (;;) {
    ssize_t n = read_full (fd, buf, IO_PIECE);
    const char *p;

    if (n == -1)
      return error_errno (err, "%s", path);
    if (n == 0)
      break;
    c.chars += n;
    if (words)
      c.words += words_count (buf, n, &in_word);
    else
      for (p = buf; (p = memchr (p, '\n', buf + n - p)) != NULL; p++)
        c.lines++;
  }
  *ret = c;
  return 0;
}

static int
as_int (uint64_t n, const char *path, struct error *err)
{
  if (n > INT_MAX)
    return error_set (err, EOVERFLOW, "%s: the count %llu does not fit", path,
                      (unsigned long long) n);
  return n;
}

int
do_wc_l (const char *path, struct error *err)
{
  struct counts c;

  if (count_file (path, false, &c, err) == -1)
    return -1;
  return as_int (c.lines, path, err);
}

int
do_wc_w (const char *path, struct error *err)
{
  struct counts c;

  if (count_file (path, true, &c, err) == -1)
    return -1;
  return as_int (c.words, path, err);
}

int
do_wc_c (const char *path, struct error *err)
{
  struct counts c;

  if (count_file (path, false, &c, err) == -1)
    return -1;
  return as_int (c.chars, path, err);
}
