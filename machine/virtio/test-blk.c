/* Tests of virtio-blk with a disk in memory and a guest that may be wrong. */

#include <config.h>

#include <endian.h>
#include <errno.h>

#include "block/check.h"
#include "devices.h"
#include "test-guest-ring.h"

#define DISK_SIZE 65536
#define STATUS_AT (DATA_AT + 0xf000)

enum { IN, OUT, FLUSH = 4, GET_ID = 8, DISCARD = 11, WRITE_ZEROES = 13 };
enum { OK, IOERR, UNSUPP, UNTOUCHED = 99 };

static uint8_t disk[DISK_SIZE];
static int fail_with; /* an errno for all operations */
static unsigned flushes, discards, zeroes, errors, interrupts;
static int last_error;

static int
result (struct error *err)
{
  return fail_with ? error_set (err, fail_with, "made to fail") : 0;
}

static int
mem_preadv (struct block *b, const struct iovec *iov, int n, uint64_t offset,
            struct error *err)
{
  for (; n > 0; offset += iov->iov_len, ++iov, --n)
    memcpy (iov->iov_base, disk + offset, iov->iov_len);
  return result (err);
}

static int
mem_pwritev (struct block *b, const struct iovec *iov, int n, uint64_t offset,
             struct error *err)
{
  for (; n > 0; offset += iov->iov_len, ++iov, --n)
    memcpy (disk + offset, iov->iov_base, iov->iov_len);
  return result (err);
}

static int
mem_flush (struct block *b, struct error *err)
{
  flushes++;
  return result (err);
}

static int
mem_discard (struct block *b, uint64_t offset, uint64_t len, struct error *err)
{
  discards++;
  return result (err);
}

static int
mem_zero (struct block *b, uint64_t offset, uint64_t len, int flags,
          struct error *err)
{
  zeroes++;
  memset (disk + offset, 0, len);
  return result (err);
}

static const struct block_ops mem_ops = {
  .name = "memory", .preadv = mem_preadv, .pwritev = mem_pwritev,
  .flush = mem_flush, .discard = mem_discard, .write_zeroes = mem_zero,
};
static struct block mem = {
  .ops = &mem_ops, .name = (char *) "test", .size = DISK_SIZE
};

static void
io_error (void *opaque, const char *operation, const struct error *err)
{
  errors++;
  last_error = err->errnum;
}

static void
interrupt (void *opaque, unsigned queue)
{
  interrupts++;
}

static struct virtio_device *
make (const struct blk_options *options)
{
  const struct blk_callbacks callbacks = { .io_error = io_error };
  struct virtio_device *dev = blk_new (&mem, options, &callbacks, NULL);

  CHECK (dev != NULL);
  dev->memory = &ram_memory;
  dev->interrupt = interrupt;
  CHECK (setup_ring (&dev->queues[0], 0) == 0);
  return dev;
}

static void
set_header (uint32_t type, uint64_t sector)
{
  uint32_t h[2] = { htole32 (type), 0 };

  put (DATA_AT, h, 8);
  sector = htole64 (sector);
  put (DATA_AT + 8, &sector, 8);
  ram[STATUS_AT] = UNTOUCHED;
}

/* Run the chain that starts at descriptor 0; the status. */
static int
run (struct virtio_device *dev)
{
  uint16_t before = used_idx (0);

  offer (0, 0);
  dev->ops->queue_ready (dev, 0);
  CHECK (used_idx (0) == (uint16_t) (before + 1));
  return ram[STATUS_AT];
}

/* A request in the usual framing: header, data, status. */
static int
request (struct virtio_device *dev, uint32_t type, uint64_t sector,
         uint32_t len, bool write)
{
  set_header (type, sector);
  set_desc (0, 0, RAM_START + DATA_AT, 16, D_NEXT, len ? 1 : 2);
  set_desc (0, 1, RAM_START + DATA_AT + 0x1000, len,
            D_NEXT | (write ? D_WRITE : 0), 2);
  set_desc (0, 2, RAM_START + STATUS_AT, 1, D_WRITE, 0);
  return run (dev);
}

static void
test_transfers (struct virtio_device *dev)
{
  size_t i;

  for (i = 0; i < DISK_SIZE; ++i)
    disk[i] = i / 512 + 1;
  CHECK (request (dev, IN, 3, 1024, true) == OK);
  CHECK (used_len (0, used_idx (0) - 1) == 1025);
  CHECK (memcmp (ram + DATA_AT + 0x1000, disk + 3 * 512, 1024) == 0);
  memset (ram + DATA_AT + 0x1000, 'x', 512);
  CHECK (request (dev, OUT, 127, 512, false) == OK);
  CHECK (used_len (0, used_idx (0) - 1) == 1);
  CHECK (disk[DISK_SIZE - 1] == 'x' && disk[DISK_SIZE - 513] == 127);
  CHECK (request (dev, FLUSH, 0, 0, false) == OK && flushes == 1);
  CHECK (interrupts > 0);

  CHECK (request (dev, GET_ID, 0, 20, true) == OK);
  CHECK (memcmp (ram + DATA_AT + 0x1000, "serial\0", 7) == 0);
  CHECK (request (dev, GET_ID, 0, 19, true) == IOERR);
}

static void
test_framing (struct virtio_device *dev)
{
  /* The header in three pieces, the data and the status in one. */
  set_header (IN, 5);
  set_desc (0, 0, RAM_START + DATA_AT, 3, D_NEXT, 1);
  set_desc (0, 1, RAM_START + DATA_AT + 3, 5, D_NEXT, 2);
  set_desc (0, 2, RAM_START + DATA_AT + 8, 8, D_NEXT, 3);
  set_desc (0, 3, RAM_START + STATUS_AT - 512, 513, D_WRITE, 0);
  CHECK (run (dev) == OK);
  CHECK (ram[STATUS_AT - 1] == 6 && ram[STATUS_AT - 512] == 6);

  /* Header and data of a write in one. */
  set_header (OUT, 9);
  memset (ram + DATA_AT + 16, 'y', 512);
  set_desc (0, 0, RAM_START + DATA_AT, 16 + 512, D_NEXT, 1);
  set_desc (0, 1, RAM_START + STATUS_AT, 1, D_WRITE, 0);
  CHECK (run (dev) == OK && disk[9 * 512] == 'y' && disk[9 * 512 + 511] == 'y');
}

static void
test_malformed (struct virtio_device *dev)
{
  const uint64_t end = DISK_SIZE / 512;

  CHECK (request (dev, IN, end, 512, true) == IOERR);
  CHECK (request (dev, IN, end - 1, 1024, true) == IOERR);
  CHECK (request (dev, IN, UINT64_MAX, 512, true) == IOERR);
  CHECK (request (dev, IN, UINT64_MAX / 512 + 1, 512, true) == IOERR);
  CHECK (request (dev, IN, 0, 100, true) == IOERR);
  CHECK (request (dev, OUT, end, 512, false) == IOERR);
  CHECK (request (dev, 77, 0, 512, true) == UNSUPP);
  /* Nothing to read into, nothing to write: harmless. */
  CHECK (request (dev, IN, 0, 512, false) == OK);
  CHECK (request (dev, OUT, 0, 512, true) == OK);

  /* A short header, no status, an address outside: given back untouched. */
  set_header (IN, 0);
  set_desc (0, 0, RAM_START + DATA_AT, 15, D_NEXT, 1);
  set_desc (0, 1, RAM_START + STATUS_AT, 1, D_WRITE, 0);
  CHECK (run (dev) == UNTOUCHED);
  set_desc (0, 0, RAM_START + DATA_AT, 16, 0, 0);
  CHECK (run (dev) == UNTOUCHED);
  set_desc (0, 0, RAM_START + RAM_SIZE, 16, 0, 0);
  CHECK (run (dev) == UNTOUCHED);
  CHECK (errors == 0);
}

static int
range (struct virtio_device *dev, uint32_t type, uint64_t sector,
       uint32_t count, uint32_t flags, uint32_t len)
{
  put (DATA_AT + 0x1000, &sector, 8);
  put (DATA_AT + 0x1008, &count, 4);
  put (DATA_AT + 0x100c, &flags, 4);
  return request (dev, type, 0, len, false);
}

static void
test_ranges (struct virtio_device *dev)
{
  disk[4096] = 5;
  CHECK (range (dev, WRITE_ZEROES, 8, 8, 0, 16) == OK && disk[4096] == 0);
  CHECK (range (dev, WRITE_ZEROES, 8, 8, 1, 16) == OK && zeroes == 2);
  CHECK (range (dev, WRITE_ZEROES, 8, 8, 2, 16) == UNSUPP);
  CHECK (range (dev, DISCARD, 0, 128, 0, 16) == OK && discards == 1);
  CHECK (range (dev, DISCARD, 0, 128, 1, 16) == UNSUPP);
  CHECK (range (dev, DISCARD, 1, 128, 0, 16) == IOERR);
  CHECK (range (dev, DISCARD, UINT64_MAX, UINT32_MAX, 0, 16) == IOERR);
  CHECK (range (dev, DISCARD, 0, 1, 0, 0) == IOERR);
  CHECK (range (dev, DISCARD, 0, 1, 0, 24) == IOERR);
  CHECK (range (dev, DISCARD, 0, 1, 0, 65 * 16) == IOERR);
  CHECK (discards == 1 && zeroes == 2);
}

static void
test_errors (struct virtio_device *dev)
{
  fail_with = ENOSPC;
  CHECK (request (dev, OUT, 0, 512, false) == IOERR);
  CHECK (errors == 1 && last_error == ENOSPC);
  CHECK (request (dev, IN, 0, 512, true) == IOERR);
  CHECK (request (dev, FLUSH, 0, 0, true) == IOERR);
  CHECK (range (dev, DISCARD, 0, 1, 0, 16) == IOERR);
  CHECK (range (dev, WRITE_ZEROES, 0, 1, 0, 16) == IOERR && errors == 5);
  fail_with = 0;
}

static void
test_readonly (void)
{
  const struct blk_options options = { .block_size = 4096, .readonly = true,
                                       .discard = true };
  struct virtio_device *dev = make (&options);
  unsigned before = flushes;

  CHECK (dev->features >> 5 & 1);
  disk[0] = 1;
  CHECK (request (dev, OUT, 0, 512, false) == IOERR);
  CHECK (range (dev, WRITE_ZEROES, 0, 1, 0, 16) == IOERR);
  CHECK (range (dev, DISCARD, 0, 1, 0, 16) == UNSUPP);
  CHECK (request (dev, FLUSH, 0, 0, false) == OK && flushes == before);
  CHECK (request (dev, IN, 0, 512, true) == OK && disk[0] == 1);
  dev->ops->free (dev);
}

int
main (void)
{
  const struct blk_options options = { .block_size = 512, .discard = true,
                                       .serial = "serial" };
  struct virtio_device *dev = make (&options);
  uint64_t capacity;

  memcpy (&capacity, dev->config, sizeof capacity);
  CHECK (le64toh (capacity) == DISK_SIZE / 512);
  test_transfers (dev);
  test_framing (dev);
  test_malformed (dev);
  test_ranges (dev);
  test_errors (dev);
  dev->ops->free (dev);
  test_readonly ();
  return 0;
}
