/* Frames: see frame.h. */

#include <config.h>

#include <errno.h>
#include <string.h>
#include <sys/uio.h>

#include "frame.h"
#include "io.h"

/* How much memory a body may claim before its bytes are there. */
#define BODY_STEP (256U * 1024)

static void
put (unsigned char *to, uint32_t value)
{
  to[0] = value >> 24;
  to[1] = value >> 16;
  to[2] = value >> 8;
  to[3] = value;
}

static uint32_t
get (const unsigned char *from)
{
  return (uint32_t) from[0] << 24 | (uint32_t) from[1] << 16
         | (uint32_t) from[2] << 8 | from[3];
}

void
frame_header_encode (const struct frame_header *h,
                     unsigned char ret[FRAME_HEADER_SIZE])
{
  put (ret, h->length);
  put (ret + 4, h->kind);
  put (ret + 8, h->proc);
  put (ret + 12, h->serial);
}

void
frame_header_decode (const unsigned char data[FRAME_HEADER_SIZE],
                     struct frame_header *ret)
{
  ret->length = get (data);
  ret->kind = get (data + 4);
  ret->proc = get (data + 8);
  ret->serial = get (data + 12);
}

int
frame_header_check (const struct frame_header *h, struct error *err)
{
  uint32_t max;

  switch (h->kind) {
  case FRAME_CALL:
  case FRAME_REPLY:
    max = FRAME_MAX;
    break;
  case FRAME_CHUNK:
    max = CHUNK_MAX;
    break;
  case FRAME_END:
  case FRAME_CANCEL:
    max = 0;
    break;
  case FRAME_ERROR:
  case FRAME_PROGRESS:
  case FRAME_READY:
    max = FRAME_SMALL_MAX;
    break;
  default:
    return error_set (err, EPROTO, "RPC: unknown kind of frame %u", h->kind);
  }
  if (h->length > max)
    return error_set (err, EPROTO, "RPC: frame of kind %u is too long (%u)",
                      h->kind, h->length);
  return 0;
}

static int
write_all (int fd, struct iovec *iov, int nr)
{
  while (nr > 0) {
    ssize_t n = writev (fd, iov, nr);

    if (n == -1) {
      if (errno == EINTR)
        continue;
      return -1;
    }
    while (nr > 0 && (size_t) n >= iov->iov_len) {
      n -= iov->iov_len;
      iov++;
      nr--;
    }
    if (nr > 0) {
      iov->iov_base = (char *) iov->iov_base + n;
      iov->iov_len -= n;
    }
  }
  return 0;
}

int
frame_send (int fd, uint32_t kind, uint32_t proc, uint32_t serial,
            const void *body, size_t len, struct error *err)
{
  unsigned char bytes[FRAME_HEADER_SIZE];
  struct frame_header h = { .kind = kind, .proc = proc, .serial = serial };
  struct iovec iov[2] = { { bytes, sizeof bytes }, { (void *) body, len } };

  if (len > FRAME_MAX)
    return error_set (err, EMSGSIZE, "RPC: message is too long (%zu)", len);
  h.length = len;
  if (frame_header_check (&h, err) == -1)
    return -1;
  frame_header_encode (&h, bytes);
  if (write_all (fd, iov, len > 0 ? 2 : 1) == -1)
    return error_errno (err, "RPC: send");
  return 0;
}

int
frame_recv_header (int fd, struct frame_header *ret, struct error *err)
{
  unsigned char bytes[FRAME_HEADER_SIZE];
  struct frame_header h;
  ssize_t n = read_full (fd, bytes, sizeof bytes);

  if (n == -1)
    return error_errno (err, "RPC: receive");
  if (n == 0)
    return 0;
  if (n < FRAME_HEADER_SIZE)
    return error_set (err, ECONNRESET, "RPC: the stream ends in a header");
  frame_header_decode (bytes, &h);
  if (frame_header_check (&h, err) == -1)
    return -1;
  *ret = h;
  return 1;
}

int
frame_recv_body (int fd, const struct frame_header *h, struct strbuf *body,
                 struct error *err)
{
  body->len = 0;
  while (body->len < h->length) {
    size_t left = h->length - body->len;
    size_t step = body->len < BODY_STEP ? BODY_STEP : body->len;
    ssize_t n;

    if (step > left)
      step = left;
    if (strbuf_reserve (body, step) == -1)
      return error_errno (err, "RPC: message of %u bytes", h->length);
    n = read_full (fd, body->data + body->len, step);
    if (n == -1)
      return error_errno (err, "RPC: receive");
    body->len += n;
    body->data[body->len] = '\0';
    if ((size_t) n < step)
      return error_set (err, ECONNRESET, "RPC: the stream ends in a frame");
  }
  return 0;
}

int
frame_recv (int fd, struct frame_header *ret, struct strbuf *body,
            struct error *err)
{
  int r = frame_recv_header (fd, ret, err);

  if (r <= 0)
    return r;
  return frame_recv_body (fd, ret, body, err) == -1 ? -1 : 1;
}
