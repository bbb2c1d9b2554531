/* Large memory that is about to be written for the first time: a page fault for
 * each 4 KiB takes longer than to copy as much, so ask for large pages.  That not
 * all kernels have them is no matter.
 */
#ifndef BATHYSCOPE_LARGEPAGES_H
#define BATHYSCOPE_LARGEPAGES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

/* From this size on malloc takes memory from mmap that it shares with nothing
 * else (mallopt (3), M_MMAP_THRESHOLD). */
#define LARGEPAGES_LEAST ((size_t) 32 << 20)

static inline void
largepages_want (void *data, size_t size)
{
  const uintptr_t page = (uintptr_t) 2 << 20;
  const uintptr_t begin = ((uintptr_t) data + page - 1) & -page;
  const uintptr_t end = ((uintptr_t) data + size) & -page;

  if (size >= LARGEPAGES_LEAST)
    (void) madvise ((void *) begin, end - begin, MADV_HUGEPAGE);
}

#endif
