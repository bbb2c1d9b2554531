/* Progress: see progress.h.  It is told only of calls that take longer than a
 * moment, or several of these for lines. */

#include <config.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "progress.h"

struct progress {
  const char *program;
  bool terminal;
  bool numbers;
  int serial;            /* of the call that is shown */
  double started, drawn; /* seconds */
  bool visible;
};

/* Seconds between redraws, and before a bar appears at all. */
#define REDRAW 0.1
#define APPEAR 0.3
/* Seconds between lines, and before the first. */
#define NEXT_LINE 5.

/* Calls (by their numbers, which never change) whose progress is not counted in
 * bytes: download_blocks, filesystem_walk, yara. */
static const int not_bytes[] = { 464, 468, 472 };

static double
now (void)
{
  struct timespec t;

  clock_gettime (CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

struct progress *
progress_new (const char *program, bool lines)
{
  bool terminal = isatty (STDERR_FILENO);
  struct progress *p;

  if (!terminal && !lines)
    return NULL;
  p = calloc (1, sizeof *p);
  if (p)
    *p = (struct progress) { .program = program, .terminal = terminal };
  return p;
}

struct progress *
progress_new_numbers (void)
{
  struct progress *p = calloc (1, sizeof *p);

  if (p)
    p->numbers = true;
  return p;
}

void
progress_free (struct progress *p)
{
  if (p)
    progress_clear (p);
  free (p);
}

void
progress_clear (struct progress *p)
{
  if (!p || !p->visible)
    return;
  fputs ("\r\e[K", stderr);
  fflush (stderr);
  p->visible = false;
}

static int
columns (void)
{
  struct winsize w;

  if (ioctl (STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 0)
    return w.ws_col;
  return 80;
}

/* "123.4 MB/s", or "" where the unit is another. */
static void
rate_text (int call, double per_second, char *text, size_t size)
{
  size_t i;

  *text = '\0';
  for (i = 0; i < sizeof not_bytes / sizeof *not_bytes; ++i)
    if (call == not_bytes[i])
      return;
  if (per_second >= 1e9)
    snprintf (text, size, "%.1f GB/s", per_second / 1e9);
  else
    snprintf (text, size, "%.1f MB/s", per_second / 1e6);
}

struct figures {
  double fraction;
  int left; /* seconds */
  char rate[32];
};

static void
draw_bar (const struct figures *f)
{
  int width = columns () - 22 - (*f->rate ? 12 : 0), full, i;

  if (width < 4)
    width = 4;
  full = f->fraction * width;
  fprintf (stderr, "\r%4.0f%% ", f->fraction * 100);
  for (i = 0; i < width; ++i)
    fputs (i < full ? "\u2588" : "\u2591", stderr);
  if (*f->rate)
    fprintf (stderr, " %11s", f->rate);
  fprintf (stderr, " %02d:%02d:%02d left\e[K", f->left / 3600,
           f->left / 60 % 60, f->left % 60);
  fflush (stderr);
}

static void
print_line (const struct progress *p, const struct figures *f)
{
  fprintf (stderr, "%s: %.0f%%%s%s, %02d:%02d:%02d left\n", p->program,
           f->fraction * 100, *f->rate ? ", " : "", f->rate, f->left / 3600,
           f->left / 60 % 60, f->left % 60);
}

static void
draw (struct progress *p, int call, uint64_t position, uint64_t total)
{
  struct figures f = { .fraction = (double) position / total };
  double t = now (), elapsed = t - p->started, left;

  if (t - p->drawn < (p->terminal ? REDRAW : NEXT_LINE)
      || elapsed < (p->terminal ? APPEAR : NEXT_LINE))
    return;
  p->drawn = t;
  left = f.fraction > 0.005 ? elapsed / f.fraction - elapsed : 0;
  f.left = left > 359999 ? 359999 : left;
  rate_text (call, position / elapsed, f.rate, sizeof f.rate);
  if (!p->terminal) {
    print_line (p, &f);
    return;
  }
  p->visible = true;
  draw_bar (&f);
}

static void
event (guestfs_h *g, void *opaque, uint64_t event_bit, int handle, int flags,
       const char *buf, size_t buf_len, const uint64_t *array,
       size_t array_len)
{
  struct progress *p = opaque;

  if (array_len < 4 || array[3] == 0)
    return;
  if (p->numbers) {
    printf ("%" PRIu64 "/%" PRIu64 "\n", array[2], array[3]);
    fflush (stdout);
    return;
  }
  if ((int) array[1] != p->serial) {
    progress_clear (p);
    p->serial = array[1];
    p->started = now ();
    p->drawn = 0;
  }
  if (array[2] >= array[3])
    progress_clear (p);
  else
    draw (p, array[0], array[2], array[3]);
}

int
progress_attach (struct progress *p, guestfs_h *g)
{
  if (!p)
    return 0;
  return guestfs_set_event_callback (g, event, GUESTFS_EVENT_PROGRESS, 0, p);
}
