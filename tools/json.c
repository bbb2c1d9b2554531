/* Flat JSON objects: see json.h. */

#include <config.h>

#include <inttypes.h>
#include <string.h>

#include "json.h"

/* The length of the UTF-8 sequence at `s`, or 0 where there is none (RFC 3629:
 * no overlong forms, no surrogates, nothing beyond U+10FFFF). */
static size_t
sequence (const unsigned char *s, size_t len)
{
  uint32_t c;
  size_t n, i;

  if (s[0] < 0x80)
    return 1;
  if (s[0] >= 0xc2 && s[0] <= 0xdf)
    n = 2, c = s[0] & 0x1f;
  else if ((s[0] & 0xf0) == 0xe0)
    n = 3, c = s[0] & 0x0f;
  else if (s[0] >= 0xf0 && s[0] <= 0xf4)
    n = 4, c = s[0] & 0x07;
  else
    return 0;
  if (n > len)
    return 0;
  for (i = 1; i < n; ++i) {
    if ((s[i] & 0xc0) != 0x80)
      return 0;
    c = c << 6 | (s[i] & 0x3f);
  }
  if ((n == 3 && c < 0x800) || (n == 4 && (c < 0x10000 || c > 0x10ffff))
      || (c >= 0xd800 && c <= 0xdfff))
    return 0;
  return n;
}

bool
json_is_text (const char *text, size_t len)
{
  while (len > 0) {
    size_t n = *text ? sequence ((const unsigned char *) text, len) : 0;

    if (n == 0)
      return false;
    text += n;
    len -= n;
  }
  return true;
}

static void
print_string (FILE *fp, const char *text, size_t len)
{
  fputc ('"', fp);
  while (len > 0) {
    unsigned char c = *text;
    size_t n = sequence ((const unsigned char *) text, len);

    if (n == 0) {
      fputs ("\\ufffd", fp);
      n = 1;
    }
    else if (c == '"' || c == '\\')
      fprintf (fp, "\\%c", c);
    else if (c == '\n')
      fputs ("\\n", fp);
    else if (c == '\t')
      fputs ("\\t", fp);
    else if (c < 0x20 || c == 0x7f)
      fprintf (fp, "\\u%04x", c);
    else
      fwrite (text, 1, n, fp);
    text += n;
    len -= n;
  }
  fputc ('"', fp);
}

void
json_begin (struct json *j, FILE *fp)
{
  *j = (struct json) { .fp = fp, .first = true };
  fputc ('{', fp);
}

static void
member (struct json *j, const char *name)
{
  if (!j->first)
    fputc (',', j->fp);
  j->first = false;
  print_string (j->fp, name, strlen (name));
  fputc (':', j->fp);
}

void
json_text_len (struct json *j, const char *name, const char *text, size_t len)
{
  member (j, name);
  print_string (j->fp, text, len);
}

void
json_text (struct json *j, const char *name, const char *text)
{
  if (text)
    json_text_len (j, name, text, strlen (text));
}

void
json_base64 (struct json *j, const char *name, const void *data, size_t len)
{
  static const char letters[]
    = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const unsigned char *p = data;
  size_t i;

  member (j, name);
  fputc ('"', j->fp);
  for (i = 0; i < len; i += 3) {
    size_t n = len - i < 3 ? len - i : 3;
    uint32_t bits = p[i] << 16 | (n > 1 ? p[i + 1] << 8 : 0)
                    | (n > 2 ? p[i + 2] : 0);

    fputc (letters[bits >> 18], j->fp);
    fputc (letters[bits >> 12 & 63], j->fp);
    fputc (n > 1 ? letters[bits >> 6 & 63] : '=', j->fp);
    fputc (n > 2 ? letters[bits & 63] : '=', j->fp);
  }
  fputc ('"', j->fp);
}

void
json_number (struct json *j, const char *name, int64_t number)
{
  member (j, name);
  fprintf (j->fp, "%" PRIi64, number);
}

void
json_bool (struct json *j, const char *name, bool value)
{
  member (j, name);
  fputs (value ? "true" : "false", j->fp);
}

void
json_end (struct json *j)
{
  fputs ("}\n", j->fp);
}
