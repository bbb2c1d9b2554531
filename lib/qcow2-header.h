/* Making a new, empty qcow2 image.
 *
 * Layout facts: the specification of the format, "docs/interop/qcow2" of QEMU.
 * This only writes; reading images is the business of bathyscope-machine.
 */
#ifndef BATHYSCOPE_QCOW2_HEADER_H
#define BATHYSCOPE_QCOW2_HEADER_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"

struct qcow2_create {
  uint64_t size;           /* of the disk */
  unsigned version;        /* 2 or 3 */
  uint32_t cluster_size;   /* power of two, 512 to 2 MiB */
  bool map_all;            /* preallocate: every cluster has its place */
  const char *backing;     /* name as it goes into the header, or NULL */
  const char *backing_format;
};

/* Write the metadata to the empty file `fd`.  *ret_end becomes the length of
 * the file: with map_all, that includes the (unwritten) data clusters. */
int qcow2_create (int fd, const struct qcow2_create *what, uint64_t *ret_end,
                  struct error *err);

#endif
