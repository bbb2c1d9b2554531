/* Structs described by tables: see layout.h.  layout-memory.c has the
 * functions that free, copy and compare. */

#include <config.h>

#include <errno.h>
#include <string.h>

#include "layout.h"
#include "strlist.h"

/* Members are reached with memcpy: the tables do not say which of `char *` and
 * `const char *` a member is, and the compiler may tell these apart. */
static const void *
member (const void *base, const struct layout_field *f)
{
  return (const char *) base + f->offset;
}

const char *
layout_string (const void *base, const struct layout_field *f)
{
  const char *ret;

  memcpy (&ret, member (base, f), sizeof ret);
  return ret;
}

char **
layout_strings (const void *base, const struct layout_field *f)
{
  char **ret;

  memcpy (&ret, member (base, f), sizeof ret);
  return ret;
}

int64_t
layout_number (const void *base, const struct layout_field *f)
{
  int64_t wide;
  int32_t narrow;

  switch (f->type) {
  case LAYOUT_CHAR:
    return *(const char *) member (base, f);
  case LAYOUT_INT64:
  case LAYOUT_UINT64:
    memcpy (&wide, member (base, f), sizeof wide);
    return wide;
  case LAYOUT_UINT32:
    memcpy (&narrow, member (base, f), sizeof narrow);
    return (uint32_t) narrow;
  default:
    memcpy (&narrow, member (base, f), sizeof narrow);
    return narrow;
  }
}

size_t
layout_buffer_size (const void *base, const struct layout_field *f)
{
  const void *from = (const char *) base + f->size_offset;
  uint32_t narrow;
  size_t wide;

  if (f->type == LAYOUT_BUFFER32) {
    memcpy (&narrow, from, sizeof narrow);
    return narrow;
  }
  memcpy (&wide, from, sizeof wide);
  return wide;
}

/* Write one member; `base` NULL stands for zero, empty, absent. */
static int
encode_field (struct strbuf *b, const struct layout_field *f, const void *base)
{
  static char *no_strings[1];
  uint32_t bits = 0;

  switch (f->type) {
  case LAYOUT_CHAR:
  case LAYOUT_INT32:
  case LAYOUT_UINT32:
    return xdr_put_uint32 (b, base ? layout_number (base, f) : 0);
  case LAYOUT_BOOL:
    return xdr_put_uint32 (b, base && layout_number (base, f) != 0);
  case LAYOUT_INT64:
  case LAYOUT_UINT64:
    return xdr_put_uint64 (b, base ? layout_number (base, f) : 0);
  case LAYOUT_FLOAT:
    if (base)
      memcpy (&bits, member (base, f), sizeof bits);
    return xdr_put_uint32 (b, bits);
  case LAYOUT_UUID:
    return xdr_put_opaque (b, base ? member (base, f) : "\0\0\0\0\0\0\0\0"
                           "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
                           32);
  case LAYOUT_STRING:
  case LAYOUT_KEY:
    return xdr_put_string (b, base ? layout_string (base, f) : "");
  case LAYOUT_OPTSTRING:
    return xdr_put_optstring (b, base ? layout_string (base, f) : NULL);
  case LAYOUT_STRINGS:
    return xdr_put_strings (b, base ? layout_strings (base, f) : no_strings);
  case LAYOUT_BUFFER:
  case LAYOUT_BUFFER32:
    return xdr_put_bytes (b, base ? layout_string (base, f) : NULL,
                          base ? layout_buffer_size (base, f) : 0);
  case LAYOUT_FILEIN:
  case LAYOUT_FILEOUT:
  case LAYOUT_POINTER:
    return 0;
  }
  errno = EINVAL;
  return -1;
}

/* Is a pointer missing that must be there? */
static bool
is_missing (const void *base, const struct layout_field *f)
{
  switch (f->type) {
  case LAYOUT_STRING:
  case LAYOUT_KEY:
  case LAYOUT_STRINGS:
    return layout_string (base, f) == NULL;
  case LAYOUT_BUFFER:
  case LAYOUT_BUFFER32:
    return layout_string (base, f) == NULL && layout_buffer_size (base, f) > 0;
  default:
    return false;
  }
}

/* Write every member, those that `absent` names as nothing. */
static int
encode_members (struct strbuf *b, const struct layout *l, const void *base,
                uint64_t absent, struct error *err)
{
  for (size_t i = 0; i < l->nr_fields; i++) {
    const struct layout_field *f = &l->fields[i];
    const void *from = i < 64 && (absent >> i & 1) ? NULL : base;

    if (from && is_missing (from, f))
      return error_set (err, EINVAL, "%s: %s is NULL", l->name, f->name);
    if (encode_field (b, f, from) == -1)
      return error_errno (err, "%s: %s", l->name, f->name);
  }
  return 0;
}

int
layout_encode (struct strbuf *b, const struct layout *l, const void *base,
               struct error *err)
{
  return encode_members (b, l, base, 0, err);
}

int
layout_encode_optargs (struct strbuf *b, const struct layout *l,
                       const void *base, struct error *err)
{
  uint64_t bitmask = 0;

  if (base)
    memcpy (&bitmask, base, sizeof bitmask);
  return encode_members (b, l, base, ~bitmask, err);
}

int
layout_encode_list (struct strbuf *b, const struct layout *l,
                    const struct layout_list *list, struct error *err)
{
  if (xdr_put_uint32 (b, list->len) == -1)
    return error_errno (err, "%s", l->name);
  for (uint32_t i = 0; i < list->len; i++)
    if (layout_encode (b, l, (const char *) list->val + i * l->size,
                       err) == -1)
      return -1;
  return 0;
}

static int
decode_number (struct xdr_reader *r, const struct layout_field *f, void *to)
{
  uint64_t wide;
  uint32_t narrow;
  bool truth;
  int number;

  switch (f->type) {
  case LAYOUT_INT64:
  case LAYOUT_UINT64:
    if (xdr_get_uint64 (r, &wide) == -1)
      return -1;
    memcpy (to, &wide, sizeof wide);
    return 0;
  case LAYOUT_BOOL:
    if (xdr_get_bool (r, &truth) == -1)
      return -1;
    number = truth;
    memcpy (to, &number, sizeof number);
    return 0;
  case LAYOUT_CHAR:
    if (xdr_get_uint32 (r, &narrow) == -1)
      return -1;
    *(char *) to = narrow;
    return 0;
  default:
    if (xdr_get_uint32 (r, &narrow) == -1)
      return -1;
    memcpy (to, &narrow, sizeof narrow);
    return 0;
  }
}

static int
decode_buffer (struct xdr_reader *r, const struct layout_field *f, void *base)
{
  void *size_to = (char *) base + f->size_offset;
  char *data;
  size_t size;

  if (xdr_get_buffer (r, &data, &size) == -1)
    return -1;
  memcpy ((char *) base + f->offset, &data, sizeof data);
  if (f->type == LAYOUT_BUFFER32) {
    uint32_t narrow = size; /* it was 32 bits on the wire */
    memcpy (size_to, &narrow, sizeof narrow);
  }
  else
    memcpy (size_to, &size, sizeof size);
  return 0;
}

static int
decode_field (struct xdr_reader *r, const struct layout_field *f, void *base)
{
  void *to = (char *) base + f->offset;
  char *str = NULL, **strings = NULL;

  switch (f->type) {
  case LAYOUT_CHAR:
  case LAYOUT_INT32:
  case LAYOUT_UINT32:
  case LAYOUT_INT64:
  case LAYOUT_UINT64:
  case LAYOUT_BOOL:
  case LAYOUT_FLOAT:
    return decode_number (r, f, to);
  case LAYOUT_UUID:
    return xdr_get_opaque (r, to, 32);
  case LAYOUT_STRING:
  case LAYOUT_KEY:
    if (xdr_get_string (r, &str) == -1)
      return -1;
    memcpy (to, &str, sizeof str);
    return 0;
  case LAYOUT_OPTSTRING:
    if (xdr_get_optstring (r, &str) == -1)
      return -1;
    memcpy (to, &str, sizeof str);
    return 0;
  case LAYOUT_STRINGS:
    if (xdr_get_strings (r, &strings) == -1)
      return -1;
    memcpy (to, &strings, sizeof strings);
    return 0;
  case LAYOUT_BUFFER:
  case LAYOUT_BUFFER32:
    return decode_buffer (r, f, base);
  case LAYOUT_FILEIN:
  case LAYOUT_FILEOUT:
  case LAYOUT_POINTER:
    return 0;
  }
  errno = EINVAL;
  return -1;
}

int
layout_decode (struct xdr_reader *r, const struct layout *l, void *base,
               struct error *err)
{
  memset (base, 0, l->size);
  for (size_t i = 0; i < l->nr_fields; i++)
    if (decode_field (r, &l->fields[i], base) == -1) {
      error_errno (err, "RPC: %s: %s", l->name, l->fields[i].name);
      layout_release (l, base);
      memset (base, 0, l->size);
      return -1;
    }
  return 0;
}

/* The least bytes that a struct takes in a message: one with nothing in it. */
static size_t
least_wire_size (const struct layout *l)
{
  CLEANUP_STRBUF struct strbuf empty = STRBUF_INIT;

  return encode_members (&empty, l, NULL, 0, NULL) == 0 ? empty.len : SIZE_MAX;
}

int
layout_decode_list (struct xdr_reader *r, const struct layout *l,
                    struct layout_list **ret, struct error *err)
{
  struct layout_list *list;
  uint32_t count;

  if (xdr_get_uint32 (r, &count) == -1)
    return error_errno (err, "RPC: list of %s", l->name);
  if (count > 0 && count > r->len / least_wire_size (l))
    return error_set (err, EBADMSG, "RPC: list of %s: %u is too many", l->name,
                      count);
  list = calloc (1, sizeof *list);
  if (list)
    list->val = calloc (count > 0 ? count : 1, l->size);
  if (!list || !list->val) {
    free (list);
    return error_errno (err, "RPC: list of %s", l->name);
  }
  for (; list->len < count; list->len++)
    if (layout_decode (r, l, (char *) list->val + list->len * l->size,
                       err) == -1) {
      layout_free_list (l, list);
      return -1;
    }
  *ret = list;
  return 0;
}
