/* Progress bars: see progress.h.  A bar appears only for calls that take
 * longer than a moment, and shows rate and remaining time. */

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
  int serial;            /* of the call that is shown */
  double started, drawn; /* seconds */
  bool visible;
};

/* Seconds between redraws, and before a bar appears at all. */
#define REDRAW 0.1
#define APPEAR 0.3

static double
now (void)
{
  struct timespec t;

  clock_gettime (CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

struct progress *
progress_new (void)
{
  if (!isatty (STDERR_FILENO))
    return NULL;
  return calloc (1, sizeof (struct progress));
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

static void
draw (struct progress *p, uint64_t position, uint64_t total)
{
  double t = now (), fraction = (double) position / total;
  double elapsed = t - p->started, left;
  int width = columns () - 22, full, i;

  if (t - p->drawn < REDRAW || elapsed < APPEAR)
    return;
  p->drawn = t;
  p->visible = true;
  left = fraction > 0.005 ? elapsed / fraction - elapsed : 0;
  if (left > 359999)
    left = 359999;
  if (width < 4)
    width = 4;
  full = fraction * width;
  fprintf (stderr, "\r%4.0f%% ", fraction * 100);
  for (i = 0; i < width; ++i)
    fputs (i < full ? "\u2588" : "\u2591", stderr);
  fprintf (stderr, " %02d:%02d:%02d left\e[K", (int) left / 3600,
           (int) left / 60 % 60, (int) left % 60);
  fflush (stderr);
}

static void
event (guestfs_h *g, void *opaque, uint64_t event_bit, int handle, int flags,
       const char *buf, size_t buf_len, const uint64_t *array,
       size_t array_len)
{
  struct progress *p = opaque;

  if (array_len < 4 || array[3] == 0)
    return;
  if ((int) array[1] != p->serial) {
    progress_clear (p);
    p->serial = array[1];
    p->started = now ();
    p->drawn = 0;
  }
  if (array[2] >= array[3])
    progress_clear (p);
  else
    draw (p, array[2], array[3]);
}

int
progress_attach (struct progress *p, guestfs_h *g)
{
  if (!p)
    return 0;
  return guestfs_set_event_callback (g, event, GUESTFS_EVENT_PROGRESS, 0, p);
}
