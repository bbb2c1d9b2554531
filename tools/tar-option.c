/* See tar-option.h. */

#include <config.h>

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "tar-option.h"

const char *
tar_option (const char *arg, const char *name)
{
  size_t len = strlen (name);

  return strncmp (arg, name, len) == 0 && arg[len] == ':' ? arg + len + 1
    : NULL;
}

bool
tar_option_bool (const char *arg, const char *name, int *ret)
{
  static const char *const yes[] = { "true", "t", "yes", "y", "on", "1" };
  static const char *const no[] = { "false", "f", "no", "n", "off", "0" };
  const char *value = tar_option (arg, name);
  size_t i;

  for (i = 0; value && i < sizeof yes / sizeof *yes; ++i)
    if (strcasecmp (value, yes[i]) == 0 || strcasecmp (value, no[i]) == 0) {
      *ret = strcasecmp (value, yes[i]) == 0;
      return true;
    }
  return false;
}
