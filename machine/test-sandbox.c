/* What the sandbox denies, tried from inside; each profile in a child. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox.h"
#include "test.h"
#include "uml/guard.h"

#define FAILS(errnum, call)                                             \
  do {                                                                  \
    errno = 0;                                                          \
    CHECK ((call) == -1);                                               \
    CHECK (errno == (errnum));                                          \
  } while (0)

/* The filter's answer; it is asked before Landlock, which says EACCES. */
#define DENIED(call) FAILS (EPERM, call)

static bool
has_landlock (void)
{
  return syscall (SYS_landlock_create_ruleset, NULL, 0, 1) > 0;
}

static void
check_common (void)
{
  char *const argv[] = { (char *) "true", NULL };

  DENIED (open ("/etc/passwd", O_RDONLY));
  DENIED (open ("/tmp/test-sandbox", O_WRONLY | O_CREAT, 0600));
  DENIED (execve ("/bin/true", argv, argv + 1));
  DENIED (ptrace (PTRACE_ATTACH, getppid (), NULL, NULL));
  DENIED (kill (getppid (), 0));
  DENIED (syscall (SYS_tgkill, getppid (), getppid (), 0));
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
}

/* The user-mode kernel needs signals, ptrace and fork, for what is its own. */
static void
guest_kernel (void)
{
  struct error err = ERROR_INIT;
  const pid_t outside = getpid ();
  const bool landlock = has_landlock ();
  bool guarded = false;
  int status, null = open ("/dev/null", O_RDWR);
  pid_t pid;

  CHECK (null >= 0);
  CHECK (sandbox_begin (&err) == 0);
  pid = guard_fork (&guarded, &err);
  CHECK (pid != -1);
  if (pid > 0) {
    CHECK (waitpid (pid, &status, 0) == pid);
    CHECK (WIFEXITED (status) && WEXITSTATUS (status) == 0);
    return;
  }
  if (guarded)
    CHECK (guard_start (&err) == 0);
  CHECK (sandbox_guest_kernel (null, null, &err) == 0);
  if (guarded) {
    CHECK (kill (outside, 0) == -1 && errno == ESRCH);
    CHECK (ptrace (PTRACE_ATTACH, outside, NULL, NULL) == -1
           && errno == ESRCH);
    CHECK (process_vm_readv (outside, &(struct iovec) { &status, 1 }, 1,
                             &(struct iovec) { &status, 1 }, 1, 0) == -1
           && errno == ESRCH);
    CHECK (kill (1, SIGKILL) == 0); /* which the guard survives */
  }
  if (landlock) {
    FAILS (EACCES, open ("/etc/passwd", O_RDONLY));
    FAILS (EACCES, open ("/tmp/test-sandbox", O_WRONLY | O_CREAT, 0600));
    FAILS (EACCES, execl ("/bin/true", "true", NULL));
  }
  DENIED (socket (AF_INET, SOCK_STREAM, 0));
  DENIED (socket (AF_UNIX, SOCK_STREAM, 0));
  DENIED (syscall (SYS_unshare, 0));
  DENIED (syscall (SYS_mount, "none", "/tmp", "tmpfs", 0, NULL));
  DENIED (syscall (SYS_io_uring_setup, 1, NULL));
  _exit (0);
}

/* The first process of the namespace waits, and that is all. */
static void
guard (void)
{
  struct error err = ERROR_INIT;
  char byte;

  CHECK (sandbox_begin (&err) == 0);
  CHECK (sandbox_guard (&err) == 0);
  check_common ();
  DENIED (socket (AF_UNIX, SOCK_STREAM, 0));
  DENIED (read (0, &byte, 0));
  DENIED (write (1, &byte, 0));
  DENIED (syscall (SYS_fork));
}

/* As on a system that takes no filter. */
static void
refuse_filters (void)
{
  scmp_filter_ctx ctx = seccomp_init (SCMP_ACT_ALLOW);
  const struct scmp_arg_cmp set = SCMP_A0 (SCMP_CMP_EQ, PR_SET_SECCOMP);

  CHECK (ctx != NULL);
  CHECK (seccomp_rule_add (ctx, SCMP_ACT_ERRNO (EINVAL), SCMP_SYS (seccomp), 0)
         == 0);
  CHECK (seccomp_rule_add (ctx, SCMP_ACT_ERRNO (EINVAL), SCMP_SYS (prctl), 1,
                           set) == 0);
  CHECK (seccomp_load (ctx) == 0);
  seccomp_release (ctx);
}

static void
check_refused (int ret, struct error *err)
{
  CHECK (ret == -1);
  CHECK (strstr (err->message, "sandbox:") != NULL);
  error_clear (err);
}

/* Nothing goes on without one, in none of the processes and threads. */
static void
no_filter (void)
{
  const int null = open ("/dev/null", O_RDWR);
  struct error err = ERROR_INIT;

  refuse_filters ();
  CHECK (sandbox_begin (&err) == 0);
  check_refused (sandbox_vcpu (&err), &err);
  check_refused (sandbox_guard (&err), &err);
  check_refused (sandbox_guest_kernel (null, null, &err), &err);
  check_refused (sandbox_machine (NULL, false, &err), &err);
}

/* The user said that this will do; what else there is holds. */
static void
optional_filter (void)
{
  const bool landlock = has_landlock ();
  struct error err = ERROR_INIT;

  refuse_filters ();
  sandbox_make_optional ();
  CHECK (!sandbox_is_missing ());
  CHECK (sandbox_begin (&err) == 0);
  CHECK (sandbox_machine (NULL, false, &err) == 0);
  CHECK (sandbox_is_missing ());
  if (landlock) {
    FAILS (EACCES, open ("/etc/passwd", O_RDONLY));
    FAILS (EACCES, open ("/tmp/test-sandbox", O_WRONLY | O_CREAT, 0600));
    FAILS (EACCES, execl ("/bin/true", "true", NULL));
  }
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
  run (guest_kernel);
  run (guard);
  run (no_filter);
  run (optional_filter);
  return 0;
}
