/* Serving the calls of the library: see serve.h. */

#include <config.h>

#include <errno.h>
#include <stdio.h>

#include "dispatch.h"
#include "message.h"
#include "port.h"
#include "serve.h"
#include "strbuf.h"
#include "transfer.h"

static bool verbose;

/* A body is read into memory that grows as bytes arrive. */
static int
read_body (uint32_t len, struct strbuf *ret, struct error *err)
{
  while (ret->len < len) {
    size_t part = len - ret->len < 1 << 20 ? len - ret->len : 1 << 20;

    if (strbuf_reserve (ret, part) == -1)
      return error_errno (err, "call of %u bytes", len);
    if (port_read (ret->data + ret->len, part, err) == -1)
      return -1;
    ret->len += part;
    ret->data[ret->len] = '\0';
  }
  return 0;
}

static int
send_error (const struct error *what, struct error *err)
{
  CLEANUP_STRBUF struct strbuf body = STRBUF_INIT;

  if (message_encode_error (&body, what, err) == -1)
    return -1;
  return port_send (FRAME_ERROR, body.data, body.len, err);
}

/* One call, from its body to its answer.  -1 when the connection is lost. */
static int
serve_call (const struct frame_header *f, struct error *err)
{
  CLEANUP_STRBUF struct strbuf args = STRBUF_INIT;
  CLEANUP_STRBUF struct strbuf reply = STRBUF_INIT;
  CLEANUP_ERROR struct error fault = ERROR_INIT;
  int flags = dispatch_flags (f->proc), r;

  args.secret = dispatch_has_key (f->proc);
  if (read_body (f->length, &args, err) == -1)
    return -1;
  port_set_call (f->proc, f->serial);
  if (verbose)
    fprintf (stderr, "guestfsd: %s\n",
             flags == -1 ? "unknown call" : dispatch_name (f->proc));
  transfer_begin (flags != -1 && flags & CALL_FILEIN);
  if (flags == -1)
    r = error_set (&fault, ENOSYS, "procedure %u is not known to this daemon",
                   f->proc);
  else
    r = dispatch_call (f->proc, args.data, args.len, &reply, &fault);
  if (r == -1 && !error_is_set (&fault))
    error_set (&fault, EIO, "the call failed without saying why");
  if (verbose && r == -1)
    fprintf (stderr, "guestfsd: error: %s\n", fault.message);

  if (r == -1 ? send_error (&fault, err) == -1
              : port_send (FRAME_REPLY, reply.data, reply.len, err) == -1)
    return -1;
  return transfer_finish (err);
}

static int
send_ready (struct error *err)
{
  CLEANUP_STRBUF struct strbuf body = STRBUF_INIT;

  if (message_encode_ready (&body, RPC_PROTOCOL_VERSION,
                            PACKAGE_NAME " " PACKAGE_VERSION, err) == -1)
    return -1;
  return port_send (FRAME_READY, body.data, body.len, err);
}

int
serve (bool tell, struct error *err)
{
  struct frame_header f;
  int r;

  verbose = tell;
  if (send_ready (err) == -1)
    return -1;
  while ((r = port_read_header (&f, err)) == 1) {
    switch (f.kind) {
    case FRAME_CALL:
      if (serve_call (&f, err) == -1)
        return -1;
      break;
    case FRAME_CANCEL:
      /* It crossed the reply of the call that it was for. */
      break;
    default:
      return error_set (err, EPROTO, "frame of kind %u between calls", f.kind);
    }
  }
  return r;
}
