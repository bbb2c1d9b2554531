/* Digests (known answers) and base64. */

#include <config.h>

#include <errno.h>

#include "base64.h"
#include "check.h"
#include "checksum.h"

static char *
digest (const char *type, const char *text)
{
  CLEANUP_DIGEST struct digest d = { .type = NULL };

  CHECK (digest_init (&d, type, NULL) == 0);
  CHECK (digest_add (&d, "rubbish", 7, NULL) == 0);
  CHECK (digest_restart (&d, NULL) == 0);
  CHECK (digest_add (&d, text, strlen (text), NULL) == 0);
  return digest_finish (&d, NULL);
}

static void
test_digests (void)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP_DIGEST struct digest d = { .type = NULL };

  CHECK_STRING (digest ("crc", ""), "4294967295");
  CHECK_STRING (digest ("crc", "123456789"), "930766865");
  CHECK_STRING (digest ("md5", ""), "d41d8cd98f00b204e9800998ecf8427e");
  CHECK_STRING (digest ("sha1", "abc"),
                "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK_STRING (digest ("sha224", "abc"), "23097d223405d8228642a477bda255b32aad"
                "bce4bda0b3f7e36c9da7");
  CHECK_STRING (digest ("sha256", "abc"), "ba7816bf8f01cfea414140de5dae2223b003"
                "61a396177a9cb410ff61f20015ad");
  CHECK (digest_init (&d, "md4", &err) == -1 && err.errnum == EINVAL);
}

static char *
encode (const char *text, size_t len)
{
  CLEANUP_STRBUF struct strbuf out = STRBUF_INIT;
  struct base64_encoder e = { .nr = 0 };
  size_t i;

  CHECK (strbuf_addstr (&out, "") == 0);
  for (i = 0; i < len; i++)
    CHECK (base64_encode (&e, (const unsigned char *) text + i, 1, &out) == 0);
  CHECK (base64_encode_end (&e, &out) == 0);
  return strbuf_take (&out);
}

/* NULL for what is not base64. */
static char *
decode (const char *text)
{
  CLEANUP_STRBUF struct strbuf out = STRBUF_INIT;
  struct base64_decoder d = { .nr = 0 };

  for (; *text; text++)
    if (base64_decode (&d, text, 1, &out) == -1)
      return NULL;
  return base64_decode_end (&d) == 0 ? strbuf_take (&out) : NULL;
}

static void
test_base64 (void)
{
  char line[58];

  CHECK_STRING (encode ("", 0), "");
  CHECK_STRING (encode ("f", 1), "Zg==\n");
  CHECK_STRING (encode ("fo", 2), "Zm8=\n");
  CHECK_STRING (encode ("foo", 3), "Zm9v\n");
  memset (line, 0, sizeof line);
  CHECK_STRING (encode (line, 58), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nAA==\n");
  CHECK_STRING (decode ("Zm9v\r\n Zg==\n"), "foof");
  CHECK_STRING (decode (""), "");
  CHECK_STRING (decode ("Zm8="), "fo");
  CHECK (decode ("Zm8") == NULL);
  CHECK (decode ("Z===") == NULL);
  CHECK (decode ("Zg==Zg==") == NULL);
  CHECK (decode ("Zg=Z") == NULL);
  CHECK (decode ("Zm9*") == NULL);
}

int
main (void)
{
  test_digests ();
  test_base64 ();
  return 0;
}
