/* Exclusion of files from an archive: see tarexclude.h. */

#include <config.h>

#include <fnmatch.h>
#include <string.h>

#include "tarexclude.h"

static bool
matches (const char *path, const char *pattern)
{
  const char *p;

  for (p = path; p; p = strchr (p, '/')) {
    if (*p == '/')
      p++;
    if (fnmatch (pattern, p, FNM_LEADING_DIR) == 0)
      return true;
  }
  return false;
}

bool
is_excluded (const char *path, char *const *patterns)
{
  for (; *patterns; patterns++)
    if (matches (path, *patterns))
      return true;
  return false;
}
