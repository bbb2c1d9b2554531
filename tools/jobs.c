/* Child processes for guests: see jobs.h. */

#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#include "cleanup.h"
#include "io.h"
#include "jobs.h"

#define OUTPUT_MAX ((size_t) 1 << 30)

struct job {
  pid_t pid;     /* 0: not started, or over */
  bool ended;
  int status, output, errors; /* exit status; memory files, or -1 */
};

static void __attribute__ ((noreturn))
fail (const char *what)
{
  fprintf (stderr, "cannot start a job: %s: %s\n", what, strerror (errno));
  exit (EXIT_FAILURE);
}

static int
new_file (const char *name)
{
  int fd = memfd_create (name, MFD_CLOEXEC);

  if (fd == -1)
    fail ("memfd_create");
  return fd;
}

static void
start (struct job *job, size_t i, bool live, job_fn *fn, void *data)
{
  pid_t parent = getpid ();
  int status;

  job->output = new_file ("output");
  job->errors = live ? -1 : new_file ("errors");
  fflush (NULL);
  job->pid = fork ();
  if (job->pid == -1)
    fail ("fork");
  if (job->pid > 0)
    return;

  prctl (PR_SET_PDEATHSIG, SIGTERM);
  if (getppid () != parent || dup2 (job->output, STDOUT_FILENO) == -1
      || (job->errors != -1 && dup2 (job->errors, STDERR_FILENO) == -1))
    _exit (EXIT_FAILURE);
  status = fn (i, data);
  exit (fflush (stdout) == 0 ? status : EXIT_FAILURE);
}

/* Wait for one child to end. */
static void
wait_any (struct job *jobs, size_t n)
{
  int status;
  pid_t pid;
  size_t i;

  do
    pid = waitpid (-1, &status, 0);
  while (pid == -1 && errno == EINTR);
  if (pid == -1)
    fail ("waitpid");
  for (i = 0; i < n; ++i)
    if (jobs[i].pid == pid) {
      jobs[i].pid = 0;
      jobs[i].ended = true;
      jobs[i].status = WIFEXITED (status) ? WEXITSTATUS (status)
        : 128 + WTERMSIG (status);
    }
}

/* The text of a memory file, which is closed. */
static char *
take_text (int fd, size_t *ret_len)
{
  char *ret;

  *ret_len = 0;
  if (fd == -1)
    return NULL;
  ret = lseek (fd, 0, SEEK_SET) == -1 ? NULL
    : read_whole_fd (fd, OUTPUT_MAX, ret_len);
  close (fd);
  return ret;
}

static void
pass_on (struct job *job, size_t i, job_done_fn *done, void *data)
{
  struct job_result result = { .status = job->status };
  size_t len;
  CLEANUP_FREE char *output = take_text (job->output, &result.output_len);
  CLEANUP_FREE char *errors = take_text (job->errors, &len);

  if (!output && result.status == 0)
    result.status = EXIT_FAILURE;
  result.output = output ? output : "";
  result.errors = errors ? errors : "";
  job->status = result.status;
  done (i, &result, data);
}

size_t
jobs_run (size_t n, size_t max, bool live, job_fn *fn, job_done_fn *done,
          void *data)
{
  struct job *jobs = calloc (n, sizeof *jobs);
  size_t started = 0, passed = 0, running = 0, failed = 0;

  if (!jobs)
    fail ("memory");
  while (passed < n) {
    while (started < n && running < max) {
      start (&jobs[started], started, live, fn, data);
      ++started, ++running;
    }
    wait_any (jobs, started);
    --running;
    for (; passed < started && jobs[passed].ended; ++passed) {
      pass_on (&jobs[passed], passed, done, data);
      failed += jobs[passed].status != 0;
    }
  }
  free (jobs);
  return failed;
}

size_t
jobs_parse (const char *text)
{
  char *end;
  long n;

  errno = 0;
  n = strtol (text, &end, 10);
  return errno != 0 || end == text || *end || n < 1 || n > 1000 ? 0 : n;
}

size_t
jobs_default (void)
{
  long n = sysconf (_SC_NPROCESSORS_ONLN);

  return n < 1 ? 1 : n;
}
