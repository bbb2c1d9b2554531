/* Tests of xdr.c: the bytes of RFC 4506, and refusal of everything else. */

#include <config.h>

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "strlist.h"
#include "xdr.h"

#define BYTES(b, literal)                                               \
  assert ((b).len == sizeof (literal) - 1                               \
          && memcmp ((b).data, literal, (b).len) == 0)

static void
test_encoding (void)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;
  char a[] = "a", bc[] = "bc", *list[] = { a, bc, NULL };

  assert (xdr_put_uint32 (&b, 0x01020304) == 0);
  BYTES (b, "\1\2\3\4");
  b.len = 0;
  assert (xdr_put_uint64 (&b, UINT64_C (0x0102030405060708)) == 0);
  BYTES (b, "\1\2\3\4\5\6\7\10");
  b.len = 0;
  assert (xdr_put_string (&b, "hello") == 0);
  BYTES (b, "\0\0\0\5hello\0\0\0");
  b.len = 0;
  assert (xdr_put_string (&b, "") == 0);
  BYTES (b, "\0\0\0\0");
  b.len = 0;
  assert (xdr_put_optstring (&b, NULL) == 0);
  assert (xdr_put_optstring (&b, "four") == 0);
  BYTES (b, "\0\0\0\0\0\0\0\1\0\0\0\4four");
  b.len = 0;
  assert (xdr_put_strings (&b, list) == 0);
  BYTES (b, "\0\0\0\2\0\0\0\1a\0\0\0\0\0\0\2bc\0\0");
  b.len = 0;
  assert (xdr_put_opaque (&b, "123", 3) == 0);
  BYTES (b, "123\0");
}

static void
test_decoding (void)
{
  static const char bytes[] = "\1\2\3\4" "\0\0\0\0\0\0\0\7" "\0\0\0\1"
    "\0\0\0\2hi\0\0" "\0\0\0\0" "\0\0\0\2\0\0\0\1a\0\0\0\0\0\0\0";
  struct xdr_reader r = xdr_reader (bytes, sizeof bytes - 1);
  CLEANUP_FREE char *str = NULL, *opt = NULL;
  CLEANUP_STRINGS char **list = NULL;
  uint32_t narrow;
  uint64_t wide;
  bool truth;

  assert (xdr_get_uint32 (&r, &narrow) == 0 && narrow == 0x01020304);
  assert (xdr_get_uint64 (&r, &wide) == 0 && wide == 7);
  assert (xdr_get_bool (&r, &truth) == 0 && truth);
  assert (xdr_get_string (&r, &str) == 0 && strcmp (str, "hi") == 0);
  assert (xdr_get_optstring (&r, &opt) == 0 && !opt);
  assert (xdr_get_end (&r) == -1 && errno == EBADMSG);
  assert (xdr_get_strings (&r, &list) == 0 && strings_count (list) == 2
          && strcmp (list[0], "a") == 0 && strcmp (list[1], "") == 0);
  assert (xdr_get_end (&r) == 0);
}

/* Nothing of these is allocated by its length, and nothing is read beyond. */
static void
test_malformed (void)
{
  static const struct {
    const char *bytes;
    size_t len;
  } strings[] = {
    { "", 0 },
    { "\0\0\0", 3 },
    { "\0\0\0\1", 4 },
    { "\0\0\0\1a\0\0", 7 },         /* padding is missing */
    { "\0\0\0\1a\0\0x", 8 },        /* padding is not zero */
    { "\0\0\0\2a\0\0\0", 8 },       /* NUL inside */
    { "\xff\xff\xff\xff", 4 },
    { "\xff\xff\xff\xfd" "abcd", 8 }, /* length + padding overflows 32 bits */
    { "\x7f\xff\xff\xff" "abcd", 8 },
  };
  static const struct {
    const char *bytes;
    size_t len;
  } lists[] = {
    { "\0\0\0\1", 4 },
    { "\xff\xff\xff\xff\0\0\0\0", 8 },
    { "\0\0\0\2\0\0\0\0", 8 },
  };
  char *str = NULL, **list = NULL;
  bool truth;

  for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++) {
    struct xdr_reader r = xdr_reader (strings[i].bytes, strings[i].len);

    errno = 0;
    assert (xdr_get_string (&r, &str) == -1 && errno == EBADMSG && !str);
  }
  for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
    struct xdr_reader r = xdr_reader (lists[i].bytes, lists[i].len);

    errno = 0;
    assert (xdr_get_strings (&r, &list) == -1 && errno == EBADMSG && !list);
  }
  struct xdr_reader two = xdr_reader ("\0\0\0\2", 4);
  assert (xdr_get_bool (&two, &truth) == -1 && errno == EBADMSG);
}

int
main (void)
{
  test_encoding ();
  test_decoding ();
  test_malformed ();
  return 0;
}
