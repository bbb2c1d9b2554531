/* The header of a qcow2 image, as the "QCOW2 Image Format" specification in
 * QEMU's docs/interop/qcow2.txt lays it out.
 *
 * Parsing is pure: bytes in, struct out.  What it accepts is within bounds:
 * sizes fit into memory limits, offsets are aligned and do not overflow; they
 * may still point outside the file.
 */
#ifndef BATHYSCOPE_QCOW2_HEADER_H
#define BATHYSCOPE_QCOW2_HEADER_H

#include <stdint.h>

#include "error.h"

#define QCOW2_MIN_CLUSTER_BITS 9
#define QCOW2_MAX_CLUSTER_BITS 21
#define QCOW2_MAX_L1_BYTES (32 * 1024 * 1024)
#define QCOW2_MAX_REFTABLE_BYTES (8 * 1024 * 1024)
#define QCOW2_MAX_SNAPSHOTS 65536

/* Incompatible features. */
#define QCOW2_DIRTY 1
#define QCOW2_CORRUPT 2
#define QCOW2_DATA_FILE 4
#define QCOW2_COMPRESSION 8
#define QCOW2_EXTENDED_L2 16

/* Offsets of fields that are written. */
#define QCOW2_FIELD_REFTABLE 48
#define QCOW2_FIELD_INCOMPATIBLE 72
#define QCOW2_FIELD_AUTOCLEAR 88

enum qcow2_compression { QCOW2_ZLIB = 0, QCOW2_ZSTD = 1 };

struct qcow2_header {
  uint32_t version;
  unsigned cluster_bits;
  uint64_t size; /* bytes, rounded up to 512 */
  uint32_t l1_entries;
  uint64_t l1_offset;
  uint64_t reftable_offset;
  uint32_t reftable_clusters;
  unsigned refcount_order;
  uint32_t nr_snapshots;
  uint64_t snapshots_offset;
  uint64_t incompatible, compatible, autoclear;
  enum qcow2_compression compression;
  char *backing_name;   /* owned; NULL without a backing file */
  char *backing_format; /* owned; NULL when not recorded */
};

#define QCOW2_HEADER_INIT { .version = 0 }

/* The cluster size that the first 72 bytes tell: how much qcow2_header_parse
 * wants to see.  0 and an error when this is no qcow2 header. */
uint32_t qcow2_header_cluster_size (const void *data, size_t len,
                                    const char *name, struct error *err);

/* `data` is the first cluster of the file, or what there is of it. */
int qcow2_header_parse (const void *data, size_t len, const char *name,
                        struct qcow2_header *ret, struct error *err);

void qcow2_header_release (struct qcow2_header *h);

#endif
