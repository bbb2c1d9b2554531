/* Tests of jobs.h: order, bounds on what is kept, children that end badly. */

#include <config.h>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "jobs.h"
#include "test.h"

/* KiB; sanitizers need memory of their own. */
#ifdef __has_feature /* clang */
#if __has_feature (address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define MEMORY_MAX (512 * 1024)
#else
#define MEMORY_MAX (24 * 1024)
#endif

struct seen {
  size_t next, bytes; /* in order; of output */
  size_t descriptors; /* most that were open */
  int statuses[4];
  bool good;
};

static size_t
open_descriptors (void)
{
  DIR *dir = opendir ("/proc/self/fd");
  size_t n = 0;

  while (dir && readdir (dir))
    ++n;
  if (dir)
    closedir (dir);
  return n;
}

static void
nap (long ms)
{
  usleep (ms * 1000);
}

/* --- order and descriptors ---------------------------------------------------- */

#define MANY 600

static int
quick_job (size_t i, void *data)
{
  if (i == 0)
    nap (300); /* all the others wait for it */
  printf ("job %zu\n", i);
  fprintf (stderr, "error %zu\n", i);
  return 0;
}

static void
quick_done (size_t i, const struct job_result *result, void *data)
{
  struct seen *seen = data;
  char output[32], errors[32];
  size_t n = open_descriptors ();

  snprintf (output, sizeof output, "job %zu\n", i);
  snprintf (errors, sizeof errors, "error %zu\n", i);
  seen->good = seen->good && i == seen->next++ && result->status == 0
               && strcmp (result->output, output) == 0
               && result->output_len == strlen (output)
               && strcmp (result->errors, errors) == 0;
  if (n > seen->descriptors)
    seen->descriptors = n;
}

static void
test_many (void)
{
  const struct jobs_settings settings = { .max = 3 };
  struct seen seen = { .good = true };
  size_t before = open_descriptors ();

  CHECK (jobs_run (MANY, &settings, quick_job, quick_done, &seen) == 0);
  CHECK (seen.good);
  CHECK (seen.next == MANY);
  CHECK (seen.descriptors <= before + 3 * 3);
  CHECK (open_descriptors () == before);
}

/* --- long output -------------------------------------------------------------- */

#define LONG ((size_t) 12 << 20) /* bytes a job */
#define NR_LONG 8

static int
long_job (size_t i, void *data)
{
  static char block[1 << 16];
  size_t done;

  memset (block, 'a' + i, sizeof block);
  if (i == 0)
    nap (200);
  for (done = 0; done < LONG; done += sizeof block)
    fwrite (block, 1, sizeof block, stdout);
  return 0;
}

static void
long_done (size_t i, const struct job_result *result, void *data)
{
  struct seen *seen = data;

  seen->good = seen->good && i == seen->next++ && result->status == 0
               && result->output_len < LONG / 2;
  fwrite (result->output, 1, result->output_len, stdout);
}

/* A process of its own, whose stdout and memory can be measured. */
static int
run_long (int output)
{
  const struct jobs_settings settings = { .max = 3, .stream = true };
  struct seen seen = { .good = true };
  struct rusage usage;
  size_t failed;

  if (dup2 (output, STDOUT_FILENO) == -1)
    return 10;
  failed = jobs_run (NR_LONG, &settings, long_job, long_done, &seen);
  fflush (stdout);
  getrusage (RUSAGE_SELF, &usage);
  if (failed > 0 || !seen.good || seen.next != NR_LONG)
    return 11;
  return usage.ru_maxrss > MEMORY_MAX ? 12 : 0;
}

/* Whether the file has the letters of all jobs, in order. */
static bool
is_complete (int fd)
{
  static char block[1 << 16];
  size_t done;

  for (done = 0; done < NR_LONG * LONG; done += sizeof block)
    if (pread (fd, block, sizeof block, done) != sizeof block
        || block[0] != 'a' + (int) (done / LONG)
        || memcmp (block, block + 1, sizeof block - 1) != 0)
      return false;
  return pread (fd, block, 1, done) == 0;
}

static void
test_long (void)
{
  FILE *fp = tmpfile ();
  int status = -1;
  pid_t pid;

  CHECK (fp != NULL);
  fflush (NULL);
  pid = fork ();
  if (pid == 0)
    _exit (run_long (fileno (fp)));
  CHECK (pid > 0 && waitpid (pid, &status, 0) == pid);
  CHECK (WIFEXITED (status) && WEXITSTATUS (status) == 0);
  CHECK (is_complete (fileno (fp)));
  fclose (fp);
}

/* --- bad ends ------------------------------------------------------------------ */

static int left_behind[2];

static int
bad_job (size_t i, void *data)
{
  char c;

  printf ("before\n");
  fflush (stdout);
  switch (i) {
  case 0:
    return 2;
  case 1:
    raise (SIGKILL);
    break;
  case 2:
    /* Nobody waits for who holds the pipes longer than the job. */
    if (fork () == 0) {
      close (left_behind[1]);
      (void) !read (left_behind[0], &c, 1); /* until the test is over */
      _exit (0);
    }
    break;
  default:
    exit (1);
  }
  return 0;
}

static void
bad_done (size_t i, const struct job_result *result, void *data)
{
  struct seen *seen = data;

  seen->statuses[seen->next++] = result->status;
  seen->bytes += result->output_len;
}

static void
test_bad (void)
{
  const struct jobs_settings settings = { .max = 2 };
  struct seen seen = { .next = 0 };

  CHECK (pipe2 (left_behind, O_CLOEXEC) == 0);
  alarm (60);
  CHECK (jobs_run (4, &settings, bad_job, bad_done, &seen) == 3);
  alarm (0);
  close (left_behind[0]);
  close (left_behind[1]);
  CHECK (seen.next == 4);
  CHECK (seen.statuses[0] == 2);
  CHECK (seen.statuses[1] == 128 + SIGKILL);
  CHECK (seen.statuses[2] == 0);
  CHECK (seen.statuses[3] == 1);
  CHECK (seen.bytes == 4 * strlen ("before\n"));
}

static void
test_numbers (void)
{
  CHECK (jobs_parse ("1") == 1);
  CHECK (jobs_parse ("1000") == 1000);
  CHECK (jobs_parse ("1001") == 0);
  CHECK (jobs_parse ("0") == 0);
  CHECK (jobs_parse ("-1") == 0);
  CHECK (jobs_parse ("2x") == 0);
  CHECK (jobs_parse ("") == 0);
  CHECK (jobs_default () >= 1);
  CHECK (jobs_default () == 1 || jobs_default () <= jobs_memory () >> 29);
}

int
main (void)
{
  test_many ();
  test_long ();
  test_bad ();
  test_numbers ();
  return EXIT_SUCCESS;
}
