/* Messages to the library: see session.h and docs/ARCHITECTURE.md, 9.1.
 *
 * Our end of the channel does not block.  Console text that finds the channel
 * full is dropped; everything else waits for room, unless the library is gone.
 */

#include <config.h>

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "sandbox.h"
#include "session.h"

#define NUMBER_SIZE 24

static const char *
number (char buf[NUMBER_SIZE], long long n)
{
  snprintf (buf, NUMBER_SIZE, "%lld", n);
  return buf;
}

/* After a send that failed: wait for room; false when there is no sense in
 * trying again. */
static bool
wait_for_room (struct session *s, struct error *err)
{
  struct pollfd p = { .fd = s->control_fd, .events = POLLOUT };
  bool full = err->errnum == EAGAIN;

  error_clear (err);
  return full && poll (&p, 1, 10000) == 1 && !(p.revents & (POLLHUP | POLLERR));
}

#define SEND(session, ...)                                              \
  do {                                                                  \
    CLEANUP_ERROR struct error send_err = ERROR_INIT;                   \
    while (control_send ((session)->control_fd, NULL, 0, &send_err,     \
                         __VA_ARGS__) == -1                             \
           && wait_for_room ((session), &send_err))                     \
      ;                                                                 \
  } while (0)

static const char *
message_of (const struct error *err)
{
  return err->message ? err->message : strerror (err->errnum);
}

void
tell_error (struct session *s, const struct error *err)
{
  char n[NUMBER_SIZE];

  SEND (s, "error", "message", message_of (err), "errno",
        number (n, err->errnum), "resumed",
        s->machine.resume_failed ? "1" : "0", NULL);
}

void
tell_engine (struct session *s, const char *warning)
{
  struct machine *m = &s->machine;
  char n[NUMBER_SIZE], times[NR_LAUNCH_STEPS * NUMBER_SIZE];
  size_t i, len = 0;

  for (i = 0; i < NR_LAUNCH_STEPS; ++i)
    len += snprintf (times + len, sizeof times - len, "%lld ",
                     (long long) s->times[i]);
  SEND (s, "engine", "name", m->engine->name, "pid",
        number (n, m->engine->pid (m)), "warning", warning ? warning : "",
        "resumed", m->resumed ? "1" : "0", "refused",
        m->template_refused ? m->template_refused : "", "unconfined",
        sandbox_is_missing () ? "1" : "0", "times", times, NULL);
}

void
tell_flushed (struct session *s, const struct error *err)
{
  char n[NUMBER_SIZE];

  SEND (s, "flushed", "errno", number (n, err->errnum), "message",
        err->message ? err->message : "", NULL);
}

void
tell_copying (struct session *s, uint64_t done, uint64_t length)
{
  char d[NUMBER_SIZE], l[NUMBER_SIZE];

  SEND (s, "copying", "done", number (d, done), "length", number (l, length),
        NULL);
}

void
tell_copied (struct session *s, const struct error *err)
{
  char n[NUMBER_SIZE];

  SEND (s, "copied", "errno", number (n, err->errnum), "message",
        err->message ? err->message : "", NULL);
}

void
tell_io_error (struct session *s, const struct drive *d, int errnum,
               const char *operation)
{
  char n[NUMBER_SIZE], i[NUMBER_SIZE];

  SEND (s, "io-error", "index", number (i, d->index), "name", d->name,
        "errno", number (n, errnum), "operation", operation, NULL);
}

int
ask_backing (struct session *s, const struct drive *d, const char *name,
             const char *parent, struct error *err)
{
  char i[NUMBER_SIZE];

  return control_send (s->control_fd, NULL, 0, err, "backing", "index",
                       number (i, d->index), "name", name, "parent", parent,
                       NULL);
}

int
ask_storage (struct session *s, const struct drive *d, const char *format,
             struct error *err)
{
  char i[NUMBER_SIZE];

  return control_send (s->control_fd, NULL, 0, err, "storage", "index",
                       number (i, d->index), "format", format, NULL);
}

static struct session *
session_of (struct machine *m)
{
  return (struct session *) ((char *) m - offsetof (struct session, machine));
}

/* Keep the last TAIL_SIZE bytes, and copy the text to who asked for it.  A
 * reader that does not keep up misses text. */
static void
remember (struct session *s, const char *text, size_t len)
{
  CLEANUP_UNLOCK (&s->lock);

  if (s->console_fd >= 0)
    (void) send (s->console_fd, text, len, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (len > TAIL_SIZE) {
    text += len - TAIL_SIZE;
    len = TAIL_SIZE;
  }
  if (s->tail_len + len > TAIL_SIZE) {
    size_t drop = s->tail_len + len - TAIL_SIZE;

    memmove (s->tail, s->tail + drop, s->tail_len - drop);
    s->tail_len -= drop;
  }
  memcpy (s->tail + s->tail_len, text, len);
  s->tail_len += len;
}

void
machine_console (struct machine *m, const char *text, size_t len)
{
  struct session *s = session_of (m);
  char clean[4097];

  while (len > 0) {
    size_t i, n = len < sizeof clean - 1 ? len : sizeof clean - 1;

    for (i = 0; i < n; ++i)
      clean[i] = text[i] ? text[i] : ' '; /* values end at a NUL */
    clean[n] = '\0';
    remember (s, clean, n);
    (void) control_send (s->control_fd, NULL, 0, NULL, "console", "text",
                         clean, NULL);
    text += n;
    len -= n;
  }
}

void
machine_exited (struct machine *m, bool usable, const char *fmt, ...)
{
  struct session *s = session_of (m);
  CLEANUP_FREE char *reason = NULL, *message = NULL;
  char tail[TAIL_SIZE + 1];
  va_list args;
  int r;

  va_start (args, fmt);
  r = vasprintf (&reason, fmt, args);
  va_end (args);
  if (r == -1)
    reason = NULL;
  {
    CLEANUP_UNLOCK (&s->lock);

    if (s->has_exited)
      return;
    s->has_exited = true;
    memcpy (tail, s->tail, s->tail_len);
    tail[s->tail_len] = '\0';
  }
  if (asprintf (&message, "%s%s%s", reason ? reason : "the guest has stopped",
                tail[0] ? "; it said last:\n" : "", tail) == -1)
    message = NULL;
  SEND (s, "exited", "message", message ? message : "the guest has stopped",
        "usable", usable ? "1" : "0", NULL);
}
