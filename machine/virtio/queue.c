/* Split virtqueues, device side: see queue.h.
 *
 * The rings lie in guest memory, which the guest may change at any time.  So
 * every index and descriptor is read once, into a copy, and the copy is
 * checked.  Section numbers are those of VIRTIO 1.2.
 */

#include <config.h>

#include <string.h>
#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>
#endif

#include "checked.h"
#include "queue.h"

/* 2.7.5: a descriptor. */
struct desc {
  uint64_t addr;
  uint32_t len;
  uint16_t flags;
  uint16_t next;
};

#define DESC_NEXT 1
#define DESC_WRITE 2
#define DESC_INDIRECT 4

/* 2.7.6 and 2.7.8: the rings end with one more uint16_t, for EVENT_IDX. */
struct avail_ring {
  uint16_t flags;
  uint16_t idx;
  uint16_t ring[];
};

struct used_elem {
  uint32_t id;
  uint32_t len;
};

struct used_ring {
  uint16_t flags;
  uint16_t idx;
  struct used_elem ring[];
};

#define AVAIL_NO_INTERRUPT 1
#define USED_NO_NOTIFY 1

/* A table of descriptors that a chain walks through. */
struct table {
  const struct desc *desc;
  uint32_t size;
};

int
queue_setup (struct virtqueue *q, const struct guest_memory *memory,
             uint16_t size, uint64_t desc, uint64_t avail, uint64_t used)
{
  void *d, *a, *u;

  if (size == 0 || size > 32768 || (size & (size - 1)) != 0
      || desc % 16 != 0 || avail % 2 != 0 || used % 4 != 0)
    return -1;
  d = guest_pointer (memory, desc, (uint64_t) size * sizeof (struct desc));
  a = guest_pointer (memory, avail, sizeof (struct avail_ring)
                                    + (uint64_t) size * 2 + 2);
  u = guest_pointer (memory, used, sizeof (struct used_ring)
                                   + (uint64_t) size * 8 + 2);
  /* Host pages are at least as aligned as guest addresses, but what a
   * transport maps need not be. */
  if (!d || !a || !u || (uintptr_t) d % 16 || (uintptr_t) a % 2
      || (uintptr_t) u % 4)
    return -1;
  q->size = size;
  q->desc = d;
  q->avail = a;
  q->used = u;
  q->ready = true;
  return 0;
}

void
queue_reset (struct virtqueue *q)
{
  memset (q, 0, sizeof *q);
}

/* The guest puts what one device has written into the buffers of another, in an
 * order that TSan cannot see: what was before a used buffer is before all that is
 * taken later. */
#ifdef __SANITIZE_THREAD__
static char guest;
#define AFTER_GUEST() __tsan_acquire (&guest)
#define BEFORE_GUEST() __tsan_release (&guest)
#else
#define AFTER_GUEST() ((void) 0)
#define BEFORE_GUEST() ((void) 0)
#endif

static uint16_t
load_avail_idx (const struct virtqueue *q)
{
  const struct avail_ring *avail = q->avail;

  return __atomic_load_n (&avail->idx, __ATOMIC_ACQUIRE);
}

/* Append one buffer.  A chain lists what the device reads before what it
 * writes (2.7.4.2). */
static int
add_buffer (struct chain *c, const struct guest_memory *memory,
            const struct desc *d)
{
  void *p;

  if (d->len == 0)
    return 0;
  p = guest_pointer (memory, d->addr, d->len);
  if (!p)
    return -1;
  if (d->flags & DESC_WRITE)
    c->writable[c->nr_writable++] = (struct iovec) { p, d->len };
  else if (c->nr_writable > 0)
    return -1;
  else
    c->readable[c->nr_readable++] = (struct iovec) { p, d->len };
  return 0;
}

/* 2.7.5.3: the table that an indirect descriptor points to. */
static int
enter_indirect (struct table *t, const struct guest_memory *memory,
                const struct desc *d)
{
  if (d->len == 0 || d->len % sizeof (struct desc) != 0
      || d->len / sizeof (struct desc) > QUEUE_MAX_CHAIN
      || d->addr % 16 != 0)
    return -1;
  t->desc = guest_pointer (memory, d->addr, d->len);
  t->size = d->len / sizeof (struct desc);
  return t->desc && (uintptr_t) t->desc % 16 == 0 ? 0 : -1;
}

static struct desc
copy_desc (const struct table *t, uint16_t i)
{
  struct desc d;
  const volatile struct desc *from = &t->desc[i];

  d.addr = from->addr;
  d.len = from->len;
  d.flags = from->flags;
  d.next = from->next;
  return d;
}

/* Follow a chain.  The number of steps is bounded, so a loop ends as a chain
 * that is too long. */
static int
walk (const struct virtqueue *q, const struct guest_memory *memory,
      struct chain *c)
{
  struct table t = { q->desc, q->size };
  bool indirect = false;
  unsigned steps = 0;
  uint16_t i = c->head;

  for (;;) {
    struct desc d;

    if (i >= t.size || steps++ >= QUEUE_MAX_CHAIN)
      return -1;
    d = copy_desc (&t, i);
    if (d.flags & DESC_INDIRECT) {
      if (indirect || d.flags & DESC_NEXT
          || enter_indirect (&t, memory, &d) == -1)
        return -1;
      indirect = true;
      i = 0;
      continue;
    }
    if (add_buffer (c, memory, &d) == -1)
      return -1;
    if (!(d.flags & DESC_NEXT))
      return 0;
    i = d.next;
  }
}

int
queue_pop (struct virtqueue *q, const struct guest_memory *memory,
           struct chain *ret)
{
  const struct avail_ring *avail = q->avail;
  uint16_t waiting;

  if (!q->ready)
    return 0;
  waiting = load_avail_idx (q) - q->next_avail;
  if (waiting == 0)
    return 0;
  if (waiting > q->size) {
    /* The index makes no sense: nothing in this ring can be trusted, and
     * there is no head to complete.  Stop serving the queue. */
    q->ready = false;
    return 0;
  }
  ret->head = __atomic_load_n (&avail->ring[q->next_avail & (q->size - 1)],
                               __ATOMIC_RELAXED);
  AFTER_GUEST ();
  q->next_avail++;
  ret->nr_readable = ret->nr_writable = 0;
  return walk (q, memory, ret) == 0 ? 1 : -1;
}

bool
queue_has_more (const struct virtqueue *q)
{
  return q->ready && load_avail_idx (q) != q->next_avail;
}

void
queue_push (struct virtqueue *q, uint16_t head, uint32_t written)
{
  struct used_ring *used = q->used;
  struct used_elem *e = &used->ring[q->next_used & (q->size - 1)];

  e->id = head;
  e->len = written;
  q->next_used++;
  BEFORE_GUEST ();
  __atomic_store_n (&used->idx, q->next_used, __ATOMIC_RELEASE);
}

/* 2.7.7.2: has `event` been passed on the way from `old` to `now`? */
static bool
passed (uint16_t event, uint16_t now, uint16_t old)
{
  return (uint16_t) (now - event - 1) < (uint16_t) (now - old);
}

bool
queue_wants_interrupt (struct virtqueue *q)
{
  const struct avail_ring *avail = q->avail;
  uint16_t old = q->signalled_used;

  if (q->next_used == old)
    return false;
  /* What was pushed must be visible before we look at what the guest wants. */
  __atomic_thread_fence (__ATOMIC_SEQ_CST);
  q->signalled_used = q->next_used;
  if (!q->event_idx)
    return !(__atomic_load_n (&avail->flags, __ATOMIC_RELAXED)
             & AVAIL_NO_INTERRUPT);
  return passed (__atomic_load_n (&avail->ring[q->size], __ATOMIC_RELAXED),
                 q->next_used, old);
}

/* The event field that follows the used ring. */
static uint16_t *
avail_event (struct virtqueue *q)
{
  struct used_ring *used = q->used;

  return (uint16_t *) &used->ring[q->size];
}

bool
queue_enable_kicks (struct virtqueue *q)
{
  struct used_ring *used = q->used;

  if (!q->ready)
    return false;
  if (q->event_idx)
    __atomic_store_n (avail_event (q), q->next_avail, __ATOMIC_RELAXED);
  else
    __atomic_store_n (&used->flags, 0, __ATOMIC_RELAXED);
  __atomic_thread_fence (__ATOMIC_SEQ_CST);
  return load_avail_idx (q) != q->next_avail;
}

void
queue_disable_kicks (struct virtqueue *q)
{
  struct used_ring *used = q->used;

  if (!q->ready)
    return;
  /* With EVENT_IDX, the event that lies behind us keeps the guest quiet. */
  if (!q->event_idx)
    __atomic_store_n (&used->flags, USED_NO_NOTIFY, __ATOMIC_RELAXED);
}

int
queue_next (struct virtqueue *q, const struct guest_memory *memory,
            struct chain *ret)
{
  int r = queue_pop (q, memory, ret);

  if (r == 0 && queue_enable_kicks (q)) {
    queue_disable_kicks (q);
    r = queue_pop (q, memory, ret);
  }
  return r;
}
