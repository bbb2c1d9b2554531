/* Lines, words, strings in binary data, hex dumps. */

#include <config.h>

#include "check.h"
#include "lines.h"
#include "textscan.h"

static void
test_split (void)
{
  CHECK_LIST (lines_split ("", 0, false), "");
  CHECK_LIST (lines_split ("\n", 1, false), "");
  CHECK_LIST (lines_split ("a\n\nb", 4, false), "a||b");
  CHECK_LIST (lines_split ("a\r\nb\r", 5, true), "a|b\r");
  CHECK_LIST (lines_split ("a\r\n", 3, false), "a\r");
}

static void
test_tail (void)
{
  CHECK (lines_tail_offset ("a\nb\nc\n", 6, 1) == 4);
  CHECK (lines_tail_offset ("a\nb\nc", 5, 1) == 4);
  CHECK (lines_tail_offset ("a\nb\nc\n", 6, 2) == 2);
  CHECK (lines_tail_offset ("a\nb\nc\n", 6, 9) == 0);
  CHECK (lines_tail_offset ("a\n", 2, 0) == 2);
  CHECK (lines_tail_offset ("", 0, 3) == 0);
}

static void
test_words (void)
{
  bool in_word = false;

  CHECK (words_count (" one tw", 7, &in_word) == 2);
  CHECK (in_word);
  CHECK (words_count ("o\tthree\n", 8, &in_word) == 1);
  CHECK (!in_word);
}

static char **
scan (const char *encoding, const char *data, size_t len)
{
  struct string_scan s;
  char **ret;
  size_t i;

  CHECK (string_scan_init (&s, encoding) == 0);
  for (i = 0; i < len; i++) /* in the smallest pieces */
    CHECK (string_scan_add (&s, (const unsigned char *) data + i, 1) == 0);
  ret = string_scan_finish (&s);
  string_scan_release (&s);
  return ret;
}

static void
test_strings (void)
{
  struct string_scan s;

  CHECK_LIST (scan ("s", "\001hello\002abc\003wor\tld", 17), "hello|wor\tld");
  CHECK_LIST (scan ("s", "caf\351s", 5), "");
  CHECK_LIST (scan ("S", "caf\351s", 5), "caf\351s");
  CHECK_LIST (scan ("l", "h\0e\0l\0l\0o\0", 10), "hello");
  CHECK_LIST (scan ("b", "\0h\0e\0l\0l\0o", 10), "hello");
  CHECK_LIST (scan ("L", "h\0\0\0e\0\0\0l\0\0\0l\0\0\0", 16), "hell");
  CHECK_LIST (scan ("B", "\0\0\0h\0\0\0e\0\0\0l\0\0\0l", 16), "hell");
  CHECK (string_scan_init (&s, "x") == -1);
  CHECK (string_scan_init (&s, "") == -1);
  CHECK (string_scan_init (&s, "sS") == -1);
}

static void
test_hexdump (void)
{
  CLEANUP_STRBUF struct strbuf out = STRBUF_INIT;
  struct hexdump h = { .out = &out };
  unsigned char zeroes[64] = { 0 };

  CHECK (hexdump_finish (&h) == 0 && out.len == 0);
  CHECK (hexdump_add (&h, zeroes, 10) == 0);
  CHECK (hexdump_add (&h, zeroes, 54) == 0);
  CHECK (hexdump_add (&h, (const unsigned char *) "hello\n", 6) == 0);
  CHECK (hexdump_finish (&h) == 0);
  CHECK (strcmp (out.data,
    "00000000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  "
    "|................|\n"
    "*\n"
    "00000040  68 65 6c 6c 6f 0a                                 |hello.|\n"
    "00000046\n") == 0);
}

int
main (void)
{
  test_split ();
  test_tail ();
  test_words ();
  test_strings ();
  test_hexdump ();
  return 0;
}
