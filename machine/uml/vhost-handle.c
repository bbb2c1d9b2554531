/* vhost-user requests: what each one does.  See vhost.h.
 *
 * A table gives the exact payload size and descriptor count of every request,
 * so that the handlers see only well-formed messages.
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "checked.h"
#include "vhost-internal.h"

#define F_PROTOCOL_FEATURES (UINT64_C (1) << 30)

#define PROTOCOL_F_BACKEND_REQ (UINT64_C (1) << 5)
#define PROTOCOL_F_CONFIG (UINT64_C (1) << 9)
/* Kicks and calls are messages as well: then an interrupt makes the kernel
 * read one descriptor, and not those of all queues of the device.  REPLY_ACK
 * is not offered: it would make every message of the set-up, and every kick,
 * a round trip. */
#define PROTOCOL_FEATURES                                               \
  (PROTOCOL_F_BACKEND_REQ | PROTOCOL_F_CONFIG | VHOST_PROTOCOL_F_INBAND)

#define VRING_INDEX 0xff
#define VRING_NO_FD 0x100

static struct vhost_queue *
queue_at (struct vhost *v, uint64_t index)
{
  return index < v->dev->nr_queues ? &v->queues[index] : NULL;
}

static unsigned
index_of (const struct vhost_queue *vq)
{
  return vq - vq->vhost->queues;
}

static void
kick_ready (struct loop_source *source, uint32_t events)
{
  struct vhost_queue *vq = (struct vhost_queue *)
    ((char *) source - offsetof (struct vhost_queue, kick));
  struct virtio_device *dev = vq->vhost->dev;
  uint64_t n;

  if (read (source->fd, &n, sizeof n) == 0
      || events & (EPOLLERR | EPOLLHUP))
    loop_remove (dev->loop, source);
  dev->ops->queue_ready (dev, index_of (vq));
}

static void
stop_queue (struct vhost_queue *vq)
{
  struct vhost *v = vq->vhost;
  struct virtqueue *q = &v->dev->queues[index_of (vq)];

  if (!vq->running)
    return;
  vq->running = false;
  loop_remove (v->dev->loop, &vq->kick);
  vq->base = q->next_avail;
  /* What the device holds may lie in the queue. */
  if (v->dev->ops->reset)
    v->dev->ops->reset (v->dev);
  queue_reset (q);
}

void
vhost_stop_queues (struct vhost *v)
{
  unsigned i;

  for (i = 0; i < v->dev->nr_queues; ++i)
    stop_queue (&v->queues[i]);
}

/* A queue runs once it is complete: size, addresses, a way to be kicked,
 * enabled. */
static int
start_queue (struct vhost_queue *vq, struct error *err)
{
  struct vhost *v = vq->vhost;
  struct virtio_device *dev = v->dev;
  struct virtqueue *q = &dev->queues[index_of (vq)];

  if (vq->running || !vq->enabled || !vq->has_addr || vq->num == 0
      || (vq->kick.fd < 0 && !vhost_is_inband (v)))
    return 0;
  if (queue_setup (q, &v->user, vq->num, vq->desc, vq->avail, vq->used) == -1)
    return error_set (err, EPROTO, "queue outside of guest memory");
  q->event_idx = virtio_has_feature (dev, VIRTIO_F_EVENT_IDX);
  q->next_avail = q->next_used = q->signalled_used = vq->base;
  vq->kick.ready = kick_ready;
  if (vq->kick.fd >= 0 && loop_add (dev->loop, &vq->kick, EPOLLIN, err) == -1)
    return -1;
  vq->running = true;
  if (dev->ops->activate)
    dev->ops->activate (dev);
  dev->ops->queue_ready (dev, index_of (vq));
  return 0;
}

static int
get_features (struct vhost *v, struct error *err)
{
  v->message.payload.u64 = v->dev->features | F_PROTOCOL_FEATURES;
  return 1;
}

static int
set_features (struct vhost *v, struct error *err)
{
  uint64_t features = v->message.payload.u64 & ~F_PROTOCOL_FEATURES;

  if (features & ~v->dev->features)
    return error_set (err, EPROTO, "features that were not offered");
  v->dev->guest_features = features;
  return 0;
}

static int
get_protocol_features (struct vhost *v, struct error *err)
{
  v->message.payload.u64 = PROTOCOL_FEATURES;
  return 1;
}

static int
set_protocol_features (struct vhost *v, struct error *err)
{
  if (v->message.payload.u64 & ~PROTOCOL_FEATURES)
    return error_set (err, EPROTO, "protocol features not offered");
  v->protocol_features = v->message.payload.u64;
  return 0;
}

static int
get_queue_num (struct vhost *v, struct error *err)
{
  v->message.payload.u64 = v->dev->nr_queues;
  return 1;
}

static int
nothing (struct vhost *v, struct error *err)
{
  return 0;
}

static int
set_mem_table (struct vhost *v, struct error *err)
{
  struct vhost_message *m = &v->message;
  struct guest_memory memory = { .nr_regions = 0 }, user = memory;
  uint32_t i, n = m->payload.memory.num;

  if (n == 0 || n > GUEST_MEMORY_REGIONS || n != m->nr_fds
      || m->header.size < 8 + n * sizeof m->payload.memory.regions[0])
    return error_set (err, EPROTO, "malformed memory table");
  for (i = 0; i < n; ++i) {
    uint64_t guest = m->payload.memory.regions[i].guest_addr;
    uint64_t at = m->payload.memory.regions[i].user_addr;
    uint64_t size = m->payload.memory.regions[i].size;
    uint64_t offset = m->payload.memory.regions[i].mmap_offset, end;
    size_t len;
    uint8_t *host = vhost_memory_map (v->shared, m->fds[i], &len, err);

    if (!host)
      return -1;
    if (size == 0 || !range_fits (offset, size, len)
        || !checked_add_u64 (guest, size, &end)
        || !checked_add_u64 (at, size, &end))
      return error_set (err, EPROTO, "memory region outside of its file");
    memory.regions[i] = (struct guest_region) { guest, size, host + offset };
    user.regions[i] = (struct guest_region) { at, size, host + offset };
  }
  memory.nr_regions = user.nr_regions = n;
  /* Queues that run keep pointers into the old table, which stays mapped. */
  v->memory = memory;
  v->user = user;
  return 0;
}

static int
set_vring_num (struct vhost *v, struct error *err)
{
  struct vhost_queue *vq = queue_at (v, v->message.payload.state.index);
  uint32_t num = v->message.payload.state.num;

  if (!vq || vq->running || num == 0 || num > v->dev->queue_size_max)
    return error_set (err, EPROTO, "queue size");
  vq->num = num;
  return 0;
}

static int
set_vring_base (struct vhost *v, struct error *err)
{
  struct vhost_queue *vq = queue_at (v, v->message.payload.state.index);

  if (!vq || vq->running)
    return error_set (err, EPROTO, "queue base");
  vq->base = v->message.payload.state.num;
  return 0;
}

static int
get_vring_base (struct vhost *v, struct error *err)
{
  struct vhost_queue *vq = queue_at (v, v->message.payload.state.index);

  if (!vq)
    return error_set (err, EPROTO, "queue index");
  stop_queue (vq);
  v->message.payload.state.num = vq->base;
  return 1;
}

static int
set_vring_addr (struct vhost *v, struct error *err)
{
  struct vhost_message *m = &v->message;
  struct vhost_queue *vq = queue_at (v, m->payload.addr.index);

  if (!vq || vq->running)
    return error_set (err, EPROTO, "queue address");
  vq->desc = m->payload.addr.desc;
  vq->used = m->payload.addr.used;
  vq->avail = m->payload.addr.avail;
  vq->has_addr = true;
  return 0;
}

/* The descriptor of a KICK or CALL message, non-blocking; -1 when the message
 * says that there is none, -2 when it is malformed. */
static int
take_vring_fd (struct vhost_message *m)
{
  bool none = m->payload.u64 & VRING_NO_FD;
  int fd;

  if (m->payload.u64 & ~(uint64_t) (VRING_INDEX | VRING_NO_FD)
      || m->nr_fds != (none ? 0 : 1))
    return -2;
  if (none)
    return -1;
  fd = TAKE_FD (m->fds[0]);
  if (fcntl (fd, F_SETFL, O_NONBLOCK) == -1) {
    close (fd);
    return -2;
  }
  return fd;
}

static int
set_vring_kick (struct vhost *v, struct error *err)
{
  struct vhost_queue *vq = queue_at (v, v->message.payload.u64 & VRING_INDEX);
  int fd = -2;

  if (vq && !vq->running)
    fd = take_vring_fd (&v->message);
  if (fd < 0)
    return error_set (err, EPROTO, "queue kick");
  if (vq->kick.fd >= 0)
    close (vq->kick.fd);
  vq->kick.fd = fd;
  return start_queue (vq, err);
}

static int
set_vring_call (struct vhost *v, struct error *err)
{
  struct vhost_queue *vq = queue_at (v, v->message.payload.u64 & VRING_INDEX);
  int fd = -2;

  if (vq && !vq->running)
    fd = take_vring_fd (&v->message);
  if (fd == -2)
    return error_set (err, EPROTO, "queue call");
  if (vq->call_fd >= 0)
    close (vq->call_fd);
  vq->call_fd = fd;
  return 0;
}

static int
set_vring_enable (struct vhost *v, struct error *err)
{
  struct vhost_queue *vq = queue_at (v, v->message.payload.state.index);

  if (!vq || v->message.payload.state.num > 1)
    return error_set (err, EPROTO, "queue enable");
  vq->enabled = v->message.payload.state.num;
  if (vq->enabled)
    return start_queue (vq, err);
  stop_queue (vq);
  return 0;
}

static int
get_config (struct vhost *v, struct error *err)
{
  struct vhost_message *m = &v->message;
  const struct virtio_device *dev = v->dev;
  size_t size;
  uint32_t offset, n;

  if (m->header.size < VHOST_CONFIG_HEAD)
    return error_set (err, EPROTO, "configuration request");
  size = m->header.size - VHOST_CONFIG_HEAD;
  offset = m->payload.config.offset;
  if (m->payload.config.size != size)
    return error_set (err, EPROTO, "configuration request");
  /* The space behind what the device has reads as zero. */
  memset (m->payload.config.data, 0, size);
  if (offset < dev->config_len) {
    n = dev->config_len - offset < size ? dev->config_len - offset : size;
    memcpy (m->payload.config.data, (const char *) dev->config + offset, n);
  }
  return 1;
}

static int
vring_kick (struct vhost *v, struct error *err)
{
  struct vhost_queue *vq = queue_at (v, v->message.payload.state.index);

  if (!vq || !vhost_is_inband (v))
    return error_set (err, EPROTO, "kick");
  if (vq->running)
    v->dev->ops->queue_ready (v->dev, index_of (vq));
  return 0;
}

/* The channel that carries our calls. */
static int
set_backend_req_fd (struct vhost *v, struct error *err)
{
  if (v->message.nr_fds != 1)
    return error_set (err, EPROTO, "back-end channel");
  if (v->backend_req_fd >= 0)
    close (v->backend_req_fd);
  v->backend_req_fd = TAKE_FD (v->message.fds[0]);
  if (fcntl (v->backend_req_fd, F_SETFL, O_NONBLOCK) == -1)
    return error_errno (err, "back-end channel");
  return 0;
}

#define ANY 0xffff

/* The requests that we take, by number. */
static const struct {
  int (*handle) (struct vhost *v, struct error *err);
  uint16_t size;    /* of the payload; ANY: the handler looks */
  uint16_t max_fds;
  uint16_t reply;   /* size of the reply; 0: none, or the same */
} requests[] = {
  [1] = { get_features, 0, 0, 8 },
  [2] = { set_features, 8, 0, 0 },
  [3] = { nothing, 0, 0, 0 }, /* SET_OWNER */
  [5] = { set_mem_table, ANY, GUEST_MEMORY_REGIONS, 0 },
  [8] = { set_vring_num, 8, 0, 0 },
  [9] = { set_vring_addr, 40, 0, 0 },
  [10] = { set_vring_base, 8, 0, 0 },
  [11] = { get_vring_base, 8, 0, 0 },
  [12] = { set_vring_kick, 8, 1, 0 },
  [13] = { set_vring_call, 8, 1, 0 },
  [14] = { nothing, 8, 1, 0 }, /* SET_VRING_ERR */
  [15] = { get_protocol_features, 0, 0, 8 },
  [16] = { set_protocol_features, 8, 0, 0 },
  [17] = { get_queue_num, 0, 0, 8 },
  [18] = { set_vring_enable, 8, 0, 0 },
  [21] = { set_backend_req_fd, 0, 1, 0 },
  [24] = { get_config, ANY, 0, 0 },
  [35] = { vring_kick, 8, 0, 0 },
};

int
vhost_handle (struct vhost *v, struct error *err)
{
  struct vhost_header *h = &v->message.header;
  uint32_t request = h->request;
  int r;

  if (request >= sizeof requests / sizeof requests[0]
      || !requests[request].handle)
    return error_set (err, EPROTO, "vhost-user request %u", request);
  if ((requests[request].size != ANY && h->size != requests[request].size)
      || v->message.nr_fds > requests[request].max_fds)
    return error_set (err, EPROTO, "malformed vhost-user request %u", request);
  r = requests[request].handle (v, err);
  if (r == 1 && requests[request].reply)
    h->size = requests[request].reply;
  return r;
}
