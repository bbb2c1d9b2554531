/* block-front: a guest's side of virtio-blk, without a guest.
 *
 *   block-front SOCKET read|write|zero|discard seq|rand BLOCK DEPTH BYTES SECONDS [FLUSH]
 *
 * Connects to a vhost-user-blk back-end (ours, or qemu-storage-daemon), sets
 * one queue up as Linux does, keeps DEPTH requests of BLOCK bytes under way,
 * and stops when BYTES have been moved or SECONDS have gone.  With FLUSH, a
 * flush follows every so many requests, and one comes at the end.  Random
 * requests never hit one block twice.  Prints MB/s, requests a second and
 * requests made, and hangs up at the end of its input, so that the back-end
 * can be looked at before.  bench/block-layer makes a table of that. */

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bench.h"

#define QUEUE_SIZE 128 /* what qemu-storage-daemon has by default */
#define MAX_DEPTH (QUEUE_SIZE / 4)
#define SECTOR 512

/* VIRTIO 1.2, section 5.2.6 */
#define T_IN 0
#define T_OUT 1
#define T_FLUSH 4
#define T_DISCARD 11
#define T_WRITE_ZEROES 13

struct message {
  uint32_t request, flags, size;
  union {
    uint64_t u64;
    uint32_t u32[16];
    uint64_t words[9];
    uint8_t bytes[256];
  } payload;
} __attribute__ ((packed));

struct desc {
  uint64_t addr;
  uint32_t len;
  uint16_t flags, next;
};

struct avail {
  uint16_t flags, idx, ring[QUEUE_SIZE], used_event;
};

struct used {
  uint16_t flags, idx;
  struct {
    uint32_t id, len;
  } ring[QUEUE_SIZE];
  uint16_t avail_event;
};

struct header {
  uint32_t type, reserved;
  uint64_t sector;
};

/* One request: header, what a discard says, status; data lie elsewhere. */
struct slot {
  struct header header;
  struct {
    uint64_t sector;
    uint32_t nr, flags;
  } range;
  uint8_t status;
} __attribute__ ((aligned (64)));

/* The guest's memory begins with this; data follow at DATA_AT. */
struct ram {
  struct desc desc[QUEUE_SIZE] __attribute__ ((aligned (4096)));
  struct avail avail __attribute__ ((aligned (4096)));
  struct used used __attribute__ ((aligned (4096)));
  struct slot slots[MAX_DEPTH];
};
#define DATA_AT (64 * 1024)

struct load {
  uint32_t type;
  bool random;
  uint64_t block, blocks, next; /* bytes of a request; on the disk; number */
  uint64_t stride;
  unsigned flush_every;
};

static struct ram *ram;
static int sock, kick_fd, call_fd;
static uint16_t seen; /* of the used ring */
static bool event_idx;

static void __attribute__ ((noreturn))
die (const char *what)
{
  fprintf (stderr, "block-front: %s: %s\n", what, strerror (errno));
  exit (EXIT_FAILURE);
}

/* --- vhost-user -------------------------------------------------------------- */

static void
say (uint32_t request, const void *payload, uint32_t size, int fd)
{
  struct message m = { request, 1, size, { 0 } };
  union {
    struct cmsghdr align;
    char buf[CMSG_SPACE (sizeof (int))];
  } space = { .buf = { 0 } };
  struct iovec iov = { &m, 12 + size };
  struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

  if (size > 0)
    memcpy (&m.payload, payload, size);
  if (fd >= 0) {
    struct cmsghdr *c;

    msg.msg_control = space.buf;
    msg.msg_controllen = sizeof space.buf;
    c = CMSG_FIRSTHDR (&msg);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN (sizeof (int));
    memcpy (CMSG_DATA (c), &fd, sizeof fd);
  }
  if (sendmsg (sock, &msg, MSG_NOSIGNAL) != (ssize_t) iov.iov_len)
    die ("message to the back-end");
}

static void
say_u64 (uint32_t request, uint64_t value, int fd)
{
  say (request, &value, sizeof value, fd);
}

static void
say_state (uint32_t request, uint32_t value)
{
  uint32_t state[2] = { 0, value };

  say (request, state, sizeof state, -1);
}

static void
hear (struct message *m, uint32_t request)
{
  if (recv (sock, m, 12, MSG_WAITALL) != 12 || m->request != request
      || m->size > sizeof m->payload
      || recv (sock, &m->payload, m->size, MSG_WAITALL) != (ssize_t) m->size)
    die ("reply of the back-end");
}

static uint64_t
ask_u64 (uint32_t request)
{
  struct message m;

  say (request, NULL, 0, -1);
  hear (&m, request);
  return m.payload.u64;
}

static uint64_t
ask_capacity (void)
{
  struct message m;
  uint8_t payload[12 + 60] = { 0 };
  uint32_t size = 60;
  uint64_t capacity;

  memcpy (payload + 4, &size, sizeof size);
  say (24, payload, sizeof payload, -1);
  hear (&m, 24);
  memcpy (&capacity, m.payload.bytes + 12, sizeof capacity);
  return capacity * SECTOR;
}

static void
open_socket (const char *path)
{
  struct sockaddr_un addr = { .sun_family = AF_UNIX };
  int tries = 200;

  snprintf (addr.sun_path, sizeof addr.sun_path, "%s", path);
  sock = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  while (connect (sock, (struct sockaddr *) &addr, sizeof addr) == -1) {
    if (--tries == 0)
      die (path);
    usleep (10000);
  }
}

/* Guest addresses are those of our own memory.  Returns the disk's size. */
static uint64_t
connect_to (const char *path, size_t data_len)
{
  size_t len = (DATA_AT + data_len + 4095) & ~(size_t) 4095;
  int fd = memfd_create ("ram", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  uint64_t table[5], addr[5], features, size;

  if (fd == -1 || ftruncate (fd, len) == -1)
    die ("memory");
  ram = mmap (NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);
  kick_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  call_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (ram == MAP_FAILED || kick_fd == -1 || call_fd == -1)
    die ("memory");
  memset ((char *) ram + DATA_AT, 'x', data_len);
  open_socket (path);

  say (3, NULL, 0, -1);
  features = ask_u64 (1);
  /* PROTOCOL_FEATURES, VERSION_1, EVENT_IDX, DISCARD, WRITE_ZEROES, FLUSH */
  features &= UINT64_C (1) << 30 | UINT64_C (1) << 32 | 1 << 29 | 1 << 13
              | 1 << 14 | 1 << 9;
  event_idx = features >> 29 & 1;
  (void) ask_u64 (15);
  say_u64 (16, 1 << 9, -1); /* CONFIG */
  say_u64 (2, features, -1);
  size = ask_capacity ();
  table[0] = 1;
  table[1] = table[3] = (uintptr_t) ram;
  table[2] = len;
  table[4] = 0;
  say (5, table, sizeof table, fd);
  say_state (8, QUEUE_SIZE);
  say_state (10, 0);
  addr[0] = 0;
  addr[1] = (uintptr_t) ram->desc;
  addr[2] = (uintptr_t) &ram->used;
  addr[3] = (uintptr_t) &ram->avail;
  addr[4] = 0;
  say (9, addr, sizeof addr, -1);
  say_u64 (13, 0, call_fd);
  say_u64 (12, 0, kick_fd);
  say_state (18, 1);
  /* An answer shows that all of this is done. */
  (void) ask_u64 (1);
  return size;
}

/* --- requests ------------------------------------------------------------------ */

static void
set_desc (unsigned i, void *p, uint32_t len, uint16_t flags)
{
  ram->desc[i] = (struct desc) { (uintptr_t) p, len, flags, i + 1 };
}

#define D_NEXT 1
#define D_WRITE 2

/* Put a request into the ring; who looks does not see it yet. */
static void
queue_request (unsigned n, uint32_t type, uint64_t offset, uint64_t len,
               uint16_t *idx)
{
  struct slot *s = &ram->slots[n];
  unsigned d = n * 4;

  s->header = (struct header) { .type = type, .sector = offset / SECTOR };
  s->status = 0xff;
  set_desc (d++, &s->header, sizeof s->header, D_NEXT);
  if (type == T_IN || type == T_OUT)
    set_desc (d++, (char *) ram + DATA_AT + n * len, len,
              type == T_IN ? D_NEXT | D_WRITE : D_NEXT);
  else if (type != T_FLUSH) {
    s->header.sector = 0;
    s->range.sector = offset / SECTOR;
    s->range.nr = len / SECTOR;
    s->range.flags = type == T_WRITE_ZEROES; /* may unmap */
    set_desc (d++, &s->range, sizeof s->range, D_NEXT);
  }
  set_desc (d, &s->status, 1, D_WRITE);
  ram->avail.ring[*idx % QUEUE_SIZE] = n * 4;
  ++*idx;
}

/* Show what was queued, with a kick where one is wanted. */
static void
publish (uint16_t idx)
{
  uint16_t old = ram->avail.idx, event;
  uint64_t one = 1;
  bool wanted;

  if (idx == old)
    return;
  __atomic_store_n (&ram->avail.idx, idx, __ATOMIC_RELEASE);
  __atomic_thread_fence (__ATOMIC_SEQ_CST);
  event = __atomic_load_n (&ram->used.avail_event, __ATOMIC_RELAXED);
  wanted = event_idx ? (uint16_t) (idx - event - 1) < (uint16_t) (idx - old)
    : !(__atomic_load_n (&ram->used.flags, __ATOMIC_RELAXED) & 1);
  if (wanted && write (kick_fd, &one, sizeof one) != sizeof one)
    die ("kick");
}

/* Wait until something is used, as after an interrupt. */
static void
wait_used (void)
{
  for (;;) {
    struct pollfd p = { .fd = call_fd, .events = POLLIN };
    uint64_t count;

    ram->avail.used_event = seen;
    __atomic_thread_fence (__ATOMIC_SEQ_CST);
    if (__atomic_load_n (&ram->used.idx, __ATOMIC_ACQUIRE) != seen)
      return;
    if (poll (&p, 1, 20000) != 1)
      die ("no interrupt within 20 seconds");
    (void) !read (call_fd, &count, sizeof count);
  }
}

/* The next used request, or -1. */
static int
take_used (void)
{
  unsigned n;

  if (__atomic_load_n (&ram->used.idx, __ATOMIC_ACQUIRE) == seen)
    return -1;
  n = ram->used.ring[seen++ % QUEUE_SIZE].id / 4;
  if (ram->slots[n].status != 0) {
    fprintf (stderr, "block-front: request failed, status %u\n",
             ram->slots[n].status);
    exit (EXIT_FAILURE);
  }
  return n;
}

static uint64_t
greatest_divisor (uint64_t a, uint64_t b)
{
  return b == 0 ? a : greatest_divisor (b, a % b);
}

/* The steps of a random load visit each block once: a stride without a common
 * divisor, somewhat scrambled by its size. */
static void
prepare (struct load *l)
{
  l->stride = l->blocks * 618 / 1000 | 1;
  while (greatest_divisor (l->blocks, l->stride) != 1)
    l->stride += 2;
}

static void
start_request (struct load *l, unsigned n, uint16_t *idx)
{
  uint64_t i = l->next++ % l->blocks;

  if (l->flush_every > 0 && l->next % l->flush_every == 0)
    queue_request (n, T_FLUSH, 0, l->block, idx);
  else
    queue_request (n, l->type, (l->random ? i * l->stride % l->blocks : i)
                   * l->block, l->block, idx);
}

static uint64_t
run (struct load *l, unsigned depth, uint64_t count, double seconds)
{
  uint64_t done = 0;
  unsigned busy = 0;
  double end = now () + seconds;
  uint16_t idx = ram->avail.idx;

  for (; busy < depth && l->next < count; ++busy)
    start_request (l, busy, &idx);
  publish (idx);
  while (busy > 0) {
    bool late;
    int n;

    wait_used ();
    late = now () > end;
    while ((n = take_used ()) >= 0) {
      ++done;
      if (l->next < count && !late)
        start_request (l, n, &idx);
      else
        --busy;
    }
    publish (idx);
  }
  return done;
}

static uint32_t
type_of (const char *word)
{
  static const struct { const char *word; uint32_t type; } types[] = {
    { "read", T_IN }, { "write", T_OUT }, { "zero", T_WRITE_ZEROES },
    { "discard", T_DISCARD },
  };

  for (size_t i = 0; i < sizeof types / sizeof types[0]; ++i)
    if (strcmp (word, types[i].word) == 0)
      return types[i].type;
  errno = EINVAL;
  die (word);
}

int
main (int argc, char *argv[])
{
  struct load l = { 0 };
  unsigned depth;
  uint64_t bytes, done;
  double start, seconds;

  if (argc < 8) {
    fprintf (stderr, "usage: block-front SOCKET read|write|zero|discard"
             " seq|rand BLOCK DEPTH BYTES SECONDS [FLUSH]\n");
    return EXIT_FAILURE;
  }
  l.type = type_of (argv[2]);
  l.random = strcmp (argv[3], "rand") == 0;
  l.block = strtoull (argv[4], NULL, 0);
  depth = strtoul (argv[5], NULL, 0);
  bytes = strtoull (argv[6], NULL, 0);
  l.flush_every = argc > 8 ? strtoul (argv[8], NULL, 0) : 0;
  if (depth < 1 || depth > MAX_DEPTH || l.block < SECTOR
      || l.block % SECTOR != 0) {
    errno = EINVAL;
    die ("arguments");
  }
  l.blocks = connect_to (argv[1], depth * l.block) / l.block;
  if (l.blocks == 0) {
    errno = EINVAL;
    die ("size of the disk");
  }
  prepare (&l);
  start = now ();
  done = run (&l, depth, bytes / l.block, strtod (argv[7], NULL));
  if (l.flush_every > 0) {
    uint64_t all = l.next;

    l.type = T_FLUSH;
    (void) run (&l, 1, all + 1, 60);
  }
  seconds = now () - start;
  printf ("%.1f %.0f %llu\n", done * l.block / seconds / 1e6, done / seconds,
          (unsigned long long) done);
  fflush (stdout);
  (void) getchar ();
  return EXIT_SUCCESS;
}
