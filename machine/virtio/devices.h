/* The devices that a machine has.  Each is a struct virtio_device that the
 * transport drives; the pointer is freed through its ops->free. */
#ifndef BATHYSCOPE_DEVICES_H
#define BATHYSCOPE_DEVICES_H

#include "block/block.h"
#include "virtio.h"

struct pool;

/* What a drive tells its owner.  Called on the drive's loop. */
struct blk_callbacks {
  /* An operation ("read", "write", ...) failed with errnum. */
  void (*io_error) (void *opaque, const char *operation,
                    const struct error *err);
  void *opaque;
};

struct blk_options {
  unsigned block_size;  /* 512 or 4096: the logical block */
  const char *serial;   /* up to 20 bytes, or NULL */
  bool readonly;
  bool discard;         /* offer discard */
  bool discard_zeroes;  /* what is discarded reads as zeroes afterwards */
  bool unsafe;          /* flushes do nothing */
  /* Of the device's loop: takes what the loop must not wait for; it outlives
   * the time that the device is driven.  NULL: the loop does it all. */
  struct pool *pool;
};

/* `block` stays the caller's, and outlives the device. */
struct virtio_device *blk_new (struct block *block,
                               const struct blk_options *options,
                               const struct blk_callbacks *callbacks,
                               struct error *err);

struct console_callbacks {
  /* Text from the console port. */
  void (*text) (void *opaque, const char *text, size_t len);
  void *opaque;
};

/* A console with two ports: 0 is the kernel's console, 1 is named
 * CONSOLE_RPC_NAME and passes bytes to and from `rpc_fd`, a non-blocking
 * stream socket (taken). */
#define CONSOLE_RPC_NAME "org.bathyscope.rpc"
struct virtio_device *console_new (int rpc_fd,
                                   const struct console_callbacks *callbacks,
                                   struct error *err);

/* The longest Ethernet frame, with a VLAN tag. */
#define NET_MAX_FRAME 1518

struct net_callbacks {
  /* A frame that the guest has sent, in a buffer of ours that may be changed.
   * Called on the device's loop. */
  void (*frame) (void *opaque, uint8_t *frame, size_t len);
  void *opaque;
};

struct virtio_device *net_new (const uint8_t mac[6],
                               const struct net_callbacks *callbacks,
                               struct error *err);

/* Give the guest a frame, on the device's loop. */
void net_receive (struct virtio_device *dev, const void *frame, size_t len);

/* Entropy from the host's kernel. */
struct virtio_device *rng_new (struct error *err);

#endif
