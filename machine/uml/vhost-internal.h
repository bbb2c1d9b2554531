/* What the files of the vhost-user server share. */
#ifndef BATHYSCOPE_VHOST_INTERNAL_H
#define BATHYSCOPE_VHOST_INTERNAL_H

#include "loop.h"
#include "vhost.h"

#define VHOST_MAX_FDS 8
#define VHOST_MAX_PAYLOAD 512
#define VHOST_CONFIG_HEAD 12 /* bytes before the data of a configuration */

struct vhost_header {
  uint32_t request;
  uint32_t flags;
  uint32_t size;
} __attribute__ ((packed));

struct vhost_message {
  struct vhost_header header;
  union {
    uint64_t u64;
    struct {
      uint32_t index, num;
    } state;
    struct {
      uint32_t index, flags;
      uint64_t desc, used, avail, log;
    } addr;
    struct {
      uint32_t num, padding;
      struct {
        uint64_t guest_addr, size, user_addr, mmap_offset;
      } regions[GUEST_MEMORY_REGIONS];
    } memory;
    struct {
      uint32_t offset, size, flags;
      uint8_t data[VHOST_MAX_PAYLOAD - VHOST_CONFIG_HEAD];
    } config;
    uint8_t bytes[VHOST_MAX_PAYLOAD];
  } __attribute__ ((packed)) payload;
  int fds[VHOST_MAX_FDS]; /* owned; -1 where taken */
  size_t nr_fds;
};

/* Kicks and calls are messages, not descriptors. */
#define VHOST_PROTOCOL_F_INBAND (UINT64_C (1) << 14)

struct vhost_queue {
  struct vhost *vhost;
  struct loop_source kick;
  int call_fd;
  uint16_t num, base;
  uint64_t desc, used, avail; /* addresses in the front-end's process */
  bool has_addr, enabled, running;
};

struct vhost {
  struct virtio_device *dev;
  struct loop_source sock;
  struct vhost_memory *shared;
  struct guest_memory memory; /* by guest-physical address */
  struct guest_memory user;   /* by address in the front-end's process */
  uint64_t protocol_features;
  int backend_req_fd;
  struct vhost_queue *queues; /* dev->nr_queues of them */
  struct vhost_message message;
  size_t have; /* bytes of message that have arrived */
};

static inline bool
vhost_is_inband (const struct vhost *v)
{
  return v->protocol_features & VHOST_PROTOCOL_F_INBAND;
}

/* The whole file behind `fd`, mapped; *ret_len is its size. */
void *vhost_memory_map (struct vhost_memory *memory, int fd, size_t *ret_len,
                        struct error *err);

/* Act on v->message.  1 when a reply is to be sent (then the payload and
 * header.size are its own), 0 when it is done, -1 when it is malformed. */
int vhost_handle (struct vhost *v, struct error *err);

/* Stop serving all queues. */
void vhost_stop_queues (struct vhost *v);

#endif
