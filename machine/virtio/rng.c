/* virtio-rng (VIRTIO 1.2, section 5.4): entropy from getrandom. */

#include <config.h>

#include <stdlib.h>
#include <sys/random.h>

#include "devices.h"

/* As much as a guest may ask for at once: enough for any seed. */
#define MAX_ENTROPY 4096

struct rng {
  struct virtio_device dev;
  struct chain chain;
};

static uint32_t
fill (const struct chain *c)
{
  uint32_t done = 0;
  int i;

  for (i = 0; i < c->nr_writable && done < MAX_ENTROPY; ++i) {
    size_t len = c->writable[i].iov_len;
    ssize_t n;

    if (len > MAX_ENTROPY - done)
      len = MAX_ENTROPY - done;
    n = getrandom (c->writable[i].iov_base, len, 0);
    if (n <= 0)
      break;
    done += n;
  }
  return done;
}

static void
queue_ready (struct virtio_device *dev, unsigned index)
{
  struct rng *rng = (struct rng *) dev;
  struct virtqueue *q = &dev->queues[0];
  int r;

  queue_disable_kicks (q);
  while ((r = queue_next (q, dev->memory, &rng->chain)) != 0)
    queue_push (q, rng->chain.head, r == 1 ? fill (&rng->chain) : 0);
  virtio_notify (dev, 0);
}

static void
rng_free (struct virtio_device *dev)
{
  virtio_device_release (dev);
  free (dev);
}

static const struct virtio_device_ops rng_ops = {
  .name = "rng",
  .device_id = VIRTIO_ID_RNG,
  .queue_ready = queue_ready,
  .free = rng_free,
};

struct virtio_device *
rng_new (struct error *err)
{
  struct rng *rng = calloc (1, sizeof *rng);

  if (!rng) {
    error_errno (err, "entropy device");
    return NULL;
  }
  rng->dev.ops = &rng_ops;
  rng->dev.queue_size_max = 256;
  if (virtio_device_init (&rng->dev, 1, err) == -1) {
    free (rng);
    return NULL;
  }
  return &rng->dev;
}
