/* Refcounts of host clusters, and finding free ones. */

#include <config.h>

#include <errno.h>

#include "bytes.h"
#include "qcow2-write.h"

#define MAX_OFFSET (UINT64_C (1) << 55) /* L2 entries hold less than 2^56 */

/* Refcounts narrower than a byte begin at its least significant bit. */
static uint64_t
get_refcount (const uint8_t *data, unsigned order, size_t i)
{
  switch (order) {
  case 3:
    return data[i];
  case 4:
    return get_be16 (data + i * 2);
  case 5:
    return get_be32 (data + i * 4);
  case 6:
    return get_be64 (data + i * 8);
  default: {
      unsigned width = 1 << order, per_byte = 8 / width;

      return data[i / per_byte] >> (i % per_byte * width)
        & ((1 << width) - 1);
    }
  }
}

static void
put_refcount (uint8_t *data, unsigned order, size_t i, uint64_t value)
{
  switch (order) {
  case 3:
    data[i] = value;
    break;
  case 4:
    put_be16 (data + i * 2, value);
    break;
  case 5:
    put_be32 (data + i * 4, value);
    break;
  case 6:
    put_be64 (data + i * 8, value);
    break;
  default: {
      unsigned width = 1 << order, per_byte = 8 / width;
      unsigned shift = i % per_byte * width;

      data[i / per_byte] &= ~(((1 << width) - 1) << shift);
      data[i / per_byte] |= value << shift;
    }
  }
}

bool
qcow2_has_refblock (const struct qcow2 *q, uint64_t cluster)
{
  uint64_t i = cluster >> q->refblock_bits;

  return i < q->reftable.nr && q->reftable.entries[i] != 0;
}

static int
get_block (struct qcow2 *q, uint64_t cluster, struct table **ret,
           struct error *err)
{
  uint64_t offset = q->reftable.entries[cluster >> q->refblock_bits];

  return table_get (q, &q->refblock_cache, offset, ret, err);
}

static size_t
block_index (const struct qcow2 *q, uint64_t cluster)
{
  return cluster & ((UINT64_C (1) << q->refblock_bits) - 1);
}

int
qcow2_refcount_get (struct qcow2 *q, uint64_t cluster, uint64_t *ret,
                    struct error *err)
{
  struct table *t;

  if (!qcow2_has_refblock (q, cluster)) {
    *ret = 0;
    return 0;
  }
  if (get_block (q, cluster, &t, err) == -1)
    return -1;
  *ret = get_refcount (t->data, q->header.refcount_order,
                       block_index (q, cluster));
  return 0;
}

int
qcow2_refcount_set (struct qcow2 *q, uint64_t cluster, uint64_t value,
                    struct error *err)
{
  struct table *t;

  if (!qcow2_has_refblock (q, cluster))
    return qcow2_damaged (q, err, "no refcount block for cluster %llu",
                          (unsigned long long) cluster);
  if (get_block (q, cluster, &t, err) == -1)
    return -1;
  put_refcount (t->data, q->header.refcount_order, block_index (q, cluster),
                value);
  t->dirty = true;
  return 0;
}

/* Is the cluster free?  A table with a refcount of 0 is damage: using its
 * cluster would destroy it. */
static int
is_free (struct qcow2 *q, uint64_t cluster, bool *ret, struct error *err)
{
  uint64_t refcount;
  enum metadata_kind kind;

  if (qcow2_refcount_get (q, cluster, &refcount, err) == -1)
    return -1;
  kind = cluster_set_find (&q->metadata, cluster);
  if (refcount == 0 && kind != METADATA_NONE)
    return qcow2_damaged (q, err, "%s at offset %llu has refcount 0",
                          metadata_name (kind),
                          (unsigned long long) cluster << q->cluster_bits);
  *ret = refcount == 0;
  return 0;
}

/* The first free cluster that has a refcount block. */
static int
find_free (struct qcow2 *q, uint64_t *ret, struct error *err)
{
  uint64_t cluster = q->free_hint;

  for (;;) {
    bool free = false;

    if (cluster >= MAX_OFFSET >> q->cluster_bits)
      return error_set (err, EFBIG, "%s: the image file cannot grow further",
                        q->b.name);
    if (is_free (q, cluster, &free, err) == -1)
      return -1;
    if (!free)
      cluster++;
    else if (qcow2_has_refblock (q, cluster))
      break;
    else if (qcow2_add_refblock (q, cluster, err) == -1)
      return -1;
  }
  q->free_hint = *ret = cluster;
  return 0;
}

int
qcow2_alloc (struct qcow2 *q, uint64_t want, uint64_t *ret_offset,
             uint64_t *ret_count, struct error *err)
{
  uint64_t first = 0, n;
  int r = 0;

  if (find_free (q, &first, err) == -1)
    return -1;
  for (n = 0; n < want; ++n) {
    bool free = true;

    if (n > 0 && !qcow2_has_refblock (q, first + n))
      break;
    if (n > 0)
      r = is_free (q, first + n, &free, err);
    if (r == -1 || !free)
      break;
    r = qcow2_refcount_set (q, first + n, 1, err);
    if (r == -1)
      break;
  }
  if (r == -1) {
    qcow2_unalloc (q, first << q->cluster_bits, n);
    return -1;
  }
  q->free_hint = first + n;
  *ret_offset = first << q->cluster_bits;
  *ret_count = n;
  return 0;
}

void
qcow2_unalloc (struct qcow2 *q, uint64_t offset, uint64_t count)
{
  uint64_t first = offset >> q->cluster_bits;

  /* Where this fails the clusters are leaked, which harms nobody. */
  for (uint64_t i = 0; i < count; ++i)
    (void) qcow2_refcount_set (q, first + i, 0, NULL);
  if (q->free_hint > first)
    q->free_hint = first;
}

int
qcow2_alloc_table (struct qcow2 *q, enum metadata_kind kind,
                   uint64_t *ret_offset, struct error *err)
{
  uint64_t offset, count;

  if (qcow2_alloc (q, 1, &offset, &count, err) == -1)
    return -1;
  if (cluster_set_add (&q->metadata, offset >> q->cluster_bits, kind) == -1) {
    error_errno (err, "%s", q->b.name);
    qcow2_unalloc (q, offset, 1);
    return -1;
  }
  *ret_offset = offset;
  return 0;
}

void
qcow2_release_table (struct qcow2 *q, uint64_t offset)
{
  cluster_set_remove (&q->metadata, offset >> q->cluster_bits);
  qcow2_unalloc (q, offset, 1);
}
