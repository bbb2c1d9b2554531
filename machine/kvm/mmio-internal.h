/* Shared by mmio.c (devices and threads) and mmio-registers.c. */
#ifndef BATHYSCOPE_KVM_MMIO_INTERNAL_H
#define BATHYSCOPE_KVM_MMIO_INTERNAL_H

#include "kvm/mmio.h"

/* InterruptStatus and InterruptACK. */
#define INTERRUPT_USED 1
#define INTERRUPT_CONFIG 2

/* What the loop's thread is to do. */
enum mmio_job { JOB_NONE, JOB_ACTIVATE, JOB_RESET };

/* A queue as the driver describes it. */
struct mmio_queue {
  struct mmio_device *device;
  struct loop_source kick;
  bool ready;
  uint32_t num;
  uint64_t desc, driver, device_area;
};

struct mmio_device {
  struct mmio_bus *bus;
  struct virtio_device *dev;
  unsigned gsi;
  uint64_t address;
  uint8_t *page;

  pthread_mutex_t lock; /* for all that follows, and writes to the page */
  pthread_cond_t done;  /* a job is */
  uint32_t status;
  uint32_t device_features_sel, driver_features_sel, queue_sel;
  uint64_t driver_features;
  struct mmio_queue *queues;
  enum mmio_job job;
  bool driven; /* from DRIVER_OK until a reset is complete */

  struct loop_source work;
  int ignored_fd;
  bool active; /* of the loop's thread alone */
};

/* The functions below expect the lock to be held. */

/* Pass a job to the loop's thread. */
void mmio_post (struct mmio_device *d, enum mmio_job job);

/* Give the device the queues that the driver has described.  -1 when one of
 * them is not in guest memory. */
int mmio_set_queues_up (struct mmio_device *d);

void mmio_init_registers (struct mmio_device *d);
void mmio_show_registers (struct mmio_device *d);
void mmio_update_config (struct mmio_device *d);
void mmio_set_needs_reset (struct mmio_device *d);

#endif
