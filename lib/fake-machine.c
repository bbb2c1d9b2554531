/* A machine for unit tests, without a guest: it speaks the control channel as
 * bathyscope-machine does, and plays the daemon itself.
 *
 * How the launch goes is chosen by the environment variable FAKE; what a call
 * does by its procedure number (fake-machine.h).
 */

#include <config.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "control.h"
#include "fake-machine.h"
#include "frame.h"
#include "message.h"
#include "xdr.h"

static int rpc = -1;
static const char *mode;
static struct error ignored;

static void
say (const char *type, const char *key, const char *value)
{
  (void) control_send (CONTROL_FD, NULL, 0, &ignored, type, key, value, NULL);
}

static void
reply (const struct frame_header *h, uint32_t kind, const void *body,
       size_t len)
{
  if (frame_send (rpc, kind, h->proc, h->serial, body, len, &ignored) == -1)
    exit (1);
}

static void
reply_error (const struct frame_header *h, int errnum, const char *text)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;
  struct error e = ERROR_INIT;

  error_set (&e, errnum, "%s", text);
  message_encode_error (&b, &e, &ignored);
  reply (h, FRAME_ERROR, b.data, b.len);
}

static void
reply_number (const struct frame_header *h, uint64_t n)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;

  xdr_put_uint64 (&b, n);
  reply (h, FRAME_REPLY, b.data, b.len);
}

/* Take chunks until the file ends: how many bytes, or -1 when the sender gave
 * up. */
static int64_t
take_file (void)
{
  CLEANUP_STRBUF struct strbuf body = STRBUF_INIT;
  struct frame_header h;
  int64_t total = 0;

  for (;;) {
    if (frame_recv (rpc, &h, &body, &ignored) <= 0)
      exit (1);
    if (h.kind == FRAME_CANCEL)
      return -1;
    if (h.kind == FRAME_END)
      return total;
    total += h.length;
  }
}

static void
serve_upload (const struct frame_header *h)
{
  int64_t n = take_file ();

  if (n == -1)
    reply_error (h, EINTR, "cancelled");
  else
    reply_number (h, n);
}

/* Until the first bytes of a file are there: the rest of its first chunk does
 * not fit into the socket. */
static void
wait_for_file (void)
{
  struct pollfd p = { .fd = rpc, .events = POLLIN };

  while (poll (&p, 1, -1) != 1)
    ;
}

static void
serve_short_upload (const struct frame_header *h)
{
  wait_for_file ();
  if (truncate (getenv ("FAKE_FILE"), 0) == -1)
    abort ();
  serve_upload (h);
}

static void
serve_early_error (const struct frame_header *h)
{
  reply_error (h, ENOSPC, "no space for the file");
  (void) take_file ();
}

static int
cancel_is_waiting (void)
{
  struct pollfd p = { .fd = rpc, .events = POLLIN };

  return poll (&p, 1, 0) == 1;
}

static void
take_cancel (const struct frame_header *h)
{
  CLEANUP_STRBUF struct strbuf body = STRBUF_INIT;
  struct frame_header got;

  if (frame_recv (rpc, &got, &body, &ignored) <= 0)
    exit (1);
  if (got.kind != FRAME_CANCEL)
    abort ();
  reply_error (h, EINTR, "cancelled");
}

/* Send chunks of 'x', `total` bytes in all, or without an end. */
static void
serve_download (const struct frame_header *h, uint64_t total)
{
  static char chunk[256 * 1024];

  memset (chunk, 'x', sizeof chunk);
  while (total > 0) {
    size_t n = total < sizeof chunk ? total : sizeof chunk;

    if (cancel_is_waiting ()) {
      take_cancel (h);
      return;
    }
    reply (h, FRAME_CHUNK, chunk, n);
    total -= n;
  }
  reply (h, FRAME_END, NULL, 0);
  reply (h, FRAME_REPLY, NULL, 0);
}

static void
serve_progress (const struct frame_header *h, uint64_t total)
{
  uint64_t i;

  for (i = 0; i <= total; ++i) {
    CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;

    message_encode_progress (&b, i, total, &ignored);
    reply (h, FRAME_PROGRESS, b.data, b.len);
  }
  reply (h, FRAME_REPLY, NULL, 0);
}

static _Noreturn void
panic (void)
{
  say ("console", "text", "guest: all is well\nKernel panic: no good\n");
  say ("exited", "message", "kernel panic");
  exit (0);
}

/* Until the library ends us. */
static _Noreturn void
hang (void)
{
  for (;;)
    pause ();
}

static void
serve (const struct frame_header *h, const struct strbuf *body)
{
  CLEANUP_FREE char *big = NULL;

  switch (h->proc) {
  case FAKE_ECHO:
    reply (h, FRAME_REPLY, body->data, body->len);
    break;
  case FAKE_ERROR:
    reply_error (h, EROFS, "it is read-only");
    break;
  case FAKE_UPLOAD:
    serve_upload (h);
    break;
  case FAKE_SHORT_UPLOAD:
    serve_short_upload (h);
    break;
  case FAKE_KILLED_IN_UPLOAD:
    wait_for_file ();
    raise (SIGKILL);
    hang ();
  case FAKE_STOPPED_IN_UPLOAD:
    wait_for_file ();
    nanosleep (&(struct timespec) { .tv_nsec = 50000000 }, NULL);
    say ("exited", "message", "kernel panic");
    hang ();
  case FAKE_EARLY_ERROR:
    serve_early_error (h);
    break;
  case FAKE_DOWNLOAD:
    serve_download (h, FAKE_DOWNLOAD_SIZE);
    break;
  case FAKE_DOWNLOAD_EMPTY:
    serve_download (h, 0);
    break;
  case FAKE_DOWNLOAD_ENDLESS:
    serve_download (h, UINT64_MAX);
    break;
  case FAKE_PROGRESS:
    serve_progress (h, 1000);
    break;
  case FAKE_PROGRESS_ENDLESS:
    serve_progress (h, UINT64_MAX - 1);
    break;
  case FAKE_WAIT_FOR_CANCEL:
    take_cancel (h);
    break;
  case FAKE_PANIC:
    panic ();
  case FAKE_KILLED:
    raise (SIGKILL);
    hang ();
  case FAKE_NONSENSE:
    (void) !write (rpc, "this is not a frame at all ......", 32);
    hang ();
  case FAKE_OTHER_SERIAL:
    frame_send (rpc, FRAME_REPLY, h->proc, h->serial + 1, NULL, 0, &ignored);
    hang ();
  case FAKE_BIG_REPLY:
    big = calloc (1, FAKE_BIG_SIZE);
    reply (h, FRAME_REPLY, big, FAKE_BIG_SIZE);
    break;
  default: /* internal_autosync and others that return nothing */
    reply (h, FRAME_REPLY, NULL, 0);
  }
}

static void
get_ready (void)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;

  message_encode_ready (&b, RPC_PROTOCOL_VERSION, "fake", &ignored);
  frame_send (rpc, FRAME_READY, 0, 0, b.data, b.len, &ignored);
}

static void
ask_backing (const char *name)
{
  CLEANUP_CONTROL_MESSAGE struct control_message m = CONTROL_MESSAGE_INIT;
  const char *parent = getenv ("FAKE_PARENT");

  (void) control_send (CONTROL_FD, NULL, 0, &ignored, "backing", "index", "0",
                       "name", name, "parent", parent ? parent : "", NULL);
  if (control_recv (CONTROL_FD, &m, &ignored) <= 0)
    exit (1);
  if (control_get (&m, "message"))
    say ("error", "message", control_get (&m, "message"));
  else
    say ("error", "message", control_get (&m, "name"));
  exit (1);
}

/* After `start`.  `engine` is what the library asked for. */
static void
launch (const char *engine)
{
  const bool uml = strcmp (engine, "uml") == 0;

  if (strcmp (mode, "silent") == 0)
    exit (7);
  if (strcmp (mode, "hang") == 0)
    hang ();
  if (strcmp (mode, "error") == 0) {
    say ("console", "text", "first\nsecond\033[31m\n");
    say ("error", "message", "the image is broken");
    exit (1);
  }
  if (strcmp (mode, "fall-back") == 0 && !uml) {
    (void) control_send (CONTROL_FD, NULL, 0, &ignored, "exited",
                         "message", "too slow", "usable", "0", NULL);
    exit (1);
  }
  if (strncmp (mode, "backing:", 8) == 0)
    ask_backing (mode + 8);
  (void) control_send (CONTROL_FD, NULL, 0, &ignored, "engine", "name",
                       uml ? "uml" : "kvm", "pid", "1", NULL);
  get_ready ();
}

static void
handle_control (void)
{
  static char engine[16];
  CLEANUP_CONTROL_MESSAGE struct control_message m = CONTROL_MESSAGE_INIT;

  if (control_recv (CONTROL_FD, &m, &ignored) <= 0)
    exit (0);
  if (strcmp (m.type, "machine") == 0) {
    rpc = control_take_fd (&m, 0);
    snprintf (engine, sizeof engine, "%s", control_get (&m, "engine"));
  }
  else if (strcmp (m.type, "start") == 0)
    launch (engine);
  else if (strcmp (m.type, "shutdown") == 0) {
    if (strcmp (mode, "full") == 0)
      (void) control_send (CONTROL_FD, NULL, 0, &ignored, "flushed",
                           "errno", "28", "message", "disk full", NULL);
    else
      say ("flushed", "errno", "0");
    exit (0);
  }
}

int
main (void)
{
  CLEANUP_STRBUF struct strbuf body = STRBUF_INIT;

  mode = getenv ("FAKE");
  if (!mode)
    mode = "";
  for (;;) {
    struct pollfd p[2] = { { .fd = CONTROL_FD, .events = POLLIN },
                           { .fd = rpc, .events = POLLIN } };
    struct frame_header h;

    if (poll (p, 2, -1) == -1)
      return 1;
    if (p[0].revents)
      handle_control ();
    if (p[1].revents) {
      if (frame_recv (rpc, &h, &body, &ignored) <= 0)
        return 0;
      if (h.kind == FRAME_CALL)
        serve (&h, &body);
      error_clear (&ignored);
    }
  }
}
