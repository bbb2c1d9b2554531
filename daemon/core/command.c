/* Running programs: see command.h.
 *
 * The child is made with vfork: under user-mode Linux the copying of page
 * tables by fork costs milliseconds.  So between vfork and exec only system
 * calls on data prepared before.
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "guestmounts.h"
#include "guestpath.h"
#include "io.h"
#include "memlimit.h"
#include "strbuf.h"
#include "strlist.h"
#include "transfer.h"

#define OUT_LIMIT ((size_t) 128 << 20)
#define ERR_LIMIT ((size_t) 64 << 10)
#define READ_SIZE 65536

#define APPLIANCE_PATH "/usr/sbin:/usr/bin:/sbin:/bin"
#define GUEST_PATH \
  "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

static const char *const appliance_env[] = {
  "PATH=" APPLIANCE_PATH, "LC_ALL=C", "LVM_SUPPRESS_FD_WARNINGS=1",
  "TMPDIR=/tmp", "HOME=/tmp", NULL
};
static const char *const guest_env[] = {
  "PATH=" GUEST_PATH, "LC_ALL=C", "TMPDIR=/tmp", "HOME=/root", "TERM=dumb",
  "SHELL=/bin/sh", "DEBIAN_FRONTEND=noninteractive", NULL
};

/* One end of a pipe that is being read. */
struct stream {
  int fd; /* owned, -1 at end of file */
  struct strbuf buf;
  size_t limit;               /* of what is kept */
  size_t dropped;
  const struct command *sink; /* takes the bytes, when set */
};

static void
stream_release (struct stream *s)
{
  cleanup_close (&s->fd);
  strbuf_release (&s->buf);
}

#define CLEANUP_STREAM CLEANUP (stream_release)

/* Read what there is.  What exceeds the limit is dropped, until the program has
 * written more than any may: it might never stop. */
static int
stream_read (struct stream *s, const char *program, struct error *err)
{
  ssize_t n;
  size_t keep;

  if (strbuf_reserve (&s->buf, READ_SIZE) == -1)
    return error_errno (err, "output of a program");
  n = read (s->fd, s->buf.data + s->buf.len, READ_SIZE);
  if (n == -1)
    return errno == EINTR || errno == EAGAIN
      ? 0 : error_errno (err, "output of a program");
  if (n == 0) {
    close (TAKE_FD (s->fd));
    return 0;
  }
  if (s->sink)
    return s->sink->sink (s->sink->opaque, s->buf.data, n, err);
  keep = s->limit - s->buf.len;
  if ((size_t) n <= keep)
    keep = n;
  s->dropped += n - keep;
  if (s->dropped > 0 && s->buf.len + s->dropped >= OUT_LIMIT)
    return error_set (err, EFBIG, "%s: more than %zu bytes of output", program,
                      OUT_LIMIT);
  s->buf.len += keep;
  s->buf.data[s->buf.len] = '\0';
  return 0;
}

/* The end of a pipe to stdin of a program, with what has not been taken. */
struct feed {
  int fd; /* owned, -1 when there is no more */
  const struct command *c;
  char *buf;
  size_t pos, len;
};

static void
feed_release (struct feed *f)
{
  cleanup_close (&f->fd);
  free (f->buf);
}

/* Write what the pipe takes.  A program that has closed it wants no more. */
static int
feed_write (struct feed *f, struct error *err)
{
  ssize_t n;

  if (!f->buf && !(f->buf = malloc (READ_SIZE)))
    return error_errno (err, "%s", f->c->argv[0]);
  if (f->pos == f->len) {
    n = f->c->source (f->c->opaque, f->buf, READ_SIZE, err);
    if (n == -1)
      return -1;
    f->pos = 0;
    f->len = n;
    if (n == 0) {
      close (TAKE_FD (f->fd));
      return 0;
    }
  }
  n = write (f->fd, f->buf + f->pos, f->len - f->pos);
  if (n == -1 && errno == EPIPE)
    close (TAKE_FD (f->fd));
  else if (n == -1 && errno != EINTR && errno != EAGAIN)
    return error_errno (err, "input of %s", f->c->argv[0]);
  else if (n > 0)
    f->pos += n;
  return 0;
}

/* A file in memory with the bytes for stdin. */
static int
make_input (const struct command *c, struct feed *feed, struct error *err)
{
  CLEANUP_CLOSE int fd = -1;
  int ends[2];

  if (c->source) {
    if (pipe2 (ends, O_CLOEXEC) == -1)
      return error_errno (err, "pipe");
    feed->fd = ends[1];
    (void) fcntl (feed->fd, F_SETFL, O_NONBLOCK);
    return ends[0];
  }
  if (!c->input) {
    fd = open ("/dev/null", O_RDONLY | O_CLOEXEC);
    return fd == -1 ? error_errno (err, "/dev/null") : TAKE_FD (fd);
  }
  fd = memfd_create ("stdin", MFD_CLOEXEC);
  if (fd == -1 || write_full (fd, c->input, c->input_len) == -1
      || lseek (fd, 0, SEEK_SET) == -1)
    return error_errno (err, "input of %s", c->argv[0]);
  return TAKE_FD (fd);
}

/* What the child needs, prepared before vfork. */
struct child {
  const char *const *programs; /* full names to try in turn */
  char *const *argv;
  char *const *env;
  int fds[3];
  int root; /* to chroot to, or -1 */
};

/* Runs in the child, on the memory of the parent. */
static void __attribute__ ((noreturn, noinline))
child_exec (const struct child *child, volatile int *ret_errno)
{
  struct sigaction dfl = { .sa_handler = SIG_DFL };
  const char *const *p;
  int i, e = ENOENT;

  for (i = 0; i < 3; ++i)
    if (dup2 (child->fds[i], i) == -1)
      goto fail;
  setsid ();
  sigaction (SIGPIPE, &dfl, NULL);
  memlimit_lift ();
  if (child->root >= 0
      && (fchdir (child->root) == -1 || chroot (".") == -1))
    goto fail;
  for (p = child->programs; *p; ++p) {
    execve (*p, child->argv, child->env);
    if (errno != ENOENT && errno != ENOTDIR) {
      e = errno;
      if (e != EACCES)
        break;
    }
  }
  *ret_errno = e;
  _exit (127);

 fail:
  *ret_errno = errno;
  _exit (127);
}

/* Full names to try: `prog` itself, or in every folder of PATH.  A guest's are
 * tried by the child, after chroot: only there do its links lead anywhere. */
static int
candidates (const char *prog, int flags, struct strlist *ret)
{
  const char *path = flags & COMMAND_IN_GUEST ? GUEST_PATH : APPLIANCE_PATH;

  if (strchr (prog, '/'))
    return strlist_add (ret, prog);
  while (*path) {
    size_t len = strcspn (path, ":");

    if (strlist_addf (ret, "%.*s/%s", (int) len, path, prog) == -1)
      return -1;
    path += len + (path[len] == ':');
  }
  return 0;
}

int
have_program (const char *prog)
{
  CLEANUP_STRLIST struct strlist programs = STRLIST_INIT;
  size_t i;

  if (candidates (prog, 0, &programs) == -1)
    return 0;
  for (i = 0; i < programs.len; ++i)
    if (access (programs.items[i], X_OK) == 0)
      return 1;
  return 0;
}

/* Start the program; its pid, or -1. */
static pid_t
start (const struct command *c, int in, int out, int err_fd,
       struct error *err)
{
  CLEANUP_STRLIST struct strlist programs = STRLIST_INIT;
  struct child child = {
    .argv = (char *const *) c->argv,
    .env = (char *const *) (c->flags & COMMAND_IN_GUEST ? guest_env
                                                        : appliance_env),
    .fds = { in, out, err_fd },
    .root = -1,
  };
  volatile int child_errno = 0;
  pid_t pid;

  if (candidates (c->argv[0], c->flags, &programs) == -1)
    return error_errno (err, "%s", c->argv[0]);
  child.programs = (const char *const *) programs.items;
  if (c->flags & COMMAND_IN_GUEST) {
    child.root = guest_root_fd (err);
    if (child.root == -1)
      return -1;
  }
  pid = vfork ();
  if (pid == 0)
    child_exec (&child, &child_errno);
  if (pid == -1)
    return error_errno (err, "starting %s", c->argv[0]);
  if (child_errno) {
    waitpid (pid, NULL, 0);
    errno = child_errno;
    return error_errno (err, "%s", c->argv[0]);
  }
  return pid;
}

/* Collect output until the program has ended and nothing more is there.  A
 * process it leaves behind may hold the pipes open: then its end counts; and a
 * program that has closed them can still be cancelled. */
static int
collect (pid_t pid, struct feed *feed, struct stream *out,
         struct stream *err_out, struct error *err)
{
  const char *program = feed->c->argv[0];
  CLEANUP_CLOSE int pidfd = syscall (SYS_pidfd_open, pid, 0);
  int exited = 0;

  if (pidfd == -1)
    return error_errno (err, "pidfd_open");
  while (!exited || out->fd >= 0 || err_out->fd >= 0) {
    struct pollfd fds[] = {
      { .fd = out->fd, .events = POLLIN },
      { .fd = err_out->fd, .events = POLLIN },
      { .fd = exited ? -1 : pidfd, .events = POLLIN },
      { .fd = exited ? -1 : cancel_fd (), .events = POLLIN },
      { .fd = exited ? -1 : feed->fd, .events = POLLOUT },
    };
    int r = poll (fds, 5, exited ? 0 : -1);

    if (r == -1 && errno == EINTR)
      continue;
    if (r == -1)
      return error_errno (err, "poll");
    if (r == 0)
      return 0;
    if ((fds[0].revents && stream_read (out, program, err) == -1)
        || (fds[1].revents && stream_read (err_out, program, err) == -1))
      return -1;
    if (fds[2].revents)
      exited = 1;
    else if (fds[4].revents && feed_write (feed, err) == -1)
      return -1;
    if (fds[3].revents && is_cancelled ())
      return error_set (err, EINTR, "cancelled");
  }
  return 0;
}

static void
trim_newlines (char *s)
{
  size_t len = strlen (s);

  while (len > 0 && (s[len - 1] == '\n' || s[len - 1] == '\r'))
    s[--len] = '\0';
}

/* What a program of ours says of an error, without the list of its options that
 * some print behind. */
static void
trim_usage (char *s)
{
  char *usage = strcasestr (s, "\nusage:");

  if (usage)
    *usage = '\0';
}

/* Turn a wait status into what command_run returns. */
static int
check_status (const struct command *c, int status, struct error *err)
{
  const char *prog = c->argv[0];

  if (WIFEXITED (status)
      && (WEXITSTATUS (status) == 0 || c->flags & COMMAND_ANY_STATUS))
    return WEXITSTATUS (status);
  if (WIFEXITED (status) && c->err_out[0]) {
    CLEANUP_FREE char *text = strdup (c->err_out);
    if (text) {
      if (!(c->flags & COMMAND_IN_GUEST))
        trim_usage (text);
      trim_newlines (text);
      return error_set (err, 0, "%s: %s", prog, text);
    }
  }
  if (WIFEXITED (status))
    return error_set (err, 0, "%s: exit status %d", prog,
                      WEXITSTATUS (status));
  /* Nobody here does that to a program whose end is of interest; those of guests
   * may do it themselves. */
  if (WTERMSIG (status) == SIGKILL && !(c->flags & COMMAND_IN_GUEST))
    return error_set (err, ENOMEM, "%s: killed by the kernel: the appliance"
                      " has too little memory; LIBGUESTFS_MEMSIZE or"
                      " set_memsize gives it more", prog);
  return error_set (err, 0, "%s: killed by signal %d (%s)%s%s", prog,
                    WTERMSIG (status), strsignal (WTERMSIG (status)),
                    c->err_out[0] ? ": " : "", c->err_out);
}

/* As init this process inherits what programs leave behind. */
static void
reap_orphans (void)
{
  if (getpid () == 1)
    while (waitpid (-1, NULL, WNOHANG) > 0)
      ;
}

static int
run_and_collect (struct command *c, struct stream *out,
                 struct stream *err_out, int *ret_status, struct error *err)
{
  CLEANUP (feed_release) struct feed feed = { .fd = -1, .c = c };
  CLEANUP_CLOSE int in = make_input (c, &feed, err);
  int out_pipe[2], err_pipe[2], r;
  pid_t pid;

  if (in == -1)
    return -1;
  if (pipe2 (out_pipe, O_CLOEXEC) == -1)
    return error_errno (err, "pipe");
  out->fd = out_pipe[0];
  if (pipe2 (err_pipe, O_CLOEXEC) == -1) {
    error_errno (err, "pipe");
    close (out_pipe[1]);
    return -1;
  }
  err_out->fd = err_pipe[0];

  pid = start (c, in, out_pipe[1], err_pipe[1], err);
  close (out_pipe[1]);
  close (err_pipe[1]);
  close (TAKE_FD (in));
  if (pid == -1)
    return -1;
  r = collect (pid, &feed, out, err_out, err);
  if (r == -1)
    kill (-pid, SIGKILL);
  while (waitpid (pid, ret_status, 0) == -1 && errno == EINTR)
    ;
  reap_orphans ();
  return r;
}

int
command_run (struct command *c, struct error *err)
{
  CLEANUP_STREAM struct stream out = { -1, STRBUF_INIT, OUT_LIMIT, 0,
                                      c->sink ? c : NULL };
  CLEANUP_STREAM struct stream err_out = { -1, STRBUF_INIT, ERR_LIMIT, 0,
                                          NULL };
  int status = 0, r;

  c->out = c->err_out = NULL;
  c->out_len = 0;
  if (c->flags & COMMAND_IN_GUEST && guest_mounts_enter (err) == -1)
    return -1;
  r = run_and_collect (c, &out, &err_out, &status, err);
  if (c->flags & COMMAND_IN_GUEST)
    guest_mounts_leave ();
  if (r == -1)
    return -1;

  c->out_len = out.buf.len;
  c->out = strbuf_take (&out.buf);
  c->err_out = strbuf_take (&err_out.buf);
  if (!c->out || !c->err_out) {
    r = error_errno (err, "%s", c->argv[0]);
  } else {
    if (!(c->flags & COMMAND_KEEP_NEWLINE) && c->out_len > 0
        && c->out[c->out_len - 1] == '\n')
      c->out[--c->out_len] = '\0';
    r = check_status (c, status, err);
  }
  if (r == -1) {
    free (TAKE_PTR (c->out));
    free (TAKE_PTR (c->err_out));
  }
  return r;
}

int
runv (char **ret_out, struct error *err, const char *const *argv)
{
  struct command c = { .argv = argv };

  if (command_run (&c, err) == -1)
    return -1;
  free (c.err_out);
  if (ret_out)
    *ret_out = c.out;
  else
    free (c.out);
  return 0;
}

int
run (char **ret_out, struct error *err, const char *prog, ...)
{
  const char *argv[64] = { prog };
  size_t n = 1;
  va_list args;

  va_start (args, prog);
  while (n < 64 && (argv[n] = va_arg (args, const char *)) != NULL)
    ++n;
  va_end (args);
  if (n == 64)
    return error_set (err, E2BIG, "%s: too many arguments", prog);
  return runv (ret_out, err, argv);
}
