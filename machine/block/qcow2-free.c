/* Freeing host clusters.  It happens in two steps: when a reference has gone
 * from the tables in memory, and, once the tables on the disk have followed
 * and no request uses the clusters any more, in the refcounts. */

#include <config.h>

#include <errno.h>

#include "qcow2-write.h"

#define MANY_FREED 4096

void
qcow2_free_later (struct qcow2 *q, uint64_t offset, uint64_t len)
{
  struct freed_run run = { offset >> q->cluster_bits };

  run.count = ((offset + len - 1) >> q->cluster_bits) - run.first + 1;
  if (q->freed.len > 0) {
    struct freed_run *last = &q->freed.ptr[q->freed.len - 1];

    if (last->first + last->count == run.first) {
      last->count += run.count;
      return;
    }
  }
  /* Without memory for it the clusters are leaked. */
  (void) freed_vector_append (&q->freed, run);
}

void
qcow2_free_mapping (struct qcow2 *q, uint64_t entry)
{
  uint64_t offset = entry & QCOW2_OFFSET_MASK, len = q->cluster_size;

  if (entry & QCOW2_COMPRESSED)
    qcow2_compressed_range (q, entry, &offset, &len);
  if (offset != 0)
    qcow2_free_later (q, offset, len);
}

bool
qcow2_many_freed (const struct qcow2 *q)
{
  return q->freed.len >= MANY_FREED;
}

/* Lower one refcount; *ret_free when that made the cluster free. */
static int
lower (struct qcow2 *q, uint64_t cluster, bool *ret_free, struct error *err)
{
  enum metadata_kind kind = cluster_set_find (&q->metadata, cluster);
  uint64_t refcount;

  *ret_free = false;
  if (kind != METADATA_NONE)
    return qcow2_damaged (q, err, "%s at offset %llu was used for data",
                          metadata_name (kind),
                          (unsigned long long) cluster << q->cluster_bits);
  if (qcow2_refcount_get (q, cluster, &refcount, err) == -1)
    return -1;
  if (refcount == 0)
    return qcow2_damaged (q, err, "the cluster at offset %llu was in use, but"
                          " has refcount 0",
                          (unsigned long long) cluster << q->cluster_bits);
  if (qcow2_refcount_set (q, cluster, refcount - 1, err) == -1)
    return -1;
  if (refcount == 1) {
    *ret_free = true;
    if (q->free_hint > cluster)
      q->free_hint = cluster;
  }
  return 0;
}

/* Give the host its space back; it does not matter when that fails. */
static void
punch (struct qcow2 *q, uint64_t first, uint64_t end)
{
  struct block *file = q->b.next;

  if (end > first && file->ops->discard)
    (void) file->ops->discard (file, first << q->cluster_bits,
                               (end - first) << q->cluster_bits, NULL);
}

static int
free_run (struct qcow2 *q, const struct freed_run *run, struct error *err)
{
  uint64_t end = run->first + run->count, hole = run->first;

  for (uint64_t cluster = run->first; cluster < end; ++cluster) {
    bool freed;

    if (lower (q, cluster, &freed, err) == -1) {
      punch (q, hole, cluster);
      return -1;
    }
    if (!freed) {
      punch (q, hole, cluster);
      hole = cluster + 1;
    }
  }
  punch (q, hole, end);
  return 0;
}

int
qcow2_free_now (struct qcow2 *q, const struct freed_vector *runs,
                struct error *err)
{
  int r = 0;

  pthread_rwlock_wrlock (&q->users);
  pthread_mutex_lock (&q->lock);
  for (size_t i = 0; i < runs->len && r == 0; ++i)
    r = free_run (q, &runs->ptr[i], err);
  qcow2_forget_unpacked (q);
  pthread_mutex_unlock (&q->lock);
  pthread_rwlock_unlock (&q->users);
  return r;
}
