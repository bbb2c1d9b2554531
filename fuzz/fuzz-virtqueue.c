/* Fuzz target: virtqueues and devices, with guest memory from the input.
 *
 * The first byte chooses the device and whether EVENT_IDX is used; the rest is
 * guest memory from its start, with the rings of all queues at fixed places.
 */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "block/iov.h"
#include "fuzz.h"
#include "virtio/devices.h"
#include "virtio/test-guest-ring.h"

#define DISK_SIZE 65536

static uint8_t disk[DISK_SIZE];

static int
disk_preadv (struct block *b, const struct iovec *iov, int n, uint64_t offset,
             struct error *err)
{
  iov_from_buf (iov, n, 0, disk + offset, iov_length (iov, n));
  return 0;
}

static int
disk_pwritev (struct block *b, const struct iovec *iov, int n, uint64_t offset,
              struct error *err)
{
  iov_to_buf (iov, n, 0, disk + offset, iov_length (iov, n));
  return 0;
}

static int
disk_flush (struct block *b, struct error *err)
{
  return error_set (err, EIO, "flush");
}

static const struct block_ops disk_ops = {
  .name = "memory", .preadv = disk_preadv, .pwritev = disk_pwritev,
  .flush = disk_flush,
};
static struct block disk_block = {
  .ops = &disk_ops, .name = (char *) "fuzz", .size = DISK_SIZE
};

static void
interrupt (void *opaque, unsigned queue)
{
}

static struct virtio_device *
make (uint8_t choice, int *ret_peer)
{
  const struct blk_options options = { .block_size = 512, .discard = true };
  int pair[2];

  *ret_peer = -1;
  switch (choice & 3) {
  case 0:
    return rng_new (NULL);
  case 1:
    return blk_new (&disk_block, &options, NULL, NULL);
  default:
    if (socketpair (AF_UNIX, SOCK_STREAM, 0, pair) == -1)
      abort ();
    *ret_peer = pair[0];
    return console_new (pair[1], NULL, NULL);
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  struct virtio_device *dev;
  unsigned i;
  int peer;

  if (size < 1 || size > RAM_SIZE)
    return 0;
  dev = make (data[0], &peer);
  if (!dev)
    abort ();
  dev->memory = &ram_memory;
  dev->interrupt = interrupt;
  for (i = 0; i < dev->nr_queues; ++i) {
    if (setup_ring (&dev->queues[i], i) == -1)
      abort ();
    dev->queues[i].event_idx = data[0] & 4;
  }
  memset (ram, 0, sizeof ram);
  memcpy (ram, data + 1, size - 1);
  if (peer >= 0 && write (peer, "bytes for the guest", 19) != 19)
    abort ();
  for (i = 0; i < dev->nr_queues; ++i)
    dev->ops->queue_ready (dev, i);
  /* Once more, with what the device has made of the memory. */
  for (i = dev->nr_queues; i-- > 0;)
    dev->ops->queue_ready (dev, i);
  dev->ops->free (dev);
  if (peer >= 0)
    close (peer);
  return 0;
}
