/* Ranges that are being changed.
 *
 * A writer that must first fill a block (copy-on-write) announces the range of
 * blocks it works on; others that would change the same blocks wait.  All
 * functions are called with `lock` held, which inflight_wait releases while it
 * waits.  Ranges live on the stack of their writer.
 */
#ifndef BATHYSCOPE_INFLIGHT_H
#define BATHYSCOPE_INFLIGHT_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct inflight_range {
  uint64_t first, last; /* blocks, inclusive */
  struct inflight_range *next;
};

struct inflight {
  struct inflight_range *head;
  pthread_cond_t done;
};

#define INFLIGHT_INIT { NULL, PTHREAD_COND_INITIALIZER }

/* Wait until no range overlaps [first, last].  True when it had to wait: what
 * the caller knew of these blocks is then stale. */
bool inflight_wait (struct inflight *f, pthread_mutex_t *lock, uint64_t first,
                    uint64_t last);

/* The first block of [first, last] that some range covers, or last + 1. */
uint64_t inflight_next (const struct inflight *f, uint64_t first,
                        uint64_t last);

void inflight_add (struct inflight *f, struct inflight_range *r,
                   uint64_t first, uint64_t last);
void inflight_remove (struct inflight *f, struct inflight_range *r);

#endif
