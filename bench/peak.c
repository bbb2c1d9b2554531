/* peak: run a command and tell what it took, with everything it started.
 *
 *   peak COMMAND [ARGUMENT...]
 *
 * Prints one line on standard error when the command has ended:
 *
 *   peak: seconds=1.23 cpu=0.98 memory=61.2 largest=40.1 processes=5 descriptors=42
 *
 * memory: the most that all its processes had at one moment, and largest: the
 * most that one of them had (proportional set sizes, MiB); processes and
 * descriptors: most processes at a moment, most descriptors of one of them.
 * Looks every 50 ms, and in longer steps where looking takes long.
 */

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"
#include "processes.h"

#define STEP 0.05 /* seconds */

static void
pause_for (double seconds)
{
  struct timespec t = { seconds, (seconds - (long) seconds) * 1e9 };

  nanosleep (&t, NULL);
}

static void
look (struct processes *peak)
{
  struct processes p;

  if (processes_sample (getpid (), &p) == -1)
    return;
  if (p.memory > peak->memory)
    peak->memory = p.memory;
  if (p.largest > peak->largest)
    peak->largest = p.largest;
  if (p.nr > peak->nr)
    peak->nr = p.nr;
  if (p.descriptors > peak->descriptors)
    peak->descriptors = p.descriptors;
}

/* The exit status of the command. */
static int
watch (pid_t pid, struct processes *peak)
{
  int status;
  pid_t r;

  do {
    double began = now (), took;

    look (peak);
    took = now () - began;
    pause_for (took > STEP / 10 ? took * 10 : STEP);
    r = waitpid (pid, &status, WNOHANG);
  } while (r == 0 || (r == -1 && errno == EINTR));
  if (r == -1)
    return EXIT_FAILURE;
  return WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status);
}

static double
cpu_of_children (void)
{
  struct rusage u;

  if (getrusage (RUSAGE_CHILDREN, &u) == -1)
    return 0;
  return u.ru_utime.tv_sec + u.ru_stime.tv_sec
         + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1e-6;
}

int
main (int argc, char *argv[])
{
  struct processes peak = { .nr = 0 };
  double began = now (), seconds;
  int status;
  pid_t pid;

  if (argc < 2) {
    fprintf (stderr, "usage: peak COMMAND [ARGUMENT...]\n");
    return EXIT_FAILURE;
  }
  pid = fork ();
  if (pid == 0) {
    execvp (argv[1], argv + 1);
    fprintf (stderr, "peak: %s: %s\n", argv[1], strerror (errno));
    _exit (127);
  }
  if (pid == -1) {
    perror ("fork");
    return EXIT_FAILURE;
  }
  (void) signal (SIGINT, SIG_IGN); /* the command gets it as well */
  status = watch (pid, &peak);
  seconds = now () - began;
  fprintf (stderr, "peak: seconds=%.2f cpu=%.2f memory=%.1f largest=%.1f "
           "processes=%zu descriptors=%zu\n", seconds, cpu_of_children (),
           peak.memory / 1024., peak.largest / 1024., peak.nr,
           peak.descriptors);
  return status;
}
