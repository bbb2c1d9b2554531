/* A guest's side of a virtqueue in a buffer, for unit tests and fuzzers: rings
 * at fixed places, descriptors set one by one. */
#ifndef BATHYSCOPE_TEST_GUEST_RING_H
#define BATHYSCOPE_TEST_GUEST_RING_H

#include <string.h>

#include "queue.h"
#include "virtio.h"

#ifndef RAM_SIZE
#define RAM_SIZE 0x40000
#endif
#define RAM_START 0x100000 /* guest-physical */
#define RING_SIZE 16

/* Offsets of queue `i`. */
#define DESC_AT(i) ((i) * 0x1000)
#define AVAIL_AT(i) (DESC_AT (i) + 0x400)
#define USED_AT(i) (DESC_AT (i) + 0x800)
#define DATA_AT 0x10000

#define D_NEXT 1
#define D_WRITE 2
#define D_INDIRECT 4

static uint8_t ram[RAM_SIZE] __attribute__ ((aligned (4096)));
static struct guest_memory ram_memory = {
  .nr_regions = 1, .regions = { { RAM_START, RAM_SIZE, ram } },
};

static inline void
put (size_t at, const void *value, size_t len)
{
  memcpy (ram + at, value, len);
}

static inline uint16_t
get16 (size_t at)
{
  uint16_t v;

  memcpy (&v, ram + at, sizeof v);
  return v;
}

static inline uint32_t
get32 (size_t at)
{
  uint32_t v;

  memcpy (&v, ram + at, sizeof v);
  return v;
}

/* Write a descriptor at an offset of ram. */
static inline void
set_desc_at (size_t at, uint64_t addr, uint32_t len, uint16_t flags,
             uint16_t next)
{
  put (at, &addr, 8);
  put (at + 8, &len, 4);
  put (at + 12, &flags, 2);
  put (at + 14, &next, 2);
}

static inline void
set_desc (int queue, int i, uint64_t addr, uint32_t len, uint16_t flags,
          uint16_t next)
{
  set_desc_at (DESC_AT (queue) + i * 16, addr, len, flags, next);
}

/* Offer the chain that starts at `head`. */
static inline void
offer (int queue, uint16_t head)
{
  uint16_t idx = get16 (AVAIL_AT (queue) + 2);

  put (AVAIL_AT (queue) + 4 + (idx % RING_SIZE) * 2, &head, 2);
  /* The device may look at once, in another thread (2.7.13.3). */
  __atomic_store_n ((uint16_t *) (ram + AVAIL_AT (queue) + 2), ++idx,
                    __ATOMIC_RELEASE);
}

static inline uint16_t
used_idx (int queue)
{
  return get16 (USED_AT (queue) + 2);
}

/* Length and head of the used element `i`. */
static inline uint32_t
used_len (int queue, uint16_t i)
{
  return get32 (USED_AT (queue) + 4 + (i % RING_SIZE) * 8 + 4);
}

static inline uint32_t
used_head (int queue, uint16_t i)
{
  return get32 (USED_AT (queue) + 4 + (i % RING_SIZE) * 8);
}

static inline int
setup_ring (struct virtqueue *q, int queue)
{
  memset (ram + DESC_AT (queue), 0, 0x1000);
  queue_reset (q);
  return queue_setup (q, &ram_memory, RING_SIZE, RAM_START + DESC_AT (queue),
                      RAM_START + AVAIL_AT (queue),
                      RAM_START + USED_AT (queue));
}

#endif
