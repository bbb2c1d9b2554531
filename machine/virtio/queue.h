/* Split virtqueues (VIRTIO 1.2, section 2.7) from the device's side. */
#ifndef BATHYSCOPE_QUEUE_H
#define BATHYSCOPE_QUEUE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

#include "memory.h"

/* The longest chain taken, indirect descriptors included. */
#define QUEUE_MAX_CHAIN 1024

struct virtqueue {
  bool ready;
  uint16_t size; /* power of two, at most the device's queue_size_max */
  bool event_idx; /* VIRTIO_F_EVENT_IDX was accepted */
  /* Host pointers, checked when the queue is set up. */
  void *desc, *avail, *used;
  uint16_t next_avail; /* what we have popped */
  uint16_t next_used;  /* what we have pushed */
  uint16_t signalled_used;
};

/* One request: the readable buffers come first in the ring, then the writable
 * ones.  All pointers are into guest memory, range-checked. */
struct chain {
  uint16_t head;
  int nr_readable, nr_writable;
  struct iovec readable[QUEUE_MAX_CHAIN];
  struct iovec writable[QUEUE_MAX_CHAIN];
};

/* Check and remember the rings; -1 when they do not fit into guest memory. */
int queue_setup (struct virtqueue *q, const struct guest_memory *memory,
                 uint16_t size, uint64_t desc, uint64_t avail, uint64_t used);
void queue_reset (struct virtqueue *q);

/* Take the next chain.  1 with *ret filled, 0 when the queue is empty, -1 when
 * the chain is malformed: then ret->head is valid and the caller completes it
 * with an error (zero bytes written).  */
int queue_pop (struct virtqueue *q, const struct guest_memory *memory,
               struct chain *ret);

/* Is there another chain behind the one that was popped? */
bool queue_has_more (const struct virtqueue *q);

/* As queue_pop; when the queue is empty, ask the guest for a kick before saying
 * so.  Devices that serve a queue until it is empty need no other call. */
int queue_next (struct virtqueue *q, const struct guest_memory *memory,
                struct chain *ret);

/* Give a chain back with the number of bytes written into it. */
void queue_push (struct virtqueue *q, uint16_t head, uint32_t written);

/* Must the guest be interrupted for what was pushed since the last call? */
bool queue_wants_interrupt (struct virtqueue *q);

/* Ask for (or suppress) kicks; queue_enable_kicks returns true when buffers
 * arrived meanwhile and the caller must look again. */
bool queue_enable_kicks (struct virtqueue *q);
void queue_disable_kicks (struct virtqueue *q);

#endif
