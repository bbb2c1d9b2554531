/* Tests of the vhost-user server: a front-end that sets a device up as the
 * kernel's driver does and uses it, then all kinds of messages that it must
 * refuse, by closing the connection. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "block/check.h"
#include "loop.h"
#include "vhost.h"
#include "virtio/devices.h"
#include "virtio/test-guest-ring.h"

struct message {
  uint32_t request, flags, size;
  uint8_t payload[600];
} __attribute__ ((packed));

static struct loop *loop;
static struct virtio_device *dev;
static struct vhost_memory memory;
static struct vhost *server;
static int sock;

static void
start (void)
{
  int pair[2];

  CHECK (socketpair (AF_UNIX, SOCK_STREAM, 0, pair) == 0);
  sock = pair[0];
  loop = loop_new (NULL);
  dev = rng_new (NULL);
  CHECK (loop && dev);
  dev->loop = loop;
  vhost_memory_init (&memory, RAM_SIZE);
  server = vhost_new (pair[1], dev, &memory, NULL);
  CHECK (server != NULL);
  CHECK_OK (loop_start (loop, "test", err));
}

static void
stop (void)
{
  loop_stop (loop);
  vhost_free (server);
  vhost_memory_release (&memory);
  dev->ops->free (dev);
  loop_free (loop);
  close (sock);
}

static void
say (uint32_t request, const void *payload, uint32_t size, const int *fds,
     size_t nr_fds)
{
  struct message m = { request, 1, size, { 0 } };
  union {
    struct cmsghdr align;
    char buf[CMSG_SPACE (sizeof (int) * 32)];
  } space = { .buf = { 0 } };
  struct iovec iov = { &m, 12 + size };
  struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

  if (size > 0)
    memcpy (m.payload, payload, size);
  if (nr_fds > 0) {
    struct cmsghdr *c;

    msg.msg_control = space.buf;
    msg.msg_controllen = CMSG_SPACE (sizeof (int) * nr_fds);
    c = CMSG_FIRSTHDR (&msg);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN (sizeof (int) * nr_fds);
    memcpy (CMSG_DATA (c), fds, sizeof (int) * nr_fds);
  }
  CHECK (sendmsg (sock, &msg, MSG_NOSIGNAL) == (ssize_t) (12 + size));
}

static void
say_u64 (uint32_t request, uint64_t value)
{
  say (request, &value, 8, NULL, 0);
}

static void
say_state (uint32_t request, uint32_t index, uint32_t num)
{
  uint32_t state[2] = { index, num };

  say (request, state, 8, NULL, 0);
}

static uint64_t
ask_u64 (uint32_t request)
{
  struct message m;
  uint64_t value;

  say (request, NULL, 0, NULL, 0);
  CHECK (recv (sock, &m, 20, MSG_WAITALL) == 20);
  CHECK (m.request == request && m.flags == 5 && m.size == 8);
  memcpy (&value, m.payload, 8);
  return value;
}

static void
say_memory (uint64_t guest, uint64_t size, uint64_t offset, int fd)
{
  uint64_t table[9] = { 1, guest, size, guest, offset };

  say (5, table, sizeof table, &fd, fd >= 0);
}

static void
say_ring (void)
{
  uint64_t addr[5] = { 0, RAM_START + DESC_AT (0), RAM_START + USED_AT (0),
                       RAM_START + AVAIL_AT (0), 0 };

  say_state (8, 0, RING_SIZE);
  say_state (10, 0, 0);
  say (9, addr, sizeof addr, NULL, 0);
}

static int
ram_file (void)
{
  int fd = memfd_create ("ram", MFD_CLOEXEC | MFD_ALLOW_SEALING);

  CHECK (fd >= 0 && ftruncate (fd, RAM_SIZE) == 0);
  return fd;
}

/* A guest that does as the kernel does: in-band kicks and calls. */
static void
test_good (void)
{
  int fd = ram_file (), pipes[2];
  struct message m;
  uint64_t features;
  size_t i;
  bool random = false;

  start ();
  CHECK (mmap (ram, RAM_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
               fd, 0) == ram);
  CHECK (pipe2 (pipes, O_CLOEXEC) == 0);
  say (3, NULL, 0, NULL, 0);
  features = ask_u64 (1);
  CHECK (features >> 30 & 1 && features >> 32 & 1);
  features = ask_u64 (15);
  say_u64 (16, features);
  say (21, NULL, 0, &pipes[1], 1);
  close (pipes[1]);
  say_u64 (2, UINT64_C (1) << 32);
  say_memory (RAM_START, RAM_SIZE, 0, fd);
  /* Memory that others map may not shrink under them. */
  CHECK (ask_u64 (17) == 1);
  CHECK (ftruncate (fd, 0) == -1 && errno == EPERM);
  say_ring ();
  say_state (18, 0, 1);
  set_desc (0, 2, RAM_START + DATA_AT, 32, D_WRITE, 0);
  offer (0, 2);
  say_state (35, 0, 0);
  CHECK (read (pipes[0], &m, 20) == 20);
  CHECK (m.request == 4 && m.size == 8);
  CHECK (used_idx (0) == 1 && used_head (0, 0) == 2 && used_len (0, 0) == 32);
  for (i = 0; i < 32; ++i)
    random |= ram[DATA_AT + i] != 0;
  CHECK (random);

  /* Stopped, the queue tells where it was, and is served no more. */
  say_state (11, 0, 0);
  CHECK (recv (sock, &m, 20, MSG_WAITALL) == 20 && m.payload[4] == 1);
  offer (0, 2);
  say_state (35, 0, 0);
  CHECK (ask_u64 (17) == 1);
  CHECK (used_idx (0) == 1);
  close (pipes[0]);
  close (fd);
  stop ();
}

static void
test_config (void)
{
  struct message m;
  uint32_t payload[5] = { 0, 8, 0, 0xffffffff, 0xffffffff };

  start ();
  say (24, payload, sizeof payload, NULL, 0);
  CHECK (recv (sock, &m, 32, MSG_WAITALL) == 32);
  CHECK (m.size == 20 && memcmp (m.payload + 12, "\0\0\0\0\0\0\0\0", 8) == 0);
  stop ();
}

/* What was said last must have ended the connection. */
static void
expect_end (void)
{
  char c;

  CHECK (recv (sock, &c, 1, 0) <= 0);
  stop ();
}

static void
test_bad_messages (void)
{
  static const uint8_t zeroes[600];
  int many[32], i;
  uint32_t request, config[5] = { 0, 400, 0 };

  for (request = 0; request < 60; ++request) {
    /* No request takes 7 bytes; most are unknown. */
    start ();
    say (request, zeroes, 7, NULL, 0);
    expect_end ();
  }
  start ();
  say (UINT32_MAX, NULL, 0, NULL, 0);
  expect_end ();
  start ();
  say (24, zeroes, 600, NULL, 0);
  expect_end ();
  start ();
  say (24, config, sizeof config, NULL, 0);
  expect_end ();
  start ();
  say_state (8, 1, 16); /* there is one queue */
  expect_end ();
  start ();
  say_state (8, UINT32_MAX, 16);
  expect_end ();
  start ();
  say_state (8, 0, 32768);
  expect_end ();
  start ();
  say_u64 (2, UINT64_MAX);
  expect_end ();
  start ();
  say_u64 (12, 0); /* a kick without its descriptor */
  expect_end ();
  for (i = 0; i < 32; ++i)
    many[i] = STDIN_FILENO;
  start ();
  say (1, NULL, 0, many, 1);
  expect_end ();
  start ();
  say (5, zeroes, 72, many, 32);
  expect_end ();
}

static void
test_bad_memory (void)
{
  int fd = ram_file (), big = ram_file (), pipes[2];
  int plain = memfd_create ("x", MFD_CLOEXEC);

  CHECK (plain >= 0 && ftruncate (plain, RAM_SIZE) == 0);
  CHECK (pipe (pipes) == 0);
  start ();
  say_memory (0, RAM_SIZE + 1, 0, fd);
  expect_end ();
  start ();
  say_memory (0, RAM_SIZE, 4096, fd);
  expect_end ();
  start ();
  say_memory (0, 4096, UINT64_MAX, fd);
  expect_end ();
  start ();
  say_memory (UINT64_MAX - 100, 4096, 0, fd);
  expect_end ();
  start ();
  say_memory (0, 0, 0, fd);
  expect_end ();
  start ();
  say_memory (0, 4096, 0, -1);
  expect_end ();
  start ();
  say_memory (0, RAM_SIZE, 0, plain); /* could shrink */
  expect_end ();
  start ();
  say_memory (0, 4096, 0, pipes[0]);
  expect_end ();
  CHECK (ftruncate (big, RAM_SIZE * 2) == 0); /* more than was agreed */
  start ();
  say_memory (0, 4096, 0, big);
  expect_end ();

  /* Rings outside of the memory. */
  start ();
  say_u64 (16, ask_u64 (15));
  say_memory (0, RAM_SIZE, 0, fd);
  say_ring ();
  say_state (18, 0, 1);
  expect_end ();
  close (fd);
  close (big);
  close (plain);
  close (pipes[0]);
  close (pipes[1]);
}

int
main (void)
{
  test_good ();
  test_config ();
  test_bad_messages ();
  test_bad_memory ();
  return 0;
}
