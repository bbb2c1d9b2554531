/* Opening and closing qcow2 images. */

#include <config.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "bytes.h"
#include "checked.h"
#include "file.h"
#include "qcow2.h"
#include "qcow2-write.h"

/* The tables of an image of 256 GiB with clusters of 64 KiB, and their refcount
 * blocks. */
#define L2_CACHE_MAX (32 * 1024 * 1024)
#define REFBLOCK_CACHE_MAX (8 * 1024 * 1024)

uint64_t
qcow2_file_length (struct qcow2 *q)
{
  return q->b.next->ops->length (q->b.next);
}

/* Set a bit of the header that says that the image is damaged. */
static void
mark_corrupt (struct qcow2 *q)
{
  uint8_t field[8];
  struct iovec iov = { field, sizeof field };

  q->corrupt = true;
  if (q->b.readonly || q->header.version < 3
      || (q->header.incompatible & QCOW2_CORRUPT))
    return;
  q->header.incompatible |= QCOW2_CORRUPT;
  put_be64 (field, q->header.incompatible);
  (void) q->b.next->ops->pwritev (q->b.next, &iov, 1,
                                  QCOW2_FIELD_INCOMPATIBLE, NULL);
}

int
qcow2_damaged (struct qcow2 *q, struct error *err, const char *fmt, ...)
{
  CLEANUP_FREE char *what = NULL;
  va_list args;

  va_start (args, fmt);
  if (vasprintf (&what, fmt, args) == -1)
    what = NULL;
  va_end (args);
  if (!q->b.readonly)
    mark_corrupt (q);
  return error_set (err, EIO, "%s: the image is damaged: %s", q->b.name,
                    what ? what : "out of memory");
}

int
qcow2_prepare (struct qcow2 *q, struct error *err)
{
  uint8_t field[8] = { 0 };
  struct iovec iov = { field, sizeof field };

  if (q->corrupt)
    return error_set (err, EIO, "%s: the image is damaged", q->b.name);
  if (q->prepared)
    return 0;
  if (q->header.incompatible & QCOW2_DIRTY && qcow2_repair (q, err) == -1)
    return -1;
  /* Features that a writer who does not know them must clear: what they
   * describe is out of date from now on. */
  if (q->header.autoclear != 0) {
    if (q->b.next->ops->pwritev (q->b.next, &iov, 1, QCOW2_FIELD_AUTOCLEAR,
                                 err) == -1
        || q->b.next->ops->flush (q->b.next, err) == -1)
      return -1;
    q->header.autoclear = 0;
  }
  q->prepared = true;
  return 0;
}

/* Read the beginning of the file into `buf`; returns how much there is. */
static ssize_t
read_start (struct qcow2 *q, void *buf, size_t len, struct error *err)
{
  uint64_t length = qcow2_file_length (q);
  struct iovec iov = { buf, length < len ? length : len };

  if (q->b.next->ops->preadv (q->b.next, &iov, 1, 0, err) == -1)
    return -1;
  return iov.iov_len;
}

static int
read_header (struct qcow2 *q, struct error *err)
{
  uint8_t start[512];
  CLEANUP_FREE uint8_t *data = NULL;
  uint32_t cluster;
  ssize_t n = read_start (q, start, sizeof start, err);

  if (n == -1)
    return -1;
  cluster = qcow2_header_cluster_size (start, n, q->b.name, err);
  if (cluster == 0)
    return -1;
  data = malloc (cluster);
  if (!data)
    return error_errno (err, "%s", q->b.name);
  n = read_start (q, data, cluster, err);
  if (n == -1
      || qcow2_header_parse (data, n, q->b.name, &q->header, err) == -1)
    return -1;
  if (q->header.cluster_bits != (unsigned) __builtin_ctz (cluster))
    return error_set (err, EIO, "%s: the image changes while it is opened",
                      q->b.name);
  q->cluster_bits = q->header.cluster_bits;
  q->cluster_size = cluster;
  q->l2_bits = q->cluster_bits - 3;
  q->refblock_bits = q->cluster_bits + 3 - q->header.refcount_order;
  q->b.size = q->header.size;
  return 0;
}

static int
load_table (struct qcow2 *q, struct flat_table *t, const char *what,
            uint64_t offset, size_t nr, struct error *err)
{
  struct iovec iov = { NULL, nr * 8 };

  if (!range_fits (offset, nr * 8, qcow2_file_length (q)))
    return error_set (err, EIO, "%s: the %s lies beyond the end of the file:"
                      " the image is truncated", q->b.name, what);
  t->entries = malloc (nr * 8 + 8);
  if (!t->entries)
    return error_errno (err, "%s", q->b.name);
  t->nr = nr;
  t->offset = offset;
  iov.iov_base = t->entries;
  if (nr > 0
      && q->b.next->ops->preadv (q->b.next, &iov, 1, offset, err) == -1)
    return -1;
  for (size_t i = 0; i < nr; ++i)
    t->entries[i] = be64toh (t->entries[i]);
  return 0;
}

/* May this image be changed? */
static int
check_writable (struct qcow2 *q, struct error *err)
{
  if (q->header.incompatible & QCOW2_CORRUPT)
    return error_set (err, EIO, "%s: the image is marked as damaged; repair it"
                      " with 'qemu-img check -r all', or open it read-only",
                      q->b.name);
  if (q->header.reftable_clusters == 0)
    return error_set (err, EIO, "%s: the image is damaged: it has no refcount"
                      " table", q->b.name);
  return 0;
}

/* Room for all tables with `bits` for each of the image's clusters, up to `max`
 * bytes; it becomes memory as they are used. */
static uint64_t
cache_bytes (const struct qcow2 *q, unsigned bits, uint64_t max)
{
  uint64_t tables = ((q->b.size >> q->cluster_bits) / 8 * bits
                     >> q->cluster_bits) + 2;

  return tables > max >> q->cluster_bits ? max : tables << q->cluster_bits;
}

static int
load_metadata (struct qcow2 *q, struct error *err)
{
  if (load_table (q, &q->l1, "L1 table", q->header.l1_offset,
                  q->header.l1_entries, err) == -1)
    return -1;
  if (table_cache_init (&q->l2_cache, METADATA_L2,
                        cache_bytes (q, 64, L2_CACHE_MAX), q->cluster_size,
                        qcow2_write_refcounts) == -1)
    return error_errno (err, "%s", q->b.name);
  if (q->b.readonly)
    return 0;
  if (check_writable (q, err) == -1
      || load_table (q, &q->reftable, "refcount table",
                     q->header.reftable_offset,
                     q->header.reftable_clusters * (q->cluster_size / 8), err)
         == -1)
    return -1;
  if (table_cache_init (&q->refblock_cache, METADATA_REFBLOCK,
                        cache_bytes (q, 1 << q->header.refcount_order,
                                     REFBLOCK_CACHE_MAX),
                        q->cluster_size, NULL) == -1)
    return error_errno (err, "%s", q->b.name);
  return qcow2_protect_metadata (q, err);
}

static void
init_locks (struct qcow2 *q)
{
  pthread_rwlockattr_t attr;

  /* Freeing clusters must not starve behind a stream of requests. */
  pthread_rwlockattr_init (&attr);
  pthread_rwlockattr_setkind_np
    (&attr, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
  pthread_rwlock_init (&q->users, &attr);
  pthread_rwlockattr_destroy (&attr);
  pthread_mutex_init (&q->lock, NULL);
  pthread_mutex_init (&q->unpacked.lock, NULL);
  pthread_cond_init (&q->unpacked.ready, NULL);
  pthread_cond_init (&q->inflight.done, NULL);
}

static int
qcow2_close (struct block *b, struct error *err)
{
  struct qcow2 *q = (struct qcow2 *) b;
  int r = 0;

  /* The second time for the refcounts that the first one has lowered. */
  if (q->prepared)
    r = qcow2_flush (b, err) == -1 ? -1 : qcow2_flush (b, err);
  qcow2_forget_unpacked (q);
  free (q->l1.entries);
  free (q->reftable.entries);
  table_cache_release (&q->l2_cache);
  table_cache_release (&q->refblock_cache);
  cluster_set_release (&q->metadata);
  freed_vector_release (&q->freed);
  qcow2_header_release (&q->header);
  pthread_rwlock_destroy (&q->users);
  pthread_mutex_destroy (&q->lock);
  pthread_mutex_destroy (&q->unpacked.lock);
  pthread_cond_destroy (&q->unpacked.ready);
  pthread_cond_destroy (&q->inflight.done);
  (void) block_free (q->backing, NULL);
  return r;
}

static const struct block_ops qcow2_ops = {
  .name = "qcow2",
  .preadv = qcow2_preadv,
  .preadv_now = qcow2_preadv_now,
  .pwritev = qcow2_pwritev,
  .flush = qcow2_flush,
  .discard = qcow2_discard,
  .write_zeroes = qcow2_write_zeroes,
  .extent = qcow2_extent,
  .close = qcow2_close,
};

/* Takes the ground, also on failure. */
static struct block *
open_on (struct block *ground, bool readonly,
         const struct block_opener *opener, const struct qcow2_ancestor *self,
         struct error *err)
{
  struct qcow2 *q = calloc (1, sizeof *q);

  if (q)
    q->b.name = strdup (ground->name);
  if (!q || !q->b.name) {
    error_errno (err, "%s", ground->name);
    free (q);
    (void) block_free (ground, NULL);
    return NULL;
  }
  q->b.ops = &qcow2_ops;
  q->b.readonly = readonly;
  q->b.next = ground;
  init_locks (q);
  if (read_header (q, err) == -1
      || load_metadata (q, err) == -1
      || qcow2_open_backing (q, opener, self, err) == -1) {
    (void) block_free (&q->b, NULL);
    return NULL;
  }
  if (q->b.size == 0 && !self->above) {
    error_set (err, EINVAL, "%s: the disk is empty (0 bytes)", q->b.name);
    (void) block_free (&q->b, NULL);
    return NULL;
  }
  return &q->b;
}

struct block *
qcow2_open_on (struct block *ground, bool readonly,
               const struct block_opener *opener, struct error *err)
{
  const struct qcow2_ancestor self = { .above = NULL };

  return open_on (ground, readonly, opener, &self, err);
}

struct block *
qcow2_open (int fd, const char *name, bool readonly,
            const struct block_opener *opener,
            const struct qcow2_ancestor *above, struct error *err)
{
  CLEANUP_CLOSE int owned = fd;
  struct qcow2_ancestor self = { .above = above };
  struct block *ground;
  struct stat st;

  if (fstat (fd, &st) == -1) {
    error_errno (err, "%s", name);
    return NULL;
  }
  self.dev = st.st_dev;
  self.ino = st.st_ino;
  ground = file_new (TAKE_FD (owned), name, FILE_GROUND, readonly, err);
  return ground ? open_on (ground, readonly, opener, &self, err) : NULL;
}
