/* Checks of the tables of an image that is to be changed: each lies inside the
 * file and none of them overlap.  What passes goes into the set of metadata
 * clusters, against which all later writes are checked. */

#include <config.h>

#include <errno.h>

#include "bytes.h"
#include "checked.h"
#include "qcow2-write.h"

#define SNAPSHOT_FIXED 40
#define MAX_SNAPSHOT_BYTES (64 * 1024 * 1024)
#define MAX_SNAPSHOT_L1_BYTES (UINT64_C (512) * 1024 * 1024)

static int
bad_table (struct qcow2 *q, enum metadata_kind kind, uint64_t offset,
           const char *what, struct error *err)
{
  return error_set (err, EIO, "%s: the image is damaged: %s at offset %llu %s;"
                    " it can still be opened read-only, and 'qemu-img check'"
                    " tells more", q->b.name, metadata_name (kind),
                    (unsigned long long) offset, what);
}

/* Add [offset, offset + len) to the set. */
static int
protect (struct qcow2 *q, enum metadata_kind kind, uint64_t offset,
         uint64_t len, struct error *err)
{
  uint64_t first = offset >> q->cluster_bits;
  uint64_t last = (offset + len - 1) >> q->cluster_bits;

  if (len == 0)
    return 0;
  if (offset % q->cluster_size != 0)
    return bad_table (q, kind, offset, "does not begin at a cluster", err);
  if (!range_fits (offset, len, qcow2_file_length (q)))
    return bad_table (q, kind, offset, "lies beyond the end of the file", err);
  for (uint64_t cluster = first; cluster <= last; ++cluster) {
    if (cluster_set_add (&q->metadata, cluster, kind) == 0)
      continue;
    if (errno != EEXIST)
      return error_errno (err, "%s", q->b.name);
    return bad_table (q, kind, offset, "overlaps another table", err);
  }
  return 0;
}

/* One entry of the snapshot table at *offset, which moves to its end. */
static int
protect_snapshot (struct qcow2 *q, uint64_t *offset, uint64_t *l1_total,
                  struct error *err)
{
  uint8_t head[SNAPSHOT_FIXED];
  struct iovec iov = { head, sizeof head };
  uint64_t l1_offset, l1_bytes;

  *offset = (*offset + 7) / 8 * 8;
  if (q->b.next->ops->preadv (q->b.next, &iov, 1, *offset, err) == -1)
    return -1;
  l1_offset = get_be64 (head);
  l1_bytes = UINT64_C (8) * get_be32 (head + 8);
  *l1_total += l1_bytes;
  if (l1_bytes > QCOW2_MAX_L1_BYTES || *l1_total > MAX_SNAPSHOT_L1_BYTES)
    return bad_table (q, METADATA_SNAPSHOT_L1, l1_offset, "is too large", err);
  if (protect (q, METADATA_SNAPSHOT_L1, l1_offset, l1_bytes, err) == -1)
    return -1;
  *offset += SNAPSHOT_FIXED + get_be32 (head + 36) /* extra data */
    + get_be16 (head + 12) + get_be16 (head + 14); /* id and name */
  return 0;
}

static int
protect_snapshots (struct qcow2 *q, struct error *err)
{
  uint64_t start = q->header.snapshots_offset, end = start, l1_total = 0;

  for (uint32_t i = 0; i < q->header.nr_snapshots; ++i) {
    if (protect_snapshot (q, &end, &l1_total, err) == -1)
      return -1;
    if (end - start > MAX_SNAPSHOT_BYTES)
      return bad_table (q, METADATA_SNAPSHOTS, start, "is too large", err);
  }
  return protect (q, METADATA_SNAPSHOTS, start, end - start, err);
}

/* The tables that the entries of a flat table name, one cluster each. */
static int
protect_entries (struct qcow2 *q, const struct flat_table *t, uint64_t mask,
                 enum metadata_kind kind, struct error *err)
{
  for (size_t i = 0; i < t->nr; ++i) {
    uint64_t offset = t->entries[i] & mask;

    if (offset != 0
        && protect (q, kind, offset, q->cluster_size, err) == -1)
      return -1;
  }
  return 0;
}

int
qcow2_protect_metadata (struct qcow2 *q, struct error *err)
{
  if (cluster_set_add (&q->metadata, 0, METADATA_HEADER) == -1)
    return error_errno (err, "%s", q->b.name);
  if (protect (q, METADATA_L1, q->l1.offset, q->l1.nr * 8, err) == -1
      || protect (q, METADATA_REFTABLE, q->reftable.offset,
                  q->reftable.nr * 8, err) == -1
      || protect_entries (q, &q->reftable, ~UINT64_C (511), METADATA_REFBLOCK,
                          err) == -1
      || protect_entries (q, &q->l1, QCOW2_OFFSET_MASK, METADATA_L2, err)
         == -1)
    return -1;
  return protect_snapshots (q, err);
}

int
qcow2_check_data (struct qcow2 *q, uint64_t offset, uint64_t len,
                  struct error *err)
{
  uint64_t first = offset >> q->cluster_bits;
  uint64_t last = (offset + len - 1) >> q->cluster_bits;

  for (uint64_t cluster = first; cluster <= last; ++cluster) {
    enum metadata_kind kind = cluster_set_find (&q->metadata, cluster);

    if (kind != METADATA_NONE)
      return qcow2_damaged (q, err, "a data cluster lies in %s",
                            metadata_name (kind));
  }
  if (last << q->cluster_bits >= qcow2_file_length (q))
    return error_set (err, EIO, "%s: a data cluster lies beyond the end of the"
                      " file: the image is truncated", q->b.name);
  return 0;
}
