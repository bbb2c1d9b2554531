/* XDR (RFC 4506), as far as the RPC messages use it.
 *
 * Encoding appends to a strbuf; each function returns 0, or -1 with errno
 * ENOMEM, or EMSGSIZE for what does not fit a 32-bit length.
 *
 * Decoding reads from memory that the caller keeps, and never beyond it.  Each
 * function returns 0, or -1 with errno EBADMSG (malformed or too short; the
 * output is untouched) or ENOMEM.  A length that was received is compared with
 * the bytes that are there before anything is allocated.
 */
#ifndef BATHYSCOPE_XDR_H
#define BATHYSCOPE_XDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "strbuf.h"

int xdr_put_uint32 (struct strbuf *b, uint32_t value);
int xdr_put_uint64 (struct strbuf *b, uint64_t value);
/* Exactly `len` bytes and padding, without a length. */
int xdr_put_opaque (struct strbuf *b, const void *data, size_t len);
/* Length, bytes, padding. */
int xdr_put_bytes (struct strbuf *b, const void *data, size_t len);
int xdr_put_string (struct strbuf *b, const char *str);
/* `str` may be NULL. */
int xdr_put_optstring (struct strbuf *b, const char *str);
int xdr_put_strings (struct strbuf *b, char *const *strings);

struct xdr_reader {
  const unsigned char *data; /* what is left */
  size_t len;
};

static inline struct xdr_reader
xdr_reader (const void *data, size_t len)
{
  return (struct xdr_reader) { data, len };
}

int xdr_get_uint32 (struct xdr_reader *r, uint32_t *ret);
int xdr_get_uint64 (struct xdr_reader *r, uint64_t *ret);
/* 0 or 1; anything else is malformed. */
int xdr_get_bool (struct xdr_reader *r, bool *ret);
int xdr_get_opaque (struct xdr_reader *r, void *ret, size_t len);
/* Points *ret into the reader's memory. */
int xdr_get_bytes (struct xdr_reader *r, const void **ret, size_t *ret_len);
/* The caller frees what these return; a string with a NUL inside is
 * malformed.  xdr_get_buffer adds a NUL that it does not count. */
int xdr_get_buffer (struct xdr_reader *r, char **ret, size_t *ret_len);
int xdr_get_string (struct xdr_reader *r, char **ret);
int xdr_get_optstring (struct xdr_reader *r, char **ret);
int xdr_get_strings (struct xdr_reader *r, char ***ret);
/* Is everything read? */
int xdr_get_end (const struct xdr_reader *r);

#endif
