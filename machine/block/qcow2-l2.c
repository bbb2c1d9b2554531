/* From guest offsets to L2 entries, and what the entries say. */

#include <config.h>

#include <errno.h>

#include "bytes.h"
#include "qcow2-image.h"
#include "qcow2-write.h"

int
qcow2_decode (struct qcow2 *q, uint64_t entry, struct mapping *ret,
              struct error *err)
{
  struct mapping m = { .entry = entry, .copied = entry & QCOW2_COPIED };
  uint64_t host = entry & QCOW2_OFFSET_MASK;

  if (entry & QCOW2_COMPRESSED) {
    m.kind = CLUSTER_COMPRESSED;
    m.copied = false;
    *ret = m;
    return 0;
  }
  if (host % q->cluster_size != 0)
    return qcow2_damaged (q, err, "data cluster at offset %llu, which is no"
                          " multiple of the cluster size",
                          (unsigned long long) host);
  if ((entry & QCOW2_ZERO) && q->header.version < 3)
    return qcow2_damaged (q, err, "zero cluster in a version 2 image");
  m.kind = entry & QCOW2_ZERO ? CLUSTER_ZERO
    : host != 0 ? CLUSTER_NORMAL : CLUSTER_ABSENT;
  m.host = host;
  *ret = m;
  return 0;
}

size_t
qcow2_l2_index (const struct qcow2 *q, uint64_t offset)
{
  return offset >> q->cluster_bits & ((UINT64_C (1) << q->l2_bits) - 1);
}

static size_t
l1_index (const struct qcow2 *q, uint64_t offset)
{
  return offset >> (q->cluster_bits + q->l2_bits);
}

uint64_t
qcow2_l2_get (const struct table *t, size_t index)
{
  return get_be64 (t->data + index * 8);
}

void
qcow2_l2_set (struct table *t, size_t index, uint64_t entry)
{
  put_be64 (t->data + index * 8, entry);
  t->dirty = true;
}

int
qcow2_l2_find (struct qcow2 *q, uint64_t offset, struct table **ret,
               struct error *err)
{
  uint64_t l2 = q->l1.entries[l1_index (q, offset)] & QCOW2_OFFSET_MASK;

  if (l2 == 0) {
    *ret = NULL;
    return 0;
  }
  return table_get (q, &q->l2_cache, l2, ret, err);
}

bool
qcow2_l2_is_here (struct qcow2 *q, uint64_t offset)
{
  uint64_t l2 = q->l1.entries[l1_index (q, offset)] & QCOW2_OFFSET_MASK;

  return l2 == 0 || table_is_here (&q->l2_cache, l2);
}

/* A new L2 table, linked into the L1 table; a copy of the one at `old` unless
 * that is 0. */
static int
make_l2 (struct qcow2 *q, size_t index, uint64_t old, struct table **ret,
         struct error *err)
{
  CLEANUP_FREE uint8_t *copy = NULL;
  struct table *t;
  uint64_t offset;

  if (old != 0) {
    copy = malloc (q->cluster_size);
    if (!copy)
      return error_errno (err, "%s", q->b.name);
    if (table_get (q, &q->l2_cache, old, &t, err) == -1)
      return -1;
    memcpy (copy, t->data, q->cluster_size);
  }
  if (qcow2_alloc_table (q, METADATA_L2, &offset, err) == -1)
    return -1;
  if (table_new (q, &q->l2_cache, offset, &t, err) == -1) {
    qcow2_release_table (q, offset);
    return -1;
  }
  if (old != 0) {
    memcpy (t->data, copy, q->cluster_size);
    /* It stays with the snapshot that it is shared with. */
    cluster_set_remove (&q->metadata, old >> q->cluster_bits);
    qcow2_free_later (q, old, q->cluster_size);
  }
  flat_table_set (&q->l1, index, offset | QCOW2_COPIED);
  *ret = t;
  return 0;
}

int
qcow2_l2_own (struct qcow2 *q, uint64_t offset, struct table **ret,
              struct error *err)
{
  size_t index = l1_index (q, offset);
  uint64_t entry = q->l1.entries[index];
  uint64_t l2 = entry & QCOW2_OFFSET_MASK;

  if (l2 != 0 && (entry & QCOW2_COPIED))
    return table_get (q, &q->l2_cache, l2, ret, err);
  return make_l2 (q, index, l2, ret, err);
}

/* How many clusters from `index` on continue the mapping `m`, up to `max`. */
static int
count_same (struct qcow2 *q, const struct table *t, size_t index, size_t max,
            const struct mapping *m, size_t *ret, struct error *err)
{
  size_t n = 1;

  while (n < max && m->kind != CLUSTER_COMPRESSED) {
    struct mapping next;

    if (qcow2_decode (q, qcow2_l2_get (t, index + n), &next, err) == -1)
      return -1;
    if (next.kind != m->kind || next.copied != m->copied
        || (m->kind == CLUSTER_NORMAL
            && next.host != m->host + (n << q->cluster_bits)))
      break;
    n++;
  }
  *ret = n;
  return 0;
}

int
qcow2_map (struct qcow2 *q, uint64_t offset, uint64_t len,
           struct mapping *ret, uint64_t *ret_len, struct error *err)
{
  size_t index = qcow2_l2_index (q, offset), n;
  uint64_t skip = offset & (q->cluster_size - 1), bytes;
  size_t max = (UINT64_C (1) << q->l2_bits) - index;
  struct table *t;
  struct mapping m = { CLUSTER_ABSENT };

  if (qcow2_l2_find (q, offset, &t, err) == -1)
    return -1;
  if (max > (skip + len + q->cluster_size - 1) >> q->cluster_bits)
    max = (skip + len + q->cluster_size - 1) >> q->cluster_bits;
  n = max;
  if (t && (qcow2_decode (q, qcow2_l2_get (t, index), &m, err) == -1
            || count_same (q, t, index, max, &m, &n, err) == -1))
    return -1;
  bytes = ((uint64_t) n << q->cluster_bits) - skip;
  *ret = m;
  *ret_len = bytes < len ? bytes : len;
  return 0;
}
