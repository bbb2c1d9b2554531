/* Work in a process of its own: see subtask.h. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io.h"
#include "subtask.h"

#define MESSAGE_LIMIT 65536

/* The child tells an errno and a message, or nothing. */
static void __attribute__ ((noreturn))
child (int (*fn) (void *, struct error *), void *opaque, int fd)
{
  struct error err = ERROR_INIT;
  int r = fn (opaque, &err);

  if (r == -1 && err.message) {
    (void) write_full (fd, &err.errnum, sizeof err.errnum);
    (void) write_full (fd, err.message, strlen (err.message));
  }
  _exit (r == 0 ? 0 : 1);
}

static int
check_end (pid_t pid, const char *told, size_t len, struct error *err)
{
  int status, errnum;

  while (waitpid (pid, &status, 0) == -1)
    if (errno != EINTR)
      return error_errno (err, "waitpid");
  if (WIFEXITED (status) && WEXITSTATUS (status) == 0)
    return 0;
  if (WIFEXITED (status) && len > sizeof errnum) {
    memcpy (&errnum, told, sizeof errnum);
    return error_set (err, errnum, "%s", told + sizeof errnum);
  }
  if (WIFSIGNALED (status))
    return error_set (err, 0, "killed by signal %d (%s)", WTERMSIG (status),
                      strsignal (WTERMSIG (status)));
  return error_set (err, 0, "it failed, and gave no reason");
}

int
subtask_run (int (*fn) (void *opaque, struct error *err), void *opaque,
             struct error *err)
{
  CLEANUP_FREE char *told = calloc (1, MESSAGE_LIMIT + 1);
  int fds[2];
  ssize_t n;
  pid_t pid;

  if (!told || pipe2 (fds, O_CLOEXEC) == -1)
    return error_errno (err, "pipe");
  pid = fork ();
  if (pid == 0)
    child (fn, opaque, fds[1]);
  close (fds[1]);
  n = pid == -1 ? -1 : read_full (fds[0], told, MESSAGE_LIMIT);
  close (fds[0]);
  if (pid == -1)
    return error_errno (err, "fork");
  return check_end (pid, told, n > 0 ? n : 0, err);
}
