/* Ranges that are being changed: see inflight.h.  The list is short: one
 * range for each thread that is writing. */

#include <config.h>

#include <stddef.h>

#include "inflight.h"

uint64_t
inflight_next (const struct inflight *f, uint64_t first, uint64_t last)
{
  uint64_t next = last + 1;

  for (const struct inflight_range *r = f->head; r; r = r->next) {
    if (r->last < first || r->first > last)
      continue;
    if (r->first <= first)
      return first;
    if (r->first < next)
      next = r->first;
  }
  return next;
}

bool
inflight_wait (struct inflight *f, pthread_mutex_t *lock, uint64_t first,
               uint64_t last)
{
  bool waited = false;

  while (inflight_next (f, first, last) <= last) {
    pthread_cond_wait (&f->done, lock);
    waited = true;
  }
  return waited;
}

void
inflight_add (struct inflight *f, struct inflight_range *r, uint64_t first,
              uint64_t last)
{
  r->first = first;
  r->last = last;
  r->next = f->head;
  f->head = r;
}

void
inflight_remove (struct inflight *f, struct inflight_range *r)
{
  struct inflight_range **p = &f->head;

  while (*p && *p != r)
    p = &(*p)->next;
  if (*p)
    *p = r->next;
  pthread_cond_broadcast (&f->done);
}
