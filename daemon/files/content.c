/* Whole contents of files: cat, read_file, read_lines, write and relatives. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "guestfile.h"
#include "io.h"
#include "lines.h"
#include "strlist.h"
#include "transfer.h"

char *
do_cat (const char *path, struct error *err)
{
  return file_read_all (path, NULL, err);
}

/* As much as can be read without memory that the kernel must give first. */
#define SMALL_FILE 65536

char *
do_internal_read_small_file (const char *path, size_t *ret_size,
                             struct error *err)
{
  CLEANUP_CLOSE int fd = file_open_read (path, err);
  CLEANUP_FREE char *buf = fd == -1 ? NULL : malloc (SMALL_FILE + 1);
  ssize_t n;

  if (fd == -1)
    return NULL;
  n = buf ? read_full (fd, buf, SMALL_FILE + 1) : -1;
  if (n == -1)
    error_errno (err, "%s", path);
  else if (n > SMALL_FILE)
    error_set (err, EFBIG, "%s: it is no small file", path);
  else {
    buf[n] = '\0';
    *ret_size = n;
    return TAKE_PTR (buf);
  }
  return NULL;
}

int
do_internal_read_large_file (const char *path, struct error *err)
{
  CLEANUP_CLOSE int fd = file_open_read (path, err);

  if (fd == -1)
    return -1;
  if (send_fd (fd, UINT64_MAX, err) == -1)
    return error_prefix (err, "%s", path);
  return send_end (err);
}

char **
do_read_lines (const char *path, struct error *err)
{
  size_t len;
  CLEANUP_FREE char *text = file_read_all (path, &len, err);
  char **ret;

  if (!text)
    return NULL;
  ret = lines_split (text, len, true);
  if (!ret)
    error_errno (err, "%s", path);
  return ret;
}

static int
write_contents (const char *path, int flags, const void *data, size_t len,
                struct error *err)
{
  CLEANUP_CLOSE int fd = file_open_write (path, O_CREAT | flags, err);

  if (fd == -1)
    return -1;
  if (write_full (fd, data, len) == -1)
    return error_errno (err, "%s", path);
  return file_close (&fd, path, err);
}

int
do_write (const char *path, const char *content, size_t content_size,
          struct error *err)
{
  return write_contents (path, O_TRUNC, content, content_size, err);
}

int
do_write_append (const char *path, const char *content, size_t content_size,
                 struct error *err)
{
  return write_contents (path, O_APPEND, content, content_size, err);
}

int
do_write_file (const char *path, const char *content, int size,
               struct error *err)
{
  size_t len = strlen (content);

  if (size < 0 || (size_t) size > len)
    return error_set (err, EINVAL, "size %d is not within the content's %zu "
                      "bytes", size, len);
  return write_contents (path, O_TRUNC, content, size ? (size_t) size : len,
                         err);
}
