/* guestunmount: unmount what guestmount mounted, and wait until the disk image
 * has been released.
 *
 * What guestmount mounts is called guestmount:PID.  The process is watched by a
 * descriptor, so its number cannot be taken for another's.
 */

#include <config.h>

#include <errno.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cleanup.h"
#include "options.h"
#include "prefix.h"

#define EXIT_BUSY 2
#define EXIT_NOT_MOUNTED 3

extern char **environ;

static const char usage[] =
  "Unmount a directory of guestmount, and wait until the disk is released.\n"
  "\n"
  "  guestunmount [options] DIRECTORY\n"
  "\n"
  "      --fd FD            first wait until this pipe is closed\n"
  "      --no-retry         try once only\n"
  "  -q, --quiet            do not say what goes wrong\n"
  "      --retry NUMBER     try again so often while it is in use (default 5)\n"
  "\n"
  "Exit status: 0, 1 on errors, 2 when it stays in use, 3 when nothing is\n"
  "mounted there.\n"
  "\n";

enum { OPTION_FD = OPTION_OWN, OPTION_NO_RETRY, OPTION_RETRY };

struct unmounter {
  struct options o;
  char *directory;
  int retries, fd;
  bool quiet;
};

/* Mount points in /proc have \040 and so on for special characters. */
static void
unescape (char *s)
{
  char *to = s;

  for (; *s; ++s)
    if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] && s[3]) {
      *to++ = (s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0');
      s += 3;
    }
    else
      *to++ = *s;
  *to = '\0';
}

/* Is a FUSE filesystem mounted on the directory?  *ret_pid is the process that
 * serves it, or 0. */
static bool
find_mount (const char *directory, pid_t *ret_pid)
{
  CLEANUP_FCLOSE FILE *fp = fopen ("/proc/self/mounts", "re");
  CLEANUP_FREE char *line = NULL;
  size_t alloc = 0;
  bool found = false;

  while (fp && getline (&line, &alloc, fp) > 0) {
    char *source = line, *target, *type;
    int pid;

    target = strchr (source, ' ');
    if (!target)
      continue;
    *target++ = '\0';
    type = strchr (target, ' ');
    if (!type)
      continue;
    *type++ = '\0';
    unescape (target);
    if (strcmp (target, directory) != 0)
      continue;
    /* The last one lies on top. */
    found = has_prefix (type, "fuse");
    *ret_pid = found && sscanf (source, "guestmount:%d", &pid) == 1 ? pid : 0;
  }
  return found;
}

/* As an ordinary user: by libfuse's set-user-ID program.  0, or an errno. */
static int
run_fusermount (const struct unmounter *u)
{
  const char *argv[] = { "fusermount3", "-u", "-q", "--", u->directory, NULL };
  pid_t pid;
  int status, r;

  r = posix_spawnp (&pid, argv[0], NULL, NULL, (char **) argv, environ);
  if (r != 0)
    die (&u->o, "%s: %s", argv[0], strerror (r));
  while (waitpid (pid, &status, 0) == -1)
    if (errno != EINTR)
      return errno;
  return status == 0 ? 0 : EBUSY;
}

/* 0, or an errno. */
static int
unmount (const struct unmounter *u)
{
  if (umount2 (u->directory, UMOUNT_NOFOLLOW) == 0)
    return 0;
  return errno == EPERM ? run_fusermount (u) : errno;
}

static int
unmount_with_retry (const struct unmounter *u)
{
  int i, r;

  for (i = 0;; ++i) {
    r = unmount (u);
    if (r != EBUSY || i == u->retries)
      return r;
    if (u->o.verbose)
      fprintf (stderr, "%s: %s is in use, waiting\n", u->o.program,
               u->directory);
    sleep (1u << (i < 10 ? i : 10));
  }
}

/* Wait until the other end of the pipe has been closed. */
static void
wait_for_pipe (const struct unmounter *u)
{
  struct pollfd p = { .fd = u->fd, .events = POLLIN };
  char buf[256];

  for (;;) {
    if (poll (&p, 1, -1) == -1 && errno != EINTR)
      die (&u->o, "--fd %d: %s", u->fd, strerror (errno));
    if (p.revents & POLLNVAL)
      die (&u->o, "--fd %d: this descriptor is not open", u->fd);
    if ((p.revents & POLLIN) && read (u->fd, buf, sizeof buf) > 0)
      continue;
    if (p.revents & (POLLHUP | POLLERR | POLLIN))
      return;
  }
}

static int
unmount_and_wait (const struct unmounter *u)
{
  CLEANUP_CLOSE int process = -1;
  pid_t pid = 0;
  int r;

  if (!find_mount (u->directory, &pid)) {
    if (!u->quiet)
      fprintf (stderr, "%s: %s: nothing of FUSE is mounted there\n",
               u->o.program, u->directory);
    return EXIT_NOT_MOUNTED;
  }
  if (pid > 0)
    process = syscall (SYS_pidfd_open, pid, 0);
  r = unmount_with_retry (u);
  if (r != 0) {
    if (!u->quiet)
      fprintf (stderr, "%s: %s: %s\n", u->o.program, u->directory,
               strerror (r));
    return r == EBUSY ? EXIT_BUSY : EXIT_FAILURE;
  }
  if (process >= 0) {
    struct pollfd p = { .fd = process, .events = POLLIN };

    while (poll (&p, 1, -1) == -1 && errno == EINTR)
      ;
  }
  return EXIT_SUCCESS;
}

int
main (int argc, char *argv[])
{
  static const struct option own_long[] = {
    { "fd", required_argument, NULL, OPTION_FD },
    { "no-retry", no_argument, NULL, OPTION_NO_RETRY },
    { "quiet", no_argument, NULL, 'q' },
    { "retry", required_argument, NULL, OPTION_RETRY },
    { NULL, 0, NULL, 0 },
  };
  struct unmounter u = {
    .o = {
      .program = "guestunmount", .usage = usage, .help_shared = true,
      .takes = TAKES_NO_DRIVES, .own_short = "q", .own_long = own_long,
    },
    .retries = 5, .fd = -1,
  };
  int c, status;

  options_start (&u.o);
  while ((c = options_next (&u.o, argc, argv)) != -1)
    switch (c) {
    case 'q': u.quiet = true; break;
    case OPTION_FD: u.fd = options_number (&u.o, "--fd", optarg); break;
    case OPTION_NO_RETRY: u.retries = 0; break;
    case OPTION_RETRY:
      u.retries = options_number (&u.o, "--retry", optarg);
      break;
    }
  if (optind + 1 != argc)
    die (&u.o, "give the directory");
  if (u.fd >= 0)
    wait_for_pipe (&u);
  /* Without a server the directory itself cannot be looked at. */
  u.directory = realpath (argv[optind], NULL);
  if (!u.directory && errno == ENOTCONN)
    u.directory = xstrdup (argv[optind]);
  if (!u.directory)
    die (&u.o, "%s: %s", argv[optind], strerror (errno));
  status = unmount_and_wait (&u);
  free (u.directory);
  options_finish (&u.o);
  return status;
}
