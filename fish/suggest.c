/* Commands that look like a mistyped one: see suggest.h. */

#include <config.h>

#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "suggest.h"

#define LONGEST 64

static unsigned
least (unsigned a, unsigned b, unsigned c)
{
  unsigned m = a < b ? a : b;

  return m < c ? m : c;
}

/* Optimal string alignment, three rows at a time. */
unsigned
edit_distance (const char *a, const char *b, unsigned limit)
{
  size_t la = strlen (a), lb = strlen (b), i, j;
  unsigned rows[3][LONGEST + 1];
  unsigned *before = rows[0], *last = rows[1], *now = rows[2], *t;

  if (la > LONGEST || lb > LONGEST)
    return limit + 1;
  for (j = 0; j <= lb; ++j)
    last[j] = j;
  for (i = 1; i <= la; ++i) {
    now[0] = i;
    for (j = 1; j <= lb; ++j) {
      now[j] = least (last[j] + 1, now[j - 1] + 1,
                      last[j - 1] + (a[i - 1] != b[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]
          && before[j - 2] + 1 < now[j])
        now[j] = before[j - 2] + 1;
    }
    t = before;
    before = last;
    last = now;
    now = t;
  }
  return last[lb] > limit ? limit + 1 : last[lb];
}

static void
suggest_from (const struct fish_command *table, size_t n, const char *typed,
              unsigned limit, unsigned *printed)
{
  size_t i;

  for (i = 0; i < n && *printed < 5; ++i)
    if (edit_distance (typed, table[i].name, limit) <= limit)
      fprintf (stderr, "%s%s", (*printed)++ ? ", " : "did you mean: ",
               table[i].name);
}

void
suggest_commands (const char *typed)
{
  unsigned printed = 0, limit;

  /* Nearest first. */
  for (limit = 1; limit <= 2 && printed == 0; ++limit) {
    suggest_from (fish_builtins, nr_fish_builtins, typed, limit, &printed);
    suggest_from (fish_api_commands, nr_fish_api_commands, typed, limit,
                  &printed);
  }
  fputs (printed ? "\n" : "type help for a list of commands\n", stderr);
}
