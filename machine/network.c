/* The network of the appliance: see network.h.
 *
 * libslirp passes on what goes to addresses outside of the guest's network as
 * it is, and takes those inside for the host itself.  It would find the host's
 * resolver by reading /etc/resolv.conf, which the sandbox does not let it; so
 * packets to and from our resolver's address have it exchanged for the
 * real one, which also serves resolvers on addresses like 127.0.0.53.
 */

#include <config.h>

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cleanup.h"
#include "nat.h"
#include "network.h"
#include "vector.h"

#ifdef HAVE_SLIRP

#include <slirp/libslirp.h>

#define LIBRARY "libslirp.so.0"
#define MAX_WAIT 10000 /* ms */

DEFINE_VECTOR (poll_vector, struct pollfd)

struct network {
  void *library;
  Slirp *slirp;
  struct virtio_device *dev;
  struct loop *loop;
  struct in_addr resolver, guest_resolver;
  struct poll_vector polls; /* 0 is the loop of the device */
  Slirp *(*new) (const SlirpConfig *, const SlirpCb *, void *);
  void (*cleanup) (Slirp *);
  void (*fill) (Slirp *, uint32_t *, SlirpAddPollCb, void *);
  void (*polled) (Slirp *, int, SlirpGetREventsCb, void *);
  void (*input) (Slirp *, const uint8_t *, int);
};

static const uint8_t mac[6] = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 };

/* --- what libslirp asks of us ------------------------------------------------- */

static ssize_t
send_packet (const void *data, size_t len, void *opaque)
{
  struct network *n = opaque;
  uint8_t frame[NET_MAX_FRAME];

  if (len > sizeof frame)
    return len;
  memcpy (frame, data, len);
  if (n->resolver.s_addr)
    nat_replace (frame, len, NAT_SOURCE, n->resolver, n->guest_resolver);
  if (n->dev)
    net_receive (n->dev, frame, len);
  return len;
}

static void
guest_error (const char *message, void *opaque)
{
}

static int64_t
clock_get (void *opaque)
{
  struct timespec t;

  clock_gettime (CLOCK_MONOTONIC, &t);
  return (int64_t) t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Timers are for IPv6 only, which is off. */
static void *
timer_new (SlirpTimerCb cb, void *cb_opaque, void *opaque)
{
  return malloc (1);
}

static void
timer_free (void *timer, void *opaque)
{
  free (timer);
}

static void
timer_mod (void *timer, int64_t when, void *opaque)
{
}

/* Sockets are asked for before every wait, so changes need not be told. */
static void
poll_changed (int fd, void *opaque)
{
}

static void
notify (void *opaque)
{
}

static const SlirpCb callbacks = {
  .send_packet = send_packet, .guest_error = guest_error,
  .clock_get_ns = clock_get, .timer_new = timer_new, .timer_free = timer_free,
  .timer_mod = timer_mod, .register_poll_fd = poll_changed,
  .unregister_poll_fd = poll_changed, .notify = notify,
};

/* --- start ---------------------------------------------------------------------- */

static int
load (struct network *n, struct error *err)
{
  const struct {
    const char *name;
    void *function;
  } functions[] = {
    { "slirp_new", &n->new }, { "slirp_cleanup", &n->cleanup },
    { "slirp_pollfds_fill", &n->fill }, { "slirp_pollfds_poll", &n->polled },
    { "slirp_input", &n->input },
  };

  n->library = dlopen (LIBRARY, RTLD_NOW | RTLD_LOCAL);
  if (!n->library)
    return error_set (err, ENOTSUP, "a network was asked for, but the library "
                      LIBRARY " (Debian package libslirp0) cannot be loaded: "
                      "%s", dlerror ());
  for (size_t i = 0; i < sizeof functions / sizeof functions[0]; ++i) {
    void *f = dlsym (n->library, functions[i].name);

    if (!f)
      return error_set (err, ENOTSUP, LIBRARY ": %s", dlerror ());
    memcpy (functions[i].function, &f, sizeof f);
  }
  return 0;
}

static struct in_addr
address (const char *text)
{
  struct in_addr a = { 0 };

  (void) inet_pton (AF_INET, text, &a);
  return a;
}

struct network *
network_new (struct in_addr resolver, struct error *err)
{
  const SlirpConfig config = {
    .version = 4, .in_enabled = true, .vnetwork = address ("169.254.0.0"),
    .vnetmask = address ("255.255.0.0"), .vhost = address (NETWORK_HOST),
    .vdhcp_start = address (NETWORK_GUEST),
    .vnameserver = address (NETWORK_RESOLVER), .disable_dns = true,
    .disable_dhcp = true,
  };
  struct network *n = calloc (1, sizeof *n);

  if (!n) {
    error_errno (err, "network");
    return NULL;
  }
  n->resolver = resolver;
  n->guest_resolver = config.vnameserver;
  if (load (n, err) == -1) {
    network_free (n);
    return NULL;
  }
  n->slirp = n->new (&config, &callbacks, n);
  if (!n->slirp)
    error_set (err, ENOTSUP, LIBRARY ": this version cannot be used");
  else
    n->loop = loop_new (err);
  if (!n->loop) {
    network_free (n);
    return NULL;
  }
  return n;
}

static void
frame_sent (void *opaque, uint8_t *frame, size_t len)
{
  struct network *n = opaque;

  if (n->resolver.s_addr)
    nat_replace (frame, len, NAT_DESTINATION, n->guest_resolver, n->resolver);
  n->input (n->slirp, frame, len);
}

struct virtio_device *
network_device (struct network *n, struct error *err)
{
  const struct net_callbacks c = { frame_sent, n };

  n->dev = net_new (mac, &c, err);
  if (n->dev)
    n->dev->loop = n->loop;
  return n->dev;
}

/* --- the thread ------------------------------------------------------------------- */

static const struct {
  int slirp;
  short poll;
} events[] = {
  { SLIRP_POLL_IN, POLLIN }, { SLIRP_POLL_OUT, POLLOUT },
  { SLIRP_POLL_PRI, POLLPRI }, { SLIRP_POLL_ERR, POLLERR },
  { SLIRP_POLL_HUP, POLLHUP },
};
#define NR_EVENTS (sizeof events / sizeof events[0])

static int
add_poll (int fd, int wanted, void *opaque)
{
  struct network *n = opaque;
  struct pollfd p = { .fd = fd };

  for (size_t i = 0; i < NR_EVENTS; ++i)
    if (wanted & events[i].slirp)
      p.events |= events[i].poll;
  if (poll_vector_append (&n->polls, p) == -1)
    return -1;
  return n->polls.len - 1;
}

static int
get_revents (int index, void *opaque)
{
  struct network *n = opaque;
  int r = 0;

  if (index < 1 || (size_t) index >= n->polls.len)
    return 0;
  for (size_t i = 0; i < NR_EVENTS; ++i)
    if (n->polls.ptr[index].revents & events[i].poll)
      r |= events[i].slirp;
  return r;
}

static void
turn (struct loop *loop, void *opaque)
{
  struct network *n = opaque;
  struct pollfd device = { .fd = loop_descriptor (loop), .events = POLLIN };
  uint32_t timeout = MAX_WAIT;
  int r;

  n->polls.len = 0;
  if (poll_vector_append (&n->polls, device) == -1)
    return;
  n->fill (n->slirp, &timeout, add_poll, n);
  r = poll (n->polls.ptr, n->polls.len, timeout);
  n->polled (n->slirp, r == -1, get_revents, n);
  loop_turn (loop, 0);
}

int
network_start (struct network *n, struct error *err)
{
  return loop_start_with (n->loop, "network", turn, n, err);
}

void
network_stop (struct network *n)
{
  if (n)
    loop_stop (n->loop);
}

void
network_free (struct network *n)
{
  if (!n)
    return;
  n->dev = NULL;
  if (n->slirp)
    n->cleanup (n->slirp);
  loop_free (n->loop);
  poll_vector_release (&n->polls);
  /* The library stays loaded: glib, which it brings, cannot be unloaded. */
  free (n);
}

#else /* !HAVE_SLIRP */

struct network *
network_new (struct in_addr resolver, struct error *err)
{
  error_set (err, ENOTSUP, "a network was asked for, but this installation was "
             "built without libslirp");
  return NULL;
}

struct virtio_device *
network_device (struct network *n, struct error *err)
{
  return NULL;
}

int
network_start (struct network *n, struct error *err)
{
  return -1;
}

void
network_stop (struct network *n)
{
}

void
network_free (struct network *n)
{
}

#endif
