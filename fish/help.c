/* help, and what the shell says about itself. */

#include <config.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "builtins.h"
#include "cleanup.h"
#include "commands.h"
#include "fish.h"
#include "strlist.h"
#include "suggest.h"

#define TEXT_WIDTH 78

/* Print text wrapped at the width of a page; a line that begins with a blank
 * is kept as it is. */
static void
print_wrapped (const char *text)
{
  size_t column = 0;

  while (*text) {
    size_t len;

    if (*text == '\n') {
      putchar ('\n');
      column = 0;
      ++text;
      continue;
    }
    if (column == 0 && *text == ' ') {
      len = strcspn (text, "\n");
      printf ("%.*s", (int) len, text);
      text += len;
      continue;
    }
    if (*text == ' ') {
      ++text;
      continue;
    }
    len = strcspn (text, " \n");
    if (column > 0 && column + 1 + len > TEXT_WIDTH) {
      putchar ('\n');
      column = 0;
    }
    column += printf ("%s%.*s", column ? " " : "", (int) len, text);
    text += len;
  }
  if (column)
    putchar ('\n');
}

static void
print_summary (const struct fish_command *c)
{
  printf ("%-30s %s\n", c->name, c->summary);
}

void
help_list_commands (void)
{
  size_t i;

  for (i = 0; i < nr_fish_builtins; ++i)
    print_summary (&fish_builtins[i]);
  for (i = 0; i < nr_fish_api_commands; ++i)
    if (!(fish_api_commands[i].flags & FISH_DEPRECATED))
      print_summary (&fish_api_commands[i]);
}

/* Are all the words in its name or summary, or (`deep`) in its description? */
static bool
is_about (const struct fish_command *c, char *const *words, bool deep)
{
  for (; *words; ++words)
    if (!strcasestr (c->name, *words) && !strcasestr (c->summary, *words)
        && !(deep && c->help && strcasestr (c->help, *words)))
      return false;
  return true;
}

static size_t
list_from (const struct fish_command *table, size_t n, char *const *words,
           bool deep)
{
  size_t i, found = 0;

  for (i = 0; i < n; ++i)
    if (!(table[i].flags & FISH_DEPRECATED)
        && is_about (&table[i], words, deep)) {
      print_summary (&table[i]);
      found++;
    }
  return found;
}

/* The commands that words are about; their number. */
static size_t
list_about (char *const *words)
{
  size_t n = 0;
  int deep;

  for (deep = 0; deep < 2 && n == 0; ++deep)
    n = list_from (fish_builtins, nr_fish_builtins, words, deep)
      + list_from (fish_api_commands, nr_fish_api_commands, words, deep);
  return n;
}

int
help_on_command (struct fish *fish, const char *name)
{
  const struct fish_command *c = fish_lookup (name);
  size_t i;

  if (!c) {
    char *words[] = { (char *) name, NULL };

    if (list_about (words) > 0)
      return 0;
    fprintf (stderr, "%s: there is no such command, and none is about that\n",
             name);
    suggest_commands (name);
    return -1;
  }
  printf ("NAME\n    %s - %s\n\nSYNOPSIS\n    %s\n", c->name, c->summary,
          c->synopsis);
  for (i = 0; c->aliases && c->aliases[i]; ++i)
    printf ("%s%s", i ? ", " : "\n    also called: ", c->aliases[i]);
  if (i)
    putchar ('\n');
  if (c->help) {
    fputs ("\nDESCRIPTION\n", stdout);
    print_wrapped (c->help);
  }
  return 0;
}

/* How a session goes, for who sees this for the first time. */
static void
help_begin (void)
{
  puts ("Add a disk image with \"add IMAGE\" (or -a when you start this shell), or make\n"
        "a new one with \"sparse IMAGE SIZE\" (or -N).  Then \"run\", and mount a\n"
        "filesystem: \"list-filesystems\" tells what there is.  -i does all of it for a\n"
        "guest's disk.\n"
        "\n"
        "  help COMMAND    explain a command\n"
        "  help WORD ...   find commands by topic, as \"help partition\"\n"
        "  help --list     list all commands\n"
        "  man             read the manual\n"
        "  quit            leave");
}

int
builtin_help (struct fish *fish, const char *name, size_t argc, char *argv[])
{
  if (argc == 0) {
    help_begin ();
    return 0;
  }
  if (argc == 1 && (strcmp (argv[0], "--list") == 0
                    || strcmp (argv[0], "-l") == 0)) {
    help_list_commands ();
    return 0;
  }
  if (argc == 1)
    return help_on_command (fish, argv[0]);
  if (list_about (argv) > 0)
    return 0;
  fprintf (stderr, "%s: no command is about all of that\n", name);
  return -1;
}

void
tell_mounted (struct fish *fish, const char *root)
{
  CLEANUP_FREE char *product = guestfs_inspect_get_product_name (fish->g, root);
  CLEANUP_STRINGS char **mounted = guestfs_mountpoints (fish->g);
  size_t i;

  if (product)
    printf ("Operating system: %s\n", product);
  for (i = 0; mounted && mounted[i]; i += 2)
    printf ("%s mounted on %s\n", mounted[i], mounted[i + 1]);
  putchar ('\n');
}
