/* virt-win-reg --json: keys and values of the registry as objects of JSON. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "jsonobject.h"
#include "regfile.h"
#include "registry.h"
#include "report.h"
#include "strbuf.h"

/* The name of a type, or as files of regedit have it. */
static json_t *
type_name (uint32_t type)
{
  static const char *const names[] = {
    "REG_NONE", "REG_SZ", "REG_EXPAND_SZ", "REG_BINARY", "REG_DWORD",
    "REG_DWORD_BIG_ENDIAN", "REG_LINK", "REG_MULTI_SZ", "REG_RESOURCE_LIST",
    "REG_FULL_RESOURCE_DESCRIPTOR", "REG_RESOURCE_REQUIREMENTS_LIST",
    "REG_QWORD",
  };
  char number[16];

  if (type < sizeof names / sizeof names[0])
    return json_string (names[type]);
  snprintf (number, sizeof number, "hex(%x)", type);
  return json_string (number);
}

static json_t *
hex (const unsigned char *data, size_t len)
{
  static const char digits[] = "0123456789abcdef";
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;
  size_t i;

  for (i = 0; i < len; ++i)
    if (strbuf_addch (&b, digits[data[i] >> 4]) == -1
        || strbuf_addch (&b, digits[data[i] & 15]) == -1)
      return NULL;
  return json_stringn (b.len > 0 ? b.data : "", b.len);
}

/* --- what the data say: NULL for lack of memory, *ret_whole when it is all ------- */

static json_t *
number (const struct registry_value *v, bool *ret_whole)
{
  uint64_t n = 0;
  size_t i;

  for (i = 0; i < v->len; ++i)
    n |= (uint64_t) v->data[v->type == REG_DWORD_BIG_ENDIAN ? v->len - 1 - i : i]
         << 8 * i;
  *ret_whole = true;
  return json_integer ((json_int_t) n);
}

/* Are these the bytes of the text, with a final zero or without? */
static bool
are_text (const unsigned char *data, size_t len, const char *text, bool zero)
{
  size_t n;
  CLEANUP_FREE unsigned char *again = reg_to_utf16 (text, &n);

  return again && (len == n + 2 || (!zero && len == n))
         && memcmp (data, again, len) == 0;
}

static json_t *
string (const struct registry_value *v, bool *ret_whole)
{
  CLEANUP_FREE char *text = reg_to_utf8 (v->data, v->len, NULL);

  if (!text)
    return NULL;
  *ret_whole = are_text (v->data, v->len, text, false);
  return json_string (text);
}

/* Each has a zero behind it; one more is behind them all, where it was not
 * forgotten. */
static json_t *
strings (const struct registry_value *v, bool *ret_whole)
{
  json_t *ret = json_array ();
  size_t at = 0, end, len;

  *ret_whole = true;
  while (ret && at + 2 <= v->len && (v->data[at] || v->data[at + 1])) {
    CLEANUP_FREE char *text = NULL;

    for (end = at; end + 2 <= v->len && (v->data[end] || v->data[end + 1]);)
      end += 2;
    len = end + 2 <= v->len ? end + 2 - at : v->len - at;
    text = reg_to_utf8 (v->data + at, len, NULL);
    if (!text || json_array_append_new (ret, json_string (text)) == -1)
      return jsonobject_checked (ret, -1);
    *ret_whole &= are_text (v->data + at, len, text, true);
    at += len;
  }
  *ret_whole &= at == v->len
                || (at + 2 == v->len && !v->data[at] && !v->data[at + 1]);
  return ret;
}

static bool
is_number (const struct registry_value *v)
{
  switch (v->type) {
  case REG_DWORD: case REG_DWORD_BIG_ENDIAN: return v->len == 4;
  case REG_QWORD: return v->len == 8 && v->data[7] < 0x80; /* JSON's are signed */
  }
  return false;
}

/* --- objects --------------------------------------------------------------------- */

/* "name", "type", "data" where the type has text or a number; and "hex" where that
 * is not all there is. */
static int
add_value (json_t *object, const struct registry_value *v)
{
  bool whole = false;
  json_t *data = NULL;
  bool has_data = true;
  CLEANUP_FREE char *name = report_clean (v->name);

  if (is_number (v))
    data = number (v, &whole);
  else if (v->type == REG_SZ || v->type == REG_EXPAND_SZ || v->type == REG_LINK)
    data = string (v, &whole);
  else if (v->type == REG_MULTI_SZ)
    data = strings (v, &whole);
  else
    has_data = false;
  if (has_data && json_object_set_new (object, "data", data) == -1)
    return -1;
  if (!name || json_object_set_new (object, "name", json_string (name)) == -1
      || json_object_set_new (object, "type", type_name (v->type)) == -1)
    return -1;
  return whole ? 0
    : json_object_set_new (object, "hex", hex (v->data, v->len));
}

static json_t *
value_object (const struct registry_value *v)
{
  json_t *ret = json_object ();

  return ret ? jsonobject_checked (ret, add_value (ret, v)) : NULL;
}

static json_t *
value_objects (const struct registry_values *values)
{
  json_t *ret = json_array ();
  size_t i;

  for (i = 0; ret && i < values->nr; ++i)
    if (json_array_append_new (ret, value_object (&values->list[i])) == -1)
      return jsonobject_checked (ret, -1);
  return ret;
}

/* What both kinds of object begin with. */
static json_t *
key_object (const char *image, const char *key)
{
  json_t *ret = json_object ();

  if (!ret)
    return NULL;
  return jsonobject_checked (ret, jsonobject_text (ret, "image", image)
                             | jsonobject_text (ret, "key", key));
}

int
registry_json_key (const char *image, const char *key,
                   const struct registry_values *values)
{
  json_t *object = key_object (image, key);

  if (!object)
    return -1;
  return jsonobject_print (jsonobject_checked (object,
    json_object_set_new (object, "values", value_objects (values))));
}

int
registry_json_value (const char *image, const char *key,
                     const struct registry_value *v)
{
  json_t *object = key_object (image, key);

  if (!object)
    return -1;
  return jsonobject_print (jsonobject_checked (object, add_value (object, v)));
}
