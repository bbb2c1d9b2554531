/* Growing the refcount structures: new refcount blocks, and a larger refcount
 * table when it is full. */

#include <config.h>

#include <errno.h>
#include <string.h>

#include "bytes.h"
#include "qcow2-write.h"

/* A refcount block in cluster `at`, which lies in the range it covers. */
static int
add_block_at (struct qcow2 *q, uint64_t at, struct error *err)
{
  struct table *t;

  if (cluster_set_add (&q->metadata, at, METADATA_REFBLOCK) == -1)
    return error_errno (err, "%s", q->b.name);
  if (table_new (q, &q->refblock_cache, at << q->cluster_bits, &t, err)
      == -1) {
    cluster_set_remove (&q->metadata, at);
    return -1;
  }
  flat_table_set (&q->reftable, at >> q->refblock_bits,
                  at << q->cluster_bits);
  return qcow2_refcount_set (q, at, 1, err);
}

/* A larger table, and where it goes: refcount blocks first, then the table,
 * all in clusters that the old table does not reach. */
struct growth {
  uint64_t first;      /* cluster of the first new block */
  uint64_t blocks;     /* as many as cover the new clusters */
  uint64_t table;      /* cluster of the new table */
  uint64_t table_clusters;
  struct flat_table old;
};

static int
plan_growth (struct qcow2 *q, struct growth *g, struct error *err)
{
  uint64_t per_cluster = q->cluster_size / 8;
  uint64_t per_block = UINT64_C (1) << q->refblock_bits;
  uint64_t entries;

  g->first = (uint64_t) q->reftable.nr << q->refblock_bits;
  g->blocks = 1;
  for (;;) {
    uint64_t blocks;

    entries = q->reftable.nr + g->blocks;
    entries += entries / 2; /* room to grow */
    g->table_clusters = (entries + per_cluster - 1) / per_cluster;
    blocks = (g->blocks + g->table_clusters + per_block - 1) / per_block;
    if (blocks <= g->blocks)
      break;
    g->blocks = blocks;
  }
  if (g->table_clusters * q->cluster_size > QCOW2_MAX_REFTABLE_BYTES)
    return error_set (err, EFBIG, "%s: the image file cannot grow further: its"
                      " refcount table would be too large", q->b.name);
  g->table = g->first + g->blocks;
  for (uint64_t i = 0; i < g->blocks + g->table_clusters; ++i) {
    enum metadata_kind kind = cluster_set_find (&q->metadata, g->first + i);

    if (kind != METADATA_NONE)
      return qcow2_damaged (q, err, "%s has no refcount",
                            metadata_name (kind));
  }
  return 0;
}

/* Fill the new blocks and the set; the new table is installed already. */
static int
fill_growth (struct qcow2 *q, const struct growth *g, struct error *err)
{
  uint64_t per_block = UINT64_C (1) << q->refblock_bits;

  /* Block number i covers clusters from first + i * per_block on; only the
   * first one can lie in its own range when a block covers few clusters. */
  for (uint64_t i = 0; i < g->blocks; ++i) {
    uint64_t at = g->first + i;
    struct table *t;

    if (cluster_set_add (&q->metadata, at, METADATA_REFBLOCK) == -1)
      return error_errno (err, "%s", q->b.name);
    if (table_new (q, &q->refblock_cache, at << q->cluster_bits, &t, err)
        == -1)
      return -1;
    flat_table_set (&q->reftable, (g->first + i * per_block)
                    >> q->refblock_bits, at << q->cluster_bits);
  }
  for (uint64_t i = 0; i < g->table_clusters; ++i) {
    if (cluster_set_add (&q->metadata, g->table + i, METADATA_REFTABLE) == -1)
      return error_errno (err, "%s", q->b.name);
  }
  for (uint64_t i = 0; i < g->blocks + g->table_clusters; ++i) {
    if (qcow2_refcount_set (q, g->first + i, 1, err) == -1)
      return -1;
  }
  return 0;
}

/* Put the new table to the disk, then let the header name it. */
static int
switch_table (struct qcow2 *q, const struct growth *g, struct error *err)
{
  uint8_t field[12];
  struct iovec iov = { field, sizeof field };

  q->reftable.dirty_first = 0;
  q->reftable.dirty_end = q->reftable.nr;
  if (qcow2_write_refcounts (q, err) == -1)
    return -1;
  put_be64 (field, q->reftable.offset);
  put_be32 (field + 8, g->table_clusters);
  if (q->b.next->ops->pwritev (q->b.next, &iov, 1, QCOW2_FIELD_REFTABLE, err)
      == -1 || q->b.next->ops->flush (q->b.next, err) == -1) {
    /* Nobody knows which table the header names now. */
    q->corrupt = true;
    return -1;
  }
  return 0;
}

/* As if nothing had happened: the old table rules. */
static void
undo_growth (struct qcow2 *q, struct growth *g)
{
  for (uint64_t i = 0; i < g->blocks + g->table_clusters; ++i) {
    table_drop (&q->refblock_cache, (g->first + i) << q->cluster_bits);
    cluster_set_remove (&q->metadata, g->first + i);
  }
  free (q->reftable.entries);
  q->reftable = g->old;
}

static int
grow_reftable (struct qcow2 *q, struct error *err)
{
  struct growth g = { 0 };
  struct flat_table bigger = { NULL };
  uint64_t old_clusters = q->header.reftable_clusters;

  if (plan_growth (q, &g, err) == -1)
    return -1;
  /* The old table must be complete, in case it has to come back. */
  if (qcow2_write_refcounts (q, err) == -1)
    return -1;
  bigger.nr = g.table_clusters * (q->cluster_size / 8);
  bigger.offset = g.table << q->cluster_bits;
  bigger.entries = calloc (bigger.nr, sizeof *bigger.entries);
  if (!bigger.entries)
    return error_errno (err, "%s", q->b.name);
  memcpy (bigger.entries, q->reftable.entries,
          q->reftable.nr * sizeof *bigger.entries);
  g.old = q->reftable;
  q->reftable = bigger;
  if (fill_growth (q, &g, err) == -1 || switch_table (q, &g, err) == -1) {
    undo_growth (q, &g);
    return -1;
  }
  free (g.old.entries);
  for (uint64_t i = 0; i < old_clusters; ++i)
    cluster_set_remove (&q->metadata, (g.old.offset >> q->cluster_bits) + i);
  qcow2_unalloc (q, g.old.offset, old_clusters);
  q->header.reftable_offset = q->reftable.offset;
  q->header.reftable_clusters = g.table_clusters;
  return 0;
}

int
qcow2_add_refblock (struct qcow2 *q, uint64_t cluster, struct error *err)
{
  if (cluster >> q->refblock_bits >= q->reftable.nr)
    return grow_reftable (q, err);
  return add_block_at (q, cluster, err);
}
