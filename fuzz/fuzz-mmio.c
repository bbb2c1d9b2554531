/* Fuzz target: a guest that writes anything to the registers of a virtio-mmio
 * device, and whose memory holds anything.
 *
 * The first bytes fill the guest's memory, where queues and descriptors may
 * come to lie; each group of three that follows is a write: two bytes of
 * register and device, one that selects a value.  The device takes every
 * chain and writes into its buffers.
 */

#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "kvm/mmio.h"

#define RAM_SIZE 8192
#define NR_QUEUES 2
#define FILL 512

static uint8_t ram[RAM_SIZE] __attribute__ ((aligned (4096)));
static const struct guest_memory memory = {
  .nr_regions = 1, .regions = { { 0, RAM_SIZE, ram } },
};

static void
fill_buffers (const struct chain *c)
{
  int i;

  for (i = 0; i < c->nr_writable; ++i)
    memset (c->writable[i].iov_base, 0x5a, c->writable[i].iov_len);
}

static void
on_queue (struct virtio_device *dev, unsigned index)
{
  static struct chain chain;
  int i, r;

  for (i = 0; i < 64; ++i) {
    r = queue_pop (&dev->queues[index], dev->memory, &chain);
    if (r == 0)
      break;
    if (r == 1)
      fill_buffers (&chain);
    queue_push (&dev->queues[index], chain.head, 0);
  }
  virtio_notify (dev, index);
}

static const struct virtio_device_ops ops = {
  .name = "fuzz", .device_id = 42, .queue_ready = on_queue,
};

static void
pulse (void *opaque, unsigned gsi)
{
}

static int
route (void *opaque, uint64_t address, uint32_t value, int fd)
{
  return -1;
}

/* Values that lead somewhere more often than random ones. */
static uint32_t
value_of (uint8_t b)
{
  static const uint32_t values[] = {
    0, 1, 2, 3, 4, 7, 8, 11, 15, 16, 0x40, 0x80, 0x100, 0x400, 0x800, 0x1000,
    0x1800, RAM_SIZE - 16, RAM_SIZE, UINT32_MAX, 0x7fffffff, 0x80000000,
  };

  return b < sizeof values / sizeof values[0] ? values[b] : (uint32_t) b << 4;
}

static void
write_registers (struct mmio_bus *bus, const uint8_t *data, size_t size)
{
  size_t i;

  for (i = 0; i + 3 <= size; i += 3) {
    uint64_t at = (data[i] | data[i + 1] << 8) & 0x1fff;
    uint32_t value = value_of (data[i + 2]);
    unsigned len = data[i + 1] & 0x80 ? 8 : 4;
    uint64_t wide = value;

    mmio_write (bus, MMIO_BASE + (data[i + 1] & 0x40 ? at : at & ~3u), &wide,
                len);
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const struct mmio_host host = { .pulse = pulse, .route = route };
  struct virtio_device dev = { .ops = &ops, .queue_size_max = 8 };
  size_t fill = size < FILL ? size : FILL;
  struct mmio_bus bus;

  memset (ram, 0, sizeof ram);
  memcpy (ram + 0x1000, data, fill);
  dev.loop = loop_new (NULL);
  if (!dev.loop || virtio_device_init (&dev, NR_QUEUES, NULL) == -1
      || mmio_bus_init (&bus, 1, &memory, &host, NULL) == -1)
    abort ();
  if (mmio_attach (&bus, 0, &dev, 5, NULL) == -1
      || loop_start (dev.loop, "fuzz", NULL) == -1)
    abort ();
  write_registers (&bus, data + fill, size - fill);
  mmio_bus_stop (&bus);
  loop_stop (dev.loop);
  mmio_bus_release (&bus);
  loop_free (dev.loop);
  virtio_device_release (&dev);
  return 0;
}
