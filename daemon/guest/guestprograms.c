/* Programs of the guest that are left: see guestprograms.h. */

#include <config.h>

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cleanup.h"
#include "guestpath.h"
#include "guestprograms.h"

#define ROUNDS 300 /* of 10 ms */

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
  return strncmp (link, root, strlen (root)) == 0
         && (link[strlen (root)] == '\0' || link[strlen (root)] == '/');
}

static unsigned
kill_all (void)
{
  DIR *dir = opendir ("/proc");
  struct dirent *d;
  unsigned n = 0;

  while (dir && (d = readdir (dir)))
    if (is_guest (dirfd (dir), d->d_name)) {
      (void) kill (atoi (d->d_name), SIGKILL);
      n++;
    }
  if (dir)
    closedir (dir);
  return n;
}

unsigned
guest_programs_end (void)
{
  const struct timespec nap = { .tv_nsec = 10000000 };
  unsigned ret = 0, now, i;

  /* They may make more of themselves meanwhile. */
  for (i = 0; i < ROUNDS && (now = kill_all ()) > 0; ++i) {
    ret += now;
    nanosleep (&nap, NULL);
    if (getpid () == 1)
      while (waitpid (-1, NULL, WNOHANG) > 0)
        ;
  }
  return ret;
}
