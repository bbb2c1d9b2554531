/* Base64 (RFC 4648 section 4) of bytes that arrive in pieces. */
#ifndef BATHYSCOPE_BASE64_H
#define BATHYSCOPE_BASE64_H

#include <stddef.h>
#include <stdint.h>

#include "strbuf.h"

struct base64_decoder {
  uint32_t bits;
  unsigned nr;     /* characters of a group of four, padding included */
  unsigned padding;
};

/* Append what `data` decodes to.  White space is skipped.  0, or -1 with errno
 * EINVAL for anything that is not base64, ENOMEM. */
int base64_decode (struct base64_decoder *d, const char *data, size_t len,
                   struct strbuf *out);
/* At the end: 0, or -1 with EINVAL when it stopped within a group. */
int base64_decode_end (const struct base64_decoder *d);

struct base64_encoder {
  unsigned char rest[3];
  size_t nr;
  unsigned column;
};

/* Append the encoded bytes, in lines of 76 characters. */
int base64_encode (struct base64_encoder *e, const unsigned char *data,
                   size_t len, struct strbuf *out);
int base64_encode_end (struct base64_encoder *e, struct strbuf *out);

#endif
