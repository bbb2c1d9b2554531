/* soak: launch and close again and again, and count what is left behind.
 *
 *   soak CYCLES BURST [BURSTS]
 *
 * After a warm-up: CYCLES launches one after the other, some of which go wrong
 * (below); then BURSTS (1) times BURST handles at once, each in a thread, and as
 * many again in processes.  Prints a table of what this process holds before, after
 * every tenth of the cycles, and at the end.  Exit status 1 when anything is left, or
 * memory has grown by more than MEMORY_SLACK.  Sanitizers keep memory back and map
 * more of it: their builds do not compare it.
 *
 * With SOAK_LEAK in the environment each cycle leaves something behind, to see
 * that it is seen.
 *
 * The folders for temporary files and the cache are fresh ones below TMPDIR. */

#include <config.h>

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <guestfs.h>

#include "bench.h"
#include "counts.h"

#define MEMORY_SLACK 4096 /* KiB, of all the run: what malloc keeps, cut up */
#define MAPPINGS_SLACK 32 /* and its arenas, up to 8 for a processor */

#ifdef SANITIZED
static const bool is_sanitized = true;
#else
static const bool is_sanitized = false;
#endif

static char *tmp, *cache, *image;
static unsigned long launched, failed_as_wanted;
static int patience = 60; /* with processes that end, in seconds */

static _Noreturn void
die (const char *what)
{
  fprintf (stderr, "soak: %s\n", what);
  exit (EXIT_FAILURE);
}

static guestfs_h *
make (const char *file)
{
  guestfs_h *g = guestfs_create ();

  if (!g)
    die ("guestfs_create");
  guestfs_set_error_handler (g, NULL, NULL);
  if (guestfs_add_drive_opts (g, file, GUESTFS_ADD_DRIVE_OPTS_FORMAT, "raw",
                              GUESTFS_ADD_DRIVE_OPTS_READONLY, 1, -1) == -1)
    die (guestfs_last_error (g));
  return g;
}

static void
launch (guestfs_h *g)
{
  if (guestfs_launch (g) == -1)
    die (guestfs_last_error (g));
  launched++;
}

static void
want_failure (bool failed)
{
  if (!failed)
    die ("something that had to fail succeeded");
  failed_as_wanted++;
}

/* --- the kinds of cycles ---------------------------------------------------- */

static void
plain (void)
{
  guestfs_h *g = make (image);

  launch (g);
  if (guestfs_ping_daemon (g) == -1)
    die (guestfs_last_error (g));
  guestfs_close (g);
}

static void
shutdown_first (void)
{
  guestfs_h *g = make (image);

  launch (g);
  if (guestfs_shutdown (g) == -1)
    die (guestfs_last_error (g));
  guestfs_close (g);
}

static void
missing_image (void)
{
  char *name;
  guestfs_h *g;
  FILE *fp;

  if (asprintf (&name, "%s/missing", tmp) < 0 || !(fp = fopen (name, "w")))
    die ("a file");
  fputs ("not for long", fp);
  fclose (fp);
  g = make (name);
  unlink (name);
  want_failure (guestfs_launch (g) == -1);
  guestfs_close (g);
  free (name);
}

static void
killed_machine (void)
{
  guestfs_h *g = make (image);
  int pid;

  launch (g);
  pid = guestfs_get_pid (g);
  if (pid <= 0 || kill (pid, SIGKILL) == -1)
    die ("kill");
  want_failure (guestfs_ping_daemon (g) == -1);
  guestfs_close (g);
}

struct launcher {
  pthread_t thread;
  guestfs_h *g;
  int result;
};

static void *
launch_in_thread (void *opaque)
{
  struct launcher *l = opaque;

  l->result = guestfs_launch (l->g);
  return NULL;
}

/* From a few to a hundred milliseconds. */
static void
nap_for_a_while (unsigned long seed)
{
  const struct timespec t = { .tv_nsec = 1000000 * (1 + seed * 7 % 100) };

  nanosleep (&t, NULL);
}

static unsigned long cycle;

/* It may have been too late: then the launch succeeds. */
static void
cancelled_launch (void)
{
  struct launcher l = { .g = make (image) };

  if (pthread_create (&l.thread, NULL, launch_in_thread, &l) != 0)
    die ("a thread");
  nap_for_a_while (cycle);
  guestfs_user_cancel (l.g);
  pthread_join (l.thread, NULL);
  failed_as_wanted += l.result == -1;
  guestfs_close (l.g);
}

/* The launch is cancelled, and the handle closed, by another thread than that
 * which is in the launch. */
static void
closed_launch (void)
{
  struct launcher l = { .g = make (image) };
  bool joined = false;

  if (pthread_create (&l.thread, NULL, launch_in_thread, &l) != 0)
    die ("a thread");
  /* One that has not begun would find no handle any more. */
  while (!joined && guestfs_is_config (l.g)) {
    nap_for_a_while (0);
    joined = pthread_tryjoin_np (l.thread, NULL) == 0;
  }
  nap_for_a_while (cycle);
  guestfs_user_cancel (l.g);
  guestfs_close (l.g);
  if (!joined)
    pthread_join (l.thread, NULL);
}

static void
scratch_and_work (void)
{
  guestfs_h *g = guestfs_create ();

  if (!g)
    die ("guestfs_create");
  guestfs_set_error_handler (g, NULL, NULL);
  if (guestfs_add_drive_scratch (g, 16 << 20, -1) == -1)
    die (guestfs_last_error (g));
  launch (g);
  if (guestfs_mkfs (g, "ext2", "/dev/sda") == -1
      || guestfs_mount (g, "/dev/sda", "/") == -1
      || guestfs_write (g, "/file", "contents", 8) == -1)
    die (guestfs_last_error (g));
  want_failure (guestfs_mount (g, "/dev/nosuch", "/") == -1);
  guestfs_close (g);
}

static void (*const kinds[]) (void) = {
  plain, plain, missing_image, plain, killed_machine, plain, cancelled_launch,
  shutdown_first, closed_launch, scratch_and_work,
};
#define NR_KINDS (sizeof kinds / sizeof kinds[0])

/* --- bursts --------------------------------------------------------------- */

static atomic_int ready_now, most_ready;
static pthread_barrier_t all_launched;

static void *
burst_thread (void *opaque)
{
  guestfs_h *g = make (image);
  int n;

  if (guestfs_launch (g) == -1)
    die (guestfs_last_error (g));
  n = ++ready_now;
  if (n > most_ready)
    most_ready = n;
  (void) pthread_barrier_wait (&all_launched);
  if (guestfs_ping_daemon (g) == -1)
    die (guestfs_last_error (g));
  guestfs_close (g);
  ready_now--;
  return NULL;
}

static void
burst_in_threads (int n)
{
  pthread_t *threads = calloc (n, sizeof *threads);
  int i;

  if (!threads || pthread_barrier_init (&all_launched, NULL, n) != 0)
    die ("memory");
  for (i = 0; i < n; ++i)
    if (pthread_create (&threads[i], NULL, burst_thread, NULL) != 0)
      die ("a thread");
  for (i = 0; i < n; ++i)
    pthread_join (threads[i], NULL);
  pthread_barrier_destroy (&all_launched);
  free (threads);
  launched += n;
}

static void
burst_in_processes (int n)
{
  int i, status;

  for (i = 0; i < n; ++i) {
    pid_t pid = fork ();

    if (pid == -1)
      die ("fork");
    if (pid == 0) {
      plain ();
      _exit (0);
    }
  }
  while (n > 0) {
    pid_t pid = wait (&status);

    if (pid == -1)
      die ("wait");
    if (!WIFEXITED (status) || WEXITSTATUS (status) != 0) {
      fprintf (stderr, "soak: status 0x%x\n", (unsigned) status);
      die ("a process of the burst failed");
    }
    n--;
    launched++;
  }
}

/* --- the table ------------------------------------------------------------ */

static const char *folders[3];

static void
print_row (const char *what, const long c[NR_COUNTS], double seconds)
{
  int i;

  printf ("%-16s", what);
  for (i = 0; i < NR_COUNTS; ++i)
    printf (" %*ld", (int) strlen (count_names[i]), c[i]);
  printf (" %8.1f\n", seconds);
  fflush (stdout);
}

static void
print_head (void)
{
  int i;

  printf ("%-16s", "");
  for (i = 0; i < NR_COUNTS; ++i)
    printf (" %s", count_names[i]);
  printf ("  seconds\n");
}

/* Keys and shared memory are everybody's: others may have added to them, and what
 * stays for less than a minute is theirs. */
static bool
wait_for_others (const long before[NR_COUNTS], const long after[NR_COUNTS],
                 int *seconds)
{
  const struct timespec second = { .tv_sec = 1 };

  if ((after[COUNT_SHARED] <= before[COUNT_SHARED]
       && after[COUNT_KEYS] <= before[COUNT_KEYS]) || ++*seconds > 60)
    return false;
  nanosleep (&second, NULL);
  return true;
}

static int
compare (const long before[NR_COUNTS], const long after[NR_COUNTS])
{
  int i, leaks = 0;

  for (i = 0; i < NR_COUNTS; ++i) {
    const bool memory = i == COUNT_MEMORY || i == COUNT_MAPPINGS;
    const long slack = i == COUNT_MEMORY ? MEMORY_SLACK
      : i == COUNT_MAPPINGS ? MAPPINGS_SLACK : 0;

    if (memory && is_sanitized)
      continue;
    if (after[i] <= before[i] + slack)
      continue;
    printf ("left behind: %s, %ld before and %ld now\n", count_names[i],
            before[i], after[i]);
    leaks++;
  }
  if (leaks == 0)
    printf ("nothing is left behind: %lu launches, %lu failures on purpose\n",
            launched, failed_as_wanted);
  return leaks;
}

static char *
make_folder (const char *parent, const char *name)
{
  char *ret;

  if (asprintf (&ret, "%s/%s", parent, name) < 0 || mkdir (ret, 0700) == -1)
    die ("a folder");
  return ret;
}

/* Fresh folders for this run; returns what they are in. */
static char *
set_up (void)
{
  const char *parent = getenv ("TMPDIR");
  char *top;
  FILE *fp;

  if (asprintf (&top, "%s/soakXXXXXX", parent ? parent : "/tmp") < 0
      || !mkdtemp (top))
    die ("a temporary folder");
  tmp = make_folder (top, "tmp");
  cache = make_folder (top, "cache");
  if (asprintf (&image, "%s/image", top) < 0 || !(fp = fopen (image, "w"))
      || fclose (fp) == EOF || truncate (image, 1 << 20) == -1)
    die ("an image");
  setenv ("TMPDIR", tmp, 1);
  setenv ("XDG_CACHE_HOME", cache, 1);
  folders[0] = tmp;
  folders[1] = cache;
  return top;
}

static void
clean_up (char *top)
{
  char *command;

  if (asprintf (&command, "rm -rf '%s'", top) < 0 || system (command) != 0)
    fprintf (stderr, "soak: %s stays\n", top);
  free (command);
  free (top);
}

static void
leak (void)
{
  const char c = 'x';
  char *name;
  FILE *fp;

  if (dup (STDIN_FILENO) == -1 || asprintf (&name, "%s/leak", tmp) < 0
      || !(fp = fopen (name, "a")) || fwrite (&c, 1, 1, fp) != 1)
    die ("leak");
  fclose (fp);
  free (name);
  if (fork () == 0) {
    (void) prctl (PR_SET_PDEATHSIG, SIGKILL);
    pause ();
  }
}

static void
run_cycles (unsigned long cycles)
{
  const double began = now ();
  long c[NR_COUNTS];
  char what[32];
  unsigned long i;

  for (i = 1; i <= cycles; ++i) {
    cycle = i;
    kinds[i % NR_KINDS] ();
    if (getenv ("SOAK_LEAK"))
      leak ();
    if (i % (cycles / 10 ? cycles / 10 : 1) == 0) {
      counts_take (folders, patience, c);
      snprintf (what, sizeof what, "%lu cycles", i);
      print_row (what, c, now () - began);
    }
  }
}

static void
run_bursts (int burst, int bursts)
{
  const double began = now ();
  long c[NR_COUNTS];
  char what[32];
  int i;

  for (i = 1; i <= bursts; ++i) {
    burst_in_threads (burst);
    counts_take (folders, patience, c);
    snprintf (what, sizeof what, "%d threads", burst);
    print_row (what, c, now () - began);
    burst_in_processes (burst);
    counts_take (folders, patience, c);
    snprintf (what, sizeof what, "%d processes", burst);
    print_row (what, c, now () - began);
  }
}

int
main (int argc, char *argv[])
{
  long before[NR_COUNTS], after[NR_COUNTS];
  unsigned long cycles, i;
  int burst, bursts, waited = 0;
  char *top;

  if (argc < 3)
    die ("usage: soak CYCLES BURST [BURSTS]");
  cycles = strtoul (argv[1], NULL, 10);
  burst = atoi (argv[2]);
  bursts = argc > 3 ? atoi (argv[3]) : 1;
  if (getenv ("SOAK_LEAK"))
    patience = 1;
  counts_adopt ();
  top = set_up ();
  /* What libraries and malloc keep once they have been used. */
  for (i = 0; i < NR_KINDS; ++i) {
    cycle = i;
    kinds[i] ();
  }
  burst_in_threads (burst < 1 ? 1 : burst < 8 ? burst : 8);
  launched = failed_as_wanted = 0;
  print_head ();
  counts_take (folders, patience, before);
  print_row ("before", before, 0);
  run_cycles (cycles);
  if (burst > 0)
    run_bursts (burst, bursts);
  do
    counts_take (folders, patience, after);
  while (wait_for_others (before, after, &waited));
  i = compare (before, after);
  clean_up (top);
  return i > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
