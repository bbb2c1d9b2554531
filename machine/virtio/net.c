/* virtio-net (VIRTIO 1.2, section 5.1): one pair of queues, no offloads.
 *
 * Frames are copied: from the guest to a buffer of ours, which it cannot
 * change any more while they are looked at, and to the guest into the one chain
 * that must hold them.  Where the guest has no buffer a frame is lost, as on a
 * wire.
 */

#include <config.h>

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "devices.h"
#include "iov.h"

#define QUEUE_SIZE 256
#define NET_F_MTU 3
#define NET_F_MAC 5
#define MTU 1500

enum { RX, TX, NR_QUEUES };

/* 5.1.6 */
struct net_header {
  uint8_t flags, gso_type;
  uint16_t hdr_len, gso_size, csum_start, csum_offset, num_buffers;
};

/* 5.1.4 */
struct net_config {
  uint8_t mac[6];
  uint16_t status, max_virtqueue_pairs, mtu;
} __attribute__ ((packed));

struct net {
  struct virtio_device dev;
  struct net_callbacks callbacks;
  struct net_config config;
  struct chain chain;
  uint8_t frame[sizeof (struct net_header) + NET_MAX_FRAME];
};

static void
transmit (struct net *net)
{
  struct virtqueue *q = &net->dev.queues[TX];
  int r;

  queue_disable_kicks (q);
  while ((r = queue_next (q, net->dev.memory, &net->chain)) != 0) {
    size_t len = r == 1 ? iov_read (net->chain.readable, net->chain.nr_readable,
                                    net->frame, sizeof net->frame) : 0;

    queue_push (q, net->chain.head, 0);
    if (len > sizeof (struct net_header))
      net->callbacks.frame (net->callbacks.opaque,
                            net->frame + sizeof (struct net_header),
                            len - sizeof (struct net_header));
  }
  virtio_notify (&net->dev, TX);
}

void
net_receive (struct virtio_device *dev, const void *frame, size_t len)
{
  struct net *net = (struct net *) dev;
  struct virtqueue *q = &dev->queues[RX];
  struct net_header header = { .num_buffers = htole16 (1) };
  struct chain *c = &net->chain;
  struct iovec *iov = c->writable;
  size_t written = 0;
  int r;

  if (!q->ready || len > NET_MAX_FRAME)
    return;
  r = queue_next (q, dev->memory, c);
  if (r == 0)
    return;
  if (r == 1 && iov_length (iov, c->nr_writable) >= sizeof header + len) {
    int n = c->nr_writable;

    written = iov_write (iov, n, &header, sizeof header);
    iov_skip (&iov, &n, sizeof header);
    written += iov_write (iov, n, frame, len);
  }
  queue_push (q, c->head, written);
  virtio_notify (dev, RX);
}

static void
queue_ready (struct virtio_device *dev, unsigned index)
{
  if (index == TX)
    transmit ((struct net *) dev);
}

static void
net_free (struct virtio_device *dev)
{
  virtio_device_release (dev);
  free (dev);
}

static const struct virtio_device_ops net_ops = {
  .name = "net",
  .device_id = VIRTIO_ID_NET,
  .queue_ready = queue_ready,
  .free = net_free,
};

struct virtio_device *
net_new (const uint8_t mac[6], const struct net_callbacks *callbacks,
         struct error *err)
{
  struct net *net = calloc (1, sizeof *net);

  if (!net) {
    error_errno (err, "network device");
    return NULL;
  }
  net->dev.ops = &net_ops;
  net->dev.queue_size_max = QUEUE_SIZE;
  net->dev.features = 1 << NET_F_MAC | 1 << NET_F_MTU;
  if (virtio_device_init (&net->dev, NR_QUEUES, err) == -1) {
    free (net);
    return NULL;
  }
  net->callbacks = *callbacks;
  memcpy (net->config.mac, mac, 6);
  net->config.max_virtqueue_pairs = htole16 (1);
  net->config.mtu = htole16 (MTU);
  net->dev.config = &net->config;
  net->dev.config_len = sizeof net->config;
  return &net->dev;
}
