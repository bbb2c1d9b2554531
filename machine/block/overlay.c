/* A private copy-on-write layer over a drive that must not change.
 *
 * The scratch file has the same layout as the disk and is sparse.  A bitmap
 * tells which blocks are in it; bits are only ever set, and only when the
 * block is complete in the scratch file, so that readers need no lock.
 * Writers that would set bits announce their blocks (inflight.h); a discarded
 * or zeroed block is a hole in the scratch file.
 *
 * The bitmap is mapped without reserving memory: only the pages of the parts
 * that were written become real.
 */

#include <config.h>

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#include "block.h"
#include "cleanup.h"
#include "file.h"
#include "inflight.h"
#include "iov.h"

#define SMALL_BLOCK_BITS 12                /* filesystems write 4 KiB */
#define LARGE_BLOCK_BITS 16                /* for huge disks */
#define SMALL_BLOCK_LIMIT (UINT64_C (1) << 41) /* 64 MiB of bitmap */

struct overlay {
  struct block b;
  struct block *scratch; /* owned */
  unsigned block_bits;
  _Atomic uint64_t *bitmap;
  size_t bitmap_bytes;
  pthread_mutex_t lock; /* of inflight */
  struct inflight inflight;
};

static uint64_t
block_of (const struct overlay *o, uint64_t offset)
{
  return offset >> o->block_bits;
}

static bool
is_present (struct overlay *o, uint64_t block)
{
  return atomic_load_explicit (&o->bitmap[block / 64], memory_order_acquire)
    >> (block % 64) & 1;
}

static void
set_present (struct overlay *o, uint64_t first, uint64_t last)
{
  for (uint64_t word = first / 64; word <= last / 64; ++word) {
    uint64_t bits = UINT64_MAX;

    if (word == first / 64)
      bits &= UINT64_MAX << (first % 64);
    if (word == last / 64)
      bits &= UINT64_MAX >> (63 - last % 64);
    atomic_fetch_or_explicit (&o->bitmap[word], bits, memory_order_release);
  }
}

/* The first block after `block`, up to `last`, whose state differs. */
static uint64_t
run_end (struct overlay *o, uint64_t block, uint64_t last)
{
  bool present = is_present (o, block);
  uint64_t same = present ? UINT64_MAX : 0;

  while (++block <= last) {
    if (block % 64 == 0 && last - block >= 64
        && atomic_load_explicit (&o->bitmap[block / 64],
                                 memory_order_acquire) == same) {
      block += 63;
      continue;
    }
    if (is_present (o, block) != present)
      break;
  }
  return block;
}

static int
read_part (struct block *from, const struct iovec *iov, int iovcnt,
           size_t skip, size_t len, uint64_t offset, struct error *err)
{
  CLEANUP_FREE struct iovec *part = NULL;
  int cnt = 0;

  part = iov_slice (iov, iovcnt, skip, len, 0, &cnt);
  if (!part)
    return error_errno (err, "%s", from->name);
  return from->ops->preadv (from, part, cnt, offset, err);
}

static int
overlay_preadv (struct block *b, const struct iovec *iov, int iovcnt,
                uint64_t offset, struct error *err)
{
  struct overlay *o = (struct overlay *) b;
  size_t len = iov_length (iov, iovcnt), done = 0;

  while (done < len) {
    uint64_t at = offset + done;
    uint64_t block = block_of (o, at), last = block_of (o, offset + len - 1);
    struct block *from = is_present (o, block) ? o->scratch : b->next;
    uint64_t end = run_end (o, block, last) << o->block_bits;
    size_t n = end > offset + len ? len - done : end - at;

    if (block == block_of (o, offset) && n == len)
      return from->ops->preadv (from, iov, iovcnt, offset, err);
    if (read_part (from, iov, iovcnt, done, n, at, err) == -1)
      return -1;
    done += n;
  }
  return 0;
}

static enum block_now
overlay_preadv_now (struct block *b, const struct iovec *iov, int iovcnt,
                    uint64_t offset, bool idle)
{
  struct overlay *o = (struct overlay *) b;
  size_t len = iov_length (iov, iovcnt), done = 0;

  while (done < len) {
    CLEANUP_FREE struct iovec *part = NULL;
    uint64_t at = offset + done;
    uint64_t block = block_of (o, at), last = block_of (o, offset + len - 1);
    struct block *from = is_present (o, block) ? o->scratch : b->next;
    uint64_t end = run_end (o, block, last) << o->block_bits;
    size_t n = end > offset + len ? len - done : end - at;
    int cnt = iovcnt;
    enum block_now now;

    if (n != len && !(part = iov_slice (iov, iovcnt, done, n, 0, &cnt)))
      return BLOCK_WAITS;
    now = block_read_now (from, part ? part : iov, cnt, at, idle);
    if (now != BLOCK_DONE)
      return now;
    done += n;
  }
  return BLOCK_DONE;
}

/* Copy [from, to) of the disk, a part of one block that is not present, from
 * below to the scratch file. */
static int
copy_up (struct overlay *o, uint64_t from, uint64_t to, struct error *err)
{
  char buf[1 << LARGE_BLOCK_BITS];
  struct iovec iov = { buf, 0 };

  if (to > o->b.size)
    to = o->b.size;
  if (from >= to)
    return 0;
  iov.iov_len = to - from;
  if (o->b.next->ops->preadv (o->b.next, &iov, 1, from, err) == -1)
    return -1;
  return o->scratch->ops->pwritev (o->scratch, &iov, 1, from, err);
}

/* Bring what a write to [offset, offset + len) leaves of its first and last
 * block. */
static int
copy_edges (struct overlay *o, uint64_t offset, uint64_t len,
            struct error *err)
{
  uint64_t first = block_of (o, offset), last = block_of (o, offset + len - 1);

  if (!is_present (o, first)
      && copy_up (o, first << o->block_bits, offset, err) == -1)
    return -1;
  if (!is_present (o, last)
      && copy_up (o, offset + len, (last + 1) << o->block_bits, err) == -1)
    return -1;
  return 0;
}

/* Change blocks: announce them, bring the edges, let `change` fill the rest,
 * and mark them. */
static int
change_blocks (struct overlay *o, uint64_t offset, uint64_t len,
               int (*change) (struct overlay *o, void *opaque,
                              struct error *err),
               void *opaque, struct error *err)
{
  uint64_t first = block_of (o, offset), last = block_of (o, offset + len - 1);
  struct inflight_range range;
  int r;

  pthread_mutex_lock (&o->lock);
  (void) inflight_wait (&o->inflight, &o->lock, first, last);
  inflight_add (&o->inflight, &range, first, last);
  pthread_mutex_unlock (&o->lock);

  r = copy_edges (o, offset, len, err);
  if (r == 0)
    r = change (o, opaque, err);
  if (r == 0)
    set_present (o, first, last);

  pthread_mutex_lock (&o->lock);
  inflight_remove (&o->inflight, &range);
  pthread_mutex_unlock (&o->lock);
  return r;
}

struct write_request {
  const struct iovec *iov;
  int iovcnt;
  uint64_t offset;
};

static int
write_scratch (struct overlay *o, void *opaque, struct error *err)
{
  const struct write_request *w = opaque;

  return o->scratch->ops->pwritev (o->scratch, w->iov, w->iovcnt, w->offset,
                                   err);
}

static int
overlay_pwritev (struct block *b, const struct iovec *iov, int iovcnt,
                 uint64_t offset, struct error *err)
{
  struct overlay *o = (struct overlay *) b;
  struct write_request w = { iov, iovcnt, offset };
  size_t len = iov_length (iov, iovcnt);
  uint64_t first, last;

  if (len == 0)
    return 0;
  first = block_of (o, offset);
  last = block_of (o, offset + len - 1);
  if (is_present (o, first) && run_end (o, first, last) > last)
    return write_scratch (o, &w, err);
  return change_blocks (o, offset, len, write_scratch, &w, err);
}

/* Nothing here needs to survive the machine. */
static int
overlay_flush (struct block *b, struct error *err)
{
  return 0;
}

struct zero_request {
  uint64_t offset, len;
};

static int
zero_scratch (struct overlay *o, void *opaque, struct error *err)
{
  const struct zero_request *z = opaque;
  uint64_t length = o->scratch->ops->length (o->scratch);
  uint64_t len = z->len;

  /* Beyond its end the scratch file reads as zeroes anyway. */
  if (z->offset >= length)
    return 0;
  if (len > length - z->offset)
    len = length - z->offset;
  return o->scratch->ops->write_zeroes (o->scratch, z->offset, len,
                                        BLOCK_MAY_UNMAP, err);
}

static int
overlay_write_zeroes (struct block *b, uint64_t offset, uint64_t len,
                      int flags, struct error *err)
{
  struct zero_request z = { offset, len };

  return change_blocks ((struct overlay *) b, offset, len, zero_scratch, &z,
                        err);
}

/* Gives back the space of whole blocks that are present; the others lie below
 * and cost nothing. */
static int
overlay_discard (struct block *b, uint64_t offset, uint64_t len,
                 struct error *err)
{
  struct overlay *o = (struct overlay *) b;
  uint64_t mask = (UINT64_C (1) << o->block_bits) - 1;
  uint64_t first = block_of (o, offset + mask);
  uint64_t end = offset + len == b->size ? block_of (o, b->size + mask)
                                         : block_of (o, offset + len);

  while (first < end) {
    uint64_t next = run_end (o, first, end - 1);

    if (is_present (o, first)) {
      struct zero_request z = { first << o->block_bits,
                                (next - first) << o->block_bits };

      if (z.len > b->size - z.offset)
        z.len = b->size - z.offset;
      if (change_blocks (o, z.offset, z.len, zero_scratch, &z, err) == -1)
        return -1;
    }
    first = next;
  }
  return 0;
}

static int
overlay_extent (struct block *b, uint64_t offset, uint64_t len,
                uint64_t *ret_len, bool *ret_zero, struct error *err)
{
  struct overlay *o = (struct overlay *) b;
  uint64_t block = block_of (o, offset);
  struct block *from = is_present (o, block) ? o->scratch : b->next;
  uint64_t end = run_end (o, block, block_of (o, offset + len - 1))
    << o->block_bits;

  if (len > end - offset)
    len = end - offset;
  if (from->ops->extent)
    return from->ops->extent (from, offset, len, ret_len, ret_zero, err);
  *ret_len = len;
  *ret_zero = false;
  return 0;
}

static int
overlay_close (struct block *b, struct error *err)
{
  struct overlay *o = (struct overlay *) b;

  (void) munmap ((void *) o->bitmap, o->bitmap_bytes);
  (void) block_free (o->scratch, NULL);
  pthread_mutex_destroy (&o->lock);
  pthread_cond_destroy (&o->inflight.done);
  return 0;
}

static const struct block_ops overlay_ops = {
  .name = "overlay",
  .preadv = overlay_preadv,
  .preadv_now = overlay_preadv_now,
  .pwritev = overlay_pwritev,
  .flush = overlay_flush,
  .discard = overlay_discard,
  .write_zeroes = overlay_write_zeroes,
  .extent = overlay_extent,
  .close = overlay_close,
};

/* Map the bitmap and prepare the locks of a node whose size is set. */
static int
overlay_init (struct overlay *o, struct error *err)
{
  void *map;

  o->block_bits = o->b.size <= SMALL_BLOCK_LIMIT ? SMALL_BLOCK_BITS
                                                 : LARGE_BLOCK_BITS;
  o->bitmap_bytes = ((o->b.size >> o->block_bits) / 64 + 1) * 8;
  map = mmap (NULL, o->bitmap_bytes, PROT_READ | PROT_WRITE,
              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (map == MAP_FAILED)
    return error_errno (err, "%s: map of changed blocks of a disk of %llu"
                        " bytes", o->b.name, (unsigned long long) o->b.size);
  o->bitmap = map;
  pthread_mutex_init (&o->lock, NULL);
  pthread_cond_init (&o->inflight.done, NULL);
  return 0;
}

struct block *
overlay_new (struct block *below, int scratch_fd, struct error *err)
{
  struct block *scratch;
  CLEANUP_FREE struct overlay *o = NULL;
  CLEANUP_FREE char *name = NULL;

  scratch = file_new (scratch_fd, "scratch file", FILE_GROUND, false, err);
  if (!scratch)
    return NULL;
  o = calloc (1, sizeof *o);
  name = strdup (below->name);
  if (!o || !name) {
    error_errno (err, "%s", below->name);
    (void) block_free (scratch, NULL);
    return NULL;
  }
  o->b.ops = &overlay_ops;
  o->b.name = name;
  o->b.size = below->size;
  o->scratch = scratch;
  if (overlay_init (o, err) == -1) {
    (void) block_free (scratch, NULL);
    return NULL;
  }
  name = NULL; /* the node's now */
  o->b.next = below;
  return &TAKE_PTR (o)->b;
}
