/* What the sandbox denies, tried from inside; each profile in a child. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox.h"
#include "test.h"

/* Fails with EPERM (the filter) or EACCES (Landlock). */
#define DENIED(call)                                                    \
  do {                                                                  \
    errno = 0;                                                          \
    CHECK ((call) == -1);                                               \
    CHECK (errno == EPERM || errno == EACCES);                          \
  } while (0)

static void
check_common (void)
{
  char *const argv[] = { (char *) "true", NULL };

  DENIED (open ("/etc/passwd", O_RDONLY));
  DENIED (open ("/tmp/test-sandbox", O_WRONLY | O_CREAT, 0600));
  DENIED (execve ("/bin/true", argv, argv + 1));
  DENIED (ptrace (PTRACE_ATTACH, getppid (), NULL, NULL));
  DENIED (syscall (SYS_unshare, 0));
  DENIED (syscall (SYS_mount, "none", "/tmp", "tmpfs", 0, NULL));
  DENIED (syscall (SYS_io_uring_setup, 1, NULL));
}

static void
machine (void)
{
  struct error err = ERROR_INIT;

  CHECK (sandbox_begin (&err) == 0);
  CHECK (sandbox_machine (NULL, false, &err) == 0);
  check_common ();
  DENIED (socket (AF_INET, SOCK_STREAM, 0));
  DENIED (socket (AF_UNIX, SOCK_STREAM, 0));
  DENIED (connect (0, NULL, 0));
  DENIED (syscall (SYS_ioctl, 0, 0, 0));
}

static void
machine_with_network (void)
{
  struct error err = ERROR_INIT;

  CHECK (sandbox_begin (&err) == 0);
  CHECK (sandbox_machine (NULL, true, &err) == 0);
  check_common ();
  CHECK (socket (AF_INET, SOCK_STREAM, 0) >= 0);
}

/* One more filter can only take away. */
static void
vcpu (void)
{
  static const char *const extra[] = { "ioctl", "seccomp", NULL };
  struct error err = ERROR_INIT;
  char byte;

  CHECK (sandbox_begin (&err) == 0);
  CHECK (sandbox_machine (extra, true, &err) == 0);
  CHECK (sandbox_vcpu (&err) == 0);
  check_common ();
  DENIED (socket (AF_INET, SOCK_STREAM, 0));
  DENIED (pread (0, &byte, 1, 0));
  DENIED (pwrite (0, &byte, 1, 0));
  DENIED (ftruncate (0, 0));
  DENIED (kill (getpid (), 0));
}

static void
run (void (*function) (void))
{
  int status;
  pid_t pid = fork ();

  CHECK (pid != -1);
  if (pid == 0) {
    function ();
    _exit (0);
  }
  CHECK (waitpid (pid, &status, 0) == pid);
  CHECK (WIFEXITED (status) && WEXITSTATUS (status) == 0);
}

int
main (void)
{
  run (machine);
  run (machine_with_network);
  run (vcpu);
  return 0;
}
