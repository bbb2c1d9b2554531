/* strings, strings_e and hexdump.
 *
 * The scanner keeps its state over pieces, so a file is read once and never
 * held in memory.
 */

#include <config.h>

#include <errno.h>
#include <string.h>

#include "actions.h"
#include "guestfile.h"
#include "io.h"
#include "textscan.h"

static char **
find_strings (const char *encoding, const char *path, struct error *err)
{
  CLEANUP (string_scan_release) struct string_scan scan = { .width = 0 };
  CLEANUP_CLOSE int fd = -1;
  char *buf = io_buffer (err);
  ssize_t n;
  char **ret;

  if (!buf)
    return NULL;
  if (string_scan_init (&scan, encoding) == -1) {
    error_set (err, EINVAL, "%s: not an encoding; it is one of s S b l B L",
               encoding);
    return NULL;
  }
  fd = file_open_read (path, err);
  if (fd == -1)
    return NULL;
  while ((n = read_full (fd, buf, IO_PIECE)) > 0)
    if (string_scan_add (&scan, (unsigned char *) buf, n) == -1) {
      n = -1;
      break;
    }
  if (n == -1 || !(ret = string_scan_finish (&scan))) {
    error_errno (err, "%s", path);
    return NULL;
  }
  return ret;
}

char **
do_strings (const char *path, struct error *err)
{
  return find_strings ("s", path, err);
}

char **
do_strings_e (const char *encoding, const char *path, struct error *err)
{
  return find_strings (encoding, path, err);
}

char *
do_hexdump (const char *path, struct error *err)
{
  CLEANUP_STRBUF struct strbuf out = STRBUF_INIT;
  CLEANUP_CLOSE int fd = file_open_read (path, err);
  struct hexdump dump = { .out = &out };
  char *buf = io_buffer (err);
  ssize_t n;

  if (fd == -1 || !buf)
    return NULL;
  while ((n = read_full (fd, buf, IO_PIECE)) > 0)
    if (hexdump_add (&dump, (unsigned char *) buf, n) == -1) {
      n = -1;
      break;
    }
  if (n == -1 || hexdump_finish (&dump) == -1) {
    error_errno (err, "%s", path);
    return NULL;
  }
  return strbuf_take (&out);
}
