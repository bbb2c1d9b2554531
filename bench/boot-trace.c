/* boot-trace: where the time of a launch goes, from guestfs_launch to the
 * daemon's readiness.
 *
 *   boot-trace [uml|kvm] [cold|template] [RUNS]
 *
 * The first table has the steps that bathyscope-machine tells (LAUNCH_STEPS in
 * common/control.h), medians of RUNS (5) quiet launches.  The second has the
 * longest waits between two messages of the kernel in one launch: by its own
 * clock with kvm, by the time of arrival with uml, whose clock stands still while
 * it boots, and which printing slows down.  The exits of kvm are those
 * of one launch and one shutdown.
 */

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <guestfs.h>

#include "bench.h"

#define MAX_RUNS 100
#define MAX_STEPS 16
#define MAX_MESSAGES 2000
#define NAME_SIZE 32
#define LONGEST 12

struct step {
  char name[NAME_SIZE];
  double ms[MAX_RUNS];
};

struct message {
  double ms;
  char text[100];
};

struct trace {
  struct step steps[MAX_STEPS];
  size_t nr_steps, nr_runs;
  struct message messages[MAX_MESSAGES];
  size_t nr_messages;
  bool by_arrival; /* messages are to be taken as they come */
  double start;
  char exits[200];
};

/* "launch: after ms: NAME NUMBER, NAME NUMBER" */
static void
take_steps (struct trace *t, const char *text)
{
  static const char mark[] = "launch: after ms: ";
  const char *p = strstr (text, mark);
  size_t i = 0;
  int n;

  if (!p || t->by_arrival)
    return;
  p += sizeof mark - 1;
  for (; i < MAX_STEPS; ++i, p += n) {
    struct step *s = &t->steps[i];

    if (sscanf (p, "%31[a-z] %lf%n", s->name, &s->ms[t->nr_runs], &n) != 2)
      break;
    n += strspn (p + n, ", ");
  }
  t->nr_steps = i;
}

static void
add_message (struct trace *t, double ms, const char *text, size_t len)
{
  struct message *m = &t->messages[t->nr_messages];

  if (t->nr_messages == MAX_MESSAGES || len == 0)
    return;
  m->ms = ms;
  (void) snprintf (m->text, sizeof m->text, "%.*s", (int) len, text);
  t->nr_messages++;
}

static void
on_event (guestfs_h *g, void *opaque, uint64_t event, int handle, int flags,
          const char *text, size_t len, const uint64_t *array,
          size_t array_len)
{
  struct trace *t = opaque;
  const char *exits = strstr (text, "kvm: exits ");

  if (event == GUESTFS_EVENT_LIBRARY) {
    take_steps (t, text);
    return;
  }
  if (exits)
    (void) snprintf (t->exits, sizeof t->exits, "%.*s",
                     (int) strcspn (exits, "\n"), exits);
  while (t->by_arrival && len > 0) {
    size_t n = strcspn (text, "\n");

    if (n > len)
      n = len;
    add_message (t, (now () - t->start) * 1e3, text, n);
    text += n < len ? n + 1 : n;
    len -= n < len ? n + 1 : n;
  }
}

static void __attribute__ ((noreturn))
fail (guestfs_h *g)
{
  fprintf (stderr, "boot-trace: %s\n", g ? guestfs_last_error (g) : "no handle");
  exit (1);
}

/* Messages of the kernel by its own clock: "<6>[    1.234567] text". */
static void
read_dmesg (struct trace *t, guestfs_h *g)
{
  char *log = guestfs_dmesg (g), *line, *rest = log;

  if (!log)
    fail (g);
  while ((line = strsep (&rest, "\n")) != NULL) {
    double seconds;
    int n = 0;

    if (sscanf (line, "<%*d>[%lf] %n", &seconds, &n) == 1 && n > 0)
      add_message (t, seconds * 1e3, line + n, strlen (line + n));
  }
  free (log);
}

/* A disk that is written back at the end, so that the machine comes to tell its
 * exits. */
static const char *
make_disk (void)
{
  static char name[] = "/tmp/boot-trace-XXXXXX";
  int fd;

  memcpy (name + sizeof name - 7, "XXXXXX", 6);
  fd = mkstemp (name);
  if (fd == -1 || ftruncate (fd, 1 << 20) == -1) {
    perror ("boot-trace");
    exit (1);
  }
  close (fd);
  return name;
}

static void
launch (struct trace *t, const char *engine, bool quiet, bool dmesg)
{
  guestfs_h *g = guestfs_create ();
  const char *disk = make_disk ();

  if (!g)
    fail (g);
  guestfs_set_error_handler (g, NULL, NULL);
  if (guestfs_set_verbose (g, 1) == -1
      || guestfs_set_event_callback (g, on_event, GUESTFS_EVENT_LIBRARY
                                     | GUESTFS_EVENT_APPLIANCE, 0, t) == -1
      || guestfs_set_backend (g, engine) == -1
      || (quiet && guestfs_set_append (g, "quiet") == -1)
      || guestfs_add_drive_opts (g, disk, GUESTFS_ADD_DRIVE_OPTS_FORMAT, "raw",
                                 -1) == -1)
    fail (g);
  t->start = now ();
  if (guestfs_launch (g) == -1) {
    (void) unlink (disk);
    fail (g);
  }
  (void) unlink (disk);
  if (t->by_arrival)
    add_message (t, (now () - t->start) * 1e3, "(the daemon is ready)", 21);
  if (dmesg)
    read_dmesg (t, g);
  guestfs_shutdown (g);
  guestfs_close (g);
}

static int
by_number (const void *a, const void *b)
{
  const double *x = a, *y = b;

  return (*x > *y) - (*x < *y);
}

static void
print_steps (struct trace *t)
{
  double before = 0;
  size_t i;

  for (i = 0; i < t->nr_steps; ++i) {
    struct step *s = &t->steps[i];
    double ms;

    qsort (s->ms, t->nr_runs, sizeof s->ms[0], by_number);
    ms = s->ms[t->nr_runs / 2];
    printf ("%9.1f %+9.1f  %s\n", ms, ms - before, s->name);
    before = ms;
  }
}

static void
print_waits (const struct trace *t)
{
  double waits[MAX_MESSAGES], least = 0;
  size_t i, n = 0;

  for (i = 1; i < t->nr_messages; ++i)
    waits[n++] = t->messages[i].ms - t->messages[i - 1].ms;
  qsort (waits, n, sizeof waits[0], by_number);
  if (n > LONGEST)
    least = waits[n - LONGEST];
  for (i = 1; i < t->nr_messages; ++i) {
    const struct message *m = &t->messages[i];
    double wait = m->ms - m[-1].ms;

    if (wait > 0 && wait >= least)
      printf ("%9.1f %+9.1f  %s\n", m->ms, wait, m->text);
  }
}

int
main (int argc, char *argv[])
{
  static struct trace t;
  const char *engine = argc > 1 ? argv[1] : "uml";
  bool kvm = strcmp (engine, "kvm") == 0;
  bool template = argc > 2 && strcmp (argv[2], "template") == 0;
  size_t runs = argc > 3 ? strtoul (argv[3], NULL, 10) : 5;

  if (runs < 1 || runs > MAX_RUNS || (template && !kvm)) {
    fprintf (stderr, "usage: boot-trace [uml|kvm] [cold|template] [RUNS]\n");
    return 2;
  }
  for (; t.nr_runs < runs; t.nr_runs++)
    launch (&t, engine, !template, kvm && t.nr_runs == 0);
  printf ("%s, %s: ms since launch, and since the step before (medians of %zu)\n",
          engine, template ? "template" : "cold", runs);
  print_steps (&t);
  if (t.exits[0])
    printf ("%s\n", t.exits);
  if (!kvm) {
    t.by_arrival = true;
    launch (&t, engine, false, false);
  }
  if (!template) {
    printf ("messages of the kernel after the longest waits\n");
    print_waits (&t);
  }
  return 0;
}
