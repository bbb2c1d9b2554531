/* Home directories of local users: see tilde.h. */

#include <config.h>

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "tilde.h"

static const char *
home_of (const char *user)
{
  const struct passwd *pw;

  if (!*user) {
    const char *home = getenv ("HOME");

    if (home && *home)
      return home;
    pw = getpwuid (geteuid ());
  }
  else
    pw = getpwnam (user);
  return pw ? pw->pw_dir : NULL;
}

char *
tilde_expand (const char *word)
{
  CLEANUP_FREE char *user = NULL;
  const char *rest, *home;
  char *ret;

  if (word[0] != '~')
    return NULL;
  rest = strchrnul (word, '/');
  user = strndup (word + 1, rest - word - 1);
  home = user ? home_of (user) : NULL;
  if (!home || asprintf (&ret, "%s%s", home, rest) == -1)
    return NULL;
  return ret;
}
