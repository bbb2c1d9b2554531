/* Compressed clusters: where they lie, reading them, and the few that were
 * unpacked last, because a guest reads a cluster in small pieces. */

#include <config.h>

#include <errno.h>

#include "checked.h"
#include "iov.h"
#include "qcow2-image.h"
#include "unpack.h"

#define SECTOR 512
#define UNPACKED_BYTES (4 * 1024 * 1024) /* kept, of each image */
#define UNPACKED_MIN 4

void
qcow2_compressed_range (const struct qcow2 *q, uint64_t entry,
                        uint64_t *ret_offset, uint64_t *ret_len)
{
  /* Low bits: offset; above them, cluster_bits - 8 bits: further sectors. */
  unsigned shift = 62 - (q->cluster_bits - 8);
  uint64_t offset = entry & ((UINT64_C (1) << shift) - 1);
  uint64_t sectors
    = (entry >> shift & ((UINT64_C (1) << (q->cluster_bits - 8)) - 1)) + 1;

  *ret_offset = offset;
  *ret_len = sectors * SECTOR - offset % SECTOR;
}

/* The packed bytes, and perhaps more; *ret_len of them.  The caller frees. */
static void *
read_packed (struct qcow2 *q, uint64_t entry, bool now, uint64_t *ret_len,
             struct error *err)
{
  CLEANUP_FREE void *packed = NULL;
  uint64_t offset, len, length = qcow2_file_length (q);
  struct iovec iov;

  qcow2_compressed_range (q, entry, &offset, &len);
  if (offset == 0 || offset >= length) {
    error_set (err, EIO, "%s: a compressed cluster at offset %llu lies beyond"
               " the end of the file", q->b.name,
               (unsigned long long) offset);
    return NULL;
  }
  /* The last sector of the file may be short. */
  if (len > length - offset)
    len = length - offset;
  packed = malloc (len);
  if (!packed) {
    error_errno (err, "%s", q->b.name);
    return NULL;
  }
  iov.iov_base = packed;
  iov.iov_len = len;
  if (now ? block_read_now (q->b.next, &iov, 1, offset, true) != BLOCK_DONE
      : q->b.next->ops->preadv (q->b.next, &iov, 1, offset, err) == -1)
    return NULL;
  *ret_len = len;
  return TAKE_PTR (packed);
}

/* An unpacker for this thread; NULL without memory. */
static struct unpacker *
take_unpacker (struct unpacked *u)
{
  CLEANUP_UNLOCK (&u->lock);

  return u->nr_idle > 0 ? u->idle[--u->nr_idle] : unpacker_new ();
}

static void
keep_unpacker (struct unpacked *u, struct unpacker *unpacker)
{
  {
    CLEANUP_UNLOCK (&u->lock);

    if (u->nr_idle < UNPACKERS_KEPT) {
      u->idle[u->nr_idle++] = unpacker;
      return;
    }
  }
  unpacker_free (unpacker);
}

/* Read a cluster and unpack it to `data`. */
static int
unpack (struct qcow2 *q, uint64_t entry, bool now, void *data,
        struct error *err)
{
  uint64_t len = 0;
  CLEANUP_FREE void *packed = read_packed (q, entry, now, &len, err);
  struct unpacker *unpacker;
  bool ok;

  if (!packed)
    return -1;
  unpacker = take_unpacker (&q->unpacked);
  if (!unpacker)
    return error_errno (err, "%s", q->b.name);
  ok = (q->header.compression == QCOW2_ZSTD ? unpack_zstd : unpack_deflate)
    (unpacker, packed, len, data, q->cluster_size);
  keep_unpacker (&q->unpacked, unpacker);
  if (!ok) {
    uint64_t offset;

    qcow2_compressed_range (q, entry, &offset, &len);
    return error_set (err, EIO, "%s: damaged compressed cluster at offset"
                      " %llu", q->b.name, (unsigned long long) offset);
  }
  return 0;
}

/* --- the clusters that were unpacked last; locked ---------------------------- */

static struct unpacked_slot *
find_slot (struct unpacked *u, uint64_t entry)
{
  for (unsigned i = 0; i < u->nr; ++i)
    if (u->slots[i].entry == entry)
      return &u->slots[i];
  return NULL;
}

/* A slot for a cluster that we unpack, whose memory goes to *ret_data; NULL
 * when others fill all of them. */
static struct unpacked_slot *
take_slot (struct qcow2 *q, uint64_t entry, void **ret_data)
{
  struct unpacked *u = &q->unpacked;

  if (u->nr == 0) {
    u->nr = UNPACKED_BYTES >> q->cluster_bits;
    if (u->nr < UNPACKED_MIN)
      u->nr = UNPACKED_MIN;
    if (u->nr > UNPACKED_SLOTS)
      u->nr = UNPACKED_SLOTS;
  }
  for (unsigned i = 0; i < u->nr; ++i) {
    struct unpacked_slot *s = &u->slots[u->next++ % u->nr];

    if (s->busy)
      continue;
    *ret_data = TAKE_PTR (s->data);
    s->entry = entry;
    s->busy = true;
    return s;
  }
  return NULL;
}

/* Unpack a cluster into `memory` (taken; NULL: there is none yet), copy what
 * is wanted, and keep it in the slot, if any. */
static int
fill_slot (struct qcow2 *q, struct unpacked_slot *s, void *memory,
           uint64_t entry, uint64_t skip, const struct iovec *iov, int iovcnt,
           bool now, struct error *err)
{
  struct unpacked *u = &q->unpacked;
  CLEANUP_FREE char *data = memory ? memory : malloc (q->cluster_size);
  int r = data ? unpack (q, entry, now, data, err)
    : error_errno (err, "%s", q->b.name);

  if (r == 0)
    iov_from_buf (iov, iovcnt, 0, data + skip, iov_length (iov, iovcnt));
  if (s) {
    CLEANUP_UNLOCK (&u->lock);

    if (r == -1)
      s->entry = 0;
    s->data = TAKE_PTR (data);
    s->busy = false;
    pthread_cond_broadcast (&u->ready);
  }
  return r;
}

int
qcow2_read_compressed (struct qcow2 *q, uint64_t entry, uint64_t skip,
                       const struct iovec *iov, int iovcnt,
                       struct error *err)
{
  struct unpacked *u = &q->unpacked;
  struct unpacked_slot *s;
  void *memory = NULL;

  {
    CLEANUP_UNLOCK (&u->lock);

    /* Small reads of one cluster come together: it is unpacked once. */
    while ((s = find_slot (u, entry)) != NULL && s->busy)
      pthread_cond_wait (&u->ready, &u->lock);
    if (s) {
      iov_from_buf (iov, iovcnt, 0, (char *) s->data + skip,
                    iov_length (iov, iovcnt));
      return 0;
    }
    s = take_slot (q, entry, &memory);
  }
  return fill_slot (q, s, memory, entry, skip, iov, iovcnt, false, err);
}

enum block_now
qcow2_read_compressed_now (struct qcow2 *q, uint64_t entry, uint64_t skip,
                           const struct iovec *iov, int iovcnt, bool idle)
{
  struct unpacked *u = &q->unpacked;
  struct unpacked_slot *s;
  void *memory = NULL;

  {
    CLEANUP_UNLOCK (&u->lock);

    s = find_slot (u, entry);
    if (s && !s->busy) {
      iov_from_buf (iov, iovcnt, 0, (char *) s->data + skip,
                    iov_length (iov, iovcnt));
      return BLOCK_DONE;
    }
    if (s || !idle)
      return BLOCK_COMPUTES;
    s = take_slot (q, entry, &memory);
  }
  return fill_slot (q, s, memory, entry, skip, iov, iovcnt, true, NULL) == 0
    ? BLOCK_DONE : BLOCK_WAITS;
}

void
qcow2_forget_unpacked (struct qcow2 *q)
{
  CLEANUP_UNLOCK (&q->unpacked.lock);

  for (size_t i = 0; i < UNPACKED_SLOTS; ++i) {
    free (TAKE_PTR (q->unpacked.slots[i].data));
    q->unpacked.slots[i].entry = 0;
  }
  while (q->unpacked.nr_idle > 0)
    unpacker_free (q->unpacked.idle[--q->unpacked.nr_idle]);
}
