/* Test of index.c. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "index.h"
#include "test.h"

static const char good[] =
  "# comment\n"
  "[debian-12]\r\n"
  "name=Debian 12\n"
  "file=debian-12.xz\n"
  "size=6442450944\n"
  "notes=First\n"
  " Second\n"
  "\n"
  " Third\n"
  "notes[de] = Anders\n"
  "\n"
  "[other.1_x]\n"
  "file=x\n"
  "size=1\n";

static void
test_good (void)
{
  struct index index = INDEX_INIT;
  struct error err = ERROR_INIT;
  const struct index_entry *e;

  CHECK (index_parse (good, strlen (good), &index, &err) == 0);
  CHECK (index.nr == 2 && index_check (&index, &err) == 0);
  e = &index.entries[0];
  CHECK (strcmp (e->name, "debian-12") == 0 && e->line == 2);
  CHECK (strcmp (index_field (e, "name"), "Debian 12") == 0);
  CHECK (strcmp (index_field (e, "notes"), "First\nSecond\n\nThird") == 0);
  CHECK (strcmp (index_field (e, "notes[de]"), " Anders") == 0);
  CHECK (index_number (e, "size") == 6442450944);
  CHECK (index_number (e, "name") == -1 && !index_field (e, "arch"));
  index_release (&index);
}

static void
test_bad (void)
{
  static const char *const bad[] = {
    "x=y\n", "[a\n", "[]\n", "[a b]\n", " x\n", "[a]\n x\n", "[a]\nx\n",
    "[a]\n=x\n", "[a]\nsize=1\n", "[a]\nfile=x\n", "[a]\nfile=x\nsize=0\n",
    "[a]\nfile=x\nsize=99999999999999999999\n", "[a]\nfile=/x\nsize=1\n",
    "[a]\nfile=../x\nsize=1\n", "[a]\nfile=http://x\nsize=1\n",
    "[a]\nfile=x\nsize=1\nrevision=z\n",
    "[a]\nfile=x\nsize=1\n[a]\nfile=x\nsize=1\n",
  };
  size_t i;

  for (i = 0; i < sizeof bad / sizeof bad[0]; ++i) {
    struct index index = INDEX_INIT;
    struct error err = ERROR_INIT;

    if (index_parse (bad[i], strlen (bad[i]), &index, &err) == 0
        && index_check (&index, &err) == 0) {
      fprintf (stderr, "accepted: %s\n", bad[i]);
      exit (EXIT_FAILURE);
    }
    CHECK (err.message);
    error_clear (&err);
    index_release (&index);
  }
}

static void
test_signed (void)
{
  static const char text[] =
    "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n[a]\n- -x=y\n"
    "-----BEGIN PGP SIGNATURE-----\nabc\n-----END PGP SIGNATURE-----\n[b]\n";
  struct error err = ERROR_INIT;
  bool is_signed;
  size_t len;
  char *plain = index_unwrap (text, strlen (text), &is_signed, &err);

  CHECK (plain && is_signed && strcmp (plain, "[a]\n-x=y\n") == 0);
  free (plain);
  plain = index_unwrap (good, strlen (good), &is_signed, &err);
  CHECK (plain && !is_signed && strcmp (plain, good) == 0);
  free (plain);
  /* Cut anywhere before the signature, it is an error. */
  for (len = 34; len < 89; ++len) {
    plain = index_unwrap (text, len, &is_signed, &err);
    CHECK (!plain && err.message);
    error_clear (&err);
  }
}

int
main (void)
{
  test_good ();
  test_bad ();
  test_signed ();
  return EXIT_SUCCESS;
}
