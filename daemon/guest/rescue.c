/* A shell for virt-rescue, in the appliance and not in the guest: whoever has
 * the handle may do everything here anyway, by calls.
 *
 * The shell has a terminal of its own; the library's side carries bytes to and
 * fro, some at each call, so the daemon need not do two things at a time.
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "actions.h"
#include "cleanup.h"
#include "guestmounts.h"
#include "guestpath.h"
#include "memlimit.h"
#include "strbuf.h"

#define OUTPUT_MAX (256 * 1024) /* bytes that one call returns */
#define PENDING_MAX (1024 * 1024) /* input that the shell has not taken yet */
#define TIMEOUT_MAX 10000       /* milliseconds */

static int terminal = -1; /* our end, or -1 */
static pid_t shell;
static struct strbuf pending = STRBUF_INIT;

static void
close_shell (void)
{
  if (terminal == -1)
    return;
  close (terminal);
  terminal = -1;
  strbuf_release (&pending);
  kill (shell, SIGHUP);
  kill (shell, SIGKILL);
  while (waitpid (shell, NULL, 0) == -1 && errno == EINTR)
    ;
}

/* In the child. */
static void __attribute__ ((noreturn))
run_shell (const char *slave, const char *term)
{
  static const char *const argv[] = { "busybox", "sh", NULL };
  sigset_t none;
  int fd;

  setsid ();
  fd = open (slave, O_RDWR);
  if (fd == -1 || ioctl (fd, TIOCSCTTY, 0) == -1)
    _exit (127);
  dup2 (fd, STDIN_FILENO);
  dup2 (fd, STDOUT_FILENO);
  dup2 (fd, STDERR_FILENO);
  (void) close_range (3, ~0U, 0);
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
  signal (SIGPIPE, SIG_DFL);
  memlimit_lift ();
  clearenv ();
  setenv ("TERM", *term ? term : "dumb", 1);
  setenv ("PATH", "/bin:/sbin:/usr/bin:/usr/sbin", 1);
  setenv ("HOME", "/", 1);
  setenv ("PS1", "><rescue> ", 1);
  if (chdir (SYSROOT) == -1)
    (void) !chdir ("/");
  execvp (argv[0], (char **) argv);
  _exit (127);
}

int
do_internal_rescue_open (const char *term, struct error *err)
{
  CLEANUP_CLOSE int fd = -1;
  char slave[64];

  close_shell ();
  guest_mounts_prepare_dev ();
  fd = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (fd == -1 || grantpt (fd) == -1 || unlockpt (fd) == -1
      || ptsname_r (fd, slave, sizeof slave) != 0)
    return error_errno (err, "a terminal for the shell");
  shell = fork ();
  if (shell == -1)
    return error_errno (err, "fork");
  if (shell == 0)
    run_shell (slave, term);
  terminal = TAKE_FD (fd);
  return 0;
}

static int
set_size (int rows, int columns, struct error *err)
{
  struct winsize size = { .ws_row = rows, .ws_col = columns };

  if (rows < 0 || columns < 0 || rows > 10000 || columns > 10000)
    return error_set (err, EINVAL, "a terminal of %d x %d", rows, columns);
  if (rows > 0 && columns > 0 && ioctl (terminal, TIOCSWINSZ, &size) == -1)
    return error_errno (err, "the size of the terminal");
  return 0;
}

/* Read what there is: 1, or 0 at the end of the shell. */
static int
read_some (struct strbuf *out)
{
  char buf[4096];
  ssize_t n;

  while (out->len < OUTPUT_MAX) {
    n = read (terminal, buf, sizeof buf);
    if (n == -1 && errno == EINTR)
      continue;
    if (n == -1 && errno == EAGAIN)
      return 1;
    if (n <= 0 || strbuf_add (out, buf, n) == -1) /* EIO: nobody has it open */
      return 0;
  }
  return 1;
}

/* Write what is pending, as far as the shell takes it: -1 when it has ended. */
static int
write_some (void)
{
  ssize_t n = write (terminal, pending.data,
                     pending.len < 1024 ? pending.len : 1024);

  if (n == -1)
    return errno == EAGAIN || errno == EINTR ? 0 : -1;
  memmove (pending.data, pending.data + n, pending.len - n);
  pending.len -= n;
  return 0;
}

/* Carry bytes both ways until there is something to tell or the time is up:
 * 1, or 0 at the end of the shell. */
static int
exchange (int timeout, struct strbuf *out)
{
  int alive = 1;

  do {
    struct pollfd p = { .fd = terminal,
                        .events = POLLIN | (pending.len > 0 ? POLLOUT : 0) };

    if (poll (&p, 1, timeout) <= 0)
      break;
    if ((p.revents & POLLOUT) && write_some () == -1)
      alive = 0;
    else if (p.revents & (POLLIN | POLLHUP | POLLERR))
      alive = read_some (out);
  } while (alive && pending.len > 0 && out->len < OUTPUT_MAX);
  return alive;
}

char *
do_internal_rescue_io (const char *input, size_t input_size, int rows,
                       int columns, int timeout, size_t *ret_size,
                       struct error *err)
{
  CLEANUP_STRBUF struct strbuf out = STRBUF_INIT;
  int alive;

  if (terminal == -1) {
    error_set (err, EPIPE, "the shell has ended");
    return NULL;
  }
  if (timeout < 0 || timeout > TIMEOUT_MAX) {
    error_set (err, EINVAL, "a timeout of %d milliseconds", timeout);
    return NULL;
  }
  if (set_size (rows, columns, err) == -1)
    return NULL;
  if (input_size > PENDING_MAX || pending.len > PENDING_MAX - input_size) {
    error_set (err, EAGAIN, "the shell does not take its input");
    return NULL;
  }
  if (input_size > 0 && strbuf_add (&pending, input, input_size) == -1) {
    error_errno (err, "input of the shell");
    return NULL;
  }
  alive = exchange (timeout, &out);
  if (!alive)
    close_shell ();
  /* The last output comes first, the end with the next call. */
  if (!alive && out.len == 0) {
    error_set (err, EPIPE, "the shell has ended");
    return NULL;
  }
  *ret_size = out.len;
  return out.data ? strbuf_take (&out) : strdup ("");
}
