/* Event callbacks: see events.h.
 *
 * An event handle is the callback's index in the table; deleting leaves a free
 * entry, so that handles stay valid, and a callback that is being called can
 * delete itself.  The five older functions that set one callback of a kind
 * live in events-old.c and use the same table.
 */

#include <config.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "events.h"
#include "strbuf.h"

static const char *const event_names[] = {
  "close", "subprocess_quit", "launch_done", "progress", "appliance",
  "library", "trace", "enter", "libvirt_auth", "warning",
};

#define NR_EVENTS (sizeof event_names / sizeof event_names[0])

struct event_data {
  uint64_t event;
  const char *buf;
  size_t buf_len;
  const uint64_t *array;
  size_t array_len;
};

struct event_callback {
  uint64_t events; /* bit mask, 0 when free */
  guestfs_event_callback cb;
  void *opaque;
};

void
events_release (guestfs_h *g)
{
  free (g->events);
  g->events = NULL;
  g->nr_events = 0;
}

static int
add_callback (guestfs_h *g, const struct event_callback *callback)
{
  struct event_callback *grown;
  size_t i;

  for (i = 0; i < g->nr_events; ++i)
    if (g->events[i].events == 0)
      break;
  if (i == g->nr_events) {
    grown = reallocarray (g->events, i + 1, sizeof *grown);
    if (!grown)
      return -1;
    g->events = grown;
    g->nr_events++;
  }
  g->events[i] = *callback;
  return i;
}

int
guestfs_set_event_callback (guestfs_h *g, guestfs_event_callback cb,
                            uint64_t events, int flags, void *opaque)
{
  const struct event_callback callback = { events, cb, opaque };
  CLEANUP_ERROR struct error err = ERROR_INIT;
  int r;
  CLEANUP_UNLOCK_HANDLE (g);

  if (flags != 0)
    error_set (&err, EINVAL, "set_event_callback: flags must be 0");
  else if (!cb)
    error_set (&err, EINVAL, "set_event_callback: the callback is NULL");
  else if (events == 0 || (events & ~(uint64_t) GUESTFS_EVENT_ALL) != 0)
    error_set (&err, EINVAL, "set_event_callback: invalid event bitmask");
  else {
    r = add_callback (g, &callback);
    if (r >= 0)
      return r;
    error_errno (&err, "set_event_callback");
  }
  return handle_report_error (g, &err);
}

void
guestfs_delete_event_callback (guestfs_h *g, int event_handle)
{
  CLEANUP_UNLOCK_HANDLE (g);

  if (event_handle >= 0 && (size_t) event_handle < g->nr_events)
    g->events[event_handle].events = 0;
}

char *
guestfs_event_to_string (uint64_t event)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;
  size_t i;

  for (i = 0; i < NR_EVENTS; ++i)
    if (event & (UINT64_C (1) << i))
      if (strbuf_addf (&b, "%s%s", b.len ? "," : "", event_names[i]) == -1)
        return NULL;
  return strbuf_take (&b);
}

bool
events_wanted (const guestfs_h *g, uint64_t event)
{
  for (size_t i = 0; i < g->nr_events; ++i)
    if (g->events[i].events & event)
      return true;
  return false;
}

/* Returns how many callbacks there were. */
static size_t
call_callbacks (guestfs_h *g, const struct event_data *e)
{
  size_t i, called = 0, nr = g->nr_events;

  for (i = 0; i < nr && i < g->nr_events; ++i) {
    const struct event_callback callback = g->events[i];

    if (!(callback.events & e->event))
      continue;
    callback.cb (g, callback.opaque, e->event, i, 0, e->buf, e->buf_len,
                 e->array, e->array_len);
    called++;
  }
  return called;
}

void
events_call (guestfs_h *g, uint64_t event)
{
  const struct event_data e = { .event = event };

  call_callbacks (g, &e);
}

void
events_call_array (guestfs_h *g, uint64_t event, const uint64_t *array,
                   size_t len)
{
  const struct event_data e
    = { .event = event, .array = array, .array_len = len };

  call_callbacks (g, &e);
}

/* What messages look like on stderr when there is no callback. */
static void
print_message (guestfs_h *g, const struct event_data *e)
{
  const char *prefix, *newline = "\n";

  switch (e->event) {
  case GUESTFS_EVENT_APPLIANCE:
    if (!g->verbose)
      return;
    prefix = "";
    newline = "";
    break;
  case GUESTFS_EVENT_LIBRARY:
    if (!g->verbose)
      return;
    prefix = "libguestfs: ";
    break;
  case GUESTFS_EVENT_TRACE:
    prefix = "libguestfs: trace: ";
    break;
  case GUESTFS_EVENT_WARNING:
    prefix = "libguestfs: warning: ";
    break;
  default:
    return;
  }
  fprintf (stderr, "%s%.*s%s", prefix, (int) e->buf_len, e->buf, newline);
}

void
events_call_message (guestfs_h *g, uint64_t event, const char *buf, size_t len)
{
  const struct event_data e = { .event = event, .buf = buf, .buf_len = len };

  if (call_callbacks (g, &e) == 0)
    print_message (g, &e);
}

void
events_trace (guestfs_h *g, const char *line)
{
  events_call_message (g, GUESTFS_EVENT_TRACE, line, strlen (line));
}

static void
call_formatted (guestfs_h *g, uint64_t event, const char *fmt, va_list args)
{
  char *text;
  int n = vasprintf (&text, fmt, args);

  if (n < 0)
    return;
  events_call_message (g, event, text, n);
  free (text);
}

void
events_debug (guestfs_h *g, const char *fmt, ...)
{
  va_list args;

  if (!g->verbose)
    return;
  va_start (args, fmt);
  call_formatted (g, GUESTFS_EVENT_LIBRARY, fmt, args);
  va_end (args);
}

void
events_warning (guestfs_h *g, const char *fmt, ...)
{
  va_list args;

  va_start (args, fmt);
  call_formatted (g, GUESTFS_EVENT_WARNING, fmt, args);
  va_end (args);
}
