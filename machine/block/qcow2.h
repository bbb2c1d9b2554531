/* Opening qcow2 images: what block.c needs of the qcow2 format.
 *
 * Each image of a backing chain knows the images above it, which is how loops
 * and endless chains are found.
 */
#ifndef BATHYSCOPE_QCOW2_H
#define BATHYSCOPE_QCOW2_H

#include <sys/stat.h>

#include "block.h"

#define QCOW2_MAX_CHAIN 64

struct qcow2_ancestor {
  dev_t dev;
  ino_t ino;
  const struct qcow2_ancestor *above; /* NULL for the drive's own image */
};

/* As block_open; `above` is NULL for the drive's own image. */
struct block *qcow2_open (int fd, const char *name, bool readonly,
                          const struct block_opener *opener,
                          const struct qcow2_ancestor *above,
                          struct error *err);

/* The same on a node that has the bytes of the image, which is taken, also on
 * failure. */
struct block *qcow2_open_on (struct block *ground, bool readonly,
                             const struct block_opener *opener,
                             struct error *err);

#endif
