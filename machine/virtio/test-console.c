/* Tests of virtio-console: the control protocol, bytes both ways, backpressure,
 * and a guest that does not keep to the rules. */

#include <config.h>

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "block/check.h"
#include "devices.h"
#include "loop.h"
#include "test-guest-ring.h"

enum { RX0, TX0, CONTROL_RX, CONTROL_TX, RX1, TX1 };
enum {
  DEVICE_READY, DEVICE_ADD, DEVICE_REMOVE, PORT_READY, CONSOLE_PORT,
  RESIZE, PORT_OPEN, PORT_NAME
};

static struct virtio_device *dev;
static struct loop *loop;
static int peer;
static char text[10000];
static size_t text_len;

static void
got_text (void *opaque, const char *t, size_t len)
{
  CHECK (text_len + len <= sizeof text);
  memcpy (text + text_len, t, len);
  text_len += len;
}

static void
interrupt (void *opaque, unsigned queue)
{
}

static void
start (void)
{
  const struct console_callbacks callbacks = { .text = got_text };
  int pair[2], i;

  CHECK (socketpair (AF_UNIX, SOCK_STREAM, 0, pair) == 0);
  CHECK (fcntl (pair[0], F_SETFL, O_NONBLOCK) == 0);
  peer = pair[0];
  loop = loop_new (NULL);
  dev = console_new (pair[1], &callbacks, NULL);
  CHECK (loop && dev);
  dev->memory = &ram_memory;
  dev->interrupt = interrupt;
  dev->loop = loop;
  for (i = 0; i < 6; ++i)
    CHECK (setup_ring (&dev->queues[i], i) == 0);
  dev->ops->activate (dev);
}

static void
stop (void)
{
  dev->ops->free (dev);
  loop_free (loop);
  close (peer);
}

/* Give the device one buffer, and let it look. */
static void
give (int queue, int i, size_t at, uint32_t len, bool write)
{
  set_desc (queue, i, RAM_START + at, len, write ? D_WRITE : 0, 0);
  offer (queue, i);
  dev->ops->queue_ready (dev, queue);
}

static void
control (uint32_t id, uint16_t event, uint16_t value)
{
  id = htole32 (id);
  event = htole16 (event);
  value = htole16 (value);
  put (DATA_AT, &id, 4);
  put (DATA_AT + 4, &event, 2);
  put (DATA_AT + 6, &value, 2);
  give (CONTROL_TX, 0, DATA_AT, 8, false);
}

/* The `i`th control message must be this one. */
static void
expect_control (int i, uint32_t id, uint16_t event, uint16_t value)
{
  size_t at = DATA_AT + 0x1000 + i * 64;

  CHECK (used_idx (CONTROL_RX) > i);
  CHECK (get32 (at) == htole32 (id));
  CHECK (get16 (at + 4) == htole16 (event));
  CHECK (get16 (at + 6) == htole16 (value));
}

static void
test_handshake (void)
{
  int i;

  start ();
  control (0, DEVICE_READY, 1); /* before there is room for the answer */
  CHECK (used_idx (CONTROL_RX) == 0);
  for (i = 0; i < 10; ++i)
    give (CONTROL_RX, i, DATA_AT + 0x1000 + i * 64, 64, true);
  expect_control (0, 0, DEVICE_ADD, 1);
  expect_control (1, 1, DEVICE_ADD, 1);
  control (0, PORT_READY, 1);
  expect_control (2, 0, CONSOLE_PORT, 1);
  expect_control (3, 0, PORT_OPEN, 1);
  control (1, PORT_READY, 1);
  expect_control (4, 1, PORT_NAME, 1);
  CHECK (memcmp (ram + DATA_AT + 0x1000 + 4 * 64 + 8, CONSOLE_RPC_NAME,
                 strlen (CONSOLE_RPC_NAME)) == 0);
  CHECK (used_len (CONTROL_RX, 4) == 8 + strlen (CONSOLE_RPC_NAME));
  expect_control (5, 1, PORT_OPEN, 1);
  CHECK (used_idx (CONTROL_RX) == 6);
  /* Ports that do not exist, events that make no sense. */
  control (7, PORT_READY, 1);
  control (UINT32_MAX, PORT_OPEN, 1);
  control (1, 55, 1);
  give (CONTROL_TX, 0, DATA_AT, 3, false);
  CHECK (used_idx (CONTROL_RX) == 6);
  stop ();
}

static void
test_flood (void)
{
  int i;

  /* Answers that nobody takes are bounded. */
  start ();
  for (i = 0; i < 1000; ++i)
    control (1, PORT_READY, 1);
  CHECK (used_idx (CONTROL_RX) == 0);
  for (i = 0; i < RING_SIZE; ++i)
    give (CONTROL_RX, i, DATA_AT + 0x1000, 64, true);
  CHECK (used_idx (CONTROL_RX) == RING_SIZE);
  stop ();
}

static void
test_text (void)
{
  start ();
  put (DATA_AT, "hello\n", 6);
  give (TX0, 0, DATA_AT, 6, false);
  CHECK (text_len == 6 && memcmp (text, "hello\n", 6) == 0);
  memset (ram + DATA_AT, 't', 9000);
  give (TX0, 0, DATA_AT, 9000, false);
  CHECK (text_len == 9006 && text[9005] == 't');
  give (RX0, 0, DATA_AT, 100, true);
  CHECK (used_idx (RX0) == 0); /* no input on the console */
  stop ();
}

static void
test_bytes (void)
{
  char buf[64];

  start ();
  /* To the library. */
  put (DATA_AT, "request", 7);
  give (TX1, 0, DATA_AT, 7, false);
  CHECK (used_idx (TX1) == 1);
  CHECK (read (peer, buf, sizeof buf) == 7 && memcmp (buf, "request", 7) == 0);

  /* To the guest, but not before it has opened the port. */
  CHECK (write (peer, "answer", 6) == 6);
  give (RX1, 0, DATA_AT + 0x1000, 4, true);
  CHECK (used_idx (RX1) == 0);
  control (1, PORT_OPEN, 1);
  CHECK (used_idx (RX1) == 1 && used_len (RX1, 0) == 4);
  CHECK (memcmp (ram + DATA_AT + 0x1000, "answ", 4) == 0);
  give (RX1, 1, DATA_AT + 0x1000, 4, true);
  CHECK (used_idx (RX1) == 2 && used_len (RX1, 1) == 2);
  CHECK (memcmp (ram + DATA_AT + 0x1000, "er", 2) == 0);

  /* Buffers that cannot take anything are given back. */
  CHECK (write (peer, "x", 1) == 1);
  give (RX1, 2, DATA_AT, 4, false);
  CHECK (used_idx (RX1) == 3 && used_len (RX1, 2) == 0);
  give (RX1, 3, RAM_SIZE, 4, true);
  CHECK (used_idx (RX1) == 4 && used_len (RX1, 3) == 0);
  give (RX1, 4, DATA_AT, 4, true);
  CHECK (used_idx (RX1) == 5 && used_len (RX1, 4) == 1);

  /* The guest closes the port: the library sees the end. */
  control (1, PORT_OPEN, 0);
  CHECK (read (peer, buf, sizeof buf) == 0);
  stop ();
}

/* More than the socket takes: the rest waits, nothing is lost or doubled. */
static void
test_backpressure (void)
{
  enum { LEN = 0x20000 };
  static char got[8 * LEN];
  size_t have = 0;
  int i;
  ssize_t n;

  start ();
  for (i = 0; i < 8; ++i) {
    memset (ram + DATA_AT, 'a' + i, LEN);
    /* The memory is the same for all, so each must have gone before. */
    give (TX1, i, DATA_AT, LEN, false);
    while (used_idx (TX1) <= i) {
      n = read (peer, got + have, sizeof got - have);
      CHECK (n > 0);
      have += n;
      dev->ops->queue_ready (dev, TX1);
    }
  }
  while ((n = read (peer, got + have, sizeof got - have)) > 0)
    have += n;
  CHECK (have == sizeof got);
  for (i = 0; i < 8; ++i)
    CHECK (got[i * LEN] == 'a' + i && got[i * LEN + LEN - 1] == 'a' + i);

  /* The library goes: what the guest says is lost, but the guest goes on. */
  for (i = 0; i < RING_SIZE / 2; ++i)
    give (CONTROL_RX, i, DATA_AT + 0x1000 + i * 64, 64, true);
  control (1, PORT_OPEN, 1);
  close (peer);
  give (TX1, 8, DATA_AT, LEN, false);
  CHECK (used_idx (TX1) == 9);
  give (RX1, 0, DATA_AT, 10, true);
  CHECK (used_idx (RX1) == 0);
  expect_control (0, 1, PORT_OPEN, 0);
  peer = -1;
  stop ();
}

int
main (void)
{
  test_handshake ();
  test_flood ();
  test_text ();
  test_bytes ();
  test_backpressure ();
  return 0;
}
