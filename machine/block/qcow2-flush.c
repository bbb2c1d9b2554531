/* Bringing the tables to the disk, in the order that keeps the image valid
 * wherever it stops: refcounts, refcount table, L2 tables, L1 table, and last
 * the refcounts of what is no longer referred to. */

#include <config.h>

#include <errno.h>

#include "bytes.h"
#include "qcow2-write.h"

void
flat_table_set (struct flat_table *t, size_t index, uint64_t entry)
{
  t->entries[index] = entry;
  if (t->dirty_first == t->dirty_end) {
    t->dirty_first = index;
    t->dirty_end = index + 1;
  } else {
    if (index < t->dirty_first)
      t->dirty_first = index;
    if (index >= t->dirty_end)
      t->dirty_end = index + 1;
  }
}

static bool
is_dirty (const struct flat_table *t)
{
  return t->dirty_first != t->dirty_end;
}

static int
flat_table_write (struct qcow2 *q, struct flat_table *t, struct error *err)
{
  size_t nr = t->dirty_end - t->dirty_first;
  CLEANUP_FREE uint8_t *buf = NULL;
  struct iovec iov = { NULL, nr * 8 };

  buf = malloc (nr * 8);
  if (!buf)
    return error_errno (err, "%s", q->b.name);
  for (size_t i = 0; i < nr; ++i)
    put_be64 (buf + i * 8, t->entries[t->dirty_first + i]);
  iov.iov_base = buf;
  if (q->b.next->ops->pwritev (q->b.next, &iov, 1,
                               t->offset + t->dirty_first * 8, err) == -1)
    return -1;
  t->dirty_first = t->dirty_end = 0;
  return 0;
}

/* fdatasync when the cache has written anything since the last one. */
static int
sync_cache (struct qcow2 *q, struct table_cache *c, struct error *err)
{
  if (!c->unsynced)
    return 0;
  if (q->b.next->ops->flush (q->b.next, err) == -1)
    return -1;
  c->unsynced = false;
  return 0;
}

int
qcow2_write_refcounts (struct qcow2 *q, struct error *err)
{
  if (table_cache_write (q, &q->refblock_cache, err) == -1
      || sync_cache (q, &q->refblock_cache, err) == -1)
    return -1;
  if (!is_dirty (&q->reftable))
    return 0;
  if (flat_table_write (q, &q->reftable, err) == -1)
    return -1;
  q->refblock_cache.unsynced = true;
  return sync_cache (q, &q->refblock_cache, err);
}

static int
write_tables (struct qcow2 *q, struct error *err)
{
  if (qcow2_write_refcounts (q, err) == -1
      || table_cache_write (q, &q->l2_cache, err) == -1)
    return -1;
  if (!is_dirty (&q->l1))
    return 0;
  if (sync_cache (q, &q->l2_cache, err) == -1)
    return -1;
  return flat_table_write (q, &q->l1, err);
}

/* What was freed up to now, moved to *ret. */
static void
take_freed (struct qcow2 *q, struct freed_vector *ret)
{
  *ret = q->freed;
  q->freed = (struct freed_vector) VECTOR_INIT;
}

/* The disk could not follow: they wait for the next time. */
static void
give_back (struct qcow2 *q, struct freed_vector *runs)
{
  CLEANUP_UNLOCK (&q->lock);

  for (size_t i = 0; i < runs->len; ++i)
    (void) freed_vector_append (&q->freed, runs->ptr[i]);
}

int
qcow2_flush (struct block *b, struct error *err)
{
  struct qcow2 *q = (struct qcow2 *) b;
  struct freed_vector freed = VECTOR_INIT;
  int r;

  {
    CLEANUP_UNLOCK (&q->lock);

    if (q->corrupt)
      return error_set (err, EIO, "%s: the image is damaged", b->name);
    if (write_tables (q, err) == -1)
      return -1;
    q->l2_cache.unsynced = false; /* the flush below does it */
    take_freed (q, &freed);
  }
  r = b->next->ops->flush (b->next, err);
  if (r == -1)
    give_back (q, &freed);
  else if (freed.len > 0)
    r = qcow2_free_now (q, &freed, err);
  freed_vector_release (&freed);
  return r;
}
