/* XDR: see xdr.h. */

#include <config.h>

#include <errno.h>
#include <string.h>

#include "strlist.h"
#include "xdr.h"

/* RFC 4506, section 3: everything is a multiple of four bytes. */
#define PADDING(len) (-(len) & 3)

static int
malformed (void)
{
  errno = EBADMSG;
  return -1;
}

int
xdr_put_uint32 (struct strbuf *b, uint32_t value)
{
  const unsigned char bytes[4] = { value >> 24, value >> 16, value >> 8,
                                   value };

  return strbuf_add (b, bytes, sizeof bytes);
}

int
xdr_put_uint64 (struct strbuf *b, uint64_t value)
{
  if (strbuf_reserve (b, 8) == -1
      || xdr_put_uint32 (b, value >> 32) == -1)
    return -1;
  return xdr_put_uint32 (b, (uint32_t) value);
}

int
xdr_put_opaque (struct strbuf *b, const void *data, size_t len)
{
  static const char zeroes[4];

  if (strbuf_add (b, data, len) == -1)
    return -1;
  return strbuf_add (b, zeroes, PADDING (len));
}

int
xdr_put_bytes (struct strbuf *b, const void *data, size_t len)
{
  if (len > UINT32_MAX) {
    errno = EMSGSIZE;
    return -1;
  }
  if (xdr_put_uint32 (b, len) == -1)
    return -1;
  return xdr_put_opaque (b, data, len);
}

int
xdr_put_string (struct strbuf *b, const char *str)
{
  return xdr_put_bytes (b, str, strlen (str));
}

int
xdr_put_optstring (struct strbuf *b, const char *str)
{
  if (xdr_put_uint32 (b, str != NULL) == -1)
    return -1;
  return str ? xdr_put_string (b, str) : 0;
}

int
xdr_put_strings (struct strbuf *b, char *const *strings)
{
  size_t count = strings_count (strings);

  if (count > UINT32_MAX) {
    errno = EMSGSIZE;
    return -1;
  }
  if (xdr_put_uint32 (b, count) == -1)
    return -1;
  for (size_t i = 0; i < count; i++)
    if (xdr_put_string (b, strings[i]) == -1)
      return -1;
  return 0;
}

static void
advance (struct xdr_reader *r, size_t len)
{
  r->data += len;
  r->len -= len;
}

int
xdr_get_uint32 (struct xdr_reader *r, uint32_t *ret)
{
  if (r->len < 4)
    return malformed ();
  *ret = (uint32_t) r->data[0] << 24 | (uint32_t) r->data[1] << 16
         | (uint32_t) r->data[2] << 8 | r->data[3];
  advance (r, 4);
  return 0;
}

int
xdr_get_uint64 (struct xdr_reader *r, uint64_t *ret)
{
  uint32_t high = 0, low = 0;

  if (r->len < 8)
    return malformed ();
  (void) xdr_get_uint32 (r, &high);
  (void) xdr_get_uint32 (r, &low);
  *ret = (uint64_t) high << 32 | low;
  return 0;
}

int
xdr_get_bool (struct xdr_reader *r, bool *ret)
{
  uint32_t value;

  if (xdr_get_uint32 (r, &value) == -1)
    return -1;
  if (value > 1)
    return malformed ();
  *ret = value;
  return 0;
}

/* Point *ret at `len` bytes and step over them and their padding. */
static int
take (struct xdr_reader *r, const void **ret, size_t len)
{
  if (len > r->len || PADDING (len) > r->len - len)
    return malformed ();
  for (size_t i = 0; i < PADDING (len); i++)
    if (r->data[len + i] != 0)
      return malformed ();
  *ret = r->data;
  advance (r, len + PADDING (len));
  return 0;
}

int
xdr_get_opaque (struct xdr_reader *r, void *ret, size_t len)
{
  const void *data;

  if (take (r, &data, len) == -1)
    return -1;
  memcpy (ret, data, len);
  return 0;
}

int
xdr_get_bytes (struct xdr_reader *r, const void **ret, size_t *ret_len)
{
  uint32_t len;

  if (xdr_get_uint32 (r, &len) == -1 || take (r, ret, len) == -1)
    return -1;
  *ret_len = len;
  return 0;
}

int
xdr_get_buffer (struct xdr_reader *r, char **ret, size_t *ret_len)
{
  const void *data;
  size_t len;
  char *copy;

  if (xdr_get_bytes (r, &data, &len) == -1)
    return -1;
  copy = malloc (len + 1);
  if (!copy)
    return -1;
  memcpy (copy, data, len);
  copy[len] = '\0';
  *ret = copy;
  *ret_len = len;
  return 0;
}

int
xdr_get_string (struct xdr_reader *r, char **ret)
{
  const void *data;
  size_t len;
  char *copy;

  if (xdr_get_bytes (r, &data, &len) == -1)
    return -1;
  if (memchr (data, '\0', len))
    return malformed ();
  copy = malloc (len + 1);
  if (!copy)
    return -1;
  memcpy (copy, data, len);
  copy[len] = '\0';
  *ret = copy;
  return 0;
}

int
xdr_get_optstring (struct xdr_reader *r, char **ret)
{
  bool present;

  if (xdr_get_bool (r, &present) == -1)
    return -1;
  if (present)
    return xdr_get_string (r, ret);
  *ret = NULL;
  return 0;
}

int
xdr_get_strings (struct xdr_reader *r, char ***ret)
{
  CLEANUP_STRINGS char **strings = NULL;
  uint32_t count;

  if (xdr_get_uint32 (r, &count) == -1)
    return -1;
  if (count > r->len / 4) /* an empty string takes four bytes */
    return malformed ();
  strings = calloc ((size_t) count + 1, sizeof *strings);
  if (!strings)
    return -1;
  for (uint32_t i = 0; i < count; i++)
    if (xdr_get_string (r, &strings[i]) == -1)
      return -1;
  *ret = TAKE_PTR (strings);
  return 0;
}

int
xdr_get_end (const struct xdr_reader *r)
{
  return r->len == 0 ? 0 : malformed ();
}
