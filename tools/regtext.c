/* UTF-16LE and UTF-8: see regfile.h. */

#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "regfile.h"

static size_t
put_utf8 (char *p, uint32_t c)
{
  if (c < 0x80) {
    p[0] = c;
    return 1;
  }
  if (c < 0x800) {
    p[0] = 0xc0 | c >> 6;
    p[1] = 0x80 | (c & 0x3f);
    return 2;
  }
  if (c < 0x10000) {
    p[0] = 0xe0 | c >> 12;
    p[1] = 0x80 | (c >> 6 & 0x3f);
    p[2] = 0x80 | (c & 0x3f);
    return 3;
  }
  p[0] = 0xf0 | c >> 18;
  p[1] = 0x80 | (c >> 12 & 0x3f);
  p[2] = 0x80 | (c >> 6 & 0x3f);
  p[3] = 0x80 | (c & 0x3f);
  return 4;
}

char *
reg_to_utf8 (const void *utf16, size_t len, size_t *ret_len)
{
  const unsigned char *in = utf16;
  char *out = len < SIZE_MAX / 4 ? malloc (len * 2 + 4) : NULL;
  size_t i, n = 0;

  if (!out)
    return NULL;
  for (i = 0; i + 1 < len; i += 2) {
    uint32_t c = in[i] | (uint32_t) in[i + 1] << 8;

    if (c >= 0xd800 && c < 0xe000) {
      uint32_t low = i + 3 < len ? in[i + 2] | (uint32_t) in[i + 3] << 8 : 0;

      if (c < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
        c = 0x10000 + ((c & 0x3ff) << 10 | (low & 0x3ff));
        i += 2;
      }
      else
        c = 0xfffd;
    }
    n += put_utf8 (out + n, c);
  }
  out[n] = '\0';
  if (ret_len)
    *ret_len = n;
  return out;
}

/* The next character; what is no UTF-8 is one byte long and U+FFFD. */
static uint32_t
get_utf8 (const unsigned char **p)
{
  static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
  const unsigned char *s = *p;
  unsigned more = *s < 0x80 ? 0 : (*s & 0xe0) == 0xc0 ? 1
    : (*s & 0xf0) == 0xe0 ? 2 : (*s & 0xf8) == 0xf0 ? 3 : 9, i;
  uint32_t c;

  *p = s + 1;
  if (more == 0)
    return *s;
  if (more == 9)
    return 0xfffd;
  c = *s & (0x3f >> more);
  for (i = 1; i <= more; ++i) {
    if ((s[i] & 0xc0) != 0x80)
      return 0xfffd;
    c = c << 6 | (s[i] & 0x3f);
  }
  if (c < least[more] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
    return 0xfffd;
  *p = s + more + 1;
  return c;
}

unsigned char *
reg_to_utf16 (const char *utf8, size_t *ret_len)
{
  const unsigned char *p = (const unsigned char *) utf8;
  size_t len = strlen (utf8), n = 0;
  unsigned char *out = len < SIZE_MAX / 4 ? malloc (len * 2 + 2) : NULL;

  if (!out)
    return NULL;
  while (*p) {
    uint32_t c = get_utf8 (&p), unit = c;

    if (c >= 0x10000) {
      unit = 0xd800 | (c - 0x10000) >> 10;
      out[n++] = unit;
      out[n++] = unit >> 8;
      unit = 0xdc00 | ((c - 0x10000) & 0x3ff);
    }
    out[n++] = unit;
    out[n++] = unit >> 8;
  }
  out[n] = out[n + 1] = 0;
  *ret_len = n;
  return out;
}
