/* Base64: see base64.h. */

#include <config.h>

#include <errno.h>
#include <string.h>

#include "base64.h"

static const char alphabet[] =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int
value_of (unsigned char c)
{
  static signed char values[256];
  static int filled;
  int i;

  if (!filled) {
    memset (values, -1, sizeof values);
    for (i = 0; i < 64; i++)
      values[(unsigned char) alphabet[i]] = i;
    filled = 1;
  }
  return values[c];
}

static int
invalid (void)
{
  errno = EINVAL;
  return -1;
}

/* The bytes of a whole group: three, less one for each '='. */
static int
end_group (struct base64_decoder *d, struct strbuf *out)
{
  char bytes[3] = { d->bits >> 16, d->bits >> 8, d->bits };

  d->nr = 0;
  d->bits = 0;
  return strbuf_add (out, bytes, 3 - d->padding);
}

int
base64_decode (struct base64_decoder *d, const char *data, size_t len,
               struct strbuf *out)
{
  size_t i;

  for (i = 0; i < len; i++) {
    unsigned char c = data[i];
    int value = value_of (c);

    if (c == ' ' || (c >= '\t' && c <= '\r'))
      continue;
    if (c == '=' && d->nr >= 2 && d->padding < 2) {
      d->padding++;
      value = 0;
    }
    else if (value == -1 || d->padding > 0)
      return invalid ();
    d->bits = d->bits << 6 | value;
    if (++d->nr == 4 && end_group (d, out) == -1)
      return -1;
  }
  return 0;
}

int
base64_decode_end (const struct base64_decoder *d)
{
  return d->nr == 0 ? 0 : invalid ();
}

static int
put_group (struct base64_encoder *e, struct strbuf *out)
{
  uint32_t bits = e->rest[0] << 16 | e->rest[1] << 8 | e->rest[2];
  char text[4] = { alphabet[bits >> 18], alphabet[bits >> 12 & 63],
                   e->nr > 1 ? alphabet[bits >> 6 & 63] : '=',
                   e->nr > 2 ? alphabet[bits & 63] : '=' };

  memset (e->rest, 0, 3);
  e->nr = 0;
  if (strbuf_add (out, text, 4) == -1)
    return -1;
  e->column += 4;
  if (e->column < 76)
    return 0;
  e->column = 0;
  return strbuf_addch (out, '\n');
}

int
base64_encode (struct base64_encoder *e, const unsigned char *data, size_t len,
               struct strbuf *out)
{
  size_t i;

  for (i = 0; i < len; i++) {
    e->rest[e->nr++] = data[i];
    if (e->nr == 3 && put_group (e, out) == -1)
      return -1;
  }
  return 0;
}

int
base64_encode_end (struct base64_encoder *e, struct strbuf *out)
{
  if (e->nr > 0 && put_group (e, out) == -1)
    return -1;
  return e->column > 0 ? strbuf_addch (out, '\n') : 0;
}
