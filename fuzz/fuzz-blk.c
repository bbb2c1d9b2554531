/* Fuzz target: requests to a virtio-blk device, in chains that are right in
 * themselves.  The first byte has options of the disk; requests follow, as
 * guest-requests.h has them.
 *
 * Whatever a request says, it is completed once, and a read-only disk does not
 * change. */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "block/iov.h"
#include "fuzz.h"
#include "guest-requests.h"
#include "virtio/devices.h"

#define DISK_SIZE 65536

enum {
  OPTION_READONLY = 1, OPTION_DISCARD = 2, OPTION_ZEROES = 4,
  OPTION_LARGE_BLOCKS = 8, OPTION_FAILS = 16, OPTION_EVENT_IDX = 32
};

static uint8_t disk[DISK_SIZE];
static bool fails, readonly;

static int
access_disk (uint64_t offset, uint64_t len, bool write)
{
  if (offset > DISK_SIZE || len > DISK_SIZE - offset || (write && readonly))
    abort ();
  return 0;
}

static int
result (struct error *err)
{
  return fails ? error_set (err, EIO, "made to fail") : 0;
}

static int
disk_preadv (struct block *b, const struct iovec *iov, int n, uint64_t offset,
             struct error *err)
{
  access_disk (offset, iov_length (iov, n), false);
  iov_from_buf (iov, n, 0, disk + offset, iov_length (iov, n));
  return result (err);
}

static int
disk_pwritev (struct block *b, const struct iovec *iov, int n, uint64_t offset,
              struct error *err)
{
  access_disk (offset, iov_length (iov, n), true);
  iov_to_buf (iov, n, 0, disk + offset, iov_length (iov, n));
  return result (err);
}

static int
disk_flush (struct block *b, struct error *err)
{
  return result (err);
}

static int
disk_zero (struct block *b, uint64_t offset, uint64_t len, int flags,
           struct error *err)
{
  access_disk (offset, len, true);
  memset (disk + offset, 0, len);
  return result (err);
}

static int
disk_discard (struct block *b, uint64_t offset, uint64_t len,
              struct error *err)
{
  return disk_zero (b, offset, len, 0, err);
}

static const struct block_ops disk_ops = {
  .name = "memory", .preadv = disk_preadv, .pwritev = disk_pwritev,
  .flush = disk_flush, .discard = disk_discard, .write_zeroes = disk_zero,
};
static struct block disk_block = {
  .ops = &disk_ops, .name = (char *) "fuzz", .size = DISK_SIZE
};

static void
interrupt (void *opaque, unsigned queue)
{
}

static struct virtio_device *
make (uint8_t choice)
{
  const struct blk_options options = {
    .block_size = choice & OPTION_LARGE_BLOCKS ? 4096 : 512,
    .serial = "serial",
    .readonly = choice & OPTION_READONLY,
    .discard = choice & OPTION_DISCARD,
    .discard_zeroes = choice & OPTION_ZEROES,
  };
  struct virtio_device *dev = blk_new (&disk_block, &options, NULL, NULL);

  if (!dev)
    abort ();
  fails = choice & OPTION_FAILS;
  readonly = choice & OPTION_READONLY;
  dev->memory = &ram_memory;
  dev->interrupt = interrupt;
  if (setup_ring (&dev->queues[0], 0) == -1)
    abort ();
  dev->queues[0].event_idx = choice & OPTION_EVENT_IDX;
  return dev;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  struct input in = { data, size };
  struct virtio_device *dev;
  unsigned requests;

  guest_is_wild = false;
  memset (ram, 0, sizeof ram);
  dev = make (input_byte (&in));
  for (requests = 0; in.left > 0 && requests < 64; ++requests) {
    uint16_t before = used_idx (0);

    make_request (&in, 0);
    dev->ops->queue_ready (dev, 0);
    if (!guest_is_wild && used_idx (0) != (uint16_t) (before + 1))
      abort ();
  }
  dev->ops->free (dev);
  return 0;
}
