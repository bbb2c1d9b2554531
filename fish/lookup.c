/* Find commands by name. */

#include <config.h>

#include <string.h>

#include "commands.h"

/* Dashes and underscores are the same. */
static bool
same_name (const char *a, const char *b)
{
  for (; *a && *b; ++a, ++b)
    if (*a != *b && !((*a == '-' || *a == '_') && (*b == '-' || *b == '_')))
      return false;
  return *a == *b;
}

static const struct fish_command *
look_in (const struct fish_command *table, size_t n, const char *name)
{
  size_t i, j;

  for (i = 0; i < n; ++i) {
    if (same_name (table[i].name, name))
      return &table[i];
    for (j = 0; table[i].aliases && table[i].aliases[j]; ++j)
      if (same_name (table[i].aliases[j], name))
        return &table[i];
  }
  return NULL;
}

const struct fish_command *
fish_lookup (const char *name)
{
  const struct fish_command *c;

  c = look_in (fish_builtins, nr_fish_builtins, name);
  return c ? c : look_in (fish_api_commands, nr_fish_api_commands, name);
}
