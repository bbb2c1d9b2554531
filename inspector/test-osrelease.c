/* Tests of osrelease.c. */

#include <config.h>

#undef NDEBUG
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "osrelease.h"

static void
expect (const char *text, const char *key, const char *value)
{
  CLEANUP_FREE char *got = osrelease_get (text, key);

  assert (got && strcmp (got, value) == 0);
}

static void
test_get (void)
{
  expect ("ID=debian\n", "ID", "debian");
  expect ("VERSION_ID=\"12\"\nID=debian", "ID", "debian");
  expect ("NAME='A b'\n", "NAME", "A b");
  expect ("NAME=\"say \\\"hi\\\" \\$x\"\n", "NAME", "say \"hi\" $x");
  expect ("A=one two\n", "A", "one");
  expect ("A=1\nA=2\n", "A", "2");
  expect ("  A=1\n", "A", "1");
  expect ("A=\n", "A", "");
  expect ("A=\"never closed\n", "A", "never closed");
  expect ("A=\\", "A", "\\");
  errno = 0;
  assert (!osrelease_get ("XID=1\nIDX=2\n#ID=3\n", "ID") && errno == ENOENT);
  assert (!osrelease_get ("", "ID"));
}

static void
expect_version (const char *text, int want_major, int want_minor)
{
  int got_major = -1, got_minor = -1;

  assert (osrelease_version (text, &got_major, &got_minor) == 0);
  assert (got_major == want_major && got_minor == want_minor);
}

static void
test_version (void)
{
  int untouched = 7;

  expect_version ("12", 12, 0);
  expect_version ("22.04", 22, 4);
  expect_version ("CentOS Linux release 7.9.2009 (Core)", 7, 9);
  expect_version ("99999999999999999999.1", 0, 1);
  expect_version ("5.", 5, 0);
  assert (osrelease_version ("bookworm/sid", &untouched, &untouched) == -1);
  assert (untouched == 7);
}

int
main (void)
{
  test_get ();
  test_version ();
  return 0;
}
