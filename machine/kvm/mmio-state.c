/* The state of a device on the bus, for templates: see mmio.h. */

#include <config.h>

#include <errno.h>
#include <poll.h>

#include "kvm/mmio-internal.h"

/* Is a notification on its way? */
static bool
has_kick (const struct mmio_device *d)
{
  unsigned i;

  for (i = 0; i < d->dev->nr_queues; ++i) {
    struct pollfd p = { .fd = d->queues[i].kick.fd, .events = POLLIN };

    if (poll (&p, 1, 0) != 0)
      return true;
  }
  return false;
}

int
mmio_save (struct mmio_bus *bus, size_t index, struct mmio_state *ret,
           struct error *err)
{
  struct mmio_device *d = bus->devices[index];
  const struct virtio_device *dev = d->dev;
  struct mmio_state s = {
    .driver_features = d->driver_features, .device_id = dev->ops->device_id,
    .status = d->status, .device_features_sel = d->device_features_sel,
    .driver_features_sel = d->driver_features_sel, .queue_sel = d->queue_sel,
    .nr_queues = dev->nr_queues,
  };
  unsigned i;

  if (!d->active || d->job != JOB_NONE || has_kick (d)
      || s.nr_queues > MMIO_STATE_QUEUES
      || (dev->ops->save && !dev->ops->save (d->dev, &s.device)))
    return error_set (err, EBUSY, "the device %s is busy", dev->ops->name);
  for (i = 0; i < s.nr_queues; ++i) {
    const struct mmio_queue *q = &d->queues[i];
    const struct virtqueue *ring = &dev->queues[i];

    s.queues[i] = (struct mmio_queue_state) {
      .desc = q->desc, .driver = q->driver, .device_area = q->device_area,
      .num = q->num, .ready = q->ready, .next_avail = ring->next_avail,
      .next_used = ring->next_used, .signalled_used = ring->signalled_used,
    };
  }
  *ret = s;
  return 0;
}

static bool
makes_sense (const struct virtio_device *dev, const struct mmio_state *s)
{
  unsigned i;

  if (s->device_id != dev->ops->device_id || s->nr_queues != dev->nr_queues
      || s->nr_queues > MMIO_STATE_QUEUES
      || s->driver_features & ~dev->features
      || !(s->status & STATUS_DRIVER_OK) || s->status > 0xff)
    return false;
  for (i = 0; i < s->nr_queues; ++i)
    if (s->queues[i].ready && s->queues[i].num > dev->queue_size_max)
      return false;
  return true;
}

static void
take_queue (struct mmio_queue *q, const struct mmio_queue_state *s)
{
  q->ready = s->ready;
  q->num = s->num;
  q->desc = s->desc;
  q->driver = s->driver;
  q->device_area = s->device_area;
}

int
mmio_restore (struct mmio_bus *bus, size_t index,
              const struct mmio_state *state, struct error *err)
{
  struct mmio_device *d = bus->devices[index];
  struct virtio_device *dev = d->dev;
  CLEANUP_UNLOCK (&d->lock);
  unsigned i;

  if (!makes_sense (dev, state))
    return error_set (err, EINVAL, "state of the device %s", dev->ops->name);
  d->driver_features = state->driver_features;
  d->device_features_sel = state->device_features_sel;
  d->driver_features_sel = state->driver_features_sel;
  d->queue_sel = state->queue_sel;
  d->status = state->status;
  for (i = 0; i < state->nr_queues; ++i)
    take_queue (&d->queues[i], &state->queues[i]);
  dev->guest_features = state->driver_features;
  if (mmio_set_queues_up (d) == -1)
    return error_set (err, EINVAL, "queues of the device %s", dev->ops->name);
  for (i = 0; i < state->nr_queues; ++i) {
    dev->queues[i].next_avail = state->queues[i].next_avail;
    dev->queues[i].next_used = state->queues[i].next_used;
    dev->queues[i].signalled_used = state->queues[i].signalled_used;
  }
  mmio_show_registers (d);
  d->driven = d->active = true;
  if (dev->ops->activate)
    dev->ops->activate (dev);
  if (dev->ops->restore)
    dev->ops->restore (dev, state->device);
  return 0;
}
