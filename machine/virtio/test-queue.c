/* Tests of guest memory and virtqueues: chains that are right, and all the ways
 * in which they can be wrong. */

#include <config.h>

#include "block/check.h"
#include "test-guest-ring.h"

static struct virtqueue q;
static struct chain c;

static void
start (void)
{
  CHECK (setup_ring (&q, 0) == 0);
}

/* A chain of one descriptor must be refused, and can be given back. */
static void
expect_bad (uint64_t addr, uint32_t len, uint16_t flags, uint16_t next)
{
  start ();
  set_desc (0, 3, addr, len, flags, next);
  offer (0, 3);
  CHECK (queue_pop (&q, &ram_memory, &c) == -1);
  CHECK (c.head == 3);
  queue_push (&q, c.head, 0);
  CHECK (used_idx (0) == 1 && used_head (0, 0) == 3 && used_len (0, 0) == 0);
  CHECK (queue_pop (&q, &ram_memory, &c) == 0);
}

static void
test_memory (void)
{
  struct guest_memory m = {
    .nr_regions = 2,
    .regions = { { 0x1000, 0x1000, ram }, { 0x2000, 0x1000, ram + 0x1000 } },
  };

  CHECK (guest_pointer (&m, 0x1000, 0x1000) == ram);
  CHECK (guest_pointer (&m, 0x1fff, 1) == ram + 0xfff);
  CHECK (guest_pointer (&m, 0x2000, 0) == ram + 0x1000);
  CHECK (!guest_pointer (&m, 0xfff, 1));
  CHECK (!guest_pointer (&m, 0x3000, 1));
  CHECK (!guest_pointer (&m, 0x1800, 0x1000)); /* across regions */
  CHECK (!guest_pointer (&m, 0x1000, UINT64_MAX));
  CHECK (!guest_pointer (&m, UINT64_MAX, 2));
  CHECK (!guest_pointer (&m, UINT64_MAX - 0xfff, 0x2000));
}

static void
test_setup (void)
{
  const uint64_t d = RAM_START, a = RAM_START + 0x1000, u = RAM_START + 0x2000;
  const uint64_t end = RAM_START + RAM_SIZE;

  queue_reset (&q);
  CHECK (queue_setup (&q, &ram_memory, 16, d, a, u) == 0);
  CHECK (queue_setup (&q, &ram_memory, 0, d, a, u) == -1);
  CHECK (queue_setup (&q, &ram_memory, 12, d, a, u) == -1);
  CHECK (queue_setup (&q, &ram_memory, 65535, d, a, u) == -1);
  CHECK (queue_setup (&q, &ram_memory, 16, d + 8, a, u) == -1);
  CHECK (queue_setup (&q, &ram_memory, 16, d, a + 1, u) == -1);
  CHECK (queue_setup (&q, &ram_memory, 16, d, a, u + 2) == -1);
  CHECK (queue_setup (&q, &ram_memory, 16, end - 16, a, u) == -1);
  CHECK (queue_setup (&q, &ram_memory, 16, d, end - 32, u) == -1);
  CHECK (queue_setup (&q, &ram_memory, 16, d, a, end - 128) == -1);
  CHECK (queue_setup (&q, &ram_memory, 16, UINT64_MAX - 15, a, u) == -1);
  CHECK (queue_setup (&q, &ram_memory, 16, 0, a, u) == -1);
}

static void
test_chain (void)
{
  start ();
  CHECK (queue_pop (&q, &ram_memory, &c) == 0);
  set_desc (0, 5, RAM_START + DATA_AT, 100, D_NEXT, 2);
  set_desc (0, 2, RAM_START + DATA_AT + 100, 50, D_NEXT, 9);
  set_desc (0, 9, RAM_START + DATA_AT + 200, 0, D_NEXT | D_WRITE, 1);
  set_desc (0, 1, RAM_START + DATA_AT + 300, 7, D_WRITE, 0);
  offer (0, 5);
  CHECK (queue_pop (&q, &ram_memory, &c) == 1);
  CHECK (c.head == 5 && c.nr_readable == 2 && c.nr_writable == 1);
  CHECK (c.readable[0].iov_base == ram + DATA_AT);
  CHECK (c.readable[1].iov_len == 50);
  CHECK (c.writable[0].iov_base == ram + DATA_AT + 300);
  queue_push (&q, 5, 7);
  CHECK (used_idx (0) == 1 && used_head (0, 0) == 5 && used_len (0, 0) == 7);
}

static void
test_indirect (void)
{
  size_t i;

  start ();
  for (i = 0; i < 256; ++i)
    set_desc_at (DATA_AT + i * 16, RAM_START + 0x20000 + i, 1,
                 i < 255 ? D_NEXT : 0, i + 1);
  set_desc (0, 0, RAM_START + DATA_AT, 256 * 16, D_INDIRECT, 0);
  offer (0, 0);
  CHECK (queue_pop (&q, &ram_memory, &c) == 1);
  CHECK (c.nr_readable == 256 && c.nr_writable == 0);

  /* An indirect table behind direct descriptors is allowed. */
  set_desc (0, 1, RAM_START + 0x20000, 5, D_NEXT, 0);
  offer (0, 1);
  CHECK (queue_pop (&q, &ram_memory, &c) == 1);
  CHECK (c.nr_readable == 257 && c.readable[0].iov_len == 5);
}

static void
test_bad_descriptors (void)
{
  const uint64_t data = RAM_START + DATA_AT;

  expect_bad (RAM_START + RAM_SIZE - 8, 9, 0, 0);
  expect_bad (RAM_START - 1, 1, 0, 0);
  expect_bad (0, 1, 0, 0);
  expect_bad (UINT64_MAX, 1, D_WRITE, 0);
  expect_bad (data, UINT32_MAX, 0, 0);
  expect_bad (data, 8, D_NEXT, RING_SIZE); /* next outside of the ring */
  expect_bad (data, 8, D_NEXT, 3);         /* a loop of one */
  expect_bad (data, 0, D_NEXT, 3);         /* of nothing */

  /* Tables: empty, of a broken length, too long, outside, at an odd place,
   * followed by more, within a table. */
  expect_bad (data, 0, D_INDIRECT, 0);
  expect_bad (data, 24, D_INDIRECT, 0);
  expect_bad (data, (QUEUE_MAX_CHAIN + 1) * 16, D_INDIRECT, 0);
  expect_bad (RAM_START + RAM_SIZE - 16, 32, D_INDIRECT, 0);
  expect_bad (data + 4, 32, D_INDIRECT, 0);
  set_desc_at (DATA_AT, data, 8, 0, 0);
  expect_bad (data, 16, D_INDIRECT | D_NEXT, 1);
  set_desc_at (DATA_AT, data, 16, D_INDIRECT, 0);
  expect_bad (data, 16, D_INDIRECT, 0);
  /* A table that goes on outside of itself, or in a circle. */
  set_desc_at (DATA_AT, data, 8, D_NEXT, 1);
  expect_bad (data, 16, D_INDIRECT, 0);
  set_desc_at (DATA_AT, data, 8, D_NEXT, 0);
  expect_bad (data, 16, D_INDIRECT, 0);
}

static void
test_bad_rings (void)
{
  uint16_t idx = RING_SIZE + 1;

  /* A head outside of the ring is given back as it came. */
  start ();
  offer (0, 999);
  CHECK (queue_pop (&q, &ram_memory, &c) == -1 && c.head == 999);
  queue_push (&q, c.head, 0);
  CHECK (used_head (0, 0) == 999);

  /* What we write may not come before what we read. */
  start ();
  set_desc (0, 0, RAM_START + DATA_AT, 8, D_WRITE | D_NEXT, 1);
  set_desc (0, 1, RAM_START + DATA_AT, 8, 0, 0);
  offer (0, 0);
  CHECK (queue_pop (&q, &ram_memory, &c) == -1);

  /* A loop over all descriptors. */
  start ();
  for (idx = 0; idx < RING_SIZE; ++idx)
    set_desc (0, idx, RAM_START + DATA_AT, 8, D_NEXT, (idx + 1) % RING_SIZE);
  offer (0, 4);
  CHECK (queue_pop (&q, &ram_memory, &c) == -1);

  /* More buffers than the ring holds: the queue is not served any more. */
  start ();
  idx = RING_SIZE + 1;
  put (AVAIL_AT (0) + 2, &idx, 2);
  CHECK (queue_pop (&q, &ram_memory, &c) == 0 && !q.ready);
  CHECK (queue_pop (&q, &ram_memory, &c) == 0);
  CHECK (!queue_enable_kicks (&q));
}

/* Many times around the ring, and past the wrap of the 16-bit index. */
static void
test_wrap (void)
{
  unsigned i;

  start ();
  for (i = 0; i < 70000; ++i) {
    set_desc (0, i % RING_SIZE, RAM_START + DATA_AT, i % 100 + 1, 0, 0);
    offer (0, i % RING_SIZE);
    CHECK (queue_next (&q, &ram_memory, &c) == 1);
    CHECK (c.head == i % RING_SIZE && c.readable[0].iov_len == i % 100 + 1);
    queue_push (&q, c.head, i);
    CHECK (used_len (0, i) == i);
  }
  CHECK (queue_next (&q, &ram_memory, &c) == 0);
}

static void
test_interrupts (void)
{
  uint16_t no_interrupt = 1, event;

  start ();
  CHECK (!queue_wants_interrupt (&q));
  queue_push (&q, 0, 0);
  CHECK (queue_wants_interrupt (&q));
  CHECK (!queue_wants_interrupt (&q));
  put (AVAIL_AT (0), &no_interrupt, 2);
  queue_push (&q, 0, 0);
  CHECK (!queue_wants_interrupt (&q));

  /* 2.7.7: the guest names the element after which it wants one. */
  start ();
  q.event_idx = true;
  event = 2;
  put (AVAIL_AT (0) + 4 + RING_SIZE * 2, &event, 2);
  queue_push (&q, 0, 0);
  CHECK (!queue_wants_interrupt (&q));
  queue_push (&q, 0, 0);
  queue_push (&q, 0, 0);
  CHECK (queue_wants_interrupt (&q));
  queue_push (&q, 0, 0);
  CHECK (!queue_wants_interrupt (&q));

  /* And so do we, for kicks. */
  set_desc (0, 0, RAM_START + DATA_AT, 1, 0, 0);
  CHECK (!queue_enable_kicks (&q));
  offer (0, 0);
  CHECK (queue_enable_kicks (&q));
  CHECK (queue_pop (&q, &ram_memory, &c) == 1);
  CHECK (!queue_enable_kicks (&q));
  CHECK (get16 (USED_AT (0) + 4 + RING_SIZE * 8) == 1);
}

int
main (void)
{
  test_memory ();
  test_setup ();
  test_chain ();
  test_indirect ();
  test_bad_descriptors ();
  test_bad_rings ();
  test_wrap ();
  test_interrupts ();
  return 0;
}
