/* Arguments of commands: see arguments.h. */

#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "commands.h"
#include "error.h"
#include "fish.h"
#include "heredoc.h"
#include "keys.h"
#include "strlist.h"
#include "words.h"

int
fish_wrong_usage (const char *command)
{
  const struct fish_command *c = fish_lookup (command);

  fprintf (stderr, "%s: wrong number or kind of arguments\n", command);
  if (c)
    fprintf (stderr, "usage: %s\n", c->synopsis);
  return -1;
}

/* The factor that a suffix stands for; 0 when there is no such suffix. */
static int64_t
suffix_factor (const char *suffix)
{
  static const char letters[] = "KMGTPE";
  const char *letter;

  if (!*suffix)
    return 1;
  if (strcmp (suffix, "s") == 0)
    return 512;
  if (strcmp (suffix, "b") == 0)
    return 1;
  letter = strchr (letters, *suffix == 'k' ? 'K' : *suffix);
  if (!letter || (suffix[1] && strcmp (suffix + 1, "B") != 0
                  && strcmp (suffix + 1, "iB") != 0))
    return 0;
  return INT64_C (1) << (10 * (letter - letters + 1));
}

int
fish_parse_int64 (const char *command, const char *argument, const char *word,
                  int64_t *ret)
{
  char *end;
  int64_t n, factor;

  errno = 0;
  n = strtoll (word, &end, 0);
  factor = end == word ? 0 : suffix_factor (end);
  if (factor == 0) {
    fprintf (stderr, "%s: %s: \"%s\" is not a number\n", command, argument,
             word);
    return -1;
  }
  if (errno == ERANGE || __builtin_mul_overflow (n, factor, &n)) {
    fprintf (stderr, "%s: %s: %s is out of range\n", command, argument, word);
    return -1;
  }
  *ret = n;
  return 0;
}

int
fish_parse_int (const char *command, const char *argument, const char *word,
                int *ret)
{
  int64_t n;

  if (fish_parse_int64 (command, argument, word, &n) == -1)
    return -1;
  if (n < INT32_MIN || n > INT32_MAX) {
    fprintf (stderr, "%s: %s: %s is out of range\n", command, argument, word);
    return -1;
  }
  *ret = n;
  return 0;
}

int
fish_parse_bool (const char *command, const char *argument, const char *word,
                 int *ret)
{
  static const char *const yes[] = { "true", "yes", "on", "1", "t", "y", NULL };
  static const char *const no[] = { "false", "no", "off", "0", "f", "n", NULL };
  size_t i;

  for (i = 0; yes[i]; ++i)
    if (strcasecmp (word, yes[i]) == 0) {
      *ret = 1;
      return 0;
    }
  for (i = 0; no[i]; ++i)
    if (strcasecmp (word, no[i]) == 0) {
      *ret = 0;
      return 0;
    }
  fprintf (stderr, "%s: %s: \"%s\" is neither true nor false\n", command,
           argument, word);
  return -1;
}

/* Add `word` with its first pair of braces expanded, and so on for the rest:
 * a{b,c}d becomes abd acd.  Braces nest; an unmatched one is literal. */
static int
add_braces (struct strlist *list, const char *word)
{
  const char *open = strchr (word, '{'), *p, *part;
  unsigned depth = 0;
  const char *close = NULL;
  bool comma = false;

  for (p = open; p && *p && !close; ++p) {
    if (*p == '{')
      depth++;
    else if (*p == '}' && --depth == 0)
      close = p;
    else if (*p == ',' && depth == 1)
      comma = true;
  }
  if (!close || !comma)
    return strlist_add (list, word);

  for (part = p = open + 1, depth = 0;; ++p) {
    if (*p == '{')
      depth++;
    else if (*p == '}' && p != close)
      depth--;
    if (p == close || (*p == ',' && depth == 0)) {
      CLEANUP_FREE char *one = NULL;

      if (asprintf (&one, "%.*s%.*s%s", (int) (open - word), word,
                    (int) (p - part), part, close + 1) == -1) {
        one = NULL;
        return -1;
      }
      if (add_braces (list, one) == -1)
        return -1;
      part = p + 1;
      if (p == close)
        return 0;
    }
  }
}

char **
fish_parse_list (const char *command, const char *word)
{
  CLEANUP_STRLIST struct strlist list = STRLIST_INIT;
  CLEANUP_ERROR struct error err = ERROR_INIT;
  struct command_line c = COMMAND_LINE_INIT;
  size_t i;
  int r = 0;

  if (command_line_parse (word, &c, &err) == -1) {
    fprintf (stderr, "%s: list \"%s\": %s\n", command, word, err.message);
    return NULL;
  }
  for (i = 0; c.words[i] && r == 0; ++i)
    r = add_braces (&list, c.words[i]);
  command_line_release (&c);
  if (r == -1) {
    perror (command);
    return NULL;
  }
  return strlist_take (&list);
}

char *
fish_file_in (struct fish *fish, const char *word)
{
  if (strcmp (word, "-") == 0)
    return xstrdup ("/dev/stdin");
  if (strncmp (word, "-<<", 3) == 0)
    return heredoc_read (fish, word + 3);
  return xstrdup (word);
}

void
fish_file_in_done (struct fish *fish, char *name)
{
  heredoc_done (name);
  free (name);
}

char *
fish_file_out (struct fish *fish, const char *word)
{
  /* The library writes to the descriptor, after what was printed so far. */
  fflush (stdout);
  return xstrdup (strcmp (word, "-") == 0 ? "/dev/stdout" : word);
}

char *
fish_path (struct fish *fish, const char *word)
{
  CLEANUP_FREE char *path = NULL;
  char *p;

  if (strncasecmp (word, "win:", 4) != 0)
    return xstrdup (word);
  word += 4;
  /* A drive letter is taken for the file system mounted on /. */
  if (word[0] && word[1] == ':')
    word += 2;
  path = xstrdup (*word ? word : "/");
  for (p = path; *p; ++p)
    if (*p == '\\')
      *p = '/';
  return guestfs_case_sensitive_path (fish->g, path);
}

char *
fish_read_key (struct fish *fish, const char *what)
{
  return key_read (&fish->options, what);
}

bool
fish_is_option (const char *word, const char *option, const char **ret_value)
{
  size_t len = strlen (option);

  if (strncmp (word, option, len) != 0 || word[len] != ':')
    return false;
  *ret_value = word + len + 1;
  return true;
}
