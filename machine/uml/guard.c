/* The guard of the user-mode kernel: see guard.h and pid_namespaces(7). */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guard.h"
#include "io.h"
#include "sandbox.h"

/* In a fork, which has one thread: the C library's fork knows no namespaces, and
 * what it does not know of must not meet its locks.  The new process is a child
 * of our parent, whom we tell its pid; without namespaces we are that child. */
static void
enter_namespaces (int report, bool *ret_guard)
{
  const unsigned long flags
    = CLONE_PARENT | CLONE_NEWUSER | CLONE_NEWPID | SIGCHLD;
  pid_t pid = syscall (SYS_clone, flags, 0, 0, 0, 0);

  *ret_guard = pid == 0;
  if (pid == 0)
    return;
  if (pid > 0) {
    (void) write_full (report, &pid, sizeof pid);
    _exit (0);
  }
  pid = getpid ();
  (void) write_full (report, &pid, sizeof pid);
}

pid_t
guard_fork (bool *ret_guard, struct error *err)
{
  int report[2];
  pid_t first, ret = -1;

  if (pipe2 (report, O_CLOEXEC) == -1)
    return error_errno (err, "pipe");
  first = fork ();
  if (first == 0) {
    enter_namespaces (report[1], ret_guard);
    close (report[0]);
    close (report[1]);
    return 0;
  }
  if (first == -1)
    error_errno (err, "fork");
  close (report[1]);
  if (first > 0 && read_full (report[0], &ret, sizeof ret) != sizeof ret) {
    error_set (err, EIO, "starting the user-mode kernel");
    ret = -1;
  }
  close (report[0]);
  while (first > 0 && ret != first && waitpid (first, NULL, 0) == -1
         && errno == EINTR)
    ;
  return ret;
}

/* Reap everything; end as the kernel does. */
static _Noreturn void
watch (pid_t kernel)
{
  for (;;) {
    int status;
    const pid_t pid = waitpid (-1, &status, __WALL);

    if (pid == kernel && WIFEXITED (status))
      _exit (WEXITSTATUS (status));
    if (pid == kernel && WIFSIGNALED (status))
      _exit (GUARD_SIGNALLED + WTERMSIG (status));
    if (pid == -1 && errno != EINTR)
      _exit (127);
  }
}

int
guard_start (struct error *err)
{
  pid_t kernel;

  /* The new namespace came with all capabilities in it. */
  if (sandbox_capabilities (0, err) == -1)
    return -1;
  kernel = fork ();
  if (kernel == -1)
    return error_errno (err, "fork");
  if (kernel == 0)
    return 0;
  (void) prctl (PR_SET_NAME, "bathyscope-guard");
  if (syscall (SYS_close_range, 0, ~0U, 0) == -1
      || sandbox_guard (err) == -1)
    _exit (127);
  watch (kernel);
}
