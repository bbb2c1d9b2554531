/* Strings in binary data and hex dumps: see textscan.h. */

#include <config.h>

#include <inttypes.h>
#include <string.h>

#include "textscan.h"

int
string_scan_init (struct string_scan *s, const char *encoding)
{
  *s = (struct string_scan) { .width = 1 };
  if (encoding[0] == '\0' || encoding[1] != '\0')
    return -1;
  switch (encoding[0]) {
  case 's': return 0;
  case 'S': s->eight_bit = true; return 0;
  case 'b': s->width = 2; s->big_endian = true; return 0;
  case 'l': s->width = 2; return 0;
  case 'B': s->width = 4; s->big_endian = true; return 0;
  case 'L': s->width = 4; return 0;
  default: return -1;
  }
}

static int
end_run (struct string_scan *s)
{
  if (s->run.len >= STRING_MIN && strlist_add (&s->found, s->run.data) == -1)
    return -1;
  s->run.len = 0;
  return 0;
}

static bool
is_printable (const struct string_scan *s, uint32_t c)
{
  return c == '\t' || (c >= 0x20 && c < 0x7f)
    || (s->eight_bit && c >= 0x80 && c <= 0xff);
}

static int
add_character (struct string_scan *s, uint32_t c)
{
  return is_printable (s, c) ? strbuf_addch (&s->run, c) : end_run (s);
}

int
string_scan_add (struct string_scan *s, const unsigned char *data, size_t len)
{
  size_t i;

  for (i = 0; i < len; i++) {
    if (s->big_endian)
      s->partial = s->partial << 8 | data[i];
    else
      s->partial |= (uint32_t) data[i] << (8 * s->nr_partial);
    if (++s->nr_partial < s->width)
      continue;
    if (add_character (s, s->partial) == -1)
      return -1;
    s->partial = s->nr_partial = 0;
  }
  return 0;
}

char **
string_scan_finish (struct string_scan *s)
{
  return end_run (s) == -1 ? NULL : strlist_take (&s->found);
}

void
string_scan_release (struct string_scan *s)
{
  strbuf_release (&s->run);
  strlist_release (&s->found);
}

/* ---- hexdump ------------------------------------------------------------- */

static int
write_row (struct hexdump *h)
{
  static const char digits[] = "0123456789abcdef";
  char line[80], *p = line;
  size_t i;

  for (i = 0; i < 16; i++) {
    *p++ = ' ';
    if (i % 8 == 0)
      *p++ = ' ';
    *p++ = i < h->row_len ? digits[h->row[i] >> 4] : ' ';
    *p++ = i < h->row_len ? digits[h->row[i] & 15] : ' ';
  }
  *p++ = ' ';
  *p++ = ' ';
  *p++ = '|';
  for (i = 0; i < h->row_len; i++)
    *p++ = h->row[i] >= 0x20 && h->row[i] < 0x7f ? h->row[i] : '.';
  *p++ = '|';
  *p++ = '\n';
  if (strbuf_addf (h->out, "%08" PRIx64, h->offset) == -1)
    return -1;
  return strbuf_add (h->out, line, p - line);
}

static int
end_row (struct hexdump *h)
{
  bool repeated = h->have_last && h->row_len == 16
    && memcmp (h->row, h->last, 16) == 0;
  int r = 0;

  if (!repeated)
    r = write_row (h);
  else if (!h->starred)
    r = strbuf_addstr (h->out, "*\n");
  h->starred = repeated;
  h->have_last = h->row_len == 16;
  memcpy (h->last, h->row, 16);
  h->offset += h->row_len;
  h->row_len = 0;
  return r;
}

int
hexdump_add (struct hexdump *h, const unsigned char *data, size_t len)
{
  while (len > 0) {
    size_t n = 16 - h->row_len < len ? 16 - h->row_len : len;

    memcpy (h->row + h->row_len, data, n);
    h->row_len += n;
    data += n;
    len -= n;
    if (h->row_len == 16 && end_row (h) == -1)
      return -1;
  }
  return 0;
}

int
hexdump_finish (struct hexdump *h)
{
  if (h->row_len > 0 && end_row (h) == -1)
    return -1;
  if (h->offset == 0)
    return 0;
  return strbuf_addf (h->out, "%08" PRIx64 "\n", h->offset);
}
