/* virtio-blk (VIRTIO 1.2, section 5.2).
 *
 * Requests go straight between guest memory and the block layer.  What needs
 * no waiting is done on the loop of the device at once, as another thread
 * would cost more to wake; the rest goes to the pool, and so do larger requests
 * when there are several.  Queue and device belong to the loop's thread alone:
 * a thread of the pool sees only its request.  A request is complete when the
 * block layer has done it, so a flush that comes afterwards covers it.
 *
 * The guest's framing is free: the header is the first 16 bytes that we may
 * read, the status the last byte that we may write, wherever the descriptors
 * are cut.
 */

#include <config.h>

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "blk-internal.h"
#include "iov.h"
#include "pool.h"

#define QUEUE_SIZE 256

/* 5.2.3 */
#define BLK_F_SEG_MAX 2
#define BLK_F_RO 5
#define BLK_F_BLK_SIZE 6
#define BLK_F_FLUSH 9
#define BLK_F_DISCARD 13
#define BLK_F_WRITE_ZEROES 14

/* Large enough to be worth another thread, where several wait: that thread is
 * awake already. */
#define LARGE (32 * 1024)
/* So much may be unpacked at once where nobody else waits. */
#define UNPACK_HERE (128 * 1024)
#define LARGE_RANGE (8 * 1024 * 1024) /* of zeroes or discards */
/* What is read by several threads at once is cut into pieces of this. */
#define PIECE (256 * 1024)
/* A read of so much is worth a thread where there is no other. */
#define SHARED (512 * 1024)
#define MAX_PIECES 16
#define MANY 32 /* requests at once */
/* After so many reads that were not in memory only one in so many is tried here,
 * and the threads of the pool ask the disk beside each other. */
#define COLD 4
#define TRY_AGAIN 8

/* Waking the guest costs as much as 64 KiB or more: while more requests are there
 * to be served, it is told of so many together.  Many bytes do not wait: a guest
 * that reads ahead works with the first while we read the next. */
#define TOGETHER 8
#define TOGETHER_BYTES (256 * 1024)

static void
tell_guest (struct blk *blk)
{
  blk->held_back = blk->held_back_bytes = 0;
  virtio_notify (&blk->dev, 0);
}

/* A request of `len` bytes is complete: tell the guest, now or with others. */
static void
tell_guest_soon (struct blk *blk, uint64_t len)
{
  blk->held_back++;
  blk->held_back_bytes += len;
  if (blk->held_back >= TOGETHER || blk->held_back_bytes >= TOGETHER_BYTES
      || !queue_has_more (&blk->dev.queues[0]))
    tell_guest (blk);
}

/* Put it into the used ring, and tell the drive's owner where it failed; the
 * guest is told of it by tell_guest. */
static void
complete (struct blk_request *r)
{
  struct blk *blk = r->blk;

  if (r->failed && blk->callbacks.io_error)
    blk->callbacks.io_error (blk->callbacks.opaque, r->failed, &r->err);
  error_clear (&r->err);
  *r->status = r->result;
  queue_push (&blk->dev.queues[0], r->head, r->written + 1);
}

/* --- requests in the pool ------------------------------------------------- */

/* A request of its own memory, in one piece or several. */
struct deferred {
  struct blk_request r;
  unsigned nr_pieces; /* that are not done */
  struct piece {
    struct pool_job job;
    struct deferred *whole;
    struct blk_request r; /* shares the lists, or has a part of them */
  } pieces[MAX_PIECES];
  struct iovec iov[];
};

static void
work (struct pool_job *job)
{
  struct piece *p = (struct piece *) job;

  blk_request_do (&p->r);
}

static void
finish_piece (struct piece *p)
{
  struct deferred *d = p->whole;

  d->r.written += p->r.written;
  /* The first failure counts. */
  if (p->r.result != BLK_S_OK && d->r.result == BLK_S_OK) {
    d->r.result = p->r.result;
    d->r.failed = p->r.failed;
    error_move (&d->r.err, &p->r.err);
  }
  error_clear (&p->r.err);
  if (--d->nr_pieces > 0)
    return;
  d->r.blk->in_pool--;
  complete (&d->r);
  free (d);
}

static void
done (struct pool_job *job)
{
  struct piece *p = (struct piece *) job;
  struct pool_job *next = job->next;
  struct blk *blk = p->r.blk;

  finish_piece (p);
  /* Jobs that have finished together are told of together. */
  if (!next || next->done != done || ((struct piece *) next)->r.blk != blk)
    tell_guest (blk);
}

/* How many pieces a request has in the pool: only reads have several, which
 * the block layer does independently anyway. */
static unsigned
count_pieces (const struct blk_request *r)
{
  uint64_t len = iov_length (r->in, r->nr_in);

  if (r->type != BLK_T_IN || len <= PIECE || len % BLK_SECTOR != 0)
    return 1;
  return len / PIECE < MAX_PIECES ? (len + PIECE - 1) / PIECE : MAX_PIECES;
}

/* Cut a read into pieces.  Every piece may share an entry of the list with the
 * next one, so there are as many entries more as pieces. */
static void
cut (struct deferred *d, unsigned nr)
{
  uint64_t len = iov_length (d->r.in, d->r.nr_in), sector = d->r.sector;
  uint64_t size = (len / nr + BLK_SECTOR - 1) / BLK_SECTOR * BLK_SECTOR;
  struct iovec *in = d->r.in, *to = d->iov;
  int nr_in = d->r.nr_in;

  for (unsigned i = 0; i < nr; ++i) {
    struct blk_request *r = &d->pieces[i].r;
    uint64_t want = len < size ? len : size;

    r->sector = sector;
    r->in = to;
    r->nr_in = 0;
    sector += want / BLK_SECTOR;
    len -= want;
    while (want > 0) {
      size_t n = in->iov_len < want ? in->iov_len : want;

      *to++ = (struct iovec) { in->iov_base, n };
      r->nr_in++;
      want -= n;
      iov_skip (&in, &nr_in, n);
    }
  }
}

/* A request with memory of its own, in so many pieces; NULL when there is none. */
static struct deferred *
prepare (const struct blk_request *r, unsigned nr)
{
  struct deferred *d
    = malloc (sizeof *d + (r->nr_in + r->nr_out + nr) * sizeof d->iov[0]);

  if (!d)
    return NULL;
  d->r = *r;
  d->nr_pieces = nr;
  for (unsigned i = 0; i < nr; ++i)
    d->pieces[i] = (struct piece) { .job = { .work = work, .done = done },
                                    .whole = d, .r = *r };
  if (nr > 1)
    cut (d, nr);
  else {
    struct blk_request *p = &d->pieces[0].r;

    p->in = memcpy (d->iov, r->in, r->nr_in * sizeof *r->in);
    p->out = memcpy (d->iov + r->nr_in, r->out, r->nr_out * sizeof *r->out);
  }
  return d;
}

/* Hand a request over; false when there is no memory for that. */
static bool
defer (struct blk *blk, const struct blk_request *r, enum pool_kind kind)
{
  unsigned nr = count_pieces (r);
  struct deferred *d = prepare (r, nr);

  if (!d)
    return false;
  blk->in_pool++;
  if (r->type == BLK_T_OUT)
    d->pieces[0].job.lane = &blk->writes;
  for (unsigned i = 0; i < nr; ++i)
    pool_submit (blk->pool, &d->pieces[i].job, kind);
  return true;
}

/* Read a piece here while threads of the pool read the others. */
static bool
share (struct blk *blk, const struct blk_request *r)
{
  unsigned pieces = count_pieces (r), most = pool_processors (blk->pool);
  unsigned others = (pieces < most ? pieces : most) - 1;
  struct deferred *d = prepare (r, others + 1);
  struct piece *here;
  enum block_now now;

  if (!d)
    return false;
  here = &d->pieces[others];
  blk->in_pool++;
  for (unsigned i = 0; i < others; ++i)
    pool_submit (blk->pool, &d->pieces[i].job, POOL_COMPUTES);
  now = blk_request_read_now (&here->r, false);
  if (now == BLOCK_DONE) {
    finish_piece (here);
    pool_look (blk->pool);
  } else
    pool_submit (blk->pool, &here->job,
                 now == BLOCK_WAITS ? POOL_WAITS : POOL_COMPUTES);
  return true;
}

/* Where a request is to be done. */
enum place {
  DONE_ALREADY,
  HERE,
  HERE_AND_POOL,
  POOL_AS_IT_WAITS,
  POOL_AS_IT_COMPUTES,
};

/* While reads find nothing in memory, few are tried. */
static bool
may_be_in_memory (const struct blk *blk)
{
  return blk->misses < COLD || blk->misses % TRY_AGAIN == 0;
}

/* Reads of what is in memory are done in passing. */
static enum place
place_read (struct blk *blk, struct blk_request *r)
{
  bool more = queue_has_more (&blk->dev.queues[0]);
  uint64_t len = blk_request_length (r);
  enum block_now now = BLOCK_WAITS;

  if (len >= LARGE && more)
    return POOL_AS_IT_COMPUTES;
  if (len >= SHARED && blk->in_pool == 0 && pool_processors (blk->pool) > 1)
    return HERE_AND_POOL;
  if (may_be_in_memory (blk))
    now = blk_request_read_now (r, !more && blk->in_pool == 0
                                   && len <= UNPACK_HERE);
  switch (now) {
  case BLOCK_DONE:
    blk->misses = 0;
    return DONE_ALREADY;
  case BLOCK_WAITS:
    blk->misses++;
    return POOL_AS_IT_WAITS;
  default:
    return POOL_AS_IT_COMPUTES;
  }
}

static enum place
find_place (struct blk *blk, struct blk_request *r)
{
  /* The queue bounds what a guest can have under way that keeps its rules. */
  if (!blk->pool || blk->in_pool >= QUEUE_SIZE)
    return HERE;
  switch (r->type) {
  case BLK_T_IN:
    return place_read (blk, r);
  case BLK_T_FLUSH:
    return blk->unsafe || blk->readonly ? HERE : POOL_AS_IT_WAITS;
  case BLK_T_DISCARD:
  case BLK_T_WRITE_ZEROES:
    return blk_request_length (r) > LARGE_RANGE ? POOL_AS_IT_WAITS : HERE;
  case BLK_T_OUT:
    /* Writes go to memory.  Filesystems do those to one file one after the other,
     * so one thread does them, while this one talks to the guest and does the
     * last. */
    return blk_request_length (r) >= LARGE
      && queue_has_more (&blk->dev.queues[0])
      ? POOL_AS_IT_COMPUTES : HERE;
  default:
    return HERE;
  }
}

static void
serve (struct blk *blk, struct blk_request *r)
{
  enum place place = find_place (blk, r);

  if (place == HERE_AND_POOL && share (blk, r))
    return;
  if (place == POOL_AS_IT_WAITS && defer (blk, r, POOL_WAITS))
    return;
  if (place == POOL_AS_IT_COMPUTES && defer (blk, r, POOL_COMPUTES))
    return;
  if (place != DONE_ALREADY)
    blk_request_do (r);
  complete (r);
  tell_guest_soon (blk, blk_request_length (r));
}

static void
queue_ready (struct virtio_device *dev, unsigned index)
{
  struct blk *blk = (struct blk *) dev;
  struct virtqueue *q = &dev->queues[0];
  struct blk_request r;
  unsigned nr = 0;
  int got;

  queue_disable_kicks (q);
  while ((got = queue_next (q, dev->memory, &blk->chain)) != 0) {
    if (got == 1 && blk_request_parse (blk, &blk->chain, &r))
      serve (blk, &r);
    else {
      queue_push (q, blk->chain.head, 0);
      tell_guest (blk);
    }
    /* A guest that fills the queue again and again must not keep what the pool
     * has done from being told. */
    if (++nr % MANY == 0 && blk->in_pool > 0)
      pool_look (blk->pool);
  }
  if (blk->held_back > 0)
    tell_guest (blk);
}

/* Before the queue goes: nothing of it is in the pool any more. */
static void
reset (struct virtio_device *dev)
{
  struct blk *blk = (struct blk *) dev;

  while (blk->in_pool > 0)
    pool_wait (blk->pool);
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
  .reset = reset,
  .free = blk_free,
};

static void
fill_config (struct blk *blk, unsigned block_size)
{
  struct blk_config *c = &blk->config;

  c->capacity = htole64 (blk->size / BLK_SECTOR);
  c->seg_max = htole32 (QUEUE_SIZE - 2);
  c->blk_size = htole32 (block_size);
  c->num_queues = htole16 (1);
  c->max_discard_sectors = htole32 (MAX_RANGE_SECTORS);
  c->max_discard_seg = htole32 (MAX_RANGES);
  c->discard_sector_alignment = htole32 (4096 / BLK_SECTOR);
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
  blk->pool = options->pool;
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
