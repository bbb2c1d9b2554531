/* Test of regfile.c and regtext.c. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "regfile.h"
#include "test.h"

static struct regfile f;

static void
parse (const char *text, size_t len, enum reg_encoding encoding)
{
  struct error err = ERROR_INIT;

  regfile_release (&f);
  if (regfile_parse (text, len, encoding, &f, &err) == -1) {
    fprintf (stderr, "%s\n", err.message);
    exit (EXIT_FAILURE);
  }
}

static void
is_value (size_t key, size_t i, const char *name, uint32_t type,
          const char *data, size_t len)
{
  const struct reg_value *v;

  CHECK (key < f.nr && i < f.keys[key].nr);
  v = &f.keys[key].values[i];
  CHECK (strcmp (v->name, name) == 0);
  CHECK (!v->deleted && v->type == type && v->len == len);
  CHECK (memcmp (v->data, data, len) == 0);
}

static void
test_good (void)
{
  static const char text[] =
    "Windows Registry Editor Version 5.00\r\n\r\n"
    "; a comment\r\n"
    "[HKEY_LOCAL_MACHINE\\SOFTWARE\\a ] b]\r\n"
    "@=\"d\"\r\n"
    "\"n\\\"\\\\\"=\"x\\\\y\\\"\"\r\n"
    "\"dw\"=dword:0000002A\r\n"
    "  \"b\" = hex:00,FF,\\\r\n  10\r\n"
    "\"m\"=hex(7):61,00,00,00,\\\r\n  00,00\r\n"
    "\"none\"=hex(0):\r\n"
    "\"e\"=str(2):\"%p%\"\r\n"
    "\"gone\"=-\r\n"
    "[-HKLM\\SYSTEM\\x\\]\r\n"
    "[HKLM\\SYSTEM\\y]";
  unsigned char *utf16;
  char *marked;
  size_t len;

  parse (text, strlen (text), REG_UTF16LE);
  CHECK (f.nr == 3);
  CHECK (strcmp (f.keys[0].path, "HKEY_LOCAL_MACHINE\\SOFTWARE\\a ] b") == 0);
  is_value (0, 0, "", REG_SZ, "d\0\0", 4);
  is_value (0, 1, "n\"\\", REG_SZ, "x\0\\\0y\0\"\0\0", 10);
  is_value (0, 2, "dw", REG_DWORD, "\x2a\0\0", 4);
  is_value (0, 3, "b", REG_BINARY, "\0\xff\x10", 3);
  is_value (0, 4, "m", REG_MULTI_SZ, "a\0\0\0\0", 6);
  is_value (0, 5, "none", REG_NONE, "", 0);
  is_value (0, 6, "e", REG_EXPAND_SZ, "%\0p\0%\0\0", 8);
  CHECK (f.keys[0].values[7].deleted);
  CHECK (f.keys[1].deleted && strcmp (f.keys[1].path, "HKLM\\SYSTEM\\x") == 0);
  CHECK (f.keys[2].nr == 0);

  parse (text, strlen (text), REG_ASCII);
  is_value (0, 0, "", REG_SZ, "d", 2);

  /* The same in the encoding of Windows. */
  utf16 = reg_to_utf16 (text, &len);
  marked = malloc (len + 2);
  CHECK (utf16 && marked);
  memcpy (marked, "\xff\xfe", 2);
  memcpy (marked + 2, utf16, len);
  parse (marked, len + 2, REG_UTF16LE);
  is_value (0, 1, "n\"\\", REG_SZ, "x\0\\\0y\0\"\0\0", 10);
  free (utf16);
  free (marked);
  parse ("", 0, REG_UTF16LE);
  CHECK (f.nr == 0);
}

static void
test_text (void)
{
  static const char text[] = "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80";
  size_t len;
  unsigned char *utf16 = reg_to_utf16 (text, &len);
  char *back;

  CHECK (utf16 && len == 10);
  CHECK (memcmp (utf16, "a\0\xe4\0\xac\x20\x3d\xd8\x00\xde", 10) == 0);
  back = reg_to_utf8 (utf16, len, NULL);
  CHECK (back && strcmp (back, text) == 0);
  free (back);
  free (utf16);
  back = reg_to_utf8 ("\x3d\xd8z\0\x00\xdeq", 7, NULL);
  CHECK (back && strcmp (back, "\xef\xbf\xbdz\xef\xbf\xbd") == 0);
  free (back);
  utf16 = reg_to_utf16 ("\xc3\xed\xa0\x80\xf0\x9f", &len);
  CHECK (utf16 && len % 2 == 0 && utf16[0] == 0xfd && utf16[1] == 0xff);
  free (utf16);
}

static void
test_bad (void)
{
  static const struct {
    const char *text, *message;
  } cases[] = {
    { "nonsense", "line 1: " }, { "\n\n[x", "line 3: a key needs" },
    { "[]", "a key without" }, { "\"a\"=\"b\"", "a value without" },
    { "[-x]\n\"a\"=\"b\"", "line 2: a value without" },
    { "[x]\n\"a\"\"b\"", "needs a =" }, { "[x]\n\"a=", "has no end" },
    { "[x]\n\"a\"=\"b\" c", "more than" }, { "[x]\n@=dword:123456789", "dword" },
    { "[x]\n@=dword:", "dword" }, { "[x]\n@=hex:1234", "two hexa" },
    { "[x]\n@=hex(:12", "parentheses" }, { "[x]\n@=hex(1)12", ": is missing" },
    { "[x]\n@=qword:1", "none of" }, { "[x]\n@=", "none of" },
    { "[x]\n@=hex:1,\\", "more than" },
  };
  size_t i;

  for (i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
    struct regfile bad = REGFILE_INIT;
    struct error err = ERROR_INIT;

    if (regfile_parse (cases[i].text, strlen (cases[i].text), REG_UTF16LE, &bad,
                       &err) != -1 || bad.nr != 0
        || !strstr (err.message, cases[i].message)) {
      fprintf (stderr, "%s: %s\n", cases[i].text,
               err.message ? err.message : "accepted");
      exit (EXIT_FAILURE);
    }
    error_clear (&err);
  }
}

int
main (void)
{
  test_text ();
  test_good ();
  test_bad ();
  regfile_release (&f);
  return EXIT_SUCCESS;
}
