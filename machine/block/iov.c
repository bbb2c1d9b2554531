/* Parts of scatter lists: see iov.h. */

#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "iov.h"

size_t
iov_length (const struct iovec *iov, int iovcnt)
{
  size_t len = 0;

  for (int i = 0; i < iovcnt; ++i)
    len += iov[i].iov_len;
  return len;
}

/* Call `piece` for each contiguous piece of the part. */
static void
each_piece (const struct iovec *iov, int iovcnt, size_t skip, size_t len,
            void (*piece) (void *p, size_t n, size_t done, void *opaque),
            void *opaque)
{
  size_t done = 0;

  for (int i = 0; i < iovcnt && done < len; ++i) {
    size_t n;

    if (skip >= iov[i].iov_len) {
      skip -= iov[i].iov_len;
      continue;
    }
    n = iov[i].iov_len - skip;
    if (n > len - done)
      n = len - done;
    piece ((char *) iov[i].iov_base + skip, n, done, opaque);
    skip = 0;
    done += n;
  }
}

struct slice {
  struct iovec *iov;
  int cnt;
};

static void
slice_piece (void *p, size_t n, size_t done, void *opaque)
{
  struct slice *s = opaque;

  s->iov[s->cnt].iov_base = p;
  s->iov[s->cnt].iov_len = n;
  s->cnt++;
}

struct iovec *
iov_slice (const struct iovec *iov, int iovcnt, size_t skip, size_t len,
           int extra, int *ret_cnt)
{
  struct slice s = { NULL, extra };

  s.iov = calloc ((size_t) iovcnt + 2 * (size_t) extra + 1, sizeof *s.iov);
  if (!s.iov)
    return NULL;
  each_piece (iov, iovcnt, skip, len, slice_piece, &s);
  *ret_cnt = s.cnt - extra;
  return s.iov;
}

static void
zero_piece (void *p, size_t n, size_t done, void *opaque)
{
  memset (p, 0, n);
}

void
iov_zero (const struct iovec *iov, int iovcnt, size_t skip, size_t len)
{
  each_piece (iov, iovcnt, skip, len, zero_piece, NULL);
}

static void
from_piece (void *p, size_t n, size_t done, void *opaque)
{
  memcpy (p, (const char *) opaque + done, n);
}

void
iov_from_buf (const struct iovec *iov, int iovcnt, size_t skip,
              const void *buf, size_t len)
{
  each_piece (iov, iovcnt, skip, len, from_piece, (void *) buf);
}

static void
to_piece (void *p, size_t n, size_t done, void *opaque)
{
  memcpy ((char *) opaque + done, p, n);
}

void
iov_to_buf (const struct iovec *iov, int iovcnt, size_t skip, void *buf,
            size_t len)
{
  each_piece (iov, iovcnt, skip, len, to_piece, buf);
}
