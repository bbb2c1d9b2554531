/* Printable strings in binary data, and hex dumps: pure functions that take a
 * file piece by piece.  They return 0, or -1 with errno ENOMEM. */
#ifndef BATHYSCOPE_TEXTSCAN_H
#define BATHYSCOPE_TEXTSCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "strbuf.h"
#include "strlist.h"

#define STRING_MIN 4 /* the shortest run that counts */

struct string_scan {
  unsigned width;  /* bytes a character: 1, 2, 4 */
  bool big_endian, eight_bit;
  uint32_t partial; /* of a character that goes on */
  unsigned nr_partial;
  struct strbuf run;
  struct strlist found;
};

/* The encodings of strings(1): s (7 bit), S (8 bit), b and l (16 bit, big and
 * little endian), B and L (32 bit).  -1 for any other. */
int string_scan_init (struct string_scan *s, const char *encoding);
int string_scan_add (struct string_scan *s, const unsigned char *data,
                     size_t len);
char **string_scan_finish (struct string_scan *s);
void string_scan_release (struct string_scan *s);

struct hexdump {
  struct strbuf *out;
  uint64_t offset;            /* of row */
  unsigned char row[16], last[16];
  size_t row_len;
  bool have_last, starred;
};

/* As hexdump -C writes it: a row of 16 bytes a line, repeated rows as "*". */
int hexdump_add (struct hexdump *h, const unsigned char *data, size_t len);
int hexdump_finish (struct hexdump *h);

#endif
