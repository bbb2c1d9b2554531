/* Receiving frames, without blocking on the socket to the daemon: while the client
 * waits, the control channel of the machine is served.
 *
 * Chunks, and answers that are one large buffer, are handed on as their bytes
 * arrive, straight from the receive buffer; the body of any other frame is
 * collected first.  Memory grows as
 * bytes arrive, never by a length that was told.
 */

#include <config.h>

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "client-private.h"
#include "events.h"
#include "message.h"

/* Small enough to stay in a processor's cache. */
#define BUFFER_SIZE (256 * 1024)

/* Progress is told at most this often (ms). */
#define PROGRESS_INTERVAL 100

int
client_start (guestfs_h *g, struct error *err)
{
  struct client *c = calloc (1, sizeof *c);

  if (c)
    c->buf = malloc (BUFFER_SIZE);
  if (!c || !c->buf) {
    client_free (c);
    return error_errno (err, "launch");
  }
  g->client = c;
  return 0;
}

void
client_free (struct client *c)
{
  if (!c)
    return;
  free (c->buf);
  strbuf_release (&c->body);
  free (c);
}

/* --- the time that a call may take ------------------------------------------ */

void
stream_set_deadline (guestfs_h *g)
{
  const int seconds = g->settings.call_timeout;

  g->client->deadline = seconds > 0
    ? machine_clock () + (int64_t) seconds * 1000 : 0;
}

bool
stream_is_gone (const guestfs_h *g)
{
  return g->machine->ended || error_is_set (&g->machine->failure);
}

bool
stream_is_late (const struct client *c)
{
  return c->deadline > 0 && machine_clock () >= c->deadline;
}

enum stream_result
stream_late (guestfs_h *g, struct error *err)
{
  error_set (err, ETIMEDOUT, "the appliance did not answer within %d s and "
             "was stopped", g->settings.call_timeout);
  return STREAM_LOST;
}

short
stream_wait (guestfs_h *g, short events, int timeout)
{
  const struct client *c = g->client;

  if (c->deadline > 0) {
    int64_t left = c->deadline - machine_clock ();

    if (left < 0)
      left = 0;
    if (timeout < 0 || left < timeout)
      timeout = left > INT_MAX ? INT_MAX : left;
  }
  return machine_poll (g, g->machine, events, timeout);
}

enum stream_result
stream_lost (struct error *err)
{
  error_set (err, ECONNRESET, "the connection to the appliance is closed");
  return STREAM_LOST;
}

/* --- receive ---------------------------------------------------------------- */

static ssize_t
receive_into (int fd, void *buf, size_t len)
{
  ssize_t n;

  do
    n = recv (fd, buf, len, MSG_DONTWAIT);
  while (n == -1 && errno == EINTR);
  return n;
}

/* Wait for bytes and put them into the buffer, which is empty; those of a long
 * body go where they belong at once. */
static enum stream_result
fill (guestfs_h *g, int timeout, struct error *err)
{
  struct client *c = g->client;
  const bool direct = c->in_frame && !c->in_parts && c->left >= BUFFER_SIZE;
  bool polled = false;

  for (;;) {
    ssize_t n;

    if (stream_is_late (c))
      return stream_late (g, err);
    if (direct) {
      if (strbuf_reserve (&c->body, BUFFER_SIZE) == -1) {
        error_errno (err, "message of %u bytes", c->frame.length);
        return STREAM_LOST;
      }
      n = receive_into (g->machine->rpc, c->body.data + c->body.len,
                        BUFFER_SIZE);
    }
    else
      n = receive_into (g->machine->rpc, c->buf, BUFFER_SIZE);
    if (n > 0) {
      c->start = 0;
      c->end = direct ? 0 : n;
      if (direct) {
        c->body.len += n;
        c->left -= n;
      }
      return STREAM_OK;
    }
    if (n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK))
      return stream_lost (err);
    if (stream_is_gone (g))
      return stream_lost (err);
    if (polled || g->user_cancel == CANCEL_WANTED)
      return STREAM_NOTHING;
    polled = stream_wait (g, POLLIN, timeout) == 0 && !stream_is_gone (g)
      && !stream_is_late (c);
  }
}

/* Collect `len` bytes in the buffer; they stay there. */
static enum stream_result
need (guestfs_h *g, size_t len, int timeout, struct error *err)
{
  struct client *c = g->client;

  while (c->end - c->start < len) {
    ssize_t n;

    if (c->start == c->end) {
      enum stream_result r = fill (g, timeout, err);
      if (r != STREAM_OK)
        return r;
      continue;
    }
    /* A header in two parts: rare, and the rest is near. */
    memmove (c->buf, c->buf + c->start, c->end - c->start);
    c->end -= c->start;
    c->start = 0;
    n = receive_into (g->machine->rpc, c->buf + c->end, BUFFER_SIZE - c->end);
    if (n > 0)
      c->end += n;
    else if (n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK)
             || stream_is_gone (g))
      return stream_lost (err);
    else if (stream_is_late (c))
      return stream_late (g, err);
    else if (stream_wait (g, POLLIN, timeout) == 0)
      return stream_is_gone (g) ? stream_lost (err) : STREAM_NOTHING;
  }
  return STREAM_OK;
}

static enum stream_result
begin_frame (guestfs_h *g, int timeout, struct error *err)
{
  struct client *c = g->client;
  enum stream_result r = need (g, FRAME_HEADER_SIZE, timeout, err);

  if (r != STREAM_OK)
    return r;
  frame_header_decode (c->buf + c->start, &c->frame);
  c->start += FRAME_HEADER_SIZE;
  if (frame_header_check (&c->frame, err) == -1)
    return STREAM_LOST;
  if (c->frame.kind != FRAME_READY && c->frame.serial != c->serial) {
    error_set (err, EPROTO, "the daemon answered another call");
    return STREAM_LOST;
  }
  c->in_frame = true;
  c->in_parts = c->frame.kind == FRAME_CHUNK
    || (c->frame.kind == FRAME_REPLY && c->reply_in_parts);
  c->left = c->frame.length;
  c->body.len = 0;
  return STREAM_OK;
}

/* Take what is in the buffer; true when there is something to hand on. */
static bool
take (guestfs_h *g, struct received *ret)
{
  struct client *c = g->client;
  size_t n = c->end - c->start;

  if (n > c->left)
    n = c->left;
  ret->kind = c->frame.kind;
  ret->data = c->buf + c->start;
  ret->len = n;
  if (c->in_parts) {
    c->start += n;
    c->left -= n;
    c->in_frame = c->left > 0;
    ret->left = c->left;
    if (n > 0)
      stream_set_deadline (g);
    return n > 0 || (c->frame.length == 0 && c->frame.kind == FRAME_REPLY);
  }
  if (n > 0 && strbuf_add (&c->body, c->buf + c->start, n) == -1)
    return false; /* stays in the buffer: the caller notices */
  c->start += n;
  c->left -= n;
  if (c->left > 0)
    return false;
  c->in_frame = false;
  ret->data = c->body.data;
  ret->len = c->body.len;
  ret->left = 0;
  return true;
}

static void
tell_progress (guestfs_h *g)
{
  struct client *c = g->client;
  CLEANUP_ERROR struct error err = ERROR_INIT;
  uint64_t position, total;
  const int64_t now = machine_clock ();

  if (message_decode_progress (c->body.data, c->body.len, &position, &total,
                               &err) == -1)
    return;
  if (position < total && now - c->last_progress < PROGRESS_INTERVAL)
    return;
  c->last_progress = now;
  events_call_array (g, GUESTFS_EVENT_PROGRESS,
                     (uint64_t[]) { c->frame.proc, c->frame.serial, position,
                                    total }, 4);
}

enum stream_result
stream_receive (guestfs_h *g, int timeout, struct received *ret,
                struct error *err)
{
  struct client *c = g->client;

  for (;;) {
    enum stream_result r = STREAM_OK;

    if (!c->in_frame)
      r = begin_frame (g, timeout, err);
    else if (c->start == c->end && c->left > 0)
      r = fill (g, timeout, err);
    if (r != STREAM_OK)
      return r;
    if (take (g, ret)) {
      if (ret->kind != FRAME_PROGRESS)
        return STREAM_OK;
      tell_progress (g);
    }
    else if (c->in_frame && c->left > 0 && c->start != c->end) {
      error_set (err, ENOMEM, "message of %u bytes", c->frame.length);
      return STREAM_LOST;
    }
  }
}
