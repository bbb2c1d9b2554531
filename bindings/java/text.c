/* UTF-16 and UTF-8 (RFC 3629), without losing bytes that are neither: see
 * binding.h.  JNI's own functions speak a dialect of UTF-8 that has other
 * sequences for NUL and for characters above U+FFFF. */

#include <config.h>

#include <stdlib.h>
#include <stdio.h>

#include "binding.h"

/* The character at `p`, and in *ret_len its bytes; -1 when there is none. */
static int32_t
decode (const unsigned char *p, size_t left, size_t *ret_len)
{
  static const struct {
    unsigned char mask, lead;
    uint32_t least;
  } forms[] = {
    { 0x80, 0x00, 0 }, { 0xe0, 0xc0, 0x80 }, { 0xf0, 0xe0, 0x800 },
    { 0xf8, 0xf0, 0x10000 },
  };

  for (size_t i = 0; i < 4 && i < left; i++) {
    uint32_t code = p[0] & (unsigned char) ~forms[i].mask;

    if ((p[0] & forms[i].mask) != forms[i].lead)
      continue;
    for (size_t j = 1; j <= i; j++) {
      if ((p[j] & 0xc0) != 0x80)
        return -1;
      code = code << 6 | (p[j] & 0x3f);
    }
    if (code < forms[i].least || code > 0x10ffff
        || (code >= 0xd800 && code <= 0xdfff))
      return -1;
    *ret_len = i + 1;
    return code;
  }
  return -1;
}

static size_t
to_utf16 (const unsigned char *bytes, size_t len, jchar *out)
{
  size_t nr = 0, step;

  for (size_t i = 0; i < len; i += step) {
    int32_t code = decode (bytes + i, len - i, &step);

    if (code < 0) {
      step = 1;
      out[nr++] = 0xdc00 + bytes[i];
    }
    else if (code < 0x10000)
      out[nr++] = code;
    else {
      out[nr++] = 0xd800 + ((code - 0x10000) >> 10);
      out[nr++] = 0xdc00 + ((code - 0x10000) & 0x3ff);
    }
  }
  return nr;
}

jstring
java_string (JNIEnv *env, const char *bytes, size_t len)
{
  jchar small[128] = { 0 }, *out = small;
  jstring ret = NULL;
  size_t nr;

  if (len > sizeof small / sizeof small[0])
    out = len > INT32_MAX ? NULL : malloc (len * sizeof *out);
  if (!out) {
    java_throw_no_memory (env);
    return NULL;
  }
  nr = to_utf16 ((const unsigned char *) bytes, len, out);
  ret = (*env)->NewString (env, out, nr);
  if (out != small)
    free (out);
  return ret;
}

static char *
encode (char *out, uint32_t code)
{
  if (code < 0x80)
    *out++ = code;
  else if (code < 0x800) {
    *out++ = 0xc0 | code >> 6;
    *out++ = 0x80 | (code & 0x3f);
  }
  else if (code < 0x10000) {
    *out++ = 0xe0 | code >> 12;
    *out++ = 0x80 | (code >> 6 & 0x3f);
    *out++ = 0x80 | (code & 0x3f);
  }
  else {
    *out++ = 0xf0 | code >> 18;
    *out++ = 0x80 | (code >> 12 & 0x3f);
    *out++ = 0x80 | (code >> 6 & 0x3f);
    *out++ = 0x80 | (code & 0x3f);
  }
  return out;
}

/* Up to three bytes for each element; false when there is a NUL. */
static bool
from_utf16 (const jchar *in, size_t nr, char *out)
{
  for (size_t i = 0; i < nr; i++) {
    uint32_t code = in[i];

    if (code == 0)
      return false;
    if (code >= 0xd800 && code < 0xdc00 && i + 1 < nr && in[i + 1] >= 0xdc00
        && in[i + 1] < 0xe000) {
      code = 0x10000 + ((code - 0xd800) << 10) + (in[i + 1] - 0xdc00);
      i++;
    }
    if (code >= 0xdc80 && code <= 0xdcff)
      *out++ = code - 0xdc00;
    else
      out = encode (out, code);
  }
  *out = '\0';
  return true;
}

const char *
java_bytes (JNIEnv *env, const char *what, jstring string,
            struct binding_temporary **temporary)
{
  jsize nr = (*env)->GetStringLength (env, string);
  jchar *in = binding_allocate (temporary, nr * sizeof *in);
  char *out = binding_allocate (temporary, (size_t) nr * 3 + 1);
  char text[160];

  if (!in || !out) {
    java_throw_no_memory (env);
    return NULL;
  }
  (*env)->GetStringRegion (env, string, 0, nr, in);
  if (from_utf16 (in, nr, out))
    return out;
  (void) snprintf (text, sizeof text, "%s: a string must not contain NUL "
                   "characters", what);
  java_throw (env, "java/lang/IllegalArgumentException", text);
  return NULL;
}
