/* Arithmetic on the buffers of a chain. */
#ifndef BATHYSCOPE_VIRTIO_IOV_H
#define BATHYSCOPE_VIRTIO_IOV_H

#include <string.h>
#include <sys/uio.h>

#include "block/iov.h"

/* Skip the first `len` bytes: moves *iov and *n on, and shortens the first
 * buffer that remains. */
static inline void
iov_skip (struct iovec **iov, int *n, size_t len)
{
  while (*n > 0 && len >= (*iov)->iov_len) {
    len -= (*iov)->iov_len;
    ++*iov;
    --*n;
  }
  if (*n > 0) {
    (*iov)->iov_base = (char *) (*iov)->iov_base + len;
    (*iov)->iov_len -= len;
  }
}

/* Copy up to `len` bytes out of, or into, the buffers; returns the count. */
static inline size_t
iov_read (const struct iovec *iov, int n, void *buf, size_t len)
{
  size_t done = 0;
  int i;

  for (i = 0; i < n && done < len; ++i) {
    size_t part = iov[i].iov_len < len - done ? iov[i].iov_len : len - done;

    memcpy ((char *) buf + done, iov[i].iov_base, part);
    done += part;
  }
  return done;
}

static inline size_t
iov_write (const struct iovec *iov, int n, const void *buf, size_t len)
{
  size_t done = 0;
  int i;

  for (i = 0; i < n && done < len; ++i) {
    size_t part = iov[i].iov_len < len - done ? iov[i].iov_len : len - done;

    memcpy (iov[i].iov_base, (const char *) buf + done, part);
    done += part;
  }
  return done;
}

#endif
