/* Whole reads and writes: see io.h. */

#include <config.h>

#include <errno.h>
#include <unistd.h>

#include "cleanup.h"
#include "io.h"
#include "strbuf.h"

ssize_t
read_full (int fd, void *buf, size_t len)
{
  size_t done = 0;

  while (done < len) {
    ssize_t n = read (fd, (char *) buf + done, len - done);
    if (n == -1 && errno == EINTR)
      continue;
    if (n == -1)
      return -1;
    if (n == 0)
      break;
    done += n;
  }
  return done;
}

ssize_t
pread_full (int fd, void *buf, size_t len, off_t offset)
{
  size_t done = 0;

  while (done < len) {
    ssize_t n = pread (fd, (char *) buf + done, len - done, offset + done);
    if (n == -1 && errno == EINTR)
      continue;
    if (n == -1)
      return -1;
    if (n == 0)
      break;
    done += n;
  }
  return done;
}

int
write_full (int fd, const void *buf, size_t len)
{
  size_t done = 0;

  while (done < len) {
    ssize_t n = write (fd, (const char *) buf + done, len - done);
    if (n == -1 && errno == EINTR)
      continue;
    if (n == -1)
      return -1;
    done += n;
  }
  return 0;
}

int
pwrite_full (int fd, const void *buf, size_t len, off_t offset)
{
  size_t done = 0;

  while (done < len) {
    ssize_t n = pwrite (fd, (const char *) buf + done, len - done,
                        offset + done);
    if (n == -1 && errno == EINTR)
      continue;
    if (n == -1)
      return -1;
    done += n;
  }
  return 0;
}

int
read_rest (int fd, size_t limit, struct strbuf *ret)
{
  /* Secrets are short, and memory that is locked is scarce. */
  const size_t piece = ret->secret ? 4000 : 65536;

  for (;;) {
    ssize_t n;

    if (strbuf_reserve (ret, piece) == -1)
      return -1;
    n = read (fd, ret->data + ret->len, piece);
    if (n == -1 && errno == EINTR)
      continue;
    if (n == -1)
      return -1;
    if (n == 0)
      break;
    ret->len += n;
    if (ret->len > limit) {
      errno = EFBIG;
      return -1;
    }
  }
  ret->data[ret->len] = '\0';
  return 0;
}

char *
read_whole_fd (int fd, size_t limit, size_t *ret_len)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;

  if (read_rest (fd, limit, &b) == -1)
    return NULL;
  if (ret_len)
    *ret_len = b.len;
  return strbuf_take (&b);
}
