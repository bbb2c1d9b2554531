/* virtio-blk: what each request asks of the block layer.  See blk-internal.h. */

#include <config.h>

#include <endian.h>
#include <errno.h>
#include <string.h>

#include "blk-internal.h"
#include "checked.h"
#include "iov.h"

#define RANGE_UNMAP 1

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

static uint8_t
failed (struct blk_request *r, const char *operation)
{
  r->failed = operation;
  return BLK_S_IOERR;
}

/* The bytes [*ret_offset, +len) that a transfer concerns; false when they are
 * not whole sectors inside the disk. */
static bool
transfer_range (const struct blk *blk, const struct blk_request *r,
                uint64_t len, uint64_t *ret_offset)
{
  return checked_mul_u64 (r->sector, BLK_SECTOR, ret_offset)
         && len % BLK_SECTOR == 0 && range_fits (*ret_offset, len, blk->size);
}

static uint8_t
do_read (struct blk *blk, struct blk_request *r)
{
  uint64_t offset, len = iov_length (r->in, r->nr_in);

  if (!transfer_range (blk, r, len, &offset))
    return BLK_S_IOERR;
  if (len > 0
      && block_preadv (blk->block, r->in, r->nr_in, offset, &r->err) == -1)
    return failed (r, "read");
  r->written = len;
  return BLK_S_OK;
}

static uint8_t
do_write (struct blk *blk, struct blk_request *r)
{
  uint64_t offset, len = iov_length (r->out, r->nr_out);

  if (blk->readonly || !transfer_range (blk, r, len, &offset))
    return BLK_S_IOERR;
  if (len > 0
      && block_pwritev (blk->block, r->out, r->nr_out, offset, &r->err) == -1)
    return failed (r, "write");
  return BLK_S_OK;
}

static uint8_t
do_flush (struct blk *blk, struct blk_request *r)
{
  if (blk->unsafe || blk->readonly)
    return BLK_S_OK;
  if (block_flush (blk->block, &r->err) == -1)
    return failed (r, "flush");
  return BLK_S_OK;
}

static uint8_t
do_get_id (struct blk *blk, struct blk_request *r)
{
  if (iov_length (r->in, r->nr_in) < BLK_ID_SIZE)
    return BLK_S_IOERR;
  r->written = iov_write (r->in, r->nr_in, blk->id, BLK_ID_SIZE);
  return BLK_S_OK;
}

/* 5.2.6.1: one segment of a discard or write-zeroes request. */
static uint8_t
do_range (struct blk *blk, struct blk_request *r, const struct blk_range *range)
{
  uint32_t flags = le32toh (range->flags);
  uint64_t offset, len = (uint64_t) le32toh (range->nr_sectors) * BLK_SECTOR;
  bool zero = r->type == BLK_T_WRITE_ZEROES;

  if (flags & ~(zero ? RANGE_UNMAP : 0))
    return BLK_S_UNSUPP;
  if (!zero && blk->discard_zeroes) {
    zero = true;
    flags = RANGE_UNMAP;
  }
  if (!checked_mul_u64 (le64toh (range->sector), BLK_SECTOR, &offset)
      || !range_fits (offset, len, blk->size)
      || len > (uint64_t) MAX_RANGE_SECTORS * BLK_SECTOR)
    return BLK_S_IOERR;
  if (len == 0)
    return BLK_S_OK;
  if (zero) {
    int may_unmap = flags & RANGE_UNMAP && blk->discard ? BLOCK_MAY_UNMAP : 0;

    if (block_write_zeroes (blk->block, offset, len, may_unmap, &r->err) == -1)
      return failed (r, "write zeroes");
  }
  else if (block_discard (blk->block, offset, len, &r->err) == -1)
    return failed (r, "discard");
  return BLK_S_OK;
}

static uint8_t
do_ranges (struct blk *blk, struct blk_request *r)
{
  struct blk_range ranges[MAX_RANGES];
  uint64_t len = iov_length (r->out, r->nr_out);
  size_t i;

  if (blk->readonly || len == 0 || len % sizeof ranges[0] != 0
      || len > sizeof ranges)
    return BLK_S_IOERR;
  iov_read (r->out, r->nr_out, ranges, len);
  for (i = 0; i < len / sizeof ranges[0]; ++i) {
    uint8_t status = do_range (blk, r, &ranges[i]);

    if (status != BLK_S_OK)
      return status;
  }
  return BLK_S_OK;
}

static uint8_t
result_of (struct blk *blk, struct blk_request *r)
{
  switch (r->type) {
  case BLK_T_IN:
    return do_read (blk, r);
  case BLK_T_OUT:
    return do_write (blk, r);
  case BLK_T_FLUSH:
    return do_flush (blk, r);
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

bool
blk_request_parse (struct blk *blk, struct chain *c, struct blk_request *ret)
{
  struct blk_header h;
  struct iovec *last;

  *ret = (struct blk_request) { .blk = blk, .head = c->head,
                                .in = c->writable, .nr_in = c->nr_writable,
                                .out = c->readable,
                                .nr_out = c->nr_readable,
                                .err = ERROR_INIT };
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

void
blk_request_do (struct blk_request *r)
{
  r->result = result_of (r->blk, r);
}

enum block_now
blk_request_read_now (struct blk_request *r, bool idle)
{
  uint64_t offset, len = iov_length (r->in, r->nr_in);
  enum block_now now;

  if (!transfer_range (r->blk, r, len, &offset))
    return BLOCK_WAITS;
  now = block_preadv_now (r->blk->block, r->in, r->nr_in, offset, idle);
  if (now == BLOCK_DONE) {
    r->written = len;
    r->result = BLK_S_OK;
  }
  return now;
}

uint64_t
blk_request_length (const struct blk_request *r)
{
  struct blk_range ranges[MAX_RANGES];
  uint64_t sum = 0;
  size_t n;

  if (r->type == BLK_T_IN)
    return iov_length (r->in, r->nr_in);
  if (r->type != BLK_T_DISCARD && r->type != BLK_T_WRITE_ZEROES)
    return iov_length (r->out, r->nr_out);
  n = iov_read (r->out, r->nr_out, ranges, sizeof ranges) / sizeof ranges[0];
  for (size_t i = 0; i < n; ++i)
    sum += (uint64_t) le32toh (ranges[i].nr_sectors) * BLK_SECTOR;
  return sum;
}
