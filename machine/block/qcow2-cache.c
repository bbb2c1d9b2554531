/* The cache of metadata tables: see qcow2-cache.h. */

#include <config.h>

#include <errno.h>
#include <string.h>

#include "checked.h"
#include "qcow2-image.h"

#define MIN_SLOTS 4
#define MAX_SLOTS 4096
#define WRITE_BATCH 256 /* tables */

int
table_cache_init (struct table_cache *c, enum metadata_kind kind,
                  uint64_t bytes, uint64_t cluster_size,
                  int (*before_write) (struct qcow2 *, struct error *))
{
  size_t nr = bytes / cluster_size;

  if (nr < MIN_SLOTS)
    nr = MIN_SLOTS;
  if (nr > MAX_SLOTS)
    nr = MAX_SLOTS;
  c->kind = kind;
  c->before_write = before_write;
  for (c->nr_buckets = 1; c->nr_buckets < nr; c->nr_buckets *= 2)
    ;
  c->slots = calloc (nr, sizeof *c->slots);
  c->buckets = calloc (c->nr_buckets, sizeof *c->buckets);
  if (!c->slots || !c->buckets)
    return -1;
  c->nr_slots = nr;
  c->newest = &c->slots[0];
  c->oldest = &c->slots[nr - 1];
  for (size_t i = 0; i < nr; ++i) {
    c->slots[i].newer = i > 0 ? &c->slots[i - 1] : NULL;
    c->slots[i].older = i + 1 < nr ? &c->slots[i + 1] : NULL;
  }
  return 0;
}

void
table_cache_release (struct table_cache *c)
{
  for (size_t i = 0; i < c->nr_slots; ++i)
    free (c->slots[i].data);
  free (c->slots);
  free (c->buckets);
  *c = (struct table_cache) { .slots = NULL };
}

static struct table **
bucket_of (struct table_cache *c, uint64_t offset)
{
  uint64_t h = (offset >> QCOW2_MIN_CLUSTER_BITS) * UINT64_C (0x9e3779b97f4a7c15);

  return &c->buckets[(h >> 32) & (c->nr_buckets - 1)];
}

static struct table *
find (struct table_cache *c, uint64_t offset)
{
  struct table *t = *bucket_of (c, offset);

  while (t && t->offset != offset)
    t = t->same_bucket;
  return t;
}

static void
detach (struct table_cache *c, struct table *t)
{
  *(t->newer ? &t->newer->older : &c->newest) = t->older;
  *(t->older ? &t->older->newer : &c->oldest) = t->newer;
}

static void
make_newest (struct table_cache *c, struct table *t)
{
  if (c->newest == t)
    return;
  detach (c, t);
  t->newer = NULL;
  t->older = c->newest;
  c->newest->newer = t;
  c->newest = t;
}

static void
make_oldest (struct table_cache *c, struct table *t)
{
  if (c->oldest == t)
    return;
  detach (c, t);
  t->older = NULL;
  t->newer = c->oldest;
  c->oldest->older = t;
  c->oldest = t;
}

/* Make the slot free. */
static void
unhash (struct table_cache *c, struct table *t)
{
  struct table **p = bucket_of (c, t->offset);

  while (*p && *p != t)
    p = &(*p)->same_bucket;
  if (*p)
    *p = t->same_bucket;
  t->offset = 0;
  t->dirty = false;
}

static int
write_table (struct qcow2 *q, struct table_cache *c, struct table *t,
             struct error *err)
{
  struct iovec iov = { t->data, q->cluster_size };

  if (cluster_set_find (&q->metadata, t->offset >> q->cluster_bits)
      != c->kind)
    return qcow2_damaged (q, err, "%s at offset %llu overlaps something else",
                          metadata_name (c->kind),
                          (unsigned long long) t->offset);
  c->unsynced = true;
  if (q->b.next->ops->pwritev (q->b.next, &iov, 1, t->offset, err) == -1)
    return -1;
  t->dirty = false;
  return 0;
}

/* Write the oldest dirty tables, the very oldest among them: what has to be done
 * and synced before is done once for all of them, and the next slots to be
 * taken are clean. */
static int
write_oldest (struct qcow2 *q, struct table_cache *c, struct error *err)
{
  size_t n = 0;

  if (c->before_write && c->before_write (q, err) == -1)
    return -1;
  for (struct table *t = c->oldest; t && n < WRITE_BATCH; t = t->newer) {
    if (!t->dirty)
      continue;
    if (write_table (q, c, t, err) == -1)
      return -1;
    ++n;
  }
  return 0;
}

/* A free slot, put under `offset` and made the newest. */
static int
take_slot (struct qcow2 *q, struct table_cache *c, uint64_t offset,
           struct table **ret, struct error *err)
{
  struct table *t = c->oldest, **bucket;

  if (t->dirty && write_oldest (q, c, err) == -1)
    return -1;
  if (!t->data) {
    t->data = malloc (q->cluster_size);
    if (!t->data)
      return error_errno (err, "%s", q->b.name);
  }
  if (t->offset != 0)
    unhash (c, t);
  bucket = bucket_of (c, offset);
  t->offset = offset;
  t->same_bucket = *bucket;
  *bucket = t;
  make_newest (c, t);
  *ret = t;
  return 0;
}

bool
table_is_here (struct table_cache *c, uint64_t offset)
{
  return find (c, offset) != NULL;
}

int
table_get (struct qcow2 *q, struct table_cache *c, uint64_t offset,
           struct table **ret, struct error *err)
{
  struct table *t = find (c, offset);
  struct iovec iov;

  if (t) {
    make_newest (c, t);
    *ret = t;
    return 0;
  }
  if (offset == 0 || offset % q->cluster_size != 0)
    return qcow2_damaged (q, err, "%s at offset %llu",
                          metadata_name (c->kind),
                          (unsigned long long) offset);
  if (!range_fits (offset, q->cluster_size, qcow2_file_length (q)))
    return qcow2_damaged (q, err, "%s at offset %llu lies beyond the end of"
                          " the file", metadata_name (c->kind),
                          (unsigned long long) offset);
  if (take_slot (q, c, offset, &t, err) == -1)
    return -1;
  iov.iov_base = t->data;
  iov.iov_len = q->cluster_size;
  if (q->b.next->ops->preadv (q->b.next, &iov, 1, offset, err) == -1) {
    unhash (c, t);
    make_oldest (c, t);
    return -1;
  }
  *ret = t;
  return 0;
}

int
table_new (struct qcow2 *q, struct table_cache *c, uint64_t offset,
           struct table **ret, struct error *err)
{
  struct table *t;

  table_drop (c, offset);
  if (take_slot (q, c, offset, &t, err) == -1)
    return -1;
  memset (t->data, 0, q->cluster_size);
  t->dirty = true;
  *ret = t;
  return 0;
}

void
table_drop (struct table_cache *c, uint64_t offset)
{
  struct table *t = find (c, offset);

  if (t) {
    unhash (c, t);
    make_oldest (c, t);
  }
}

int
table_cache_write (struct qcow2 *q, struct table_cache *c, struct error *err)
{
  bool first = true;

  for (size_t i = 0; i < c->nr_slots; ++i) {
    if (!c->slots[i].dirty)
      continue;
    if (first && c->before_write && c->before_write (q, err) == -1)
      return -1;
    if (write_table (q, c, &c->slots[i], err) == -1)
      return -1;
    first = false;
  }
  return 0;
}
