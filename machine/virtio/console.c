/* virtio-console with two ports (VIRTIO 1.2, section 5.3).
 *
 * Port 0 is the kernel's console: its text goes to a callback.  Port 1 carries
 * RPC: bytes move between guest buffers and a stream socket with readv and
 * writev, without a copy of our own.  Backpressure is the transports' own: a
 * chain that the socket does not take stays in hand until it does, and we read
 * the socket only while the guest has given us room.
 */

#include <config.h>

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "devices.h"
#include "iov.h"
#include "loop.h"

#define QUEUE_SIZE 256
#define CONSOLE_F_MULTIPORT 1
#define NR_PORTS 2
#define RPC_PORT 1

/* 5.3.2 */
enum { RX0, TX0, CONTROL_RX, CONTROL_TX, RX1, TX1, NR_QUEUES };

/* 5.3.6.2 */
enum {
  DEVICE_READY, DEVICE_ADD, DEVICE_REMOVE, PORT_READY, CONSOLE_PORT,
  RESIZE, PORT_OPEN, PORT_NAME
};

struct control {
  uint32_t id;
  uint16_t event;
  uint16_t value;
};

/* Messages that wait for a buffer of the control queue: more than this many
 * come up only when the guest asks for them again and again. */
#define MAX_PENDING 32

/* The largest piece of console text passed on at once. */
#define MAX_TEXT 4096

struct console_config {
  uint16_t cols, rows;
  uint32_t max_nr_ports;
  uint32_t emerg_wr;
};

/* A chain that is taken from its queue and not yet given back. */
struct held {
  bool active;
  struct chain chain;
  struct iovec *iov; /* what is left of it */
  int nr;
};

struct console {
  struct virtio_device dev;
  struct console_callbacks callbacks;
  struct console_config config;
  struct loop_source rpc;
  bool guest_open; /* the daemon has opened the port */
  bool rpc_eof;    /* the library has closed its end */
  bool told_closed;
  struct held rx, tx;
  struct chain chain; /* for the other queues */
  struct control pending[MAX_PENDING];
  unsigned nr_pending;
};

static void
send_pending (struct console *c)
{
  struct virtqueue *q = &c->dev.queues[CONTROL_RX];
  unsigned i;

  for (i = 0; i < c->nr_pending; ++i) {
    struct control *m = &c->pending[i];
    char buf[sizeof *m + sizeof CONSOLE_RPC_NAME];
    size_t len = sizeof *m, n = 0;
    int r = queue_next (q, c->dev.memory, &c->chain);

    if (r == 0)
      break;
    memcpy (buf, m, sizeof *m);
    if (le16toh (m->event) == PORT_NAME) {
      memcpy (buf + len, CONSOLE_RPC_NAME, sizeof CONSOLE_RPC_NAME - 1);
      len += sizeof CONSOLE_RPC_NAME - 1;
    }
    if (r == 1)
      n = iov_write (c->chain.writable, c->chain.nr_writable, buf, len);
    queue_push (q, c->chain.head, n);
  }
  memmove (c->pending, c->pending + i,
           (c->nr_pending - i) * sizeof c->pending[0]);
  c->nr_pending -= i;
  virtio_notify (&c->dev, CONTROL_RX);
}

static void
tell (struct console *c, uint32_t id, uint16_t event, uint16_t value)
{
  if (c->nr_pending == MAX_PENDING)
    return;
  c->pending[c->nr_pending++] = (struct control) {
    htole32 (id), htole16 (event), htole16 (value)
  };
  send_pending (c);
}

/* Socket to guest. */
static void
pump_rx (struct console *c)
{
  struct virtqueue *q = &c->dev.queues[RX1];
  struct held *h = &c->rx;

  while (c->guest_open && !c->rpc_eof) {
    ssize_t n;

    if (!h->active) {
      int r = queue_next (q, c->dev.memory, &h->chain);

      if (r == 0)
        break;
      if (r == -1 || h->chain.nr_writable == 0) {
        queue_push (q, h->chain.head, 0);
        continue;
      }
      h->active = true;
    }
    n = readv (c->rpc.fd, h->chain.writable, h->chain.nr_writable);
    if (n == -1 && errno == EINTR)
      continue;
    if (n == -1 && errno == EAGAIN)
      break;
    if (n <= 0) {
      c->rpc_eof = true;
      break;
    }
    queue_push (q, h->chain.head, n);
    h->active = false;
    virtio_notify (&c->dev, RX1);
  }
  if (c->rpc_eof && c->guest_open && !c->told_closed) {
    c->told_closed = true;
    tell (c, RPC_PORT, PORT_OPEN, 0);
  }
}

/* A buffer that the guest sends has been used.  The guest waits for such only
 * when the whole queue is under way, and looks for itself before each send: an
 * interrupt for every few dozen is enough. */
static void
sent (struct console *c, unsigned queue_index)
{
  struct virtqueue *q = &c->dev.queues[queue_index];

  if ((uint16_t) (q->next_used - q->signalled_used) >= q->size / 4)
    virtio_notify (&c->dev, queue_index);
}

/* Guest to socket. */
static void
pump_tx (struct console *c)
{
  struct virtqueue *q = &c->dev.queues[TX1];
  struct held *h = &c->tx;

  for (;;) {
    ssize_t n;

    if (!h->active) {
      int r = queue_next (q, c->dev.memory, &h->chain);

      if (r == 0)
        break;
      h->iov = h->chain.readable;
      h->nr = r == 1 ? h->chain.nr_readable : 0;
      h->active = true;
    }
    while (h->nr > 0) {
      struct msghdr msg = { .msg_iov = h->iov, .msg_iovlen = h->nr };

      n = sendmsg (c->rpc.fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n == -1 && errno == EINTR)
        continue;
      if (n == -1 && errno == EAGAIN)
        return;
      if (n == -1) {
        h->nr = 0; /* nobody reads any more: what the guest says is lost */
        break;
      }
      iov_skip (&h->iov, &h->nr, n);
    }
    queue_push (q, h->chain.head, 0);
    h->active = false;
    sent (c, TX1);
  }
}

static void
rpc_ready (struct loop_source *source, uint32_t events)
{
  struct console *c = (struct console *)
    ((char *) source - offsetof (struct console, rpc));

  if (events & EPOLLOUT)
    pump_tx (c);
  if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
    pump_rx (c);
}

static void
port_opened (struct console *c, bool open)
{
  if (c->guest_open && !open)
    /* The daemon has gone: let the library know. */
    (void) shutdown (c->rpc.fd, SHUT_RDWR);
  c->guest_open = open;
  pump_rx (c);
}

static void
handle_control (struct console *c, const struct control *m)
{
  uint32_t id = le32toh (m->id);
  bool value = le16toh (m->value);

  switch (le16toh (m->event)) {
  case DEVICE_READY:
    if (value) {
      tell (c, 0, DEVICE_ADD, 1);
      tell (c, RPC_PORT, DEVICE_ADD, 1);
    }
    break;
  case PORT_READY:
    if (!value)
      break;
    if (id == 0) {
      tell (c, 0, CONSOLE_PORT, 1);
      tell (c, 0, PORT_OPEN, 1);
    }
    else if (id == RPC_PORT) {
      tell (c, RPC_PORT, PORT_NAME, 1);
      tell (c, RPC_PORT, PORT_OPEN, 1);
    }
    break;
  case PORT_OPEN:
    if (id == RPC_PORT)
      port_opened (c, value);
    break;
  default:
    break;
  }
}

static void
control_tx_ready (struct console *c)
{
  struct virtqueue *q = &c->dev.queues[CONTROL_TX];
  int r;

  while ((r = queue_next (q, c->dev.memory, &c->chain)) != 0) {
    struct control m;
    uint16_t head = c->chain.head;
    bool whole = r == 1
      && iov_read (c->chain.readable, c->chain.nr_readable, &m, sizeof m)
         == sizeof m;

    queue_push (q, head, 0);
    if (whole)
      handle_control (c, &m); /* uses c->chain again */
  }
  virtio_notify (&c->dev, CONTROL_TX);
}

static void
text_ready (struct console *c)
{
  struct virtqueue *q = &c->dev.queues[TX0];
  char text[MAX_TEXT];
  int r;

  while ((r = queue_next (q, c->dev.memory, &c->chain)) != 0) {
    struct iovec *iov = c->chain.readable;
    int nr = r == 1 ? c->chain.nr_readable : 0;
    size_t n;

    while ((n = iov_read (iov, nr, text, sizeof text)) > 0) {
      if (c->callbacks.text)
        c->callbacks.text (c->callbacks.opaque, text, n);
      iov_skip (&iov, &nr, n);
    }
    queue_push (q, c->chain.head, 0);
    sent (c, TX0);
  }
}

static void
queue_ready (struct virtio_device *dev, unsigned index)
{
  struct console *c = (struct console *) dev;

  switch (index) {
  case TX0:
    text_ready (c);
    break;
  case CONTROL_RX:
    send_pending (c);
    break;
  case CONTROL_TX:
    control_tx_ready (c);
    break;
  case RX1:
    pump_rx (c);
    break;
  case TX1:
    pump_tx (c);
    break;
  default:
    break; /* RX0: the console has no input, its buffers stay */
  }
}

static void
activate (struct virtio_device *dev)
{
  struct console *c = (struct console *) dev;

  /* Edge-triggered: set up once, and each side is tried when it may move. */
  if (dev->loop && !c->rpc.events)
    (void) loop_add (dev->loop, &c->rpc, EPOLLIN | EPOLLOUT | EPOLLET, NULL);
}

static void
reset (struct virtio_device *dev)
{
  struct console *c = (struct console *) dev;

  c->rx.active = c->tx.active = false;
  c->guest_open = false;
  c->nr_pending = 0;
}

#define SAVED_OPEN 1

static bool
save (struct virtio_device *dev, uint64_t *ret)
{
  struct console *c = (struct console *) dev;

  if (c->tx.active || c->nr_pending > 0 || c->rpc_eof)
    return false;
  /* A buffer that waits for what comes next goes back: it was the last. */
  if (c->rx.active)
    dev->queues[RX1].next_avail--;
  c->rx.active = false;
  *ret = c->guest_open ? SAVED_OPEN : 0;
  return true;
}

static void
restore (struct virtio_device *dev, uint64_t state)
{
  struct console *c = (struct console *) dev;

  c->guest_open = state & SAVED_OPEN;
}

static void
console_free (struct virtio_device *dev)
{
  struct console *c = (struct console *) dev;

  if (dev->loop)
    loop_remove (dev->loop, &c->rpc);
  if (c->rpc.fd >= 0)
    close (c->rpc.fd);
  virtio_device_release (dev);
  free (c);
}

static const struct virtio_device_ops console_ops = {
  .name = "console",
  .device_id = VIRTIO_ID_CONSOLE,
  .activate = activate,
  .queue_ready = queue_ready,
  .reset = reset,
  .save = save,
  .restore = restore,
  .free = console_free,
};

struct virtio_device *
console_new (int rpc_fd, const struct console_callbacks *callbacks,
             struct error *err)
{
  struct console *c = calloc (1, sizeof *c);

  if (!c) {
    error_errno (err, "console device");
    close (rpc_fd);
    return NULL;
  }
  c->dev.ops = &console_ops;
  c->dev.queue_size_max = QUEUE_SIZE;
  c->dev.features = UINT64_C (1) << CONSOLE_F_MULTIPORT;
  c->rpc.fd = rpc_fd;
  c->rpc.ready = rpc_ready;
  if (callbacks)
    c->callbacks = *callbacks;
  c->config.max_nr_ports = htole32 (NR_PORTS);
  c->dev.config = &c->config;
  c->dev.config_len = sizeof c->config;
  if (fcntl (rpc_fd, F_SETFL, O_RDWR | O_NONBLOCK) == -1) {
    error_errno (err, "RPC socket");
    console_free (&c->dev);
    return NULL;
  }
  if (virtio_device_init (&c->dev, NR_QUEUES, err) == -1) {
    console_free (&c->dev);
    return NULL;
  }
  return &c->dev;
}
