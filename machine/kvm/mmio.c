/* The bus, and devices driven from it: see mmio.h.  The registers are in
 * mmio-registers.c. */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>

#include "kvm/mmio-internal.h"

#define container_of(ptr, type, member) \
  ((type *) ((char *) (ptr) - offsetof (type, member)))

int
mmio_bus_init (struct mmio_bus *bus, size_t nr,
               const struct guest_memory *memory, const struct mmio_host *host,
               struct error *err)
{
  void *pages = mmap (NULL, (nr ? nr : 1) * MMIO_PAGE, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);

  if (pages == MAP_FAILED)
    return error_errno (err, "registers of the devices");
  *bus = (struct mmio_bus) { .host = *host, .memory = memory, .pages = pages,
                             .nr_devices = nr };
  bus->devices = calloc (nr ? nr : 1, sizeof *bus->devices);
  if (!bus->devices) {
    error_errno (err, "devices");
    (void) munmap (pages, (nr ? nr : 1) * MMIO_PAGE);
    bus->pages = NULL;
    return -1;
  }
  return 0;
}

/* The guest has notified a queue. */
static void
kick_ready (struct loop_source *source, uint32_t events)
{
  struct mmio_queue *q = container_of (source, struct mmio_queue, kick);
  struct mmio_device *d = q->device;
  uint64_t n;

  (void) !read (source->fd, &n, sizeof n);
  if (d->active)
    d->dev->ops->queue_ready (d->dev, q - d->queues);
}

int
mmio_set_queues_up (struct mmio_device *d)
{
  struct virtio_device *dev = d->dev;
  unsigned i;

  for (i = 0; i < dev->nr_queues; ++i) {
    const struct mmio_queue *q = &d->queues[i];

    if (!q->ready)
      continue;
    if (queue_setup (&dev->queues[i], dev->memory, q->num, q->desc, q->driver,
                     q->device_area) == -1)
      return -1;
    dev->queues[i].event_idx = virtio_has_feature (dev, VIRTIO_F_EVENT_IDX);
  }
  return 0;
}

/* On the loop's thread, with the lock held: the driver has said DRIVER_OK.  It
 * may have notified queues since, and kick_ready may have seen that first. */
static void
activate (struct mmio_device *d)
{
  struct virtio_device *dev = d->dev;
  unsigned i;

  d->job = JOB_NONE;
  dev->guest_features = d->driver_features;
  if (mmio_set_queues_up (d) == -1) {
    virtio_device_reset (dev);
    mmio_set_needs_reset (d);
    return;
  }
  d->active = true;
  pthread_mutex_unlock (&d->lock);
  if (dev->ops->activate)
    dev->ops->activate (dev);
  for (i = 0; i < dev->nr_queues; ++i)
    if (dev->queues[i].ready)
      dev->ops->queue_ready (dev, i);
  pthread_mutex_lock (&d->lock);
}

/* The same for a reset, for which a vCPU waits. */
static void
reset (struct mmio_device *d)
{
  d->active = false;
  pthread_mutex_unlock (&d->lock);
  virtio_device_reset (d->dev);
  pthread_mutex_lock (&d->lock);
  d->driven = false;
  d->job = JOB_NONE;
  pthread_cond_broadcast (&d->done);
}

static void
job_ready (struct loop_source *source, uint32_t events)
{
  struct mmio_device *d = container_of (source, struct mmio_device, work);
  CLEANUP_UNLOCK (&d->lock);
  uint64_t n;

  (void) !read (source->fd, &n, sizeof n);
  if (d->job == JOB_ACTIVATE)
    activate (d);
  else if (d->job == JOB_RESET)
    reset (d);
}

void
mmio_post (struct mmio_device *d, enum mmio_job job)
{
  uint64_t one = 1;

  d->job = job;
  d->driven = true;
  (void) !write (d->work.fd, &one, sizeof one);
}

/* Tell the guest, whose handler finds the reason in memory: the bit for used
 * buffers of InterruptStatus is always set, so it always looks. */
static void
interrupt (void *opaque, unsigned queue_index)
{
  const struct mmio_device *d = opaque;

  d->bus->host.pulse (d->bus->host.opaque, d->gsi);
}

static void
config_changed (void *opaque)
{
  struct mmio_device *d = opaque;

  pthread_mutex_lock (&d->lock);
  mmio_update_config (d);
  pthread_mutex_unlock (&d->lock);
  d->bus->host.pulse (d->bus->host.opaque, d->gsi);
}

static int
add_source (struct mmio_device *d, struct loop_source *source,
            void (*ready) (struct loop_source *, uint32_t), struct error *err)
{
  source->fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (source->fd == -1)
    return error_errno (err, "eventfd");
  source->ready = ready;
  return loop_add (d->dev->loop, source, EPOLLIN, err);
}

static int
add_queues (struct mmio_device *d, struct error *err)
{
  struct mmio_host *h = &d->bus->host;
  unsigned i;

  for (i = 0; i < d->dev->nr_queues; ++i) {
    struct mmio_queue *q = &d->queues[i];

    q->device = d;
    if (add_source (d, &q->kick, kick_ready, err) == -1)
      return -1;
    (void) h->route (h->opaque, d->address + MMIO_QUEUE_NOTIFY, i, q->kick.fd);
  }
  return 0;
}

static struct mmio_device *
device_new (struct mmio_bus *bus, size_t index, struct virtio_device *dev,
            unsigned gsi)
{
  struct mmio_device *d = calloc (1, sizeof *d);
  unsigned i;

  if (!d)
    return NULL;
  d->queues = calloc (dev->nr_queues ? dev->nr_queues : 1, sizeof *d->queues);
  if (!d->queues) {
    free (d);
    return NULL;
  }
  d->bus = bus;
  d->dev = dev;
  d->gsi = gsi;
  d->address = MMIO_BASE + index * MMIO_PAGE;
  d->page = bus->pages + index * MMIO_PAGE;
  d->work.fd = d->ignored_fd = -1;
  for (i = 0; i < dev->nr_queues; ++i)
    d->queues[i].kick.fd = -1;
  pthread_mutex_init (&d->lock, NULL);
  pthread_cond_init (&d->done, NULL);
  return d;
}

int
mmio_attach (struct mmio_bus *bus, size_t index, struct virtio_device *dev,
             unsigned gsi, struct error *err)
{
  struct mmio_host *h = &bus->host;
  struct mmio_device *d = device_new (bus, index, dev, gsi);

  if (!d)
    return error_errno (err, "device");
  bus->devices[index] = d;
  dev->memory = (struct guest_memory *) bus->memory;
  dev->interrupt = interrupt;
  dev->config_changed = config_changed;
  dev->transport = d;
  mmio_init_registers (d);
  if (add_source (d, &d->work, job_ready, err) == -1
      || add_queues (d, err) == -1)
    return -1;
  d->ignored_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (d->ignored_fd == -1)
    return error_errno (err, "eventfd");
  /* To acknowledge used buffers means nothing, see interrupt above. */
  (void) h->route (h->opaque, d->address + MMIO_INTERRUPT_ACK,
                   INTERRUPT_USED, d->ignored_fd);
  return 0;
}

void
mmio_bus_stop (struct mmio_bus *bus)
{
  size_t i;

  __atomic_store_n (&bus->stopping, true, __ATOMIC_RELEASE);
  for (i = 0; i < bus->nr_devices; ++i) {
    struct mmio_device *d = bus->devices[i];

    if (!d)
      continue;
    pthread_mutex_lock (&d->lock);
    pthread_cond_broadcast (&d->done);
    pthread_mutex_unlock (&d->lock);
  }
}

static void
drop_source (struct mmio_device *d, struct loop_source *source)
{
  if (source->fd < 0)
    return;
  loop_remove (d->dev->loop, source);
  close (source->fd);
}

static void
device_free (struct mmio_device *d)
{
  unsigned i;

  if (!d)
    return;
  for (i = 0; i < d->dev->nr_queues; ++i)
    drop_source (d, &d->queues[i].kick);
  drop_source (d, &d->work);
  if (d->ignored_fd >= 0)
    close (d->ignored_fd);
  pthread_mutex_destroy (&d->lock);
  pthread_cond_destroy (&d->done);
  free (d->queues);
  free (d);
}

void
mmio_bus_release (struct mmio_bus *bus)
{
  size_t i, pages = bus->nr_devices ? bus->nr_devices : 1;

  for (i = 0; bus->devices && i < bus->nr_devices; ++i)
    device_free (bus->devices[i]);
  free (bus->devices);
  if (bus->pages)
    (void) munmap (bus->pages, pages * MMIO_PAGE);
  *bus = (struct mmio_bus) { .nr_devices = 0 };
}
