/* Arguments of commands: see arguments.h. */

#include <config.h>

#include <ctype.h>
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
#include "prefix.h"
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

/* The factor that a suffix stands for: K and KiB are 1024, KB is 1000, and so on.
 * 0 when there is no such suffix, -1 when the factor is too large. */
static int64_t
suffix_factor (const char *suffix)
{
  static const char letters[] = "KMGTPEZY";
  int64_t base, factor = 1;
  const char *letter;
  ptrdiff_t i;

  if (!*suffix || strcmp (suffix, "b") == 0)
    return 1;
  if (strcmp (suffix, "s") == 0)
    return 512;
  letter = strchr (letters, *suffix == 'k' ? 'K' : *suffix);
  if (!letter)
    return 0;
  if (!suffix[1] || strcmp (suffix + 1, "iB") == 0)
    base = 1024;
  else if (strcmp (suffix + 1, "B") == 0)
    base = 1000;
  else
    return 0;
  for (i = 0; i <= letter - letters; ++i)
    if (__builtin_mul_overflow (factor, base, &factor))
      return -1;
  return factor;
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
  if (errno == ERANGE || factor == -1 || __builtin_mul_overflow (n, factor, &n)) {
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

char **
fish_parse_list (const char *command, const char *word)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  char **ret = list_parse (word, &err);

  if (!ret)
    fprintf (stderr, "%s: list \"%s\": %s\n", command, word, err.message);
  return ret;
}

char *
fish_file_in (struct fish *fish, const char *word)
{
  if (strcmp (word, "-") == 0)
    return xstrdup ("/dev/stdin");
  if (has_prefix (word, "-<<"))
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

/* Where the device with this drive letter is mounted, without a slash at its
 * end: "" is the root.  C is taken for the root where letters are not known.
 * Heap; NULL after a message. */
static char *
drive_directory (struct fish *fish, char letter)
{
  CLEANUP_STRINGS char **roots = NULL, **drives = NULL, **mounted = NULL;
  const char *device = NULL;
  size_t i, len;

  guestfs_push_error_handler (fish->g, NULL, NULL);
  roots = guestfs_inspect_get_roots (fish->g);
  drives = roots && roots[0]
    ? guestfs_inspect_get_drive_mappings (fish->g, roots[0]) : NULL;
  mounted = guestfs_mountpoints (fish->g);
  guestfs_pop_error_handler (fish->g);
  if (!drives || !drives[0])
    return xstrdup ("");
  for (i = 0; drives[i]; i += 2)
    if (tolower ((unsigned char) drives[i][0])
        == tolower ((unsigned char) letter))
      device = drives[i + 1];
  for (i = 0; device && mounted && mounted[i]; i += 2)
    if (strcmp (mounted[i], device) == 0) {
      len = strlen (mounted[i + 1]);
      if (len > 0 && mounted[i + 1][len - 1] == '/')
        mounted[i + 1][len - 1] = '\0';
      return xstrdup (mounted[i + 1]);
    }
  fprintf (stderr, device ? "drive %c: is not mounted\n"
           : "the guest has no drive %c:\n", letter);
  return NULL;
}

char *
fish_path (struct fish *fish, const char *word)
{
  CLEANUP_FREE char *path = NULL, *directory = NULL;
  char *p;

  if (strncasecmp (word, "win:", 4) != 0)
    return xstrdup (word);
  word += 4;
  if (word[0] && word[1] == ':') {
    directory = drive_directory (fish, word[0]);
    if (!directory)
      return NULL;
    word += 2;
  }
  if (asprintf (&path, "%s%s", directory ? directory : "",
                *word ? word : "/") == -1) {
    path = NULL;
    perror ("path");
    return NULL;
  }
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
