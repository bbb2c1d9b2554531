/* Complete files or none: see outfile.h. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "outfile.h"

static char pending[4096];   /* the temporary name, or empty */
static char directory[4096]; /* the same for a directory */
static char farewell[4400];  /* what is said after a signal */
static pid_t owner;          /* not a child that inherits it */
static volatile pid_t writer; /* a child that writes for it, or 0 */

/* In a handler of signals as well.  It could make the file once more when that has
 * been removed. */
static void
end_writer (void)
{
  const pid_t pid = writer;
  int i;

  if (pid == 0)
    return;
  writer = 0;
  kill (pid, SIGTERM);
  for (i = 0; i < 200; ++i) {
    if (waitpid (pid, NULL, WNOHANG) != 0)
      return;
    (void) poll (NULL, 0, 10);
  }
  kill (pid, SIGKILL);
  while (waitpid (pid, NULL, 0) == -1 && errno == EINTR)
    ;
}

/* In a handler of signals as well. */
static void
remove_directory (void)
{
  pid_t pid;

  if (!*directory)
    return;
  pid = _Fork ();
  if (pid == 0) {
    execl ("/bin/rm", "rm", "-rf", "--one-file-system", "--", directory, NULL);
    _exit (127);
  }
  while (pid > 0 && waitpid (pid, NULL, 0) == -1 && errno == EINTR)
    ;
}

static void
remove_pending (void)
{
  if (getpid () != owner)
    return;
  end_writer ();
  if (*pending)
    unlink (pending);
  remove_directory ();
}

static void
on_signal (int sig)
{
  remove_pending ();
  if (getpid () == owner)
    (void) !write (STDERR_FILENO, farewell, strlen (farewell));
  signal (sig, SIG_DFL);
  raise (sig);
}

static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

/* While a file gets a name, and until it is known here by that name, signals
 * wait. */
static void
hold_signals (sigset_t *ret_before)
{
  sigset_t held;
  size_t i;

  sigemptyset (&held);
  for (i = 0; i < sizeof signals / sizeof *signals; ++i)
    sigaddset (&held, signals[i]);
  sigprocmask (SIG_BLOCK, &held, ret_before);
}

static void
release_signals (const sigset_t *before)
{
  sigprocmask (SIG_SETMASK, before, NULL);
}

/* `what` becomes of the file `name`.  The terminal shows ^C, or a progress bar. */
static void
install (const struct options *o, const char *name, const char *what)
{
  static bool installed;
  struct sigaction old, action = { .sa_handler = on_signal };
  size_t i;

  snprintf (farewell, sizeof farewell, "%s%s: interrupted: %s %s\n",
            isatty (STDERR_FILENO) ? "\n" : "", o->program, name, what);
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
  sigset_t before;
  mode_t mask;
  int fd;

  install (o, name, "has not been written");
  if (asprintf (&temporary, "%s.XXXXXX", name) == -1
      || strlen (temporary) >= sizeof pending)
    die (o, "%s: this name is too long", name);
  hold_signals (&before);
  fd = mkostemp (temporary, O_CLOEXEC);
  if (fd == -1)
    die (o, "%s: %s", name, strerror (errno));
  snprintf (pending, sizeof pending, "%s", temporary);
  release_signals (&before);
  mask = umask (0);
  umask (mask);
  (void) fchmod (fd, 0666 & ~mask);
  close (fd);
  return temporary;
}

char *
outfile_in_place (const struct options *o, const char *name)
{
  install (o, name, "is not complete");
  return NULL;
}

const char *
outfile_directory (const struct options *o, const char *parent)
{
  sigset_t before;

  install (o, "what was begun", "is given up");
  hold_signals (&before);
  if ((size_t) snprintf (directory, sizeof directory, "%s/.%s-XXXXXX", parent,
                         o->program) >= sizeof directory)
    die (o, "%s: this name is too long", parent);
  if (!mkdtemp (directory)) {
    int error = errno;

    *directory = '\0';
    die (o, "%s: %s", parent, strerror (error));
  }
  release_signals (&before);
  return directory;
}

void
outfile_end (const struct options *o, char *temporary, const char *name)
{
  sigset_t before;

  hold_signals (&before);
  if (rename (temporary, name) == -1)
    die (o, "%s: %s", name, strerror (errno));
  install (o, name, "has been written");
  *pending = '\0';
  release_signals (&before);
  free (temporary);
}

/* --- children that write ------------------------------------------------------------ */

pid_t
outfile_fork (void)
{
  sigset_t before;
  pid_t pid;

  fflush (NULL);
  hold_signals (&before);
  pid = fork ();
  if (pid > 0)
    writer = pid;
  /* What is killed alone takes its child with it. */
  if (pid == 0)
    (void) prctl (PR_SET_PDEATHSIG, SIGTERM);
  release_signals (&before);
  return pid;
}

int
outfile_wait (pid_t pid, int *ret_status)
{
  siginfo_t info;
  sigset_t before;
  int r;

  do
    r = waitid (P_PID, pid, &info, WEXITED | WNOWAIT);
  while (r == -1 && errno == EINTR);
  hold_signals (&before);
  if (r == 0)
    r = waitpid (pid, ret_status, 0);
  writer = 0;
  release_signals (&before);
  return r == -1 ? -1 : 0;
}

/* --- files that are there --------------------------------------------------------- */

#define COPY_MAX (16 * 1024 * 1024)

static int
copy_data (int from, int to, off_t size)
{
  off_t data = 0, end;

  if (ftruncate (to, size) == -1)
    return -1;
  while ((data = lseek (from, data, SEEK_DATA)) != -1) {
    end = lseek (from, data, SEEK_HOLE);
    while (data < end) {
      char buf[65536];
      size_t n = end - data < (off_t) sizeof buf ? (size_t) (end - data)
        : sizeof buf;
      ssize_t got = pread (from, buf, n, data);

      if (got <= 0 || pwrite (to, buf, got, data) != got)
        return -1;
      data += got;
    }
  }
  return errno == ENXIO ? 0 : -1;
}

char *
outfile_copy (const struct options *o, const char *name)
{
  CLEANUP_CLOSE int from = -1, to = -1;
  struct stat st;
  char *temporary;

  if (lstat (name, &st) == -1)
    die (o, "%s: %s (make it first, with the size that is wanted: "
         "truncate -s 10G %s)", name, strerror (errno), name);
  if (!S_ISREG (st.st_mode) || st.st_nlink != 1
      || (uint64_t) st.st_blocks * 512 > COPY_MAX)
    return outfile_in_place (o, name);
  from = open (name, O_RDONLY | O_CLOEXEC);
  if (from == -1)
    die (o, "%s: %s", name, strerror (errno));
  temporary = outfile_begin (o, name);
  to = open (temporary, O_WRONLY | O_CLOEXEC);
  if (to == -1 || copy_data (from, to, st.st_size) == -1)
    die (o, "%s: %s", temporary, strerror (errno));
  (void) fchmod (to, st.st_mode & 07777);
  (void) !fchown (to, st.st_uid, st.st_gid);
  return temporary;
}
