/* The registers of a virtio-mmio device (VIRTIO 1.2, 4.2.2): see mmio.h. */

#include <config.h>

#include <endian.h>
#include <string.h>

#include "kvm/mmio-internal.h"

#define REGISTER_MAGIC 0x74726976 /* "virt" */
#define REGISTER_VERSION 2
#define REGISTER_VENDOR 0x48544142 /* "BATH" */

static void
show (struct mmio_device *d, unsigned reg, uint32_t value)
{
  __atomic_store_n ((uint32_t *) (d->page + reg), htole32 (value),
                    __ATOMIC_RELEASE);
}

/* Our copy of what is shown: the page is ours to write, the guest cannot. */
static uint32_t
shown (const struct mmio_device *d, unsigned reg)
{
  return le32toh (__atomic_load_n ((uint32_t *) (d->page + reg),
                                   __ATOMIC_RELAXED));
}

static struct mmio_queue *
selected (struct mmio_device *d)
{
  return d->queue_sel < d->dev->nr_queues ? &d->queues[d->queue_sel] : NULL;
}

static void
show_features (struct mmio_device *d)
{
  uint32_t sel = d->device_features_sel;

  show (d, MMIO_DEVICE_FEATURES,
        sel < 2 ? (uint32_t) (d->dev->features >> (32 * sel)) : 0);
}

static void
show_queue (struct mmio_device *d)
{
  const struct mmio_queue *q = selected (d);

  show (d, MMIO_QUEUE_NUM_MAX, q ? d->dev->queue_size_max : 0);
  show (d, MMIO_QUEUE_READY, q && q->ready);
}

static void
show_status (struct mmio_device *d, uint32_t status)
{
  d->status = status;
  show (d, MMIO_STATUS, status);
}

static void
copy_config (struct mmio_device *d)
{
  size_t len = d->dev->config_len;

  if (len > MMIO_PAGE - MMIO_CONFIG)
    len = MMIO_PAGE - MMIO_CONFIG;
  if (len > 0)
    memcpy (d->page + MMIO_CONFIG, d->dev->config, len);
}

/* The driver reads the generation before and after it reads the contents, and
 * starts again when the two differ (4.2.2.2).  Should it read all of that amid
 * the copy, the interrupt that follows makes it read again. */
void
mmio_update_config (struct mmio_device *d)
{
  uint32_t generation = shown (d, MMIO_CONFIG_GENERATION);

  show (d, MMIO_CONFIG_GENERATION, generation + 1);
  __atomic_thread_fence (__ATOMIC_SEQ_CST);
  copy_config (d);
  show (d, MMIO_CONFIG_GENERATION, generation + 2);
  show (d, MMIO_INTERRUPT_STATUS, INTERRUPT_USED | INTERRUPT_CONFIG);
}

void
mmio_set_needs_reset (struct mmio_device *d)
{
  show_status (d, d->status | STATUS_NEEDS_RESET);
  show (d, MMIO_INTERRUPT_STATUS, INTERRUPT_USED | INTERRUPT_CONFIG);
  d->bus->host.pulse (d->bus->host.opaque, d->gsi);
}

void
mmio_init_registers (struct mmio_device *d)
{
  unsigned reg;

  show (d, MMIO_MAGIC, REGISTER_MAGIC);
  show (d, MMIO_VERSION, REGISTER_VERSION);
  show (d, MMIO_DEVICE_ID, d->dev->ops->device_id);
  show (d, MMIO_VENDOR_ID, REGISTER_VENDOR);
  show (d, MMIO_INTERRUPT_STATUS, INTERRUPT_USED);
  /* No shared memory regions: -1 for their length and base. */
  for (reg = MMIO_SHM_LEN_LOW; reg <= MMIO_SHM_BASE_HIGH; reg += 4)
    show (d, reg, UINT32_MAX);
  copy_config (d);
  show_features (d);
  show_queue (d);
}

void
mmio_show_registers (struct mmio_device *d)
{
  show_status (d, d->status);
  show_features (d);
  show_queue (d);
}

void
mmio_attach_nothing (struct mmio_bus *bus, size_t index)
{
  struct mmio_device nothing = { .page = bus->pages + index * MMIO_PAGE };

  show (&nothing, MMIO_MAGIC, REGISTER_MAGIC);
  show (&nothing, MMIO_VERSION, REGISTER_VERSION);
  show (&nothing, MMIO_VENDOR_ID, REGISTER_VENDOR);
}

/* 4.2.3.1: back to the beginning, once the device has let go of everything. */
static void
write_reset (struct mmio_device *d)
{
  unsigned i;

  if (d->driven && d->job != JOB_RESET)
    mmio_post (d, JOB_RESET);
  while (d->job == JOB_RESET
         && !__atomic_load_n (&d->bus->stopping, __ATOMIC_ACQUIRE))
    pthread_cond_wait (&d->done, &d->lock);
  for (i = 0; i < d->dev->nr_queues; ++i) {
    struct mmio_queue *q = &d->queues[i];

    q->ready = false;
    q->num = 0;
    q->desc = q->driver = q->device_area = 0;
  }
  d->driver_features = 0;
  d->queue_sel = d->device_features_sel = d->driver_features_sel = 0;
  show (d, MMIO_INTERRUPT_STATUS, INTERRUPT_USED);
  show_status (d, 0);
  show_features (d);
  show_queue (d);
}

/* 3.1.1: the steps of a driver, of which the device confirms FEATURES_OK by
 * keeping the bit. */
static void
write_status (struct mmio_device *d, uint32_t value)
{
  uint32_t added = value & ~d->status;

  if (value == 0) {
    write_reset (d);
    return;
  }
  if (d->job == JOB_RESET)
    return;
  value = (value | d->status) & 0xff;
  if (added & STATUS_FEATURES_OK
      && (d->driver_features & ~d->dev->features
          || !(d->driver_features >> VIRTIO_F_VERSION_1 & 1)))
    value &= ~(STATUS_FEATURES_OK | STATUS_DRIVER_OK);
  if (!(value & STATUS_FEATURES_OK))
    value &= ~STATUS_DRIVER_OK;
  added = value & ~d->status;
  show_status (d, value);
  if (added & STATUS_DRIVER_OK)
    mmio_post (d, JOB_ACTIVATE);
}

static void
write_driver_features (struct mmio_device *d, uint32_t value)
{
  unsigned shift = 32 * d->driver_features_sel;

  if (d->driver_features_sel > 1 || d->status & STATUS_FEATURES_OK)
    return;
  d->driver_features &= ~(UINT64_C (0xffffffff) << shift);
  d->driver_features |= (uint64_t) value << shift;
}

static void
write_queue_ready (struct mmio_device *d, struct mmio_queue *q, uint32_t value)
{
  q->ready = value == 1 && q->num > 0 && q->num <= d->dev->queue_size_max;
  show_queue (d);
}

static void
set_low (uint64_t *field, uint32_t value)
{
  *field = (*field & ~UINT64_C (0xffffffff)) | value;
}

static void
set_high (uint64_t *field, uint32_t value)
{
  *field = (*field & UINT64_C (0xffffffff)) | (uint64_t) value << 32;
}

/* Registers of the selected queue.  They stand still while the device uses
 * them, and while the queue is ready. */
static void
write_queue (struct mmio_device *d, unsigned reg, uint32_t value)
{
  struct mmio_queue *q = selected (d);

  if (!q || d->driven)
    return;
  if (reg == MMIO_QUEUE_READY) {
    write_queue_ready (d, q, value);
    return;
  }
  if (q->ready)
    return;
  switch (reg) {
  case MMIO_QUEUE_NUM: q->num = value; break;
  case MMIO_QUEUE_DESC_LOW: set_low (&q->desc, value); break;
  case MMIO_QUEUE_DESC_HIGH: set_high (&q->desc, value); break;
  case MMIO_QUEUE_DRIVER_LOW: set_low (&q->driver, value); break;
  case MMIO_QUEUE_DRIVER_HIGH: set_high (&q->driver, value); break;
  case MMIO_QUEUE_DEVICE_LOW: set_low (&q->device_area, value); break;
  case MMIO_QUEUE_DEVICE_HIGH: set_high (&q->device_area, value); break;
  }
}

static void
notify (struct mmio_device *d, uint32_t index)
{
  uint64_t one = 1;

  if (index < d->dev->nr_queues)
    (void) !write (d->queues[index].kick.fd, &one, sizeof one);
}

static void
write_register (struct mmio_device *d, unsigned reg, uint32_t value)
{
  switch (reg) {
  case MMIO_DEVICE_FEATURES_SEL:
    d->device_features_sel = value;
    show_features (d);
    break;
  case MMIO_DRIVER_FEATURES_SEL:
    d->driver_features_sel = value;
    break;
  case MMIO_DRIVER_FEATURES:
    write_driver_features (d, value);
    break;
  case MMIO_QUEUE_SEL:
    d->queue_sel = value;
    show_queue (d);
    break;
  case MMIO_QUEUE_NOTIFY:
    notify (d, value);
    break;
  case MMIO_INTERRUPT_ACK:
    if (value & INTERRUPT_CONFIG)
      show (d, MMIO_INTERRUPT_STATUS, INTERRUPT_USED);
    break;
  case MMIO_STATUS:
    write_status (d, value);
    break;
  default:
    write_queue (d, reg, value);
    break;
  }
}

void
mmio_write (struct mmio_bus *bus, uint64_t address, const void *data,
            unsigned len)
{
  struct mmio_device *d;
  uint64_t index;
  uint32_t value;

  if (address < MMIO_BASE || len != sizeof value || address % sizeof value)
    return;
  index = (address - MMIO_BASE) / MMIO_PAGE;
  if (index >= bus->nr_devices || !bus->devices[index])
    return;
  d = bus->devices[index];
  memcpy (&value, data, sizeof value);
  {
    CLEANUP_UNLOCK (&d->lock);

    write_register (d, (address - MMIO_BASE) % MMIO_PAGE, le32toh (value));
  }
}
