/* virtio-blk (VIRTIO 1.2, section 5.2).
 *
 * Requests are done one after the other on the loop of the device, straight
 * between guest memory and the block layer.  The guest's framing is free: the
 * header is the first 16 bytes that we may read, the status the last byte that
 * we may write, wherever the descriptors are cut.
 */

#include <config.h>

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "checked.h"
#include "devices.h"
#include "iov.h"

#define SECTOR 512
#define QUEUE_SIZE 256

/* 5.2.3 */
#define BLK_F_SEG_MAX 2
#define BLK_F_RO 5
#define BLK_F_BLK_SIZE 6
#define BLK_F_FLUSH 9
#define BLK_F_DISCARD 13
#define BLK_F_WRITE_ZEROES 14

/* 5.2.6 */
#define BLK_T_IN 0
#define BLK_T_OUT 1
#define BLK_T_FLUSH 4
#define BLK_T_GET_ID 8
#define BLK_T_DISCARD 11
#define BLK_T_WRITE_ZEROES 13
#define BLK_S_OK 0
#define BLK_S_IOERR 1
#define BLK_S_UNSUPP 2
#define BLK_ID_SIZE 20

#define MAX_RANGE_SECTORS (UINT32_C (1) << 22) /* 2 GiB a segment */
#define MAX_RANGES 64
#define RANGE_UNMAP 1

/* 5.2.4, little-endian. */
struct blk_config {
  uint64_t capacity;
  uint32_t size_max;
  uint32_t seg_max;
  uint16_t cylinders;
  uint8_t heads;
  uint8_t sectors;
  uint32_t blk_size;
  uint8_t physical_block_exp;
  uint8_t alignment_offset;
  uint16_t min_io_size;
  uint32_t opt_io_size;
  uint8_t writeback;
  uint8_t unused0;
  uint16_t num_queues;
  uint32_t max_discard_sectors;
  uint32_t max_discard_seg;
  uint32_t discard_sector_alignment;
  uint32_t max_write_zeroes_sectors;
  uint32_t max_write_zeroes_seg;
  uint8_t write_zeroes_may_unmap;
  uint8_t unused1[3];
} __attribute__ ((packed));

struct blk_header {
  uint32_t type;
  uint32_t reserved;
  uint64_t sector;
};

struct blk_range {
  uint64_t sector;
  uint32_t nr_sectors;
  uint32_t flags;
};

struct blk {
  struct virtio_device dev;
  struct block *block;
  struct blk_callbacks callbacks;
  struct blk_config config;
  uint64_t size; /* what the guest sees, in bytes */
  bool readonly, discard, discard_zeroes, unsafe;
  char id[BLK_ID_SIZE];
  struct chain chain;
};

/* One request: what is left of the chain between header and status. */
struct request {
  uint32_t type;
  uint64_t sector;
  struct iovec *in, *out; /* what we write, what we read */
  int nr_in, nr_out;
  uint8_t *status;
  uint32_t written;
};

static uint8_t
failed (struct blk *blk, const char *operation, struct error *err)
{
  if (blk->callbacks.io_error)
    blk->callbacks.io_error (blk->callbacks.opaque, operation, err);
  return BLK_S_IOERR;
}

/* The bytes [*ret_offset, +len) that a transfer concerns; false when they are
 * not whole sectors inside the disk. */
static bool
transfer_range (const struct blk *blk, const struct request *r, uint64_t len,
                uint64_t *ret_offset)
{
  return checked_mul_u64 (r->sector, SECTOR, ret_offset)
         && len % SECTOR == 0 && range_fits (*ret_offset, len, blk->size);
}

static uint8_t
do_read (struct blk *blk, struct request *r)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  uint64_t offset, len = iov_length (r->in, r->nr_in);

  if (!transfer_range (blk, r, len, &offset))
    return BLK_S_IOERR;
  if (len > 0
      && block_preadv (blk->block, r->in, r->nr_in, offset,
                                  &err) == -1)
    return failed (blk, "read", &err);
  r->written = len;
  return BLK_S_OK;
}

static uint8_t
do_write (struct blk *blk, struct request *r)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  uint64_t offset, len = iov_length (r->out, r->nr_out);

  if (blk->readonly || !transfer_range (blk, r, len, &offset))
    return BLK_S_IOERR;
  if (len > 0
      && block_pwritev (blk->block, r->out, r->nr_out, offset,
                                   &err) == -1)
    return failed (blk, "write", &err);
  return BLK_S_OK;
}

static uint8_t
do_flush (struct blk *blk)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;

  if (blk->unsafe || blk->readonly)
    return BLK_S_OK;
  if (block_flush (blk->block, &err) == -1)
    return failed (blk, "flush", &err);
  return BLK_S_OK;
}

static uint8_t
do_get_id (struct blk *blk, struct request *r)
{
  if (iov_length (r->in, r->nr_in) < BLK_ID_SIZE)
    return BLK_S_IOERR;
  r->written = iov_write (r->in, r->nr_in, blk->id, BLK_ID_SIZE);
  return BLK_S_OK;
}

/* 5.2.6.1: one segment of a discard or write-zeroes request. */
static uint8_t
do_range (struct blk *blk, uint32_t type, const struct blk_range *range)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  uint32_t flags = le32toh (range->flags);
  uint64_t offset, len = (uint64_t) le32toh (range->nr_sectors) * SECTOR;
  bool zero = type == BLK_T_WRITE_ZEROES;

  if (flags & ~(zero ? RANGE_UNMAP : 0))
    return BLK_S_UNSUPP;
  if (!zero && blk->discard_zeroes) {
    zero = true;
    flags = RANGE_UNMAP;
  }
  if (!checked_mul_u64 (le64toh (range->sector), SECTOR, &offset)
      || !range_fits (offset, len, blk->size)
      || len > (uint64_t) MAX_RANGE_SECTORS * SECTOR)
    return BLK_S_IOERR;
  if (len == 0)
    return BLK_S_OK;
  if (zero) {
    int may_unmap = flags & RANGE_UNMAP && blk->discard ? BLOCK_MAY_UNMAP : 0;

    if (block_write_zeroes (blk->block, offset, len, may_unmap,
                                       &err) == -1)
      return failed (blk, "write zeroes", &err);
  }
  else if (block_discard (blk->block, offset, len, &err) == -1)
    return failed (blk, "discard", &err);
  return BLK_S_OK;
}

static uint8_t
do_ranges (struct blk *blk, struct request *r)
{
  struct blk_range ranges[MAX_RANGES];
  uint64_t len = iov_length (r->out, r->nr_out);
  size_t i;

  if (blk->readonly || len == 0 || len % sizeof ranges[0] != 0
      || len > sizeof ranges)
    return BLK_S_IOERR;
  iov_read (r->out, r->nr_out, ranges, len);
  for (i = 0; i < len / sizeof ranges[0]; ++i) {
    uint8_t status = do_range (blk, r->type, &ranges[i]);

    if (status != BLK_S_OK)
      return status;
  }
  return BLK_S_OK;
}

static uint8_t
do_request (struct blk *blk, struct request *r)
{
  switch (r->type) {
  case BLK_T_IN:
    return do_read (blk, r);
  case BLK_T_OUT:
    return do_write (blk, r);
  case BLK_T_FLUSH:
    return do_flush (blk);
  case BLK_T_GET_ID:
    return do_get_id (blk, r);
  case BLK_T_DISCARD:
    return blk->discard ? do_ranges (blk, r) : BLK_S_UNSUPP;
  case BLK_T_WRITE_ZEROES:
    return do_ranges (blk, r);
  default:
    return BLK_S_UNSUPP;
  }
}

/* Take header and status off the chain; false when one is missing. */
static bool
parse_request (struct chain *c, struct request *ret)
{
  struct blk_header h;
  struct iovec *last;

  *ret = (struct request) { .in = c->writable, .nr_in = c->nr_writable,
                            .out = c->readable, .nr_out = c->nr_readable };
  if (iov_read (ret->out, ret->nr_out, &h, sizeof h) != sizeof h
      || ret->nr_in == 0)
    return false;
  iov_skip (&ret->out, &ret->nr_out, sizeof h);
  last = &ret->in[ret->nr_in - 1];
  ret->status = (uint8_t *) last->iov_base + last->iov_len - 1;
  if (--last->iov_len == 0)
    ret->nr_in--;
  ret->type = le32toh (h.type);
  ret->sector = le64toh (h.sector);
  return true;
}

static void
complete (struct blk *blk, bool well_formed)
{
  struct virtqueue *q = &blk->dev.queues[0];
  struct request r;
  uint32_t written = 0;

  if (well_formed && parse_request (&blk->chain, &r)) {
    *r.status = do_request (blk, &r);
    written = r.written + 1;
  }
  queue_push (q, blk->chain.head, written);
  virtio_notify (&blk->dev, 0);
}

static void
queue_ready (struct virtio_device *dev, unsigned index)
{
  struct blk *blk = (struct blk *) dev;
  struct virtqueue *q = &dev->queues[0];
  int r;

  queue_disable_kicks (q);
  while ((r = queue_next (q, dev->memory, &blk->chain)) != 0)
    complete (blk, r == 1);
}

static void
blk_free (struct virtio_device *dev)
{
  virtio_device_release (dev);
  free (dev);
}

static const struct virtio_device_ops blk_ops = {
  .name = "blk",
  .device_id = VIRTIO_ID_BLOCK,
  .queue_ready = queue_ready,
  .free = blk_free,
};

static void
fill_config (struct blk *blk, unsigned block_size)
{
  struct blk_config *c = &blk->config;

  c->capacity = htole64 (blk->size / SECTOR);
  c->seg_max = htole32 (QUEUE_SIZE - 2);
  c->blk_size = htole32 (block_size);
  c->num_queues = htole16 (1);
  c->max_discard_sectors = htole32 (MAX_RANGE_SECTORS);
  c->max_discard_seg = htole32 (MAX_RANGES);
  c->discard_sector_alignment = htole32 (4096 / SECTOR);
  c->max_write_zeroes_sectors = htole32 (MAX_RANGE_SECTORS);
  c->max_write_zeroes_seg = htole32 (MAX_RANGES);
  c->write_zeroes_may_unmap = blk->discard;
  blk->dev.config = c;
  blk->dev.config_len = sizeof *c;
}

struct virtio_device *
blk_new (struct block *block, const struct blk_options *options,
         const struct blk_callbacks *callbacks, struct error *err)
{
  struct blk *blk = calloc (1, sizeof *blk);
  uint64_t features;

  if (!blk) {
    error_errno (err, "block device");
    return NULL;
  }
  blk->dev.ops = &blk_ops;
  blk->dev.queue_size_max = QUEUE_SIZE;
  if (virtio_device_init (&blk->dev, 1, err) == -1) {
    free (blk);
    return NULL;
  }
  blk->block = block;
  if (callbacks)
    blk->callbacks = *callbacks;
  blk->size = block->size - block->size % options->block_size;
  blk->readonly = options->readonly || block->readonly;
  blk->discard = options->discard && !blk->readonly;
  blk->discard_zeroes = options->discard_zeroes;
  blk->unsafe = options->unsafe;
  if (options->serial)
    memcpy (blk->id, options->serial,
            strnlen (options->serial, sizeof blk->id));

  features = 1 << BLK_F_SEG_MAX | 1 << BLK_F_BLK_SIZE | 1 << BLK_F_FLUSH;
  if (blk->readonly)
    features |= 1 << BLK_F_RO;
  else
    features |= 1 << BLK_F_WRITE_ZEROES;
  if (blk->discard)
    features |= 1 << BLK_F_DISCARD;
  blk->dev.features |= features;
  fill_config (blk, options->block_size);
  return &blk->dev;
}
