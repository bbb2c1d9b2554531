/* Tests of frame.c and message.c: round trips over a socket, and frames that
 * are refused. */

#include <config.h>

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "frame.h"
#include "io.h"
#include "message.h"
#include "xdr.h"

static int sockets[2];

static void
open_sockets (void)
{
  assert (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) == 0);
}

static void
close_sockets (void)
{
  close (sockets[0]);
  close (sockets[1]);
}

static void
test_round_trip (void)
{
  CLEANUP_STRBUF struct strbuf body = STRBUF_INIT;
  CLEANUP_ERROR struct error err = ERROR_INIT;
  struct frame_header h;

  open_sockets ();
  assert (frame_send (sockets[0], FRAME_CALL, 278, 5, "abc", 3, &err) == 0);
  assert (frame_send (sockets[0], FRAME_END, 278, 5, NULL, 0, &err) == 0);
  assert (frame_recv (sockets[1], &h, &body, &err) == 1);
  assert (h.kind == FRAME_CALL && h.proc == 278 && h.serial == 5
          && h.length == 3 && body.len == 3
          && memcmp (body.data, "abc", 4) == 0);
  assert (frame_recv (sockets[1], &h, &body, &err) == 1);
  assert (h.kind == FRAME_END && body.len == 0);
  shutdown (sockets[0], SHUT_WR);
  assert (frame_recv (sockets[1], &h, &body, &err) == 0);
  assert (!error_is_set (&err));
  close_sockets ();
}

static char large[CHUNK_MAX];

static void *
send_large (void *opaque)
{
  assert (frame_send (sockets[0], FRAME_CHUNK, 1, 1, large, sizeof large,
                      NULL) == 0);
  return NULL;
}

/* More than a socket's buffer takes at once. */
static void
test_large (void)
{
  CLEANUP_STRBUF struct strbuf body = STRBUF_INIT;
  struct frame_header h;
  pthread_t thread;

  for (size_t i = 0; i < sizeof large; i++)
    large[i] = i * 31 >> 3;
  open_sockets ();
  assert (pthread_create (&thread, NULL, send_large, NULL) == 0);
  assert (frame_recv (sockets[1], &h, &body, NULL) == 1);
  assert (pthread_join (thread, NULL) == 0);
  assert (body.len == sizeof large
          && memcmp (body.data, large, sizeof large) == 0);
  close_sockets ();
}

static void
refused (struct frame_header h, const char *body, size_t len, int errnum)
{
  CLEANUP_STRBUF struct strbuf ret = STRBUF_INIT;
  CLEANUP_ERROR struct error err = ERROR_INIT;
  unsigned char bytes[FRAME_HEADER_SIZE];

  open_sockets ();
  frame_header_encode (&h, bytes);
  assert (write_full (sockets[0], bytes, sizeof bytes) == 0);
  assert (write_full (sockets[0], body, len) == 0);
  shutdown (sockets[0], SHUT_WR);
  assert (frame_recv (sockets[1], &h, &ret, &err) == -1);
  assert (err.errnum == errnum);
  assert (ret.alloc < 1 << 20); /* whatever the header said */
  close_sockets ();
}

static void
test_refused (void)
{
  refused ((struct frame_header) { 0, 0, 1, 1 }, "", 0, EPROTO);
  refused ((struct frame_header) { 0, 9, 1, 1 }, "", 0, EPROTO);
  refused ((struct frame_header) { CHUNK_MAX + 1, FRAME_CHUNK, 1, 1 }, "", 0,
           EPROTO);
  refused ((struct frame_header) { 1, FRAME_END, 1, 1 }, "x", 1, EPROTO);
  refused ((struct frame_header) { UINT32_MAX, FRAME_REPLY, 1, 1 }, "", 0,
           EPROTO);
  refused ((struct frame_header) { FRAME_MAX, FRAME_REPLY, 1, 1 }, "abc", 3,
           ECONNRESET);
}

static void
test_messages (void)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;
  CLEANUP_ERROR struct error sent = ERROR_INIT, got = ERROR_INIT;
  CLEANUP_FREE char *daemon = NULL;
  uint64_t position, total;
  uint32_t version;

  error_set (&sent, ENOENT, "/x: no");
  assert (message_encode_error (&b, &sent, NULL) == 0);
  assert (message_decode_error (b.data, b.len, &got, NULL) == 0);
  assert (got.errnum == ENOENT && strcmp (got.message, "/x: no") == 0);
  assert (message_decode_error (b.data, b.len - 1, &got, NULL) == -1);
  assert (strcmp (got.message, "/x: no") == 0);

  b.len = 0;
  assert (message_encode_progress (&b, 5, UINT64_MAX, NULL) == 0);
  assert (message_decode_progress (b.data, b.len, &position, &total,
                                   NULL) == 0);
  assert (position == 5 && total == UINT64_MAX);
  assert (message_decode_progress (b.data, 15, &position, &total, NULL) == -1);

  b.len = 0;
  assert (message_encode_ready (&b, RPC_PROTOCOL_VERSION, "1.2", NULL) == 0);
  assert (message_decode_ready (b.data, b.len, &version, &daemon, NULL) == 0);
  assert (version == RPC_PROTOCOL_VERSION && strcmp (daemon, "1.2") == 0);
}

int
main (void)
{
  test_round_trip ();
  test_large ();
  test_refused ();
  test_messages ();
  return 0;
}
