/* `bathyscope-machine --storage-daemon KIND PATH... -- PROGRAM ARGUMENT...`: run
 * PROGRAM, a qemu-storage-daemon, as long as whoever started us lives.
 *
 * The program parses images (and answers of remote servers) that we do not
 * parse ourselves.  It is confined before it starts: KIND "read" and "write"
 * leave it the image PATH and the files beside it that belong to the image, and no
 * network; more PATHs are images behind it, which are only read. "remote" leaves it the network and no file that it could write; PATH is the
 * protocol then, and gluster's client has a /tmp of its own.
 * Descriptors: 2 what it says, 3 hangs up when it is to end, 4 the socket that
 * it serves, 5 a secret.  This process waits, so that neither outlives the
 * other: kill -9 of either included.
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "sandbox.h"
#include "session.h"

extern char **environ;

#define LIFE_FD 3
#define SOCKET_FD 4
#define SECRET_FD 5

/* How long it may take to write everything back at the end (ms). */
#define PATIENCE 30000

/* What went wrong goes where the program's own messages go. */
static void
say (const struct error *err)
{
  fprintf (stderr, "%s\n", err->message ? err->message : strerror (errno));
}

static int
keep (int fd)
{
  return fcntl (fd, F_SETFD, 0);
}

/* In the child; returns only when it fails. */
static void
become_daemon (const char *kind, char *const paths[], char *args[],
               pid_t parent, struct error *err)
{
  static char *const no_env[] = { NULL };
  int program;

  if (prctl (PR_SET_PDEATHSIG, SIGKILL) == -1 || getppid () != parent) {
    error_set (err, ESRCH, "nobody waits for the storage daemon");
    return;
  }
  program = open (args[0], O_RDONLY | O_CLOEXEC);
  if (program == -1) {
    error_errno (err, "%s", args[0]);
    return;
  }
  if (sandbox_storage (kind, paths, program, err) == -1)
    return;
  if (keep (SOCKET_FD) == -1 || keep (SECRET_FD) == -1) {
    error_errno (err, "descriptors of the storage daemon");
    return;
  }
  syscall (SYS_execveat, program, "", args,
           strcmp (kind, "remote") == 0 ? environ : no_env, AT_EMPTY_PATH);
  error_errno (err, "%s", args[0]);
}

/* An end that was asked for is a gentle one: caches are written back. */
static void
end (pid_t pid, int pidfd)
{
  struct pollfd p = { .fd = pidfd, .events = POLLIN };

  (void) kill (pid, SIGTERM);
  while (poll (&p, 1, PATIENCE) == -1 && errno == EINTR)
    ;
  if (!p.revents)
    (void) kill (pid, SIGKILL);
}

static int
watch (pid_t pid)
{
  CLEANUP_CLOSE int pidfd = syscall (SYS_pidfd_open, pid, 0);
  struct pollfd p[2] = { { .fd = LIFE_FD },
                         { .fd = pidfd, .events = POLLIN } };
  int status;

  if (pidfd == -1) {
    (void) kill (pid, SIGKILL);
    return EXIT_FAILURE;
  }
  while (poll (p, 2, -1) == -1 && errno == EINTR)
    ;
  if (!p[1].revents)
    end (pid, pidfd);
  while (waitpid (pid, &status, 0) == -1)
    if (errno != EINTR)
      return EXIT_FAILURE;
  return WIFEXITED (status) ? WEXITSTATUS (status) : EXIT_FAILURE;
}

int
storage_daemon (int argc, char *argv[])
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  pid_t pid, self = getpid ();
  int end = 1;

  while (end < argc && strcmp (argv[end], "--") != 0)
    ++end;
  if (end < 2 || end + 1 >= argc) {
    fprintf (stderr, "bathyscope-machine: --storage-daemon is for the library"
                     " alone\n");
    return EXIT_FAILURE;
  }
  if (fcntl (LIFE_FD, F_SETFD, FD_CLOEXEC) == -1
      || fcntl (SOCKET_FD, F_SETFD, FD_CLOEXEC) == -1
      || fcntl (SECRET_FD, F_SETFD, FD_CLOEXEC) == -1) {
    error_errno (&err, "--storage-daemon: descriptors");
    say (&err);
    return EXIT_FAILURE;
  }
  pid = fork ();
  if (pid == 0) {
    argv[end] = NULL;
    become_daemon (argv[0], argv + 1, argv + end + 1, self, &err);
    say (&err);
    _exit (127);
  }
  if (pid == -1) {
    error_errno (&err, "fork");
    say (&err);
    return EXIT_FAILURE;
  }
  /* Only the program has it now, so that its end can be seen. */
  close (SOCKET_FD);
  close (SECRET_FD);
  close (STDERR_FILENO);
  return watch (pid);
}
