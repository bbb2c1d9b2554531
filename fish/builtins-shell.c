/* Commands of the shell that concern the shell itself. */

#include <config.h>

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "arguments.h"
#include "builtins.h"
#include "cleanup.h"
#include "fish.h"
#include "interrupt.h"
#include "prefix.h"
#include "shell.h"
#include "strlist.h"

int
builtin_echo (struct fish *fish, const char *name, size_t argc, char *argv[])
{
  size_t i;

  for (i = 0; i < argc; ++i)
    printf ("%s%s", i ? " " : "", argv[i]);
  putchar ('\n');
  return 0;
}

static int
add_matching (struct strlist *list, char **names, const char *pattern)
{
  size_t i;
  int r = names ? 0 : -1;

  for (i = 0; names && names[i] && r == 0; ++i)
    if (fnmatch (pattern, names[i], FNM_PATHNAME) == 0)
      r = strlist_add (list, names[i]);
  strings_free (names);
  return r;
}

/* The devices that a pattern matches. */
static char **
glob_devices (guestfs_h *g, const char *pattern)
{
  CLEANUP_STRLIST struct strlist list = STRLIST_INIT;

  if (add_matching (&list, guestfs_list_devices (g), pattern) == -1
      || add_matching (&list, guestfs_list_partitions (g), pattern) == -1
      || add_matching (&list, guestfs_list_md_devices (g), pattern) == -1
      || add_matching (&list, guestfs_lvs (g), pattern) == -1)
    return NULL;
  return strlist_take (&list);
}

/* What one argument of glob stands for: the names it matches, or, as in local
 * shells, itself where there are none. */
static char **
glob_argument (struct fish *fish, const char *argument)
{
  CLEANUP_STRLIST struct strlist list = STRLIST_INIT;
  char **matches;

  if (argument[0] == '/' && strpbrk (argument, "*?[{")) {
    matches = has_prefix (argument, "/dev/")
      ? glob_devices (fish->g, argument)
      : guestfs_glob_expand_opts (fish->g, argument,
                                  GUESTFS_GLOB_EXPAND_OPTS_DIRECTORYSLASH, 0,
                                  -1);
    if (!matches || matches[0])
      return matches;
    strings_free (matches);
  }
  if (strlist_add (&list, argument) == -1)
    return NULL;
  return strlist_take (&list);
}

/* Run words[0..] with each combination of the expansions of argv[i..]. */
static int
glob_rest (struct fish *fish, char **words, size_t i, size_t argc,
           char ***expanded)
{
  size_t j;

  if (i == argc)
    return shell_run_words (fish, words);
  for (j = 0; expanded[i][j]; ++j) {
    words[i] = expanded[i][j];
    if (glob_rest (fish, words, i + 1, argc, expanded) == -1)
      return -1;
  }
  return 0;
}

int
builtin_glob (struct fish *fish, const char *name, size_t argc, char *argv[])
{
  CLEANUP_FREE char **words = NULL;
  CLEANUP_FREE char ***expanded = NULL;
  size_t i;
  int r = 0;

  if (argc < 1)
    return fish_wrong_usage (name);
  words = calloc (argc + 1, sizeof *words);
  expanded = calloc (argc, sizeof *expanded);
  if (!words || !expanded)
    return -1;
  words[0] = argv[0];
  for (i = 1; i < argc && r == 0; ++i) {
    expanded[i] = glob_argument (fish, argv[i]);
    if (!expanded[i])
      r = -1;
  }
  if (r == 0)
    r = glob_rest (fish, words, 1, argc, expanded);
  for (i = 1; i < argc; ++i)
    strings_free (expanded[i]);
  return r;
}

int
builtin_lcd (struct fish *fish, const char *name, size_t argc, char *argv[])
{
  if (argc != 1)
    return fish_wrong_usage (name);
  if (chdir (argv[0]) == -1) {
    fprintf (stderr, "lcd: %s: %s\n", argv[0], strerror (errno));
    return -1;
  }
  return 0;
}

int
builtin_man (struct fish *fish, const char *name, size_t argc, char *argv[])
{
  if (argc != 0)
    return fish_wrong_usage (name);
  return system ("man 1 guestfish") == 0 ? 0 : -1;
}

int
builtin_not (struct fish *fish, const char *name, size_t argc, char *argv[])
{
  if (argc < 1)
    return fish_wrong_usage (name);
  if (shell_run_words (fish, argv) == -1)
    return 0;
  fprintf (stderr, "not: %s: it succeeded\n", argv[0]);
  return -1;
}

int
builtin_quit (struct fish *fish, const char *name, size_t argc, char *argv[])
{
  fish->quit = true;
  return 0;
}

/* The new handle keeps what the options set. */
int
builtin_reopen (struct fish *fish, const char *name, size_t argc,
                char *argv[])
{
  guestfs_h *g;

  if (argc != 0)
    return fish_wrong_usage (name);
  g = guestfs_create ();
  if (!g) {
    perror ("reopen");
    return -1;
  }
  guestfs_set_verbose (g, guestfs_get_verbose (fish->g));
  guestfs_set_trace (g, guestfs_get_trace (fish->g));
  guestfs_set_autosync (g, guestfs_get_autosync (fish->g));
  interrupt_cancels (g);
  guestfs_close (fish->g);
  fish->g = fish->options.g = g;
  return 0;
}

int
builtin_setenv (struct fish *fish, const char *name, size_t argc,
                char *argv[])
{
  if (argc != 2)
    return fish_wrong_usage (name);
  if (setenv (argv[0], argv[1], 1) == -1) {
    perror (name);
    return -1;
  }
  return 0;
}

int
builtin_unsetenv (struct fish *fish, const char *name, size_t argc,
                  char *argv[])
{
  if (argc != 1)
    return fish_wrong_usage (name);
  if (unsetenv (argv[0]) == -1) {
    perror (name);
    return -1;
  }
  return 0;
}

int
builtin_supported (struct fish *fish, const char *name, size_t argc,
                   char *argv[])
{
  CLEANUP_STRINGS char **groups = guestfs_available_all_groups (fish->g);
  size_t i;

  if (!groups)
    return -1;
  for (i = 0; groups[i]; ++i) {
    char *const group[] = { groups[i], NULL };
    int r = guestfs_feature_available (fish->g, group);

    if (r == -1)
      return -1;
    printf ("%-20s %s\n", groups[i], r ? "yes" : "no");
  }
  return 0;
}

int
builtin_time (struct fish *fish, const char *name, size_t argc, char *argv[])
{
  struct timespec start, end;
  int r;

  if (argc < 1)
    return fish_wrong_usage (name);
  clock_gettime (CLOCK_MONOTONIC, &start);
  r = shell_run_words (fish, argv);
  clock_gettime (CLOCK_MONOTONIC, &end);
  printf ("elapsed time: %.3f seconds\n",
          end.tv_sec - start.tv_sec + (end.tv_nsec - start.tv_nsec) * 1e-9);
  return r;
}
