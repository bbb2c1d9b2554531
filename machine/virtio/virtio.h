/* Virtio devices and the transports that carry them.
 *
 * A device (virtio-blk, virtio-console, virtio-rng) knows nothing of how the
 * guest reaches it.  A transport (virtio-mmio for kvm, vhost-user for uml)
 * negotiates features, sets the queues up, calls queue_ready when the guest
 * has put something into a queue, and gives the device an interrupt to raise.
 *
 * Everything in guest memory is hostile and may change while it is read:
 * memory.h translates addresses, queue.h copies descriptors before it checks
 * them.  Specification: OASIS Virtual I/O Device (VIRTIO) 1.2.
 */
#ifndef BATHYSCOPE_VIRTIO_H
#define BATHYSCOPE_VIRTIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "memory.h"
#include "queue.h"

struct loop;
struct virtio_device;

struct virtio_device_ops {
  const char *name;
  uint32_t device_id; /* section 5: 1 network, 2 block, 3 console, 4 entropy */
  /* The guest has set queues up and is driving the device. */
  void (*activate) (struct virtio_device *dev);
  /* Queue `index` has new buffers.  Runs on the thread of the device's loop,
   * as do all of these. */
  void (*queue_ready) (struct virtio_device *dev, unsigned index);
  /* Forget everything that the guest gave us. */
  void (*reset) (struct virtio_device *dev);
  /* For templates, when neither guest nor loop runs: what there is besides
   * features and queues, as a number; false while a request is in hand.
   * restore comes between activate and the first queue_ready.  Both are NULL
   * for devices that hold nothing between two requests. */
  bool (*save) (struct virtio_device *dev, uint64_t *ret);
  void (*restore) (struct virtio_device *dev, uint64_t state);
  void (*free) (struct virtio_device *dev);
};

struct virtio_device {
  const struct virtio_device_ops *ops;
  uint64_t features;       /* offered */
  uint64_t guest_features; /* accepted; written by the transport */
  unsigned nr_queues;
  struct virtqueue *queues; /* nr_queues of them, owned by the device */
  uint16_t queue_size_max;
  const void *config;       /* device configuration space */
  size_t config_len;
  struct loop *loop; /* the thread that serves the device, ../loop.h */
  struct guest_memory *memory; /* set by the transport before activate */

  /* Set by the transport: tell the guest about used buffers of a queue.
   * Callable from any thread. */
  void (*interrupt) (void *opaque, unsigned queue_index);
  void (*config_changed) (void *opaque);
  void *transport;
};

#define VIRTIO_ID_NET 1
#define VIRTIO_ID_BLOCK 2
#define VIRTIO_ID_CONSOLE 3
#define VIRTIO_ID_RNG 4

#define VIRTIO_F_INDIRECT_DESC 28
#define VIRTIO_F_EVENT_IDX 29
#define VIRTIO_F_VERSION_1 32

static inline bool
virtio_has_feature (const struct virtio_device *dev, unsigned bit)
{
  return dev->guest_features >> bit & 1;
}

/* Allocate the queues of a device whose ops, features and queue_size_max are
 * set; adds the transport features that queue.h implements. */
int virtio_device_init (struct virtio_device *dev, unsigned nr_queues,
                        struct error *err);
void virtio_device_release (struct virtio_device *dev);

/* For transports: forget rings, accepted features and what the device holds. */
void virtio_device_reset (struct virtio_device *dev);

/* Raise the queue's interrupt if the guest wants one. */
void virtio_notify (struct virtio_device *dev, unsigned queue_index);

#endif
