/* A cache of tables that are one cluster large each: L2 tables or refcount
 * blocks.
 *
 * Bounded, least recently used out first.  A table pointer stays valid until
 * the next call for the same cache.  All calls are made with the image locked.
 */
#ifndef BATHYSCOPE_QCOW2_CACHE_H
#define BATHYSCOPE_QCOW2_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "qcow2-clusters.h"

struct qcow2;

struct table {
  uint64_t offset; /* in the file; 0 when the slot is free */
  bool dirty;
  uint8_t *data;             /* owned; allocated at the first use */
  struct table *same_bucket; /* chain of the hash */
  struct table *newer, *older;
};

struct table_cache {
  enum metadata_kind kind;
  bool unsynced; /* written since the last fdatasync */
  struct table *slots;
  size_t nr_slots;
  struct table **buckets;
  size_t nr_buckets; /* a power of two */
  struct table *newest, *oldest;
  /* Called before dirty tables are written. */
  int (*before_write) (struct qcow2 *q, struct error *err);
};

int table_cache_init (struct table_cache *c, enum metadata_kind kind,
                      uint64_t bytes, uint64_t cluster_size,
                      int (*before_write) (struct qcow2 *, struct error *));
void table_cache_release (struct table_cache *c);

/* The table at `offset`, read when it is not there. */
int table_get (struct qcow2 *q, struct table_cache *c, uint64_t offset,
               struct table **ret, struct error *err);

/* Would table_get find it without reading? */
bool table_is_here (struct table_cache *c, uint64_t offset);

/* A new table, all zeroes and dirty. */
int table_new (struct qcow2 *q, struct table_cache *c, uint64_t offset,
               struct table **ret, struct error *err);

/* Forget a table whether or not it is dirty. */
void table_drop (struct table_cache *c, uint64_t offset);

/* Write all dirty tables.  No fdatasync. */
int table_cache_write (struct qcow2 *q, struct table_cache *c,
                       struct error *err);

#endif
