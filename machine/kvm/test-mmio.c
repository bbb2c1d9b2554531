/* Tests of the virtio-mmio transport with a guest of our own making, first one
 * that follows the specification, then one that does not. */

#include <config.h>

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "kvm/mmio.h"

#define RAM_SIZE 0x10000
#define NR_QUEUES 2
#define QUEUE_MAX 8
#define FEATURE 5
#define CONFIG "configuration"

static uint8_t ram[RAM_SIZE] __attribute__ ((aligned (4096)));

/* The index of a ring, which the loop's thread may look at. */
static void
publish (size_t at, uint16_t idx)
{
  __atomic_store_n ((uint16_t *) (ram + at), idx, __ATOMIC_RELEASE);
}
static const struct guest_memory memory = {
  .nr_regions = 1, .regions = { { 0, RAM_SIZE, ram } },
};
static unsigned activated, kicked, resets, pulses, routes;

/* Counters change on the loop's thread. */
static unsigned
load (unsigned *counter)
{
  return __atomic_load_n (counter, __ATOMIC_ACQUIRE);
}

static void
add_one (unsigned *counter)
{
  __atomic_add_fetch (counter, 1, __ATOMIC_ACQ_REL);
}

static void
wait_for (unsigned *counter, unsigned value)
{
  int i;

  for (i = 0; load (counter) < value; ++i) {
    assert (i < 60000);
    (void) poll (NULL, 0, 1);
  }
}

static void
on_activate (struct virtio_device *dev)
{
  add_one (&activated);
}

static void
on_queue (struct virtio_device *dev, unsigned index)
{
  struct virtqueue *q = &dev->queues[index];
  static struct chain chain;

  assert (index < NR_QUEUES);
  while (queue_pop (q, dev->memory, &chain) == 1)
    queue_push (q, chain.head, 0);
  virtio_notify (dev, index);
  add_one (&kicked);
}

static void
on_reset (struct virtio_device *dev)
{
  add_one (&resets);
}

static const struct virtio_device_ops ops = {
  .name = "test", .device_id = 42, .activate = on_activate,
  .queue_ready = on_queue, .reset = on_reset,
};

static void
pulse (void *opaque, unsigned gsi)
{
  assert (gsi == 7);
  add_one (&pulses);
}

static int
route (void *opaque, uint64_t address, uint32_t value, int fd)
{
  routes++;
  return -1; /* so that everything comes to mmio_write */
}

struct fixture {
  struct mmio_bus bus;
  struct virtio_device dev;
  struct loop *loop;
};

static void
set_up_stopped (struct fixture *f)
{
  static const struct mmio_host host = { .pulse = pulse, .route = route };
  CLEANUP_ERROR struct error err = ERROR_INIT;

  memset (f, 0, sizeof *f);
  memset (ram, 0, sizeof ram);
  activated = kicked = resets = pulses = routes = 0;
  f->dev.ops = &ops;
  f->dev.features = UINT64_C (1) << FEATURE;
  f->dev.queue_size_max = QUEUE_MAX;
  f->dev.config = CONFIG;
  f->dev.config_len = sizeof CONFIG;
  assert (virtio_device_init (&f->dev, NR_QUEUES, &err) == 0);
  f->loop = f->dev.loop = loop_new (&err);
  assert (f->loop);
  assert (mmio_bus_init (&f->bus, 2, &memory, &host, &err) == 0);
  assert (mmio_attach (&f->bus, 1, &f->dev, 7, &err) == 0);
}

static void
set_up (struct fixture *f)
{
  set_up_stopped (f);
  assert (loop_start (f->loop, "test", NULL) == 0);
}

/* What waits for the loop, on this thread. */
static void
job_done (struct fixture *f)
{
  loop_turn (f->loop, 0);
}

static void
tear_down (struct fixture *f)
{
  mmio_bus_stop (&f->bus);
  loop_stop (f->loop);
  mmio_bus_release (&f->bus);
  loop_free (f->loop);
  virtio_device_release (&f->dev);
}

static void
put (struct fixture *f, unsigned reg, uint32_t value)
{
  mmio_write (&f->bus, MMIO_BASE + MMIO_PAGE + reg, &value, sizeof value);
}

static uint32_t
get (struct fixture *f, unsigned reg)
{
  uint32_t value;

  memcpy (&value, f->bus.pages + MMIO_PAGE + reg, sizeof value);
  return value;
}

static void
negotiate (struct fixture *f, uint32_t low, uint32_t high)
{
  put (f, MMIO_STATUS, STATUS_ACKNOWLEDGE);
  put (f, MMIO_STATUS, STATUS_ACKNOWLEDGE | STATUS_DRIVER);
  put (f, MMIO_DRIVER_FEATURES_SEL, 0);
  put (f, MMIO_DRIVER_FEATURES, low);
  put (f, MMIO_DRIVER_FEATURES_SEL, 1);
  put (f, MMIO_DRIVER_FEATURES, high);
  put (f, MMIO_STATUS, get (f, MMIO_STATUS) | STATUS_FEATURES_OK);
}

static void
describe_queue (struct fixture *f, unsigned index, uint32_t desc)
{
  put (f, MMIO_QUEUE_SEL, index);
  put (f, MMIO_QUEUE_NUM, QUEUE_MAX);
  put (f, MMIO_QUEUE_DESC_LOW, desc);
  put (f, MMIO_QUEUE_DRIVER_LOW, desc + 0x400);
  put (f, MMIO_QUEUE_DEVICE_LOW, desc + 0x800);
  put (f, MMIO_QUEUE_READY, 1);
}

static void
say_driver_ok (struct fixture *f)
{
  put (f, MMIO_STATUS, get (f, MMIO_STATUS) | STATUS_DRIVER_OK);
}

static void
test_identity (void)
{
  struct fixture f;

  set_up (&f);
  assert (get (&f, MMIO_MAGIC) == 0x74726976);
  assert (get (&f, MMIO_VERSION) == 2);
  assert (get (&f, MMIO_DEVICE_ID) == 42);
  assert (get (&f, MMIO_QUEUE_NUM_MAX) == QUEUE_MAX);
  put (&f, MMIO_QUEUE_SEL, NR_QUEUES);
  assert (get (&f, MMIO_QUEUE_NUM_MAX) == 0);
  assert (get (&f, MMIO_DEVICE_FEATURES) >> FEATURE & 1);
  put (&f, MMIO_DEVICE_FEATURES_SEL, 1);
  assert (get (&f, MMIO_DEVICE_FEATURES) == 1); /* VERSION_1 */
  put (&f, MMIO_DEVICE_FEATURES_SEL, UINT32_MAX);
  assert (get (&f, MMIO_DEVICE_FEATURES) == 0);
  assert (get (&f, MMIO_SHM_LEN_LOW) == UINT32_MAX);
  assert (strcmp ((char *) f.bus.pages + MMIO_PAGE + MMIO_CONFIG, CONFIG) == 0);
  /* The place without a device: no magic. */
  assert (f.bus.pages[0] == 0);
  assert (routes == NR_QUEUES + 1);
  tear_down (&f);
}

static void
test_life (void)
{
  struct fixture f;
  uint16_t one = 1;

  set_up (&f);
  negotiate (&f, 1u << FEATURE, 1);
  assert (get (&f, MMIO_STATUS) & STATUS_FEATURES_OK);
  describe_queue (&f, 0, 0x1000);
  describe_queue (&f, 1, 0x2000);
  assert (get (&f, MMIO_QUEUE_READY) == 1);
  put (&f, MMIO_QUEUE_NOTIFY, 0); /* too early */
  (void) poll (NULL, 0, 20);
  assert (load (&kicked) == 0);
  publish (0x1402, one); /* an empty chain waits */
  say_driver_ok (&f);
  wait_for (&activated, 1);
  wait_for (&pulses, 1);
  memcpy (&one, ram + 0x1802, sizeof one);
  assert (one == 1);
  assert (f.dev.guest_features == (UINT64_C (1) << 32 | 1u << FEATURE));
  assert (f.dev.queues[0].ready && f.dev.queues[1].ready);

  /* One empty chain, then its return. */
  publish (0x2402, one);
  put (&f, MMIO_QUEUE_NOTIFY, 1);
  wait_for (&pulses, 2);
  memcpy (&one, ram + 0x2802, sizeof one);
  assert (one == 1);
  assert (get (&f, MMIO_INTERRUPT_STATUS) == 1);
  put (&f, MMIO_INTERRUPT_ACK, 1);
  put (&f, MMIO_QUEUE_NOTIFY, NR_QUEUES); /* no such queue */

  /* A reset is complete when the write is. */
  put (&f, MMIO_STATUS, 0);
  assert (load (&resets) == 1 && get (&f, MMIO_STATUS) == 0);
  assert (!f.dev.queues[0].ready && f.dev.guest_features == 0);

  /* And the device lives again. */
  negotiate (&f, 0, 1);
  describe_queue (&f, 0, 0x1000);
  say_driver_ok (&f);
  wait_for (&activated, 2);
  tear_down (&f);
}

static void
test_features (void)
{
  struct fixture f;

  set_up (&f);
  negotiate (&f, 0, 0); /* without VERSION_1 */
  assert (!(get (&f, MMIO_STATUS) & STATUS_FEATURES_OK));
  say_driver_ok (&f);
  assert (!(get (&f, MMIO_STATUS) & STATUS_DRIVER_OK));
  put (&f, MMIO_STATUS, 0);
  negotiate (&f, 1, 1); /* never offered */
  assert (!(get (&f, MMIO_STATUS) & STATUS_FEATURES_OK));
  put (&f, MMIO_STATUS, 0);
  negotiate (&f, 0, 1);
  put (&f, MMIO_DRIVER_FEATURES, 0xffff); /* too late */
  say_driver_ok (&f);
  wait_for (&activated, 1);
  assert (f.dev.guest_features == UINT64_C (1) << 32);
  tear_down (&f);
}

static void
test_bad_queue (void)
{
  static const uint32_t bad[] = { 0x1001, RAM_SIZE, UINT32_MAX - 15 };
  struct fixture f;
  size_t i;

  for (i = 0; i < sizeof bad / sizeof bad[0]; ++i) {
    set_up (&f);
    negotiate (&f, 0, 1);
    describe_queue (&f, 0, bad[i]);
    say_driver_ok (&f);
    wait_for (&pulses, 1);
    assert (get (&f, MMIO_STATUS) & STATUS_NEEDS_RESET);
    assert (get (&f, MMIO_INTERRUPT_STATUS) & 2);
    assert (load (&activated) == 0);
    put (&f, MMIO_INTERRUPT_ACK, 2);
    assert (get (&f, MMIO_INTERRUPT_STATUS) == 1);
    tear_down (&f);
  }
  set_up (&f);
  negotiate (&f, 0, 1);
  put (&f, MMIO_QUEUE_NUM, QUEUE_MAX * 2);
  put (&f, MMIO_QUEUE_READY, 1);
  assert (get (&f, MMIO_QUEUE_READY) == 0);
  tear_down (&f);
}

static void
test_strange_writes (void)
{
  struct fixture f;
  uint64_t wide = UINT64_MAX;

  set_up (&f);
  mmio_write (&f.bus, MMIO_BASE, &wide, 4); /* no device there */
  mmio_write (&f.bus, MMIO_BASE + 2 * MMIO_PAGE, &wide, 4);
  mmio_write (&f.bus, 0, &wide, 4);
  mmio_write (&f.bus, UINT64_MAX - 3, &wide, 4);
  mmio_write (&f.bus, MMIO_BASE + MMIO_PAGE + MMIO_STATUS, &wide, 8);
  mmio_write (&f.bus, MMIO_BASE + MMIO_PAGE + MMIO_STATUS, &wide, 1);
  mmio_write (&f.bus, MMIO_BASE + MMIO_PAGE + MMIO_STATUS + 2, &wide, 4);
  put (&f, MMIO_CONFIG, 0);
  put (&f, MMIO_MAGIC, 0);
  put (&f, 0xffc, 1);
  assert (get (&f, MMIO_STATUS) == 0 && get (&f, MMIO_MAGIC) == 0x74726976);
  tear_down (&f);
}

/* A device goes on where another has stopped. */
static void
test_state (void)
{
  static uint8_t kept[RAM_SIZE];
  struct fixture f;
  struct mmio_state s, bad;
  uint16_t one = 1;

  set_up (&f);
  assert (mmio_save (&f.bus, 1, &s, NULL) == -1); /* not driven yet */
  negotiate (&f, 1u << FEATURE, 1);
  describe_queue (&f, 0, 0x1000);
  say_driver_ok (&f);
  wait_for (&activated, 1);
  publish (0x1402, one); /* a chain of no length */
  put (&f, MMIO_QUEUE_NOTIFY, 0);
  wait_for (&kicked, 1);
  loop_stop (f.loop);
  put (&f, MMIO_QUEUE_NOTIFY, 0);
  assert (mmio_save (&f.bus, 1, &s, NULL) == -1); /* on its way */
  job_done (&f);
  assert (mmio_save (&f.bus, 1, &s, NULL) == 0);
  assert (s.queues[0].next_avail == 1 && s.queues[0].next_used == 1);
  memcpy (kept, ram, sizeof ram);
  tear_down (&f);

  set_up_stopped (&f);
  memcpy (ram, kept, sizeof ram);
  bad = s;
  bad.queues[0].desc = RAM_SIZE;
  assert (mmio_restore (&f.bus, 1, &bad, NULL) == -1);
  bad = s;
  bad.nr_queues = MMIO_STATE_QUEUES + 1;
  assert (mmio_restore (&f.bus, 1, &bad, NULL) == -1);
  bad = s;
  bad.driver_features |= 2;
  assert (mmio_restore (&f.bus, 1, &bad, NULL) == -1);
  bad = s;
  bad.queues[0].num = QUEUE_MAX * 2;
  assert (mmio_restore (&f.bus, 1, &bad, NULL) == -1);
  bad = s;
  bad.device_id = 2;
  assert (mmio_restore (&f.bus, 1, &bad, NULL) == -1);
  assert (mmio_restore (&f.bus, 1, &s, NULL) == 0);
  assert (activated == 1 && get (&f, MMIO_STATUS) & STATUS_DRIVER_OK);
  assert (f.dev.guest_features >> FEATURE & 1);
  assert (loop_start (f.loop, "test", NULL) == 0);
  one = 2;
  publish (0x1402, one);
  put (&f, MMIO_QUEUE_NOTIFY, 0);
  wait_for (&kicked, 1);
  assert (ram[0x1800 + 2] == 2); /* used->idx */
  put (&f, MMIO_STATUS, 0);
  assert (load (&resets) == 1 && get (&f, MMIO_STATUS) == 0);
  tear_down (&f);
}

/* A place that the driver finds, and nothing in it. */
static void
test_nothing (void)
{
  struct fixture f;
  uint32_t value = 1;

  set_up (&f);
  mmio_attach_nothing (&f.bus, 0);
  memcpy (&value, f.bus.pages + MMIO_MAGIC, sizeof value);
  assert (value == 0x74726976);
  memcpy (&value, f.bus.pages + MMIO_DEVICE_ID, sizeof value);
  assert (value == 0);
  mmio_write (&f.bus, MMIO_BASE + MMIO_STATUS, &value, sizeof value);
  tear_down (&f);
}

static void
test_config_change (void)
{
  struct fixture f;

  set_up (&f);
  f.dev.config = "something else";
  f.dev.config_changed (f.dev.transport);
  assert (load (&pulses) == 1);
  assert (get (&f, MMIO_INTERRUPT_STATUS) == 3);
  assert (get (&f, MMIO_CONFIG_GENERATION) != 0);
  assert (f.bus.pages[MMIO_PAGE + MMIO_CONFIG] == 's');
  tear_down (&f);
}

int
main (void)
{
  test_identity ();
  test_life ();
  test_features ();
  test_bad_queue ();
  test_strange_writes ();
  test_config_change ();
  test_state ();
  test_nothing ();
  return 0;
}
