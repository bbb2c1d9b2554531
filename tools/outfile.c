/* Complete files or none: see outfile.h. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "outfile.h"

static char pending[4096]; /* the temporary name, or empty */
static pid_t owner;        /* not a child that inherits it */

static void
remove_pending (void)
{
  if (*pending && getpid () == owner)
    unlink (pending);
}

static void
on_signal (int sig)
{
  remove_pending ();
  signal (sig, SIG_DFL);
  raise (sig);
}

static void
install (void)
{
  static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
  static bool installed;
  struct sigaction old, action = { .sa_handler = on_signal };
  size_t i;

  if (installed)
    return;
  installed = true;
  owner = getpid ();
  atexit (remove_pending);
  for (i = 0; i < sizeof signals / sizeof *signals; ++i)
    if (sigaction (signals[i], NULL, &old) == 0
        && old.sa_handler != SIG_IGN)
      sigaction (signals[i], &action, NULL);
}

char *
outfile_begin (const struct options *o, const char *name)
{
  char *temporary;
  mode_t mask;
  int fd;

  install ();
  if (asprintf (&temporary, "%s.XXXXXX", name) == -1
      || strlen (temporary) >= sizeof pending)
    die (o, "%s: this name is too long", name);
  fd = mkostemp (temporary, O_CLOEXEC);
  if (fd == -1)
    die (o, "%s: %s", name, strerror (errno));
  snprintf (pending, sizeof pending, "%s", temporary);
  mask = umask (0);
  umask (mask);
  (void) fchmod (fd, 0666 & ~mask);
  close (fd);
  return temporary;
}

void
outfile_end (const struct options *o, char *temporary, const char *name)
{
  if (rename (temporary, name) == -1)
    die (o, "%s: %s", name, strerror (errno));
  *pending = '\0';
  free (temporary);
}
