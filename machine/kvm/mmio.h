/* Virtio over MMIO, version 2 (VIRTIO 1.2, section 4.2).
 *
 * Each device has a page of registers.  The guest reads it as plain memory,
 * without an exit, because the transport keeps it up to date; its writes come
 * to mmio_write, and those that notify a queue or acknowledge an interrupt go
 * straight to an eventfd where KVM can do that.
 *
 * Threads: mmio_write runs on any vCPU's thread, several at a time; devices
 * are driven on their own loops only.  What a driver writes is hostile: it
 * takes effect on the device when the driver says DRIVER_OK, after checks.
 */
#ifndef BATHYSCOPE_KVM_MMIO_H
#define BATHYSCOPE_KVM_MMIO_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "loop.h"
#include "virtio/virtio.h"

#define MMIO_PAGE 4096
#define MMIO_BASE UINT64_C (0xd0000000)

/* Registers (4.2.2). */
enum mmio_register {
  MMIO_MAGIC = 0x000,
  MMIO_VERSION = 0x004,
  MMIO_DEVICE_ID = 0x008,
  MMIO_VENDOR_ID = 0x00c,
  MMIO_DEVICE_FEATURES = 0x010,
  MMIO_DEVICE_FEATURES_SEL = 0x014,
  MMIO_DRIVER_FEATURES = 0x020,
  MMIO_DRIVER_FEATURES_SEL = 0x024,
  MMIO_QUEUE_SEL = 0x030,
  MMIO_QUEUE_NUM_MAX = 0x034,
  MMIO_QUEUE_NUM = 0x038,
  MMIO_QUEUE_READY = 0x044,
  MMIO_QUEUE_NOTIFY = 0x050,
  MMIO_INTERRUPT_STATUS = 0x060,
  MMIO_INTERRUPT_ACK = 0x064,
  MMIO_STATUS = 0x070,
  MMIO_QUEUE_DESC_LOW = 0x080,
  MMIO_QUEUE_DESC_HIGH = 0x084,
  MMIO_QUEUE_DRIVER_LOW = 0x090,
  MMIO_QUEUE_DRIVER_HIGH = 0x094,
  MMIO_QUEUE_DEVICE_LOW = 0x0a0,
  MMIO_QUEUE_DEVICE_HIGH = 0x0a4,
  MMIO_SHM_LEN_LOW = 0x0b0,
  MMIO_SHM_BASE_HIGH = 0x0bc,
  MMIO_CONFIG_GENERATION = 0x0fc,
  MMIO_CONFIG = 0x100,
};

/* Device status (2.1). */
enum {
  STATUS_ACKNOWLEDGE = 1,
  STATUS_DRIVER = 2,
  STATUS_DRIVER_OK = 4,
  STATUS_FEATURES_OK = 8,
  STATUS_NEEDS_RESET = 0x40,
  STATUS_FAILED = 0x80,
};

/* What the transport needs of the machine around it. */
struct mmio_host {
  /* Interrupt the guest.  From any thread. */
  void (*pulse) (void *opaque, unsigned gsi);
  /* Let 4-byte writes of `value` to `address` go to the eventfd `fd`.  -1
   * where that cannot be: they come to mmio_write then. */
  int (*route) (void *opaque, uint64_t address, uint32_t value, int fd);
  void *opaque;
};

struct mmio_device;

struct mmio_bus {
  struct mmio_host host;
  const struct guest_memory *memory;
  uint8_t *pages; /* one a device: what the guest sees at MMIO_BASE */
  size_t nr_devices;
  struct mmio_device **devices;
  bool stopping; /* atomic */
};

/* Make a bus for `nr` devices that are yet to come. */
int mmio_bus_init (struct mmio_bus *bus, size_t nr,
                   const struct guest_memory *memory,
                   const struct mmio_host *host, struct error *err);

/* Put a device (of which the caller remains the owner) into a place of the
 * bus.  Before its loop runs, or on its loop's thread. */
int mmio_attach (struct mmio_bus *bus, size_t index, struct virtio_device *dev,
                 unsigned gsi, struct error *err);

/* A place where no device is: the driver finds the transport, with device id 0
 * (4.2.3.1.1), and leaves it alone until it is asked to look again. */
void mmio_attach_nothing (struct mmio_bus *bus, size_t index);

/* What the driver has told a device, without pointers and of a fixed size: for
 * files. */
#define MMIO_STATE_QUEUES 8

struct mmio_queue_state {
  uint64_t desc, driver, device_area;
  uint32_t num;
  uint16_t ready;
  uint16_t next_avail, next_used, signalled_used;
};

struct mmio_state {
  uint64_t driver_features;
  uint64_t device; /* virtio_device_ops.save */
  uint32_t device_id;
  uint32_t status;
  uint32_t device_features_sel, driver_features_sel, queue_sel;
  uint32_t nr_queues;
  struct mmio_queue_state queues[MMIO_STATE_QUEUES];
};

/* When neither vCPUs nor loops run.  EBUSY when something is under way. */
int mmio_save (struct mmio_bus *bus, size_t index, struct mmio_state *ret,
               struct error *err);

/* After mmio_attach, before loops and vCPUs run.  The state is checked: it
 * comes from a file. */
int mmio_restore (struct mmio_bus *bus, size_t index,
                  const struct mmio_state *state, struct error *err);

/* A write by the guest.  Whatever it is, the answer is to do what it means, or
 * nothing. */
void mmio_write (struct mmio_bus *bus, uint64_t address, const void *data,
                 unsigned len);

/* Let no vCPU wait for a device any longer. */
void mmio_bus_stop (struct mmio_bus *bus);

/* When neither vCPUs nor loops run. */
void mmio_bus_release (struct mmio_bus *bus);

#endif
