/* Tests of virtio-blk with a pool: many requests at once, reads in pieces,
 * large writes, errors, flushes, what the guest is told of when, reads of what
 * is in memory, and a reset while requests are under way. */

#include <config.h>

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "block/check.h"
#include "block/iov.h"
#include "devices.h"
#include "loop.h"
#include "pool.h"
#define RAM_SIZE 0x280000
#include "test-guest-ring.h"

#define DISK_SIZE (1024 * 1024)
#define SECTOR 512

enum { IN, OUT, FLUSH = 4 };
enum { OK, IOERR, UNTOUCHED = 99 };

static uint8_t disk[DISK_SIZE], shadow[DISK_SIZE];
static atomic_uint flushes, errors, under_way, elsewhere, writing, interrupts;
static pthread_t loop_thread; /* written before any job is there */
static _Atomic uint64_t bad_offset = UINT64_MAX; /* reading it fails */
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER; /* held: no reads */
static atomic_bool in_memory;
static atomic_uint tried; /* reads, on the loop */

static struct loop *loop;
static struct pool *pool;
static struct virtio_device *dev;
static struct loop_source kick, reset_kick, look;
static sem_t used, was_reset, looked;
static atomic_bool reset_done;

static int
disk_preadv (struct block *b, const struct iovec *iov, int n, uint64_t offset,
             struct error *err)
{
  under_way++;
  pthread_mutex_lock (&gate);
  pthread_mutex_unlock (&gate);
  if (bad_offset >= offset && bad_offset < offset + iov_length (iov, n))
    return error_set (err, EIO, "made to fail");
  iov_from_buf (iov, n, 0, disk + offset, iov_length (iov, n));
  return 0;
}

static enum block_now
disk_preadv_now (struct block *b, const struct iovec *iov, int n,
                 uint64_t offset, bool idle)
{
  tried++;
  if (!in_memory)
    return BLOCK_WAITS;
  iov_from_buf (iov, n, 0, disk + offset, iov_length (iov, n));
  return BLOCK_DONE;
}

static int
disk_pwritev (struct block *b, const struct iovec *iov, int n, uint64_t offset,
              struct error *err)
{
  if (!pthread_equal (pthread_self (), loop_thread)) {
    CHECK (atomic_fetch_add (&writing, 1) == 0);
    elsewhere++;
    usleep (1000);
    writing--;
  }
  iov_to_buf (iov, n, 0, disk + offset, iov_length (iov, n));
  return 0;
}

static int
disk_flush (struct block *b, struct error *err)
{
  flushes++;
  return 0;
}

static const struct block_ops disk_ops = {
  .name = "disk", .preadv = disk_preadv, .preadv_now = disk_preadv_now,
  .pwritev = disk_pwritev, .flush = disk_flush,
};
static struct block node = {
  .ops = &disk_ops, .name = (char *) "test", .size = DISK_SIZE
};

/* On the loop's thread. */
static void
io_error (void *opaque, const char *operation, const struct error *err)
{
  CHECK (err->errnum == EIO && strcmp (operation, "read") == 0);
  errors++;
}

static void
interrupt (void *opaque, unsigned queue)
{
  interrupts++;
  sem_post (&used);
}

static void
kicked (struct loop_source *source, uint32_t events)
{
  uint64_t n;

  CHECK (read (source->fd, &n, sizeof n) == sizeof n);
  loop_thread = pthread_self ();
  dev->ops->queue_ready (dev, 0);
}

static void
reset_kicked (struct loop_source *source, uint32_t events)
{
  uint64_t n;

  CHECK (read (source->fd, &n, sizeof n) == sizeof n);
  dev->ops->reset (dev);
  reset_done = true;
  sem_post (&was_reset);
}

static void
look_ready (struct loop_source *source, uint32_t events)
{
  uint64_t n;

  CHECK (read (source->fd, &n, sizeof n) == sizeof n);
  sem_post (&looked);
}

static void
signal_source (struct loop_source *source)
{
  uint64_t one = 1;

  CHECK (write (source->fd, &one, sizeof one) == sizeof one);
}

static void
start (void)
{
  struct blk_options options = { .block_size = SECTOR };
  const struct blk_callbacks callbacks = { .io_error = io_error };

  loop = loop_new (NULL);
  CHECK (loop != NULL);
  options.pool = pool = pool_new (loop, NULL);
  dev = blk_new (&node, &options, &callbacks, NULL);
  CHECK (pool && dev);
  dev->loop = loop;
  dev->memory = &ram_memory;
  dev->interrupt = interrupt;
  CHECK (setup_ring (&dev->queues[0], 0) == 0);
  kick.ready = kicked;
  kick.fd = eventfd (0, EFD_CLOEXEC);
  reset_kick.ready = reset_kicked;
  reset_kick.fd = eventfd (0, EFD_CLOEXEC);
  CHECK_OK (loop_add (loop, &kick, EPOLLIN, err));
  CHECK_OK (loop_add (loop, &reset_kick, EPOLLIN, err));
  look.ready = look_ready;
  look.fd = eventfd (0, EFD_CLOEXEC);
  CHECK_OK (loop_add (loop, &look, EPOLLIN, err));
  CHECK_OK (loop_start (loop, "test", err));
}

static void
stop (void)
{
  loop_stop (loop);
  pool_free (pool);
  dev->ops->free (dev);
  loop_free (loop);
  close (kick.fd);
  close (reset_kick.fd);
  close (look.fd);
}

/* Slot `i` of five: three descriptors, a header and a status, data. */
#define HEADER_AT(i) (0x8000 + (i) * 64)
#define STATUS_AT(i) (HEADER_AT (i) + 32)
#define SLOT_SIZE 0x1000
#define SLOT_AT(i) (DATA_AT + (i) * SLOT_SIZE)

static void
ask (int i, uint32_t type, uint64_t sector, uint32_t at, uint32_t len)
{
  uint32_t h[2] = { type, 0 };

  put (HEADER_AT (i), h, 8);
  put (HEADER_AT (i) + 8, &sector, 8);
  ram[STATUS_AT (i)] = UNTOUCHED;
  set_desc (0, i * 3, RAM_START + HEADER_AT (i), 16, D_NEXT, i * 3 + 1);
  set_desc (0, i * 3 + 1, RAM_START + at, len,
            D_NEXT | (type == IN ? D_WRITE : 0), i * 3 + 2);
  set_desc (0, i * 3 + 2, RAM_START + STATUS_AT (i), 1, D_WRITE, 0);
  offer (0, i * 3);
}

static uint16_t
load_used (void)
{
  return __atomic_load_n ((uint16_t *) (ram + USED_AT (0) + 2),
                          __ATOMIC_ACQUIRE);
}

static void
wait_used (uint16_t idx)
{
  while (load_used () != idx)
    CHECK (sem_wait (&used) == 0);
}

/* Five at once on different sectors: each gets what is its own. */
static void
test_many (void)
{
  unsigned seed = 1;

  for (int round = 0; round < 500; ++round) {
    uint16_t before = load_used ();
    bool writes[5];
    uint64_t sectors[5];

    for (int i = 0; i < 5; ++i) {
      writes[i] = rand_r (&seed) % 2;
      sectors[i] = rand_r (&seed) % (DISK_SIZE / 5 / SECTOR - 8)
        + i * (DISK_SIZE / 5 / SECTOR);
      if (writes[i]) {
        memset (ram + SLOT_AT (i), rand_r (&seed), SLOT_SIZE);
        memcpy (shadow + sectors[i] * SECTOR, ram + SLOT_AT (i), SLOT_SIZE);
      }
      ask (i, writes[i] ? OUT : IN, sectors[i], SLOT_AT (i), SLOT_SIZE);
    }
    signal_source (&kick);
    wait_used (before + 5);
    for (int i = 0; i < 5; ++i) {
      CHECK (ram[STATUS_AT (i)] == OK);
      CHECK (memcmp (ram + SLOT_AT (i), shadow + sectors[i] * SECTOR,
                     SLOT_SIZE) == 0);
    }
  }
}

/* A read in buffers that are cut at odd places, by several threads. */
static int
large_read (void)
{
  uint32_t h[2] = { IN, 0 };
  uint64_t sector = 0;
  uint16_t before = load_used ();

  memset (ram + DATA_AT, 'z', DISK_SIZE);
  put (HEADER_AT (0), h, 8);
  put (HEADER_AT (0) + 8, &sector, 8);
  ram[STATUS_AT (0)] = UNTOUCHED;
  set_desc (0, 0, RAM_START + HEADER_AT (0), 16, D_NEXT, 1);
  set_desc (0, 1, RAM_START + DATA_AT, 100, D_NEXT | D_WRITE, 2);
  set_desc (0, 2, RAM_START + DATA_AT + 100, 700001, D_NEXT | D_WRITE, 3);
  set_desc (0, 3, RAM_START + DATA_AT + 700101, DISK_SIZE - 700101,
            D_NEXT | D_WRITE, 4);
  set_desc (0, 4, RAM_START + STATUS_AT (0), 1, D_WRITE, 0);
  offer (0, 0);
  signal_source (&kick);
  wait_used (before + 1);
  return ram[STATUS_AT (0)];
}

static void
test_pieces (void)
{
  unsigned before = under_way, nr = pool_processors (pool);

  /* One for each processor; the loop's thread waits for no disk. */
  nr = nr == 1 || nr > 4 ? 4 : nr;
  CHECK (large_read () == OK);
  CHECK (memcmp (ram + DATA_AT, shadow, DISK_SIZE) == 0);
  CHECK (used_len (0, load_used () - 1) == DISK_SIZE + 1);
  CHECK (under_way - before == nr);
  /* It reads one of them where that is in memory. */
  before = under_way;
  in_memory = true;
  CHECK (large_read () == OK);
  CHECK (memcmp (ram + DATA_AT, shadow, DISK_SIZE) == 0);
  CHECK (used_len (0, load_used () - 1) == DISK_SIZE + 1);
  CHECK (pool_processors (pool) == 1 || under_way - before == nr - 1);
  in_memory = false;
  /* One piece fails: so does the whole, which is told once. */
  bad_offset = 700000;
  CHECK (large_read () == IOERR && errors == 1);
  bad_offset = UINT64_MAX;
  CHECK (large_read () == OK && errors == 1);
}

/* Large writes that come together are done beside the loop, one by one, but for
 * the last. */
static void
test_large_writes (void)
{
  const uint32_t len = DISK_SIZE / 8;
  uint16_t before = load_used ();
  unsigned others = elsewhere;

  for (int i = 0; i < 5; ++i) {
    memset (ram + DATA_AT + i * len, 'a' + i, len);
    memset (shadow + i * len, 'a' + i, len);
    ask (i, OUT, i * len / SECTOR, DATA_AT + i * len, len);
  }
  signal_source (&kick);
  wait_used (before + 5);
  for (int i = 0; i < 5; ++i)
    CHECK (ram[STATUS_AT (i)] == OK);
  CHECK (memcmp (disk, shadow, DISK_SIZE) == 0);
  CHECK (elsewhere - others == 4);
}

static void
wait_interrupts (unsigned nr)
{
  for (int i = 0; i < 60000 && interrupts != nr; ++i)
    usleep (1000);
  CHECK (interrupts == nr);
}

/* What is done together is told together, but does not wait for a disk. */
static void
test_told (void)
{
  uint16_t before = load_used ();
  unsigned told;

  /* What the loop was doing is done, so those of the tests before have come. */
  signal_source (&look);
  CHECK (sem_wait (&looked) == 0);
  told = interrupts;
  for (int i = 0; i < 5; ++i)
    ask (i, OUT, i * 8, SLOT_AT (i), SLOT_SIZE);
  signal_source (&kick);
  wait_used (before + 5);
  wait_interrupts (told + 1);

  pthread_mutex_lock (&gate);
  ask (0, OUT, 0, SLOT_AT (0), SLOT_SIZE);
  ask (1, IN, 8, SLOT_AT (1), SLOT_SIZE);
  signal_source (&kick);
  wait_interrupts (told + 2);
  CHECK (load_used () == (uint16_t) (before + 6));
  CHECK (ram[STATUS_AT (0)] == OK && ram[STATUS_AT (1)] == UNTOUCHED);
  pthread_mutex_unlock (&gate);
  wait_used (before + 7);
  wait_interrupts (told + 3);
}

static void
read_slots (unsigned nr)
{
  for (unsigned i = 0; i < nr; ++i) {
    uint16_t before = load_used ();

    memset (ram + SLOT_AT (0), 'z', SLOT_SIZE);
    ask (0, IN, i * 8, SLOT_AT (0), SLOT_SIZE);
    signal_source (&kick);
    wait_used (before + 1);
    CHECK (ram[STATUS_AT (0)] == OK);
    CHECK (memcmp (ram + SLOT_AT (0), shadow + i * SLOT_SIZE, SLOT_SIZE) == 0);
  }
}

/* What is in memory is read on the loop.  While nothing is, few reads are tried
 * there, but enough to see that the disk has become warm. */
static void
test_cold (void)
{
  unsigned before;

  in_memory = true;
  read_slots (8);
  before = under_way;
  read_slots (8);
  CHECK (under_way == before);

  in_memory = false;
  tried = 0;
  read_slots (36);
  CHECK (under_way == before + 36);
  CHECK (tried == 4 + 4);

  in_memory = true;
  read_slots (8);
  before = under_way;
  tried = 0;
  read_slots (8);
  CHECK (under_way == before && tried == 8);
  in_memory = false;
}

static void
test_flush (void)
{
  uint16_t before = load_used ();
  unsigned flushed = flushes;

  ask (0, OUT, 0, SLOT_AT (0), SLOT_SIZE);
  ask (1, FLUSH, 0, SLOT_AT (1), 0);
  signal_source (&kick);
  wait_used (before + 2);
  CHECK (ram[STATUS_AT (0)] == OK && ram[STATUS_AT (1)] == OK);
  CHECK (flushes == flushed + 1);
}

/* A reset waits for what is under way: the guest's memory is its own then. */
static void
test_reset (void)
{
  uint16_t before = load_used ();
  unsigned running = under_way;

  pthread_mutex_lock (&gate);
  for (int i = 0; i < 5; ++i)
    ask (i, IN, i * 8, SLOT_AT (i), SLOT_SIZE);
  signal_source (&kick);
  while (under_way != running + 5)
    usleep (1000);
  signal_source (&reset_kick);
  usleep (20000);
  CHECK (!reset_done && load_used () == before);
  pthread_mutex_unlock (&gate);
  CHECK (sem_wait (&was_reset) == 0);
  CHECK (load_used () == (uint16_t) (before + 5));
}

/* The loop ends with requests in the pool: they are done before it goes. */
static void
test_end (void)
{
  uint16_t before = load_used ();

  for (int i = 0; i < 5; ++i)
    ask (i, IN, i * 8, SLOT_AT (i), SLOT_SIZE);
  signal_source (&kick);
  stop ();
  /* The kick may have come too late. */
  CHECK (load_used () == before || load_used () == (uint16_t) (before + 5));
}

int
main (void)
{
  sem_init (&used, 0, 0);
  sem_init (&was_reset, 0, 0);
  sem_init (&looked, 0, 0);
  start ();
  test_many ();
  test_pieces ();
  test_large_writes ();
  test_told ();
  test_cold ();
  test_flush ();
  test_reset ();
  test_end ();
  return 0;
}
