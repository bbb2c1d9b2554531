/* Frames over the port: see port.h.
 *
 * Reads go through a buffer, so that a small call costs one system call.
 */

#include <config.h>

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#include "port.h"

#define BUFFER_SIZE 65536 /* as the driver's own */
#define MAX_SEGMENTS 16
#define MAX_WRITE ((size_t) 128 << 10)
#define MIN_WRITE ((size_t) 4 << 10)

static int in_fd = -1, out_fd = -1;
static char buffer[BUFFER_SIZE];
static size_t buffer_pos, buffer_len;
static uint32_t call_proc, call_serial;

void
port_init (int in, int out)
{
  in_fd = in;
  out_fd = out;
  buffer_pos = buffer_len = 0;
}

int
port_out_fd (void)
{
  return out_fd;
}

int
port_in_fd (void)
{
  return in_fd;
}

void
port_set_call (uint32_t proc, uint32_t serial)
{
  call_proc = proc;
  call_serial = serial;
}

bool
port_is_current (const struct frame_header *f)
{
  return f->proc == call_proc && f->serial == call_serial;
}

static ssize_t
read_retry (void *buf, size_t len)
{
  ssize_t n;

  do
    n = read (in_fd, buf, len);
  while (n == -1 && errno == EINTR);
  return n;
}

/* A part of a large body, without a copy.  A read ends with a buffer of the
 * driver; readv asks the driver once for each of its segments, as long as they
 * become full, so that one system call takes many buffers. */
static ssize_t
read_large (char *buf, size_t len)
{
  struct iovec iov[MAX_SEGMENTS];
  size_t nr = 0;
  ssize_t n;

  for (; nr < MAX_SEGMENTS && len > 0; ++nr) {
    iov[nr].iov_base = buf;
    iov[nr].iov_len = len < BUFFER_SIZE ? len : BUFFER_SIZE;
    buf += iov[nr].iov_len;
    len -= iov[nr].iov_len;
  }
  do
    n = readv (in_fd, iov, nr);
  while (n == -1 && errno == EINTR);
  return n;
}

ssize_t
port_read_some (void *buf, size_t len, struct error *err)
{
  ssize_t n;

  if (buffer_pos == buffer_len) {
    if (len >= BUFFER_SIZE) {
      n = read_large (buf, len);
      return n == -1 ? error_errno (err, "reading from the library") : n;
    }
    n = read_retry (buffer, BUFFER_SIZE);
    if (n == -1)
      return error_errno (err, "reading from the library");
    buffer_pos = 0;
    buffer_len = n;
  }
  n = buffer_len - buffer_pos;
  if ((size_t) n > len)
    n = len;
  memcpy (buf, buffer + buffer_pos, n);
  buffer_pos += n;
  return n;
}

/* As port_read, but 0 when the connection ends before the first byte. */
static int
read_exactly (void *buf, size_t len, struct error *err)
{
  size_t done = 0;

  while (done < len) {
    ssize_t n = port_read_some ((char *) buf + done, len - done, err);

    if (n == -1)
      return -1;
    if (n == 0)
      return done == 0 ? 0
        : error_set (err, EPIPE, "the library closed the connection");
    done += n;
  }
  return 1;
}

int
port_read (void *buf, size_t len, struct error *err)
{
  int r = len > 0 ? read_exactly (buf, len, err) : 1;

  if (r == 0)
    return error_set (err, EPIPE, "the library closed the connection");
  return r == -1 ? -1 : 0;
}

int
port_read_header (struct frame_header *ret, struct error *err)
{
  unsigned char data[FRAME_HEADER_SIZE];
  int r = read_exactly (data, sizeof data, err);

  if (r != 1)
    return r;
  frame_header_decode (data, ret);
  return frame_header_check (ret, err) == -1 ? -1 : 1;
}

static void
make_header (unsigned char *data, enum frame_kind kind, size_t len)
{
  const struct frame_header h = {
    .length = len, .kind = kind, .proc = call_proc, .serial = call_serial
  };

  frame_header_encode (&h, data);
}

/* The driver copies each write into one piece of memory, and fails when there
 * is none of that size: then less at once may do. */
int
port_write (const void *buf, size_t len, struct error *err)
{
  const char *p = buf;
  size_t most = MAX_WRITE;

  while (len > 0) {
    ssize_t n = write (out_fd, p, len < most ? len : most);

    if (n == -1 && errno == ENOMEM && most > MIN_WRITE) {
      most /= 2;
      continue;
    }
    if (n == -1 && errno != EINTR)
      return error_errno (err, "writing to the library");
    if (n > 0) {
      p += n;
      len -= n;
    }
  }
  return 0;
}

int
port_send_header (enum frame_kind kind, size_t len, struct error *err)
{
  unsigned char header[FRAME_HEADER_SIZE];

  make_header (header, kind, len);
  return port_write (header, sizeof header, err);
}

int
port_send (enum frame_kind kind, const void *body, size_t len,
           struct error *err)
{
  unsigned char small[4096];

  if (len > FRAME_MAX)
    return error_set (err, EFBIG, "reply of %zu bytes is too large", len);
  if (len > sizeof small - FRAME_HEADER_SIZE)
    return port_send_header (kind, len, err) == -1
      ? -1 : port_write (body, len, err);
  make_header (small, kind, len);
  if (len > 0)
    memcpy (small + FRAME_HEADER_SIZE, body, len);
  return port_write (small, FRAME_HEADER_SIZE + len, err);
}

bool
port_has_input (void)
{
  struct pollfd p = { .fd = in_fd, .events = POLLIN };

  return buffer_pos < buffer_len || poll (&p, 1, 0) > 0;
}
