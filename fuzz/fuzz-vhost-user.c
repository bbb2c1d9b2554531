/* Fuzz target: the vhost-user server, with a stream of messages from the input.
 *
 * The input is a row of records: a byte with the number of descriptors that go
 * along (memory files that can be mapped), a byte with the length of the
 * message, the message.  The server's thread is this one.
 */

#include <config.h>

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"
#include "loop.h"
#include "uml/vhost.h"
#include "virtio/devices.h"

#define MEMORY_SIZE 65536
#define MAX_FDS 12

static struct loop *loop;
static int memory_fd;

static void
set_up (void)
{
  loop = loop_new (NULL);
  memory_fd = memfd_create ("fuzz", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (!loop || memory_fd == -1 || ftruncate (memory_fd, MEMORY_SIZE) == -1)
    abort ();
}

/* False when the server has closed the connection. */
static bool
say (int sock, const uint8_t *data, size_t len, unsigned nr_fds)
{
  union {
    struct cmsghdr align;
    char buf[CMSG_SPACE (sizeof (int) * MAX_FDS)];
  } space = { .buf = { 0 } };
  struct iovec iov = { (void *) data, len };
  struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
  unsigned i;

  if (nr_fds > 0) {
    struct cmsghdr *c;

    msg.msg_control = space.buf;
    msg.msg_controllen = CMSG_SPACE (sizeof (int) * nr_fds);
    c = CMSG_FIRSTHDR (&msg);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN (sizeof (int) * nr_fds);
    for (i = 0; i < nr_fds; ++i)
      memcpy (CMSG_DATA (c) + i * sizeof (int), &memory_fd, sizeof (int));
  }
  return sendmsg (sock, &msg, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t) len;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  struct vhost_memory memory;
  struct virtio_device *dev;
  struct vhost *server;
  uint8_t sink[4096];
  int pair[2];

  if (!loop)
    set_up ();
  dev = rng_new (NULL);
  if (!dev || socketpair (AF_UNIX, SOCK_STREAM, 0, pair) == -1)
    abort ();
  dev->loop = loop;
  vhost_memory_init (&memory, MEMORY_SIZE);
  server = vhost_new (pair[1], dev, &memory, NULL);
  if (!server)
    abort ();
  while (size >= 2) {
    unsigned nr_fds = data[0] % (MAX_FDS + 1);
    size_t len = data[1] < size - 2 ? data[1] : size - 2;

    if (len > 0 && !say (pair[0], data + 2, len, nr_fds))
      break;
    loop_turn (loop, 0);
    (void) !recv (pair[0], sink, sizeof sink, MSG_DONTWAIT);
    data += 2 + len;
    size -= 2 + len;
  }
  vhost_free (server);
  vhost_memory_release (&memory);
  dev->ops->free (dev);
  close (pair[0]);
  return 0;
}
