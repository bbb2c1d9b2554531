/* Child processes for guests: see jobs.h. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "jobs.h"
#include "strbuf.h"

#define OUTPUT_MAX ((size_t) 1 << 30) /* of a job whose output is not streamed */
#define ERRORS_MAX ((size_t) 1 << 20)
#define STREAM_MAX ((size_t) 1 << 20) /* of a job whose turn has not come */
#define KEPT_MAX ((size_t) 64 << 20)  /* of all: no more children are started */
#define AHEAD_MAX 256                 /* children over, before their turn */

enum { PIPE_OUTPUT, PIPE_ERRORS, NR_PIPES };

struct job {
  pid_t pid;   /* 0: not started, or over */
  int process; /* a descriptor for it, or -1 */
  int pipes[NR_PIPES];
  struct strbuf text[NR_PIPES];
  bool ended, too_much;
  int status;
};

struct run {
  const struct jobs_settings *settings;
  job_fn *fn;
  job_done_fn *done;
  void *data;
  struct job *jobs;
  size_t n, started, passed, running, kept;
};

static void __attribute__ ((noreturn))
fail (const char *what)
{
  fprintf (stderr, "cannot start a job: %s: %s\n", what, strerror (errno));
  exit (EXIT_FAILURE);
}

/* --- children ------------------------------------------------------------------- */

/* Three descriptors a child: with many at a time more than usual. */
static void
allow_descriptors (size_t children)
{
  struct rlimit r;
  rlim_t want = children * 4 + 256;

  if (getrlimit (RLIMIT_NOFILE, &r) == -1 || r.rlim_cur >= want)
    return;
  r.rlim_cur = want < r.rlim_max ? want : r.rlim_max;
  (void) setrlimit (RLIMIT_NOFILE, &r);
}

static void __attribute__ ((noreturn))
be_child (const struct run *run, size_t i, const int *ends, pid_t parent)
{
  int status;

  prctl (PR_SET_PDEATHSIG, SIGTERM);
  if (getppid () != parent || dup2 (ends[PIPE_OUTPUT], STDOUT_FILENO) == -1
      || (ends[PIPE_ERRORS] != -1
          && dup2 (ends[PIPE_ERRORS], STDERR_FILENO) == -1))
    _exit (EXIT_FAILURE);
  status = run->fn (i, run->data);
  exit (fflush (stdout) == 0 ? status : EXIT_FAILURE);
}

/* Our end, which does not block, is returned; the child's in *ret_end. */
static int
new_pipe (int *ret_end)
{
  int fds[2];

  if (pipe2 (fds, O_CLOEXEC) == -1 || fcntl (fds[0], F_SETFL, O_NONBLOCK) == -1)
    fail ("pipe");
  *ret_end = fds[1];
  return fds[0];
}

static void
start (struct run *run)
{
  size_t i = run->started++;
  struct job *job = &run->jobs[i];
  pid_t parent = getpid ();
  CLEANUP_CLOSE int output = -1;
  CLEANUP_CLOSE int errors = -1;

  job->pipes[PIPE_OUTPUT] = new_pipe (&output);
  job->pipes[PIPE_ERRORS] = run->settings->live ? -1 : new_pipe (&errors);
  fflush (NULL);
  job->pid = fork ();
  if (job->pid == -1)
    fail ("fork");
  if (job->pid == 0)
    be_child (run, i, (const int[]) { output, errors }, parent);
  job->process = syscall (SYS_pidfd_open, job->pid, 0);
  if (job->process == -1)
    fail ("pidfd_open");
  ++run->running;
}

/* --- what they print ------------------------------------------------------------- */

static bool
is_first (const struct run *run, const struct job *job)
{
  return job == &run->jobs[run->passed];
}

/* Whether its output is to be read now, or has to wait in the child. */
static bool
wants_output (const struct run *run, const struct job *job)
{
  return !run->settings->stream || is_first (run, job)
         || job->text[PIPE_OUTPUT].len < STREAM_MAX;
}

static void
keep (struct run *run, struct job *job, int which, const char *data,
      size_t len)
{
  struct strbuf *text = &job->text[which];
  size_t max = which == PIPE_OUTPUT ? OUTPUT_MAX : ERRORS_MAX;

  if (len > max - text->len) {
    job->too_much |= which == PIPE_OUTPUT;
    return;
  }
  if (strbuf_add (text, data, len) == -1)
    fail ("memory");
  run->kept += len;
}

/* Give on what the first job has printed, when that is much. */
static void
stream (struct run *run, struct job *job)
{
  struct strbuf *text = &job->text[PIPE_OUTPUT];

  if (!run->settings->stream || !is_first (run, job)
      || text->len < STREAM_MAX)
    return;
  fwrite (text->data, 1, text->len, stdout);
  run->kept -= text->len;
  text->len = 0;
}

/* What is in a pipe now; `all`: also what would wait for its turn, the child
 * being over. */
static void
take (struct run *run, struct job *job, int which, bool all)
{
  char buf[65536];
  int *fd = &job->pipes[which];

  while (*fd != -1
         && (all || which != PIPE_OUTPUT || wants_output (run, job))) {
    ssize_t r = read (*fd, buf, sizeof buf);

    if (r == -1 && errno == EINTR)
      continue;
    if (r == -1 && errno == EAGAIN)
      break;
    if (r <= 0) {
      close (*fd);
      *fd = -1;
      break;
    }
    keep (run, job, which, buf, r);
    if (which == PIPE_OUTPUT)
      stream (run, job);
  }
}

/* The child is over.  A process that it has left behind may still hold the
 * pipes: nobody waits for that. */
static void
finish (struct run *run, struct job *job)
{
  int status, i;
  pid_t pid;

  do
    pid = waitpid (job->pid, &status, 0);
  while (pid == -1 && errno == EINTR);
  if (pid == -1)
    fail ("waitpid");
  for (i = 0; i < NR_PIPES; ++i) {
    take (run, job, i, true);
    if (job->pipes[i] != -1)
      close (job->pipes[i]);
    job->pipes[i] = -1;
  }
  close (job->process);
  job->process = -1;
  job->pid = 0;
  job->ended = true;
  job->status = WIFEXITED (status) ? WEXITSTATUS (status)
    : 128 + WTERMSIG (status);
  --run->running;
}

/* In its turn. */
static void
pass_on (struct run *run)
{
  struct job *job = &run->jobs[run->passed];
  struct strbuf *output = &job->text[PIPE_OUTPUT];
  struct strbuf *errors = &job->text[PIPE_ERRORS];
  struct job_result result = {
    .output = output->data ? output->data : "", .output_len = output->len,
    .errors = errors->data ? errors->data : "",
  };

  if (job->too_much && job->status == 0)
    job->status = EXIT_FAILURE;
  result.status = job->status;
  run->kept -= output->len + errors->len;
  run->done (run->passed++, &result, run->data);
  strbuf_release (output);
  strbuf_release (errors);
}

/* --- all of them ------------------------------------------------------------------ */

static bool
can_start (const struct run *run)
{
  return run->started < run->n && run->running < run->settings->max
         && run->started - run->passed - run->running < AHEAD_MAX
         && (run->kept < KEPT_MAX || run->started == run->passed);
}

/* The children between those given on and those to be started. */
static void
wait_for_something (struct run *run, struct pollfd *polls)
{
  size_t i, n = 0;
  struct pollfd *p;

  for (i = run->passed; i < run->started; ++i) {
    const struct job *job = &run->jobs[i];

    if (job->ended)
      continue;
    polls[n++] = (struct pollfd) { .fd = job->process, .events = POLLIN };
    polls[n++] = (struct pollfd) {
      .fd = wants_output (run, job) ? job->pipes[PIPE_OUTPUT] : -1,
      .events = POLLIN,
    };
    polls[n++] = (struct pollfd) { .fd = job->pipes[PIPE_ERRORS],
                                   .events = POLLIN };
  }
  if (poll (polls, n, -1) == -1) {
    if (errno != EINTR)
      fail ("poll");
    return;
  }
  for (i = run->passed, p = polls; i < run->started; ++i) {
    struct job *job = &run->jobs[i];

    if (job->ended)
      continue;
    if (p[1].revents)
      take (run, job, PIPE_OUTPUT, false);
    if (p[2].revents)
      take (run, job, PIPE_ERRORS, false);
    if (p[0].revents)
      finish (run, job);
    p += 3;
  }
}

size_t
jobs_run (size_t n, const struct jobs_settings *settings, job_fn *fn,
          job_done_fn *done, void *data)
{
  CLEANUP_FREE struct job *jobs = calloc (n, sizeof *jobs);
  CLEANUP_FREE struct pollfd *polls = calloc (settings->max * 3,
                                              sizeof *polls);
  struct run run = {
    .settings = settings, .fn = fn, .done = done, .data = data, .jobs = jobs,
    .n = n
  };
  size_t failed = 0;

  if (!jobs || !polls)
    fail ("memory");
  allow_descriptors (settings->max);
  while (run.passed < n) {
    while (can_start (&run))
      start (&run);
    wait_for_something (&run, polls);
    while (run.passed < run.started && jobs[run.passed].ended) {
      size_t i = run.passed;

      pass_on (&run);
      failed += jobs[i].status != 0;
    }
    if (run.passed < run.started)
      stream (&run, &jobs[run.passed]);
  }
  return failed;
}
