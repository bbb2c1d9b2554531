/* A set of host clusters that hold metadata, with what each of them holds.
 * Every write is checked against it, so that damaged tables never make us
 * write over the tables themselves. */
#ifndef BATHYSCOPE_QCOW2_CLUSTERS_H
#define BATHYSCOPE_QCOW2_CLUSTERS_H

#include <stddef.h>
#include <stdint.h>

enum metadata_kind {
  METADATA_NONE = 0, /* not in the set */
  METADATA_HEADER,
  METADATA_L1,
  METADATA_L2,
  METADATA_REFTABLE,
  METADATA_REFBLOCK,
  METADATA_SNAPSHOTS,
  METADATA_SNAPSHOT_L1,
};

struct cluster_set {
  uint64_t *keys; /* cluster + 1; 0 is a free place */
  uint8_t *kinds;
  size_t nr, cap; /* cap is 0 or a power of two */
};

/* 0, or -1 with errno: ENOMEM, or EEXIST when the cluster is in the set. */
int cluster_set_add (struct cluster_set *s, uint64_t cluster,
                     enum metadata_kind kind);
void cluster_set_remove (struct cluster_set *s, uint64_t cluster);
enum metadata_kind cluster_set_find (const struct cluster_set *s,
                                     uint64_t cluster);
void cluster_set_release (struct cluster_set *s);

/* For messages: "the header", "an L2 table". */
const char *metadata_name (enum metadata_kind kind);

#endif
