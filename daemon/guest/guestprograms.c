/* Programs of the guest that are left: see guestprograms.h. */

#include <config.h>

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cleanup.h"
#include "guestpath.h"
#include "guestprograms.h"
#include "prefix.h"

#define ROUNDS 300 /* of 10 ms */
#define ONE_BY_ONE 1000 /* a few that do not die at once are no multitude */
#define ROUNDS_TO_REAP 50

/* Is the root of a process, a number in /proc, that of the guest? */
static int
is_guest (int proc, const char *number)
{
  CLEANUP_FREE char *name = NULL;
  const char *root = guest_root ();
  char link[4096];
  ssize_t n;

  if (!isdigit ((unsigned char) number[0])
      || asprintf (&name, "%s/root", number) == -1)
    return 0;
  n = readlinkat (proc, name, link, sizeof link - 1);
  if (n <= 0)
    return 0; /* it has ended, or is the kernel's */
  link[n] = '\0';
  return has_prefix (link, root)
         && (link[strlen (root)] == '\0' || link[strlen (root)] == '/');
}

static unsigned
kill_all (void)
{
  CLEANUP_CLOSEDIR DIR *dir = opendir ("/proc");
  struct dirent *d;
  unsigned n = 0;

  while (dir && (d = readdir (dir)))
    if (is_guest (dirfd (dir), d->d_name)) {
      (void) kill (atoi (d->d_name), SIGKILL);
      n++;
    }
  return n;
}

/* False: there is none left. */
static bool
reap (void)
{
  pid_t pid;

  do
    pid = waitpid (-1, NULL, WNOHANG);
  while (pid > 0);
  return pid == 0;
}

unsigned
guest_programs_end (void)
{
  const struct timespec nap = { .tv_nsec = 10000000 };
  unsigned ret = 0, now, i, quiet = 0;
  const bool is_init = getpid () == 1;

  /* They may make more of themselves meanwhile, and one that is being made is not
   * seen: once more, then. */
  for (i = 0; i < ROUNDS && quiet < 2; ++i) {
    now = kill_all ();
    quiet = now == 0 ? quiet + 1 : 0;
    ret += now;
    if (ret == 0)
      return 0;
    /* Faster than we can look: all that there is but us, at once. */
    if (is_init && ret > ONE_BY_ONE && now > 0)
      (void) kill (-1, SIGKILL);
    nanosleep (&nap, NULL);
    if (is_init)
      (void) reap ();
  }
  /* The last ones are on their way; until they are reaped they count as processes. */
  for (i = 0; i < ROUNDS_TO_REAP && is_init && reap (); ++i)
    nanosleep (&nap, NULL);
  return ret;
}
