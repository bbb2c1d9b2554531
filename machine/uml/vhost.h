/* A vhost-user back-end (the protocol of QEMU's docs/interop/vhost-user),
 * which serves one virtio device to the user-mode kernel over one socket.
 *
 * All that arrives is hostile.  A protocol error closes the connection: the
 * guest's driver then sees a broken device.
 */
#ifndef BATHYSCOPE_VHOST_H
#define BATHYSCOPE_VHOST_H

#include <pthread.h>
#include <sys/types.h>

#include "virtio/virtio.h"

/* The guest's memory, mapped once for all devices of a machine. */
struct vhost_memory {
  pthread_mutex_t lock;
  uint64_t limit; /* no file of more bytes is mapped */
  struct vhost_mapping {
    dev_t dev;
    ino_t ino;
    void *addr;
    size_t len;
  } mappings[4];
  size_t nr_mappings;
};

void vhost_memory_init (struct vhost_memory *memory, uint64_t limit);
void vhost_memory_release (struct vhost_memory *memory);

struct vhost;

/* Serve `dev` on `sock` (taken, also on failure), on dev->loop.  `dev` and
 * `memory` outlive the server. */
struct vhost *vhost_new (int sock, struct virtio_device *dev,
                         struct vhost_memory *memory, struct error *err);
void vhost_free (struct vhost *vhost);

#endif
