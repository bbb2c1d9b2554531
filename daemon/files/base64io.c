/* base64_in and base64_out. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>

#include "actions.h"
#include "base64.h"
#include "guestfile.h"
#include "io.h"
#include "transfer.h"

struct decoding {
  struct base64_decoder decoder;
  struct strbuf out;
  int fd;
};

static void
decoding_release (struct decoding *d)
{
  strbuf_release (&d->out);
  cleanup_close (&d->fd);
}

static int
decode_chunk (void *opaque, const void *data, size_t len, struct error *err)
{
  struct decoding *d = opaque;

  d->out.len = 0;
  if (base64_decode (&d->decoder, data, len, &d->out) == -1)
    return error_set (err, errno, "not base64");
  if (write_full (d->fd, d->out.data, d->out.len) == -1)
    return error_errno (err, "write");
  return 0;
}

int
do_base64_in (const char *filename, struct error *err)
{
  CLEANUP (decoding_release) struct decoding d = { .fd = -1 };

  d.fd = file_open_write (filename, O_CREAT | O_TRUNC, err);
  if (d.fd == -1)
    return -1;
  if (receive_file (decode_chunk, &d, err) == -1)
    return error_prefix (err, "%s", filename);
  if (base64_decode_end (&d.decoder) == -1)
    return error_set (err, EINVAL, "%s: the base64 text ends early", filename);
  return file_close (&d.fd, filename, err);
}

int
do_base64_out (const char *filename, struct error *err)
{
  CLEANUP_CLOSE int fd = file_open_read (filename, err);
  CLEANUP_STRBUF struct strbuf out = STRBUF_INIT;
  struct base64_encoder e = { .nr = 0 };
  char *buf = io_buffer (err);
  ssize_t n;

  if (fd == -1 || !buf)
    return -1;
  while ((n = read_full (fd, buf, IO_PIECE)) > 0) {
    out.len = 0;
    if (base64_encode (&e, (unsigned char *) buf, n, &out) == -1)
      return error_errno (err, "%s", filename);
    if (send_chunk (out.data, out.len, err) == -1)
      return -1;
  }
  if (n == -1)
    return error_errno (err, "%s", filename);
  out.len = 0;
  if (base64_encode_end (&e, &out) == -1)
    return error_errno (err, "%s", filename);
  if (out.len > 0 && send_chunk (out.data, out.len, err) == -1)
    return -1;
  return send_end (err);
}
