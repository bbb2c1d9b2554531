/* The set of metadata clusters: see qcow2-clusters.h.  A hash with open
 * addressing and linear probing, at most half full. */

#include <config.h>

#include <errno.h>
#include <stdlib.h>

#include "qcow2-clusters.h"

static size_t
place_of (const struct cluster_set *s, uint64_t key)
{
  return (key * UINT64_C (0x9e3779b97f4a7c15) >> 24) & (s->cap - 1);
}

/* The place of the key, or the free place where it would go. */
static size_t
search (const struct cluster_set *s, uint64_t key)
{
  size_t i = place_of (s, key);

  while (s->keys[i] != 0 && s->keys[i] != key)
    i = (i + 1) & (s->cap - 1);
  return i;
}

static int
grow (struct cluster_set *s)
{
  struct cluster_set bigger = { NULL, NULL, s->nr, s->cap ? s->cap * 2 : 64 };

  bigger.keys = calloc (bigger.cap, sizeof *bigger.keys);
  bigger.kinds = calloc (bigger.cap, sizeof *bigger.kinds);
  if (!bigger.keys || !bigger.kinds) {
    cluster_set_release (&bigger);
    errno = ENOMEM;
    return -1;
  }
  for (size_t i = 0; i < s->cap; ++i) {
    if (s->keys[i] != 0) {
      size_t j = search (&bigger, s->keys[i]);

      bigger.keys[j] = s->keys[i];
      bigger.kinds[j] = s->kinds[i];
    }
  }
  cluster_set_release (s);
  *s = bigger;
  return 0;
}

int
cluster_set_add (struct cluster_set *s, uint64_t cluster,
                 enum metadata_kind kind)
{
  size_t i;

  if (s->nr >= s->cap / 2 && grow (s) == -1)
    return -1;
  i = search (s, cluster + 1);
  if (s->keys[i] != 0) {
    errno = EEXIST;
    return -1;
  }
  s->keys[i] = cluster + 1;
  s->kinds[i] = kind;
  s->nr++;
  return 0;
}

enum metadata_kind
cluster_set_find (const struct cluster_set *s, uint64_t cluster)
{
  size_t i;

  if (s->cap == 0)
    return METADATA_NONE;
  i = search (s, cluster + 1);
  return s->keys[i] != 0 ? s->kinds[i] : METADATA_NONE;
}

void
cluster_set_remove (struct cluster_set *s, uint64_t cluster)
{
  size_t hole, i;

  if (s->cap == 0)
    return;
  hole = search (s, cluster + 1);
  if (s->keys[hole] == 0)
    return;
  s->keys[hole] = 0;
  s->nr--;
  /* Keys behind the hole that could not be found over it move into it. */
  for (i = (hole + 1) & (s->cap - 1); s->keys[i] != 0;
       i = (i + 1) & (s->cap - 1)) {
    size_t home = place_of (s, s->keys[i]);

    if (((i - home) & (s->cap - 1)) >= ((i - hole) & (s->cap - 1))) {
      s->keys[hole] = s->keys[i];
      s->kinds[hole] = s->kinds[i];
      s->keys[i] = 0;
      hole = i;
    }
  }
}

void
cluster_set_release (struct cluster_set *s)
{
  free (s->keys);
  free (s->kinds);
  *s = (struct cluster_set) { NULL, NULL, 0, 0 };
}

const char *
metadata_name (enum metadata_kind kind)
{
  static const char *const names[] = {
    "nothing", "the header", "the L1 table", "an L2 table",
    "the refcount table", "a refcount block", "the snapshot table",
    "the L1 table of a snapshot",
  };

  return names[kind];
}
