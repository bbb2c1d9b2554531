/* History: see fish-history.h. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "cleanup.h"
#include "fish.h"
#include "fish-history.h"
#include "hash.h"

#define HISTORY_LINES 1000
#define NAME_MAX_HERE 4096

static int added; /* lines of this session */
static char own[NAME_MAX_HERE]; /* file of the image; "" where there is none */

static void
common_name (char *name)
{
  const char *home = getenv ("HOME");

  snprintf (name, NAME_MAX_HERE, "%s/.guestfish", home ? home : ".");
}

/* The directory of histories by image, made when it is not there. */
static int
make_directory (char *name)
{
  const char *state = getenv ("XDG_STATE_HOME"), *home = getenv ("HOME");
  char *slash;
  int n;

  if (state && *state == '/')
    n = snprintf (name, NAME_MAX_HERE, "%s/bathyscope/history/", state);
  else
    n = snprintf (name, NAME_MAX_HERE, "%s/.local/state/bathyscope/history/",
                  home ? home : "");
  if (n >= NAME_MAX_HERE - 40 || name[0] != '/')
    return -1;
  for (slash = strchr (name + 1, '/'); slash; slash = strchr (slash + 1, '/')) {
    *slash = '\0';
    if (mkdir (name, 0700) == -1 && errno != EEXIST)
      return -1;
    *slash = '/';
  }
  return 0;
}

/* That of the first image or domain.  Found once: its name may be relative, and
 * the local directory change. */
static void
find_own_name (const struct fish *fish)
{
  const struct options *o = &fish->options;
  CLEANUP_FREE char *real = NULL;

  if (o->nr_drives == 0 || make_directory (own) == -1) {
    *own = '\0';
    return;
  }
  if (!o->drives[0].is_domain)
    real = realpath (o->drives[0].image, NULL);
  snprintf (own + strlen (own), 40, "%s%016" PRIx64,
            o->drives[0].is_domain ? "domain-" : "",
            hash_string (real ? real : o->drives[0].image));
}

void
history_start (struct fish *fish)
{
  char name[NAME_MAX_HERE];

  using_history ();
  stifle_history (2 * HISTORY_LINES);
  common_name (name);
  read_history (name);
  find_own_name (fish);
  if (*own)
    read_history (own);
}

void
history_add (const char *line)
{
  const HIST_ENTRY *last
    = history_length > 0 ? history_get (history_base + history_length - 1)
    : NULL;

  if (last && strcmp (last->line, line) == 0)
    return;
  add_history (line);
  added++;
}

static void
append (const char *name)
{
  CLEANUP_CLOSE int fd = open (name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  if (fd >= 0 && append_history (added, name) == 0)
    history_truncate_file (name, HISTORY_LINES);
}

void
history_end (void)
{
  char name[NAME_MAX_HERE];

  if (added == 0)
    return;
  common_name (name);
  append (name);
  if (*own)
    append (own);
  added = 0;
}
