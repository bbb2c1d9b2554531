/* What all virtio devices share: see virtio.h. */

#include <config.h>

#include <stdlib.h>

#include "virtio.h"

int
virtio_device_init (struct virtio_device *dev, unsigned nr_queues,
                    struct error *err)
{
  dev->queues = calloc (nr_queues, sizeof *dev->queues);
  if (!dev->queues)
    return error_errno (err, "virtio queues");
  dev->nr_queues = nr_queues;
  dev->features |= UINT64_C (1) << VIRTIO_F_INDIRECT_DESC
                   | UINT64_C (1) << VIRTIO_F_EVENT_IDX
                   | UINT64_C (1) << VIRTIO_F_VERSION_1;
  return 0;
}

void
virtio_device_release (struct virtio_device *dev)
{
  free (dev->queues);
  dev->queues = NULL;
  dev->nr_queues = 0;
}

void
virtio_device_reset (struct virtio_device *dev)
{
  unsigned i;

  if (dev->ops->reset)
    dev->ops->reset (dev);
  for (i = 0; i < dev->nr_queues; ++i)
    queue_reset (&dev->queues[i]);
  dev->guest_features = 0;
}

void
virtio_notify (struct virtio_device *dev, unsigned queue_index)
{
  struct virtqueue *q = &dev->queues[queue_index];

  if (q->ready && queue_wants_interrupt (q))
    dev->interrupt (dev->transport, queue_index);
}
