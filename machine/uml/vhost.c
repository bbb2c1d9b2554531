/* vhost-user connections: messages in and out.  See vhost.h. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "vhost-internal.h"

#define PROTOCOL_VERSION_MASK 3
#define PROTOCOL_VERSION 1
#define FLAG_REPLY 4
#define FLAG_NEED_REPLY 8

static void
close_fds (struct vhost_message *m)
{
  size_t i;

  for (i = 0; i < m->nr_fds; ++i)
    if (m->fds[i] >= 0)
      close (m->fds[i]);
  m->nr_fds = 0;
}

/* Keep the descriptors that came with bytes of the current message. */
static int
take_fds (struct msghdr *msg, struct vhost_message *m)
{
  struct cmsghdr *cmsg;
  int r = msg->msg_flags & MSG_CTRUNC ? -1 : 0;

  for (cmsg = CMSG_FIRSTHDR (msg); cmsg; cmsg = CMSG_NXTHDR (msg, cmsg)) {
    size_t i, n;

    if (cmsg->cmsg_level != SOL_SOCKET || cmsg->cmsg_type != SCM_RIGHTS)
      continue;
    n = (cmsg->cmsg_len - CMSG_LEN (0)) / sizeof (int);
    for (i = 0; i < n; ++i) {
      int fd;

      memcpy (&fd, CMSG_DATA (cmsg) + i * sizeof fd, sizeof fd);
      if (m->nr_fds < VHOST_MAX_FDS)
        m->fds[m->nr_fds++] = fd;
      else {
        close (fd);
        r = -1;
      }
    }
  }
  return r;
}

/* Read up to the end of the header, then up to the end of the message, so that
 * descriptors never mix with those of the next one.  1 when the message is
 * complete, 0 when more must arrive, -1 when the connection is over. */
static int
read_message (struct vhost *v)
{
  struct vhost_message *m = &v->message;

  for (;;) {
    union {
      struct cmsghdr align;
      char buf[CMSG_SPACE (sizeof (int) * VHOST_MAX_FDS)];
    } space;
    size_t want = sizeof m->header;
    struct iovec iov;
    struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
                          .msg_control = space.buf,
                          .msg_controllen = sizeof space.buf };
    ssize_t n;

    if (v->have >= want) {
      if (m->header.size > VHOST_MAX_PAYLOAD)
        return -1;
      want += m->header.size;
      if (v->have == want)
        return 1;
    }
    iov.iov_base = (char *) m + v->have;
    iov.iov_len = want - v->have;
    n = recvmsg (v->sock.fd, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (n == -1 && errno == EINTR)
      continue;
    if (n == -1 && errno == EAGAIN)
      return 0;
    if (n <= 0)
      return -1;
    v->have += n;
    if (take_fds (&msg, m) == -1)
      return -1;
  }
}

static int
send_reply (struct vhost *v)
{
  struct vhost_message *m = &v->message;
  size_t len = sizeof m->header + m->header.size;

  m->header.flags = PROTOCOL_VERSION | FLAG_REPLY;
  return send (v->sock.fd, m, len, MSG_NOSIGNAL | MSG_DONTWAIT)
         == (ssize_t) len ? 0 : -1;
}

static int
handle_message (struct vhost *v)
{
  struct vhost_message *m = &v->message;
  CLEANUP_ERROR struct error err = ERROR_INIT;
  uint32_t flags = m->header.flags;
  int r;

  if ((flags & PROTOCOL_VERSION_MASK) != PROTOCOL_VERSION
      || flags & FLAG_REPLY)
    return -1;
  r = vhost_handle (v, &err);
  close_fds (m);
  if (r == -1)
    return -1;
  if (r == 0 && flags & FLAG_NEED_REPLY) {
    m->payload.u64 = 0;
    m->header.size = sizeof m->payload.u64;
    r = 1;
  }
  return r == 1 ? send_reply (v) : 0;
}

static void
sock_ready (struct loop_source *source, uint32_t events)
{
  struct vhost *v = (struct vhost *)
    ((char *) source - offsetof (struct vhost, sock));
  int r;

  while ((r = read_message (v)) == 1) {
    if (handle_message (v) == -1) {
      r = -1;
      break;
    }
    v->have = 0;
  }
  if (r == -1) {
    close_fds (&v->message);
    vhost_stop_queues (v);
    loop_remove (v->dev->loop, source);
    /* The guest's driver sees the end and breaks the device. */
    (void) shutdown (source->fd, SHUT_RDWR);
  }
}

/* VHOST_USER_BACKEND_VRING_CALL */
struct call_message {
  struct vhost_header header;
  uint32_t index, num;
} __attribute__ ((packed));

static void
interrupt (void *opaque, unsigned queue_index)
{
  struct vhost *v = opaque;
  struct call_message call = {
    .header = { .request = 4, .flags = PROTOCOL_VERSION, .size = 8 },
    .index = queue_index
  };
  uint64_t one = 1;

  /* The guest asks for each interrupt anew, so few are under way, and neither
   * pipe fills up. */
  if (vhost_is_inband (v)) {
    if (v->backend_req_fd >= 0)
      (void) !write (v->backend_req_fd, &call, sizeof call);
  }
  else if (v->queues[queue_index].call_fd >= 0)
    (void) !write (v->queues[queue_index].call_fd, &one, sizeof one);
}

struct vhost *
vhost_new (int sock, struct virtio_device *dev, struct vhost_memory *memory,
           struct error *err)
{
  struct vhost *v = calloc (1, sizeof *v);
  unsigned i;

  if (!v) {
    error_errno (err, "device server");
    close (sock);
    return NULL;
  }
  v->dev = dev;
  v->shared = memory;
  v->sock.fd = sock;
  v->sock.ready = sock_ready;
  v->backend_req_fd = -1;
  v->queues = calloc (dev->nr_queues, sizeof *v->queues);
  if (!v->queues) {
    error_errno (err, "device server");
    vhost_free (v);
    return NULL;
  }
  for (i = 0; i < dev->nr_queues; ++i) {
    v->queues[i].vhost = v;
    v->queues[i].kick.fd = -1;
    v->queues[i].call_fd = -1;
  }
  dev->memory = &v->memory;
  dev->transport = v;
  dev->interrupt = interrupt;
  if (loop_add (dev->loop, &v->sock, EPOLLIN, err) == -1) {
    vhost_free (v);
    return NULL;
  }
  return v;
}

void
vhost_free (struct vhost *v)
{
  unsigned i;

  if (!v)
    return;
  if (v->queues) {
    vhost_stop_queues (v);
    for (i = 0; i < v->dev->nr_queues; ++i) {
      if (v->queues[i].kick.fd >= 0)
        close (v->queues[i].kick.fd);
      if (v->queues[i].call_fd >= 0)
        close (v->queues[i].call_fd);
    }
  }
  close_fds (&v->message);
  if (v->backend_req_fd >= 0)
    close (v->backend_req_fd);
  loop_remove (v->dev->loop, &v->sock);
  close (v->sock.fd);
  free (v->queues);
  free (v);
}
