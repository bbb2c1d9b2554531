/* Names: members of archives, patterns, users, modes and dates of listings. */

#include <config.h>

#include "check.h"
#include "guestids.h"
#include "longlist.h"
#include "safepath.h"
#include "tarexclude.h"

static char *
clean (const char *path)
{
  char *copy = strdup (path);

  CHECK (copy != NULL);
  if (member_path_clean (copy) == 0)
    return copy;
  free (copy);
  return strdup ("refused");
}

static void
test_clean (void)
{
  CHECK_STRING (clean ("a/b"), "a/b");
  CHECK_STRING (clean ("/a//b/"), "a/b");
  CHECK_STRING (clean ("./a/./b/."), "a/b");
  CHECK_STRING (clean ("."), "");
  CHECK_STRING (clean ("./"), "");
  CHECK_STRING (clean ("///"), "");
  CHECK_STRING (clean (".."), "refused");
  CHECK_STRING (clean ("a/../b"), "refused");
  CHECK_STRING (clean ("/.."), "refused");
  CHECK_STRING (clean ("..a/b.."), "..a/b..");
  CHECK_STRING (clean (".../a"), ".../a");
}

static bool
excluded (const char *path, const char *pattern)
{
  char *patterns[] = { (char *) "nothing", (char *) pattern, NULL };

  return is_excluded (path, patterns);
}

static void
test_exclude (void)
{
  CHECK (excluded ("./a/b", "b"));
  CHECK (excluded ("./a/b", "a"));
  CHECK (excluded ("./a/b", "./a"));
  CHECK (excluded ("./a/b.o", "*.o"));
  CHECK (excluded ("./a/b/c", "a*c"));
  CHECK (!excluded ("./a/b", "./b"));
  CHECK (!excluded ("./a/bc", "b"));
}

static void
test_ids (void)
{
  CLEANUP_IDMAP struct idmap m = IDMAP_INIT;
  char *text = strdup ("root:x:0:0::/:/bin/sh\n# comment\nbroken:x\n"
                       "bin:x:-1:1\njoe:x:1000:1000:Joe\nsame:x:1000:1\n"
                       ":x:7:7\nhuge:x:99999999999:1\nlast:x:4294967295");

  CHECK (text && idmap_parse (&m, text) == 0);
  CHECK (strcmp (idmap_name (&m, 0), "root") == 0);
  CHECK (strcmp (idmap_name (&m, 1000), "joe") == 0);
  CHECK (strcmp (idmap_name (&m, 4294967295u), "last") == 0);
  CHECK (idmap_name (&m, 7) == NULL);
  CHECK (idmap_name (&m, 1) == NULL);
}

static void
test_listing (void)
{
  char mode[11], date[32];

  mode_string (0100644, mode);
  CHECK (strcmp (mode, "-rw-r--r--") == 0);
  mode_string (0041777, mode);
  CHECK (strcmp (mode, "drwxrwxrwt") == 0);
  mode_string (0106711, mode);
  CHECK (strcmp (mode, "-rws--s--x") == 0);
  mode_string (0127000, mode);
  CHECK (strcmp (mode, "l--S--S--T") == 0);
  date_string (1000000000, 1000000001, date, sizeof date);
  CHECK (strcmp (date, "Sep  9 01:46") == 0);
  date_string (1000000000, 1100000000, date, sizeof date);
  CHECK (strcmp (date, "Sep  9  2001") == 0);
  date_string (1000000000, 999999999, date, sizeof date);
  CHECK (strcmp (date, "Sep  9  2001") == 0);
}

int
main (void)
{
  test_clean ();
  test_exclude ();
  test_ids ();
  test_listing ();
  return 0;
}
