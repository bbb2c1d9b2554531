/* Repair of an image that was not closed cleanly.
 *
 * A writer with "lazy refcounts" sets the dirty bit and lets refcounts on the
 * disk lag behind; all other tables are right.  So the references are counted,
 * and refcounts that are too low are raised.  What is too high stays: a leak
 * harms nobody.  This happens before the first change, and the bit goes when all
 * refcounts are on the disk: a crash in between leaves it set.
 */

#include <config.h>

#include <errno.h>
#include <string.h>

#include "bytes.h"
#include "checked.h"
#include "cleanup.h"
#include "qcow2-write.h"

/* 128 MiB of counts: 2 TiB of file with the usual clusters. */
#define MAX_CLUSTERS (UINT64_C (1) << 25)
#define SNAPSHOT_FIXED 40

struct census {
  struct qcow2 *q;
  uint32_t *counts; /* one a host cluster */
  uint64_t clusters;
  uint64_t *l2; /* a buffer for one table */
};

static int
count (struct census *c, uint64_t offset, uint64_t len, struct error *err)
{
  struct qcow2 *q = c->q;
  uint64_t cluster;

  if (len == 0)
    return 0;
  if (!range_fits (offset, len, c->clusters << q->cluster_bits))
    return qcow2_damaged (q, err, "an entry leads beyond the end of the file");
  for (cluster = offset >> q->cluster_bits;
       cluster <= (offset + len - 1) >> q->cluster_bits; ++cluster)
    c->counts[cluster]++;
  return 0;
}

static int
count_l2 (struct census *c, uint64_t offset, struct error *err)
{
  struct qcow2 *q = c->q;
  struct iovec iov = { c->l2, q->cluster_size };
  size_t i;

  if (count (c, offset, q->cluster_size, err) == -1
      || q->b.next->ops->preadv (q->b.next, &iov, 1, offset, err) == -1)
    return -1;
  for (i = 0; i < q->cluster_size / 8; ++i) {
    uint64_t entry = be64toh (c->l2[i]), at, len = q->cluster_size;
    struct mapping m;

    if (entry == 0)
      continue;
    if (qcow2_decode (q, entry, &m, err) == -1)
      return -1;
    at = m.host;
    if (m.kind == CLUSTER_COMPRESSED) {
      qcow2_compressed_range (q, entry, &at, &len);
      /* Its last sectors may lie beyond the end. */
      if (at < c->clusters << q->cluster_bits
          && len > (c->clusters << q->cluster_bits) - at)
        len = (c->clusters << q->cluster_bits) - at;
    }
    else if (at == 0)
      continue;
    if (count (c, at, len, err) == -1)
      return -1;
  }
  return 0;
}

/* The tables and clusters below an L1 table, in host byte order. */
static int
count_l1 (struct census *c, const uint64_t *l1, size_t nr, struct error *err)
{
  for (size_t i = 0; i < nr; ++i) {
    uint64_t offset = l1[i] & QCOW2_OFFSET_MASK;

    if (offset != 0 && count_l2 (c, offset, err) == -1)
      return -1;
  }
  return 0;
}

/* The snapshot at *offset, which moves to its end.  qcow2_protect_metadata has
 * found its table within bounds. */
static int
count_snapshot (struct census *c, uint64_t *offset, struct error *err)
{
  struct qcow2 *q = c->q;
  CLEANUP_FREE uint64_t *l1 = NULL;
  uint8_t head[SNAPSHOT_FIXED];
  struct iovec iov = { head, sizeof head };
  uint64_t l1_offset;
  size_t nr;

  *offset = (*offset + 7) / 8 * 8;
  if (q->b.next->ops->preadv (q->b.next, &iov, 1, *offset, err) == -1)
    return -1;
  l1_offset = get_be64 (head);
  nr = get_be32 (head + 8);
  if (nr > QCOW2_MAX_L1_BYTES / 8)
    return qcow2_damaged (q, err, "the L1 table of a snapshot is too large");
  *offset += SNAPSHOT_FIXED + get_be32 (head + 36) + get_be16 (head + 12)
    + get_be16 (head + 14);
  l1 = malloc (nr * 8 + 8);
  if (!l1)
    return error_errno (err, "%s", q->b.name);
  iov = (struct iovec) { l1, nr * 8 };
  if (count (c, l1_offset, nr * 8, err) == -1
      || (nr > 0
          && q->b.next->ops->preadv (q->b.next, &iov, 1, l1_offset, err)
             == -1))
    return -1;
  for (size_t i = 0; i < nr; ++i)
    l1[i] = be64toh (l1[i]);
  return count_l1 (c, l1, nr, err);
}

static int
count_all (struct census *c, struct error *err)
{
  struct qcow2 *q = c->q;
  uint64_t snapshots = q->header.snapshots_offset, end = snapshots;
  size_t i;

  if (count (c, 0, q->cluster_size, err) == -1
      || count (c, q->l1.offset, q->l1.nr * 8, err) == -1
      || count (c, q->reftable.offset, q->reftable.nr * 8, err) == -1
      || count_l1 (c, q->l1.entries, q->l1.nr, err) == -1)
    return -1;
  for (i = 0; i < q->reftable.nr; ++i) {
    uint64_t offset = q->reftable.entries[i] & ~UINT64_C (511);

    if (offset != 0 && count (c, offset, q->cluster_size, err) == -1)
      return -1;
  }
  for (i = 0; i < q->header.nr_snapshots; ++i)
    if (count_snapshot (c, &end, err) == -1)
      return -1;
  return count (c, snapshots, end - snapshots, err);
}

static int
raise_refcounts (struct census *c, struct error *err)
{
  struct qcow2 *q = c->q;
  uint64_t most = q->header.refcount_order == 6 ? UINT64_MAX
    : (UINT64_C (1) << (1u << q->header.refcount_order)) - 1;

  for (uint64_t cluster = 0; cluster < c->clusters; ++cluster) {
    uint64_t stored;

    if (c->counts[cluster] == 0)
      continue;
    if (c->counts[cluster] > most)
      return qcow2_damaged (q, err, "cluster %llu has too many references",
                            (unsigned long long) cluster);
    if (qcow2_refcount_get (q, cluster, &stored, err) == -1)
      return -1;
    if (stored < c->counts[cluster]
        && qcow2_refcount_set (q, cluster, c->counts[cluster], err) == -1)
      return -1;
  }
  return qcow2_write_refcounts (q, err);
}

static int
clear_dirty (struct qcow2 *q, struct error *err)
{
  uint64_t features = q->header.incompatible & ~(uint64_t) QCOW2_DIRTY;
  uint8_t field[8];
  struct iovec iov = { field, sizeof field };

  put_be64 (field, features);
  if (q->b.next->ops->pwritev (q->b.next, &iov, 1, QCOW2_FIELD_INCOMPATIBLE,
                               err) == -1
      || q->b.next->ops->flush (q->b.next, err) == -1)
    return -1;
  q->header.incompatible = features;
  return 0;
}

int
qcow2_repair (struct qcow2 *q, struct error *err)
{
  struct census c = { .q = q };
  uint64_t length = qcow2_file_length (q);
  int r;

  c.clusters = (length >> q->cluster_bits)
    + (length % q->cluster_size != 0);
  if (c.clusters > MAX_CLUSTERS)
    return error_set (err, EFBIG, "%s: the image was not closed cleanly, and is"
                      " too large to be repaired here; repair it with 'qemu-img"
                      " check -r all', or open it read-only", q->b.name);
  c.counts = calloc (c.clusters + 1, sizeof *c.counts);
  c.l2 = malloc (q->cluster_size);
  r = c.counts && c.l2 ? 0 : error_errno (err, "%s", q->b.name);
  if (r == 0)
    r = count_all (&c, err);
  if (r == 0)
    r = raise_refcounts (&c, err);
  if (r == 0)
    r = clear_dirty (q, err);
  free (c.counts);
  free (c.l2);
  return r;
}
