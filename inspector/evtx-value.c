/* Values in binary XML: see evtx-value.h. */

#include <config.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "evtx-value.h"

static uint64_t
get (const uint8_t *p, size_t size)
{
  uint64_t v = 0;

  while (size-- > 0)
    v = v << 8 | p[size];
  return v;
}

static int64_t
get_signed (const uint8_t *p, size_t size)
{
  unsigned shift = 64 - 8 * size;

  return (int64_t) (get (p, size) << shift) >> shift;
}

static int
add_utf8 (struct strbuf *out, uint32_t c)
{
  char text[4];
  size_t n = 0;

  if (c < 0x80)
    text[n++] = c;
  else if (c < 0x800) {
    text[n++] = 0xc0 | c >> 6;
    text[n++] = 0x80 | (c & 0x3f);
  }
  else if (c < 0x10000) {
    text[n++] = 0xe0 | c >> 12;
    text[n++] = 0x80 | (c >> 6 & 0x3f);
    text[n++] = 0x80 | (c & 0x3f);
  }
  else {
    text[n++] = 0xf0 | c >> 18;
    text[n++] = 0x80 | (c >> 12 & 0x3f);
    text[n++] = 0x80 | (c >> 6 & 0x3f);
    text[n++] = 0x80 | (c & 0x3f);
  }
  return strbuf_add (out, text, n);
}

/* UTF-16 up to a NUL; the number of bytes used, with it. */
static size_t
add_utf16 (struct strbuf *out, const uint8_t *p, size_t size, int *r)
{
  size_t i = 0;

  while (i + 2 <= size) {
    uint32_t c = get (p + i, 2), low;

    i += 2;
    if (c == 0)
      break;
    if (c >= 0xd800 && c < 0xe000) {
      low = c < 0xdc00 && i + 2 <= size ? get (p + i, 2) : 0;
      if (low >= 0xdc00 && low < 0xe000) {
        c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
        i += 2;
      }
      else
        c = 0xfffd;
    }
    *r |= add_utf8 (out, c);
  }
  return i;
}

static int
add_hex (struct strbuf *out, const uint8_t *p, size_t size)
{
  int r = 0;

  while (size-- > 0)
    r |= strbuf_addf (out, "%02X", *p++);
  return r;
}

void
evtx_time_text (uint64_t time, char *ret, size_t size)
{
  /* 11644473600 s from 1601 to 1970. */
  time_t seconds = (time_t) (time / 10000000) - INT64_C (11644473600);
  struct tm tm;
  char text[32] = "";

  if (!gmtime_r (&seconds, &tm)
      || strftime (text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm) == 0)
    snprintf (text, sizeof text, "?");
  snprintf (ret, size, "%s.%06uZ", text, (unsigned) (time / 10 % 1000000));
}

static int
add_guid (struct strbuf *out, const uint8_t *p)
{
  return strbuf_addf (out, "{%08" PRIX64 "-%04" PRIX64 "-%04" PRIX64
                      "-%02X%02X-%02X%02X%02X%02X%02X%02X}",
                      get (p, 4), get (p + 4, 2), get (p + 6, 2), p[8], p[9],
                      p[10], p[11], p[12], p[13], p[14], p[15]);
}

static int
add_system_time (struct strbuf *out, const uint8_t *p)
{
  return strbuf_addf (out, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ",
                      (unsigned) get (p, 2), (unsigned) get (p + 2, 2),
                      (unsigned) get (p + 6, 2), (unsigned) get (p + 8, 2),
                      (unsigned) get (p + 10, 2), (unsigned) get (p + 12, 2),
                      (unsigned) get (p + 14, 2));
}

/* S-1-AUTHORITY-SUB-... ([MS-DTYP] 2.4.2) */
static int
add_sid (struct strbuf *out, const uint8_t *p, size_t size)
{
  uint64_t authority = 0;
  size_t i;
  int r;

  if (size < 8 || size != 8 + 4 * (size_t) p[1])
    return add_hex (out, p, size);
  for (i = 2; i < 8; ++i)
    authority = authority << 8 | p[i];
  r = strbuf_addf (out, "S-%u-%" PRIu64, p[0], authority);
  for (i = 8; i < size; i += 4)
    r |= strbuf_addf (out, "-%" PRIu64, get (p + i, 4));
  return r;
}

static int
add_real (struct strbuf *out, const uint8_t *p, size_t size)
{
  uint64_t wide = get (p, size);
  uint32_t narrow = wide;
  double d;
  float f;

  if (size == sizeof d) {
    memcpy (&d, &wide, sizeof d);
    return strbuf_addf (out, "%g", d);
  }
  memcpy (&f, &narrow, sizeof f);
  return strbuf_addf (out, "%g", f);
}

/* Sizes of the types from 3 on; 0: any. */
static const uint8_t sizes[] = {
  [3] = 1, [4] = 1, [5] = 2, [6] = 2, [7] = 4, [8] = 4, [9] = 8, [10] = 8,
  [11] = 4, [12] = 8, [13] = 4, [15] = 16, [17] = 8, [18] = 16, [20] = 4,
  [21] = 8,
};

static int
add_scalar (uint8_t type, const uint8_t *p, size_t size, struct strbuf *out)
{
  char time[40];
  int r = 0;
  size_t i;

  if (type < sizeof sizes && sizes[type] > 0 && size != sizes[type])
    return add_hex (out, p, size);
  switch (type) {
  case EVTX_STRING: add_utf16 (out, p, size, &r); return r;
  case 2:
    for (i = 0; i < size && p[i]; ++i)
      r |= add_utf8 (out, p[i]);
    return r;
  case 3: case 5: case 7: case 9:
    return strbuf_addf (out, "%" PRId64, get_signed (p, size));
  case 4: case 6: case 8: case 10:
    return strbuf_addf (out, "%" PRIu64, get (p, size));
  case 11: case 12: return add_real (out, p, size);
  case 13: return strbuf_addstr (out, get (p, 4) ? "true" : "false");
  case 15: return add_guid (out, p);
  case 16: case 20: case 21:
    if (size > 8)
      break;
    return strbuf_addf (out, "0x%" PRIx64, get (p, size));
  case 17:
    evtx_time_text (get (p, 8), time, sizeof time);
    return strbuf_addstr (out, time);
  case 18: return add_system_time (out, p);
  case 19: return add_sid (out, p, size);
  }
  return add_hex (out, p, size);
}

static int
add_array (uint8_t type, const uint8_t *p, size_t size, struct strbuf *out)
{
  size_t at, one;
  int r = 0;

  for (at = 0; at < size; at += one) {
    if (at > 0)
      r |= strbuf_addstr (out, ", ");
    if (type == EVTX_STRING) {
      one = add_utf16 (out, p + at, size - at, &r);
      if (one == 0)
        break;
      continue;
    }
    one = type < sizeof sizes ? sizes[type] : 0;
    if (one == 0 || one > size - at)
      one = size - at;
    r |= add_scalar (type, p + at, one, out);
  }
  return r;
}

int
evtx_value_text (uint8_t type, const uint8_t *p, size_t size,
                 struct strbuf *out)
{
  int r = type & EVTX_ARRAY ? add_array (type & ~EVTX_ARRAY, p, size, out)
    : add_scalar (type, p, size, out);

  return r == 0 ? 0 : -1;
}
