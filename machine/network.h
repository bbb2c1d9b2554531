/* The appliance's network, when one was asked for: libslirp, which turns the
 * guest's packets into sockets of this process.
 *
 * The library is loaded only then, and before the sandbox closes.  All of it
 * runs on one thread, the device's.
 */
#ifndef BATHYSCOPE_NETWORK_H
#define BATHYSCOPE_NETWORK_H

#include <netinet/in.h>

#include "error.h"
#include "loop.h"
#include "virtio/devices.h"

/* The guest's address, the host, and the host's resolver, as the guest sees
 * them; for the command line of its kernel. */
#define NETWORK_GUEST "169.254.2.15"
#define NETWORK_HOST "169.254.2.2"
#define NETWORK_RESOLVER "169.254.2.3"
#define NETWORK_APPEND \
  "BATHYSCOPE_NETWORK=" NETWORK_GUEST "/16," NETWORK_HOST "," NETWORK_RESOLVER

struct network;

/* `resolver` is where queries to NETWORK_RESOLVER go; 0.0.0.0: nowhere. */
struct network *network_new (struct in_addr resolver, struct error *err);

/* The device, which the network owns no more; its loop is set. */
struct virtio_device *network_device (struct network *n, struct error *err);

int network_start (struct network *n, struct error *err);
void network_stop (struct network *n);

/* After network_stop, and after the device has been freed.  NULL is allowed. */
void network_free (struct network *n);

#endif
