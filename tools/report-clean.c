/* Text and bytes of guests, made fit for XML and JSON: see report.h. */

#include <config.h>

#include <stdint.h>
#include <string.h>

#include "report.h"
#include "strbuf.h"

/* The length of the character at p, as RFC 3629 has it, 0 where there is none;
 * the bytes end with NUL. */
static size_t
character (const unsigned char *p)
{
  static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
  size_t n = *p < 0x80 ? 1 : *p < 0xc0 ? 0 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3
    : *p < 0xf8 ? 4 : 0, i;
  uint32_t c = n < 2 ? *p : *p & (0x7f >> n);

  for (i = 1; i < n; ++i) {
    if ((p[i] & 0xc0) != 0x80)
      return 0;
    c = c << 6 | (p[i] & 0x3f);
  }
  if (n == 0 || (n > 1 && c < least[n]) || c > 0x10ffff
      || (c >= 0xd800 && c < 0xe000) || c == 0xfffe || c == 0xffff)
    return 0;
  /* XML 1.0, production Char. */
  if (c < 0x20 && c != '\t' && c != '\n' && c != '\r')
    return 0;
  return n;
}

char *
report_clean (const char *text)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;
  const char *p = text;

  while (*p) {
    const char *start = p;
    size_t n;

    while (*p && (n = character ((const unsigned char *) p)) > 0)
      p += n;
    if (strbuf_add (&b, start, p - start) == -1)
      return NULL;
    if (*p) {
      ++p;
      if (strbuf_addstr (&b, "\xef\xbf\xbd") == -1)
        return NULL;
    }
  }
  return strbuf_take (&b);
}

char *
report_base64 (const void *data, size_t len)
{
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "abcdefghijklmnopqrstuvwxyz0123456789+/";
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;
  const unsigned char *p = data;
  size_t i;

  for (i = 0; i < len; i += 3) {
    uint32_t bits = (uint32_t) p[i] << 16
      | (i + 1 < len ? (uint32_t) p[i + 1] << 8 : 0)
      | (i + 2 < len ? p[i + 2] : 0);
    const char text[] = {
      digits[bits >> 18], digits[bits >> 12 & 63],
      i + 1 < len ? digits[bits >> 6 & 63] : '=',
      i + 2 < len ? digits[bits & 63] : '=',
    };

    if (strbuf_add (&b, text, sizeof text) == -1)
      return NULL;
  }
  return strbuf_take (&b);
}
