/* Discarding and zeroing in qcow2 images: whole clusters lose their place in
 * the file or become zero clusters; what a request covers of other clusters is
 * written (zeroes) or left alone (discard). */

#include <config.h>

#include <errno.h>

#include "qcow2-write.h"

enum zero_mode {
  MODE_DISCARD,  /* any contents will do; free the space */
  MODE_UNMAP,    /* must read as zeroes; free the space */
  MODE_KEEP,     /* must read as zeroes; keep the space */
};

/* What becomes of an entry.  *ret_entry is the new one; *ret_write when only
 * real zeroes help. */
static void
new_entry (const struct qcow2 *q, const struct mapping *m, uint64_t offset,
           enum zero_mode mode, uint64_t *ret_entry, bool *ret_write)
{
  bool absent_is_zero = !q->backing || offset >= q->backing->size;

  *ret_write = false;
  *ret_entry = m->entry;
  if (qcow2_is_zero (q, m, offset)
      && (mode == MODE_KEEP || m->host == 0))
    return;
  if (mode == MODE_KEEP && m->kind == CLUSTER_NORMAL
      && q->header.version >= 3)
    *ret_entry = m->entry | QCOW2_ZERO;
  else if (mode == MODE_KEEP && m->kind == CLUSTER_NORMAL)
    *ret_write = true;
  else if (absent_is_zero)
    *ret_entry = 0;
  else if (q->header.version >= 3)
    *ret_entry = mode == MODE_DISCARD && m->kind == CLUSTER_ABSENT
      ? m->entry : QCOW2_ZERO;
  else if (mode != MODE_DISCARD)
    *ret_write = true;
}

/* The next step over [offset, end), both at cluster boundaries (or the end of
 * the disk): change entries up to the end of the L2 table, or up to a cluster
 * that needs real zeroes, for which *ret_write is set.  Locked. */
static int
zero_entries (struct qcow2 *q, uint64_t *offset, uint64_t end,
              enum zero_mode mode, bool *ret_write, struct error *err)
{
  uint64_t span = q->cluster_size << q->l2_bits;
  uint64_t stop = (*offset & ~(span - 1)) + span;
  struct table *t;

  if (stop > end)
    stop = end;
  if (qcow2_l2_find (q, *offset, &t, err) == -1)
    return -1;
  if (!t && (mode == MODE_DISCARD || !q->backing
             || *offset >= q->backing->size)) {
    *offset = stop; /* nothing here */
    return 0;
  }
  while (*offset < stop) {
    size_t index = qcow2_l2_index (q, *offset);
    struct mapping m = { CLUSTER_ABSENT };
    uint64_t entry;

    if (t && qcow2_decode (q, qcow2_l2_get (t, index), &m, err) == -1)
      return -1;
    new_entry (q, &m, *offset, mode, &entry, ret_write);
    if (*ret_write)
      return 0;
    if (entry != m.entry) {
      if (qcow2_l2_own (q, *offset, &t, err) == -1)
        return -1;
      qcow2_l2_set (t, index, entry);
      if (!(entry & QCOW2_OFFSET_MASK))
        qcow2_free_mapping (q, m.entry);
    }
    *offset += q->cluster_size;
  }
  return 0;
}

static int
write_zero_bytes (struct qcow2 *q, uint64_t offset, uint64_t len,
                  struct error *err)
{
  CLEANUP_FREE void *zeroes = NULL;
  struct iovec iov = { NULL, len };

  if (len == 0)
    return 0;
  iov.iov_base = zeroes = calloc (1, len);
  if (!zeroes)
    return error_errno (err, "%s", q->b.name);
  return qcow2_pwritev (&q->b, &iov, 1, offset, err);
}

/* A part of one cluster. */
static int
zero_part (struct qcow2 *q, uint64_t offset, uint64_t len,
           enum zero_mode mode, struct error *err)
{
  uint64_t cluster = offset >> q->cluster_bits, same;
  struct mapping m;
  int r;

  if (len == 0 || mode == MODE_DISCARD)
    return 0;
  pthread_mutex_lock (&q->lock);
  (void) inflight_wait (&q->inflight, &q->lock, cluster, cluster);
  r = qcow2_map (q, offset, len, &m, &same, err);
  pthread_mutex_unlock (&q->lock);
  if (r == -1 || qcow2_is_zero (q, &m, offset))
    return r;
  return write_zero_bytes (q, offset, len, err);
}

/* Whole clusters. */
static int
zero_clusters (struct qcow2 *q, uint64_t offset, uint64_t end,
               enum zero_mode mode, struct error *err)
{
  while (offset < end) {
    bool need_write = false;
    uint64_t n = q->cluster_size;
    int r;

    pthread_rwlock_rdlock (&q->users);
    pthread_mutex_lock (&q->lock);
    (void) inflight_wait (&q->inflight, &q->lock, offset >> q->cluster_bits,
                          (end - 1) >> q->cluster_bits);
    r = qcow2_prepare (q, err);
    if (r == 0)
      r = zero_entries (q, &offset, end, mode, &need_write, err);
    pthread_mutex_unlock (&q->lock);
    pthread_rwlock_unlock (&q->users);
    if (r == -1)
      return -1;
    if (need_write) {
      if (n > end - offset)
        n = end - offset;
      if (write_zero_bytes (q, offset, n, err) == -1)
        return -1;
      offset += n;
    }
  }
  return 0;
}

static int
zero_range (struct qcow2 *q, uint64_t offset, uint64_t len,
            enum zero_mode mode, struct error *err)
{
  uint64_t mask = q->cluster_size - 1, end = offset + len;
  uint64_t first = (offset + mask) & ~mask;
  /* The last cluster may reach over the end of the disk. */
  uint64_t last = end == q->b.size ? end : end & ~mask;
  bool many;

  if (first >= last)
    return zero_part (q, offset, len < first - offset ? len : first - offset,
                      mode, err) == -1
      ? -1
      : end > first ? zero_part (q, first, end - first, mode, err) : 0;
  if (zero_part (q, offset, first - offset, mode, err) == -1
      || zero_clusters (q, first, last, mode, err) == -1
      || zero_part (q, last, end - last, mode, err) == -1)
    return -1;
  pthread_mutex_lock (&q->lock);
  many = qcow2_many_freed (q);
  pthread_mutex_unlock (&q->lock);
  return many ? qcow2_flush (&q->b, err) : 0;
}

int
qcow2_discard (struct block *b, uint64_t offset, uint64_t len,
               struct error *err)
{
  return zero_range ((struct qcow2 *) b, offset, len, MODE_DISCARD, err);
}

int
qcow2_write_zeroes (struct block *b, uint64_t offset, uint64_t len, int flags,
                    struct error *err)
{
  return zero_range ((struct qcow2 *) b, offset, len,
                     flags & BLOCK_MAY_UNMAP ? MODE_UNMAP : MODE_KEEP, err);
}
