/* Calls to the daemon: see client.h.
 *
 * However a call goes, it ends with exactly one REPLY or ERROR from the
 * daemon, or with the end of the machine.
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "client-private.h"
#include "control.h"
#include "events.h"
#include "impl.h"
#include "launch.h"
#include "message.h"
#include "owner.h"

bool
client_is_busy (const guestfs_h *g)
{
  return g->client && g->client->busy;
}

bool
client_is_resuming (const guestfs_h *g)
{
  return g->client && g->client->timeout > 0;
}

void
client_forget_wakeup (guestfs_h *g)
{
  uint64_t count;

  if (g->cancel_fd >= 0)
    (void) !read (g->cancel_fd, &count, sizeof count);
}

static int
cancelled (struct error *err)
{
  return error_set (err, EINTR, "operation cancelled by user");
}

/* An answer that is one buffer, and why it cannot be taken. */
struct buffer_answer {
  struct incoming_reply reply;
  int errnum;
};

static void
take_part (struct buffer_answer *b, const struct received *answer)
{
  if (b->errnum == 0
      && (incoming_reply_add (&b->reply, answer->data, answer->len) == -1
          || (answer->left == 0 && incoming_reply_end (&b->reply) == -1)))
    b->errnum = errno;
}

/* The answer is in: turn it into reply or error. */
static int
finish (guestfs_h *g, const struct received *answer,
        const struct buffer_answer *b, struct strbuf *ret_reply,
        struct error *err)
{
  struct client *c = g->client;
  CLEANUP_ERROR struct error decode_error = ERROR_INIT;

  if (answer->kind == FRAME_REPLY && b->errnum != 0) {
    errno = b->errnum;
    return error_errno (err, "the daemon's answer");
  }
  if (answer->kind == FRAME_REPLY) {
    if (ret_reply) {
      strbuf_release (ret_reply);
      *ret_reply = c->body;
      c->body = (struct strbuf) STRBUF_INIT;
    }
    return 0;
  }
  if (message_decode_error (answer->data, answer->len, err,
                            &decode_error) == -1)
    error_move (err, &decode_error);
  return -1;
}

/* Receive until REPLY or ERROR, writing chunks to the sink (NULL when the call
 * has no file to receive), and the parts of a buffer to `b`.  Sends CANCEL, once, when the user wants it or when
 * the sink fails. */
static enum stream_result
receive_answer (guestfs_h *g, const struct client_call *call,
                struct sink *sink, struct buffer_answer *b, bool *cancel_sent,
                struct received *answer, struct error *err)
{
  const int timeout = g->client->timeout;

  for (;;) {
    enum stream_result r;

    if (!*cancel_sent && (g->user_cancel == CANCEL_WANTED
                          || (sink && error_is_set (&sink->err)))) {
      r = stream_send (g, FRAME_CANCEL, call->proc, NULL, 0, err);
      if (r != STREAM_OK)
        return r;
      *cancel_sent = true;
    }
    if (*cancel_sent) {
      g->user_cancel = 0;
      client_forget_wakeup (g);
    }
    r = stream_receive (g, timeout > 0 ? timeout : -1, answer, err);
    if (r == STREAM_LOST)
      return r;
    if (r == STREAM_NOTHING) {
      if (timeout == 0 || g->user_cancel == CANCEL_WANTED)
        continue;
      error_set (err, ETIMEDOUT, "no answer after %d ms", timeout);
      return STREAM_LOST;
    }
    if (answer->kind == FRAME_REPLY && call->buffer)
      take_part (b, answer);
    if (answer->kind == FRAME_REPLY || answer->kind == FRAME_ERROR) {
      if (answer->left > 0)
        continue;
      return r;
    }
    if (!sink || (answer->kind != FRAME_CHUNK && answer->kind != FRAME_END)) {
      error_set (err, EPROTO, "the daemon sent a frame of kind %u in the "
                 "middle of a call", answer->kind);
      return STREAM_LOST;
    }
    if (!*cancel_sent) {
      if (answer->kind == FRAME_CHUNK)
        (void) sink_write (sink, answer->data, answer->len);
      else
        (void) sink_open (sink); /* an empty file is a file, too */
    }
  }
}

/* Send the call and its file, receive the answer.  STREAM_OK when there is an
 * answer; *cancel_sent says that it was not waited for patiently. */
static enum stream_result
exchange (guestfs_h *g, const struct client_call *call, int in_fd,
          struct sink *sink, struct buffer_answer *b, bool *cancel_sent,
          struct received *answer, struct error *local_error,
          struct error *err)
{
  enum stream_result r = stream_send (g, FRAME_CALL, call->proc, call->args,
                                      call->args_len, err);

  answer->kind = 0;
  if (r == STREAM_OK && in_fd >= 0) {
    r = transfer_send (g, call->proc, in_fd, call->filein, answer,
                       local_error, err);
    if (r == STREAM_NOTHING) {
      *cancel_sent = !answer->kind;
      r = STREAM_OK;
    }
  }
  if (r == STREAM_OK && answer->kind == FRAME_REPLY && call->buffer)
    take_part (b, answer);
  if (r == STREAM_OK && (answer->kind == 0 || answer->left > 0))
    r = receive_answer (g, call, sink, b, cancel_sent, answer, err);
  return r;
}

static int
open_input (const struct client_call *call, struct error *err)
{
  int fd = open (call->filein, O_RDONLY | O_CLOEXEC | O_NOCTTY);

  if (fd == -1)
    return error_errno (err, "%s", call->filein);
  return fd;
}

static int
make_call (guestfs_h *g, const struct client_call *call,
           struct strbuf *ret_reply, struct error *err)
{
  struct client *c = g->client;
  CLEANUP_CLOSE int in_fd = -1;
  CLEANUP (sink_release) struct sink sink = SINK_INIT (call->fileout,
                                                       call->memory);
  const bool receives = call->fileout || call->memory;
  CLEANUP_ERROR struct error local_error = ERROR_INIT, stream_error = ERROR_INIT;
  struct buffer_answer b = { .reply = { .in = call->buffer } };
  struct received answer = { .kind = 0 };
  bool cancel_sent = false;
  enum stream_result r;

  if (call->filein) {
    in_fd = open_input (call, err);
    if (in_fd == -1)
      return -1;
  }
  if (call->args_len > FRAME_MAX)
    return error_set (err, EMSGSIZE, "the arguments are too large");

  c->serial++;
  c->last_progress = 0;
  c->reply_in_parts = call->buffer != NULL;
  g->user_cancel = 0;
  client_forget_wakeup (g);
  stream_set_deadline (g);
  r = exchange (g, call, in_fd, receives ? &sink : NULL, &b, &cancel_sent,
                &answer, &local_error, &stream_error);
  if (r == STREAM_LOST)
    return launch_lost (g, &stream_error, err);

  if (error_is_set (&local_error)) {
    error_move (err, &local_error);
    return -1;
  }
  if (error_is_set (&sink.err)) {
    error_move (err, &sink.err);
    return -1;
  }
  if (cancel_sent && (call->filein || receives || answer.kind == FRAME_ERROR))
    return cancelled (err);
  if (finish (g, &answer, &b, ret_reply, err) == -1)
    return -1;
  if (receives && sink_close (&sink) == -1) {
    error_move (err, &sink.err);
    return -1;
  }
  return 0;
}

int
client_call (guestfs_h *g, const struct client_call *call,
             struct strbuf *ret_reply, struct error *err)
{
  int r;

  if (g->state != STATE_READY && !client_is_resuming (g))
    return handle_check_ready (g, call->name, err);
  if (!owner_is_this (g->machine, OWNER_WAIT))
    return error_set (err, EINVAL, "%s: the handle was launched by another "
                      "process, of which this one is a fork", call->name);
  if (g->client->busy)
    return error_set (err, EBUSY, "%s: called from a callback in the middle "
                      "of another call", call->name);
  g->client->busy = true;
  r = make_call (g, call, ret_reply, err);
  if (g->client)
    g->client->busy = false;
  if (r == -1)
    error_prefix (err, "%s", call->name);
  return r;
}

/* --- launch ------------------------------------------------------------------- */

static int
check_ready (guestfs_h *g, const struct received *first, struct error *err)
{
  CLEANUP_FREE char *daemon = NULL;
  uint32_t version;

  if (first->kind != FRAME_READY)
    return error_set (err, EPROTO, "the daemon speaks before it is ready");
  if (message_decode_ready (first->data, first->len, &version, &daemon,
                            err) == -1)
    return -1;
  if (version != RPC_PROTOCOL_VERSION)
    return error_set (err, EPROTO, "the appliance is of another version than "
                      "the library: its protocol is %u, ours %u", version,
                      RPC_PROTOCOL_VERSION);
  events_debug (g, "launch: daemon is ready: %s", daemon);
  return 0;
}

int
client_wait_ready (guestfs_h *g, int timeout, struct error *err)
{
  struct machine *m = g->machine;
  CLEANUP_ERROR struct error stream_error = ERROR_INIT;
  struct received first;
  enum stream_result r;

  g->user_cancel = 0;
  client_forget_wakeup (g);
  r = stream_receive (g, timeout, &first, &stream_error);
  if (r == STREAM_OK)
    return check_ready (g, &first, err);
  if (r == STREAM_LOST)
    return stream_error.errnum == ECONNRESET
      ? machine_describe_end (g, m, err) : (error_move (err, &stream_error), -1);
  if (g->user_cancel == CANCEL_WANTED)
    return cancelled (err);
  error_set (err, ETIMEDOUT, "the appliance was not ready after %d seconds",
             timeout / 1000);
  return machine_describe_console (m, err);
}

int
client_resume (guestfs_h *g, int timeout, struct error *err)
{
  struct timespec now;
  char entropy[64];
  int r;

  if (getrandom (entropy, sizeof entropy, 0) != sizeof entropy)
    return error_errno (err, "getrandom");
  g->client->timeout = timeout;
  clock_gettime (CLOCK_REALTIME, &now);
  r = impl_internal_resume (g, TEMPLATE_FIRST_DISK, g->drives.len, now.tv_sec,
                            now.tv_nsec, g->verbose, entropy, sizeof entropy,
                            err);
  g->client->timeout = 0;
  return r;
}
