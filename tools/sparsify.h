/* Free space of a disk, given back: for virt-sparsify. */
#ifndef BATHYSCOPE_SPARSIFY_H
#define BATHYSCOPE_SPARSIFY_H

#include "options.h"
#include "strlist.h"

struct sparsify {
  struct options o;
  struct strlist ignored, zeroed; /* --ignore, --zero */
  bool in_place;
};

/* Discard all free space of the filesystems, swap and volume groups of the
 * launched handle. */
void sparsify_free_space (const struct sparsify *s);

#endif
