/* Bodies of small frames: see message.h. */

#include <config.h>

#include <errno.h>
#include <string.h>

#include "message.h"
#include "xdr.h"

/* Errno values are those of Linux; more are not known to exist. */
#define ERRNO_MAX 4095

int
message_encode_error (struct strbuf *b, const struct error *what,
                      struct error *err)
{
  const char *message = what->message ? what->message : "unknown error";
  size_t len = strnlen (message, ERROR_MESSAGE_MAX);

  if (xdr_put_uint32 (b, what->errnum) == -1
      || xdr_put_bytes (b, message, len) == -1)
    return error_errno (err, "RPC: error message");
  return 0;
}

int
message_decode_error (const void *body, size_t len, struct error *ret,
                      struct error *err)
{
  struct xdr_reader r = xdr_reader (body, len);
  CLEANUP_FREE char *message = NULL;
  uint32_t errnum;

  if (xdr_get_uint32 (&r, &errnum) == -1
      || xdr_get_string (&r, &message) == -1 || xdr_get_end (&r) == -1)
    return error_errno (err, "RPC: error message");
  error_clear (ret);
  error_set (ret, errnum <= ERRNO_MAX ? (int) errnum : 0, "%s", message);
  return 0;
}

int
message_encode_progress (struct strbuf *b, uint64_t position, uint64_t total,
                         struct error *err)
{
  if (xdr_put_uint64 (b, position) == -1 || xdr_put_uint64 (b, total) == -1)
    return error_errno (err, "RPC: progress message");
  return 0;
}

int
message_decode_progress (const void *body, size_t len, uint64_t *ret_position,
                         uint64_t *ret_total, struct error *err)
{
  struct xdr_reader r = xdr_reader (body, len);
  uint64_t position, total;

  if (xdr_get_uint64 (&r, &position) == -1
      || xdr_get_uint64 (&r, &total) == -1 || xdr_get_end (&r) == -1)
    return error_errno (err, "RPC: progress message");
  *ret_position = position;
  *ret_total = total;
  return 0;
}

int
message_encode_ready (struct strbuf *b, uint32_t version, const char *daemon,
                      struct error *err)
{
  if (xdr_put_uint32 (b, version) == -1 || xdr_put_string (b, daemon) == -1)
    return error_errno (err, "RPC: ready message");
  return 0;
}

int
message_decode_ready (const void *body, size_t len, uint32_t *ret_version,
                      char **ret_daemon, struct error *err)
{
  struct xdr_reader r = xdr_reader (body, len);
  CLEANUP_FREE char *daemon = NULL;
  uint32_t version;

  if (xdr_get_uint32 (&r, &version) == -1
      || xdr_get_string (&r, &daemon) == -1 || xdr_get_end (&r) == -1)
    return error_errno (err, "RPC: ready message");
  *ret_version = version;
  *ret_daemon = TAKE_PTR (daemon);
  return 0;
}
