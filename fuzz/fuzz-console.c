/* Fuzz target: a guest that uses the console: control messages, text, RPC bytes
 * both ways, resets.  The input is a row of steps: a byte that chooses a queue,
 * or something that happens, and for queues a request (guest-requests.h). */

#include <config.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"
#include "guest-requests.h"
#include "loop.h"
#include "virtio/devices.h"

#define NR_QUEUES 6
enum { STEP_WRITE = NR_QUEUES, STEP_READ, STEP_CLOSE, STEP_RESET, STEP_TURN,
       STEP_SAVE, NR_STEPS };

static struct loop *loop;
static unsigned text_seen;

static void
got_text (void *opaque, const char *text, size_t len)
{
  while (len-- > 0)
    text_seen += (unsigned char) text[len];
}

static void
interrupt (void *opaque, unsigned queue)
{
}

static void
set_rings (struct virtio_device *dev)
{
  int i;

  for (i = 0; i < NR_QUEUES; ++i)
    if (setup_ring (&dev->queues[i], i) == -1)
      abort ();
}

static struct virtio_device *
make (int *ret_peer)
{
  const struct console_callbacks callbacks = { .text = got_text };
  struct virtio_device *dev;
  int pair[2];

  if (!loop && !(loop = loop_new (NULL)))
    abort ();
  if (socketpair (AF_UNIX, SOCK_STREAM, 0, pair) == -1
      || fcntl (pair[0], F_SETFL, O_NONBLOCK) == -1)
    abort ();
  *ret_peer = pair[0];
  dev = console_new (pair[1], &callbacks, NULL);
  if (!dev || dev->nr_queues != NR_QUEUES)
    abort ();
  dev->memory = &ram_memory;
  dev->interrupt = interrupt;
  dev->loop = loop;
  set_rings (dev);
  dev->ops->activate (dev);
  return dev;
}

/* What the library's end, or the transport, does. */
static void
happen (int step, struct virtio_device *dev, struct input *in, int *peer)
{
  uint8_t sink[65536];
  const uint8_t *bytes;
  uint64_t saved;
  size_t len;

  switch (step) {
  case STEP_WRITE:
    bytes = input_bytes (in, input_byte (in), &len);
    (void) !send (*peer, bytes, len, MSG_NOSIGNAL);
    break;
  case STEP_READ:
    (void) !read (*peer, sink, sizeof sink);
    break;
  case STEP_CLOSE:
    if (*peer >= 0)
      close (*peer);
    *peer = -1;
    break;
  case STEP_RESET:
    virtio_device_reset (dev);
    set_rings (dev);
    break;
  case STEP_SAVE:
    if (dev->ops->save (dev, &saved))
      dev->ops->restore (dev, saved);
    break;
  default:
    break;
  }
  loop_turn (loop, 0);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  struct input in = { data, size };
  struct virtio_device *dev;
  unsigned steps;
  int peer;

  memset (ram, 0, sizeof ram);
  dev = make (&peer);
  for (steps = 0; in.left > 0 && steps < 128; ++steps) {
    int step = input_byte (&in) % NR_STEPS;

    if (step < NR_QUEUES) {
      make_request (&in, step);
      dev->ops->queue_ready (dev, step);
    }
    else
      happen (step, dev, &in, &peer);
  }
  dev->ops->free (dev);
  if (peer >= 0)
    close (peer);
  return 0;
}
