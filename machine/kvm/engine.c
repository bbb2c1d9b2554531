/* The kvm engine: a machine without firmware, made of vCPUs, memory, a serial
 * port, a bus of virtio devices and the root image as persistent memory.
 *
 * Each vCPU has a thread of its own; devices run on the loops that main.c gives
 * them.  The probe already makes the machine that prepare goes on with.
 */

#include <config.h>

#include <errno.h>
#include <linux/kvm.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kvm/elf.h"
#include "kvm/engine-internal.h"
#include "kvm/probe.h"
#include "sandbox.h"
#include "strbuf.h"

#define MIB (UINT64_C (1) << 20)
#define MEMORY_MIN 64 /* MiB: the kernel and not much else */
#define MEMORY_MAX (1 << 20)

/* Nothing that the guest need find out or wait for: no firmware, a clock that
 * KVM vouches for, a reset that we notice at once. */
#define CMDLINE                                                         \
  "console=ttyS0 8250.nr_uarts=1 reboot=k panic=-1 tsc=reliable "        \
  "no_timer_check nmi_watchdog=0 rcupdate.rcu_expedited=1 "             \
  "random.trust_cpu=on root=/dev/pmem0 rootfstype=erofs "               \
  "rootflags=dax ro init=/init " GUEST_WORDS

/* Interrupt lines.  Those from 16 on exist once only, while the first 16 also
 * lead to the legacy controller; 0, 2 and 4 are the timer's, the cascade's and
 * the serial port's. */
static const uint8_t lines[] = {
  16, 17, 18, 19, 20, 21, 22, 23, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15
};
#define NR_LINES (sizeof lines / sizeof lines[0])
#define TIMER_GSI 0

/* The console, which carries all calls, shares its line with nothing as long
 * as there are others. */
static unsigned
line_of (size_t index)
{
  if (index == MACHINE_CONSOLE)
    return lines[0];
  return lines[1 + (index - 1) % (NR_LINES - 1)];
}

static uint32_t
used_lines (const struct kvm_machine *k)
{
  uint32_t used = 1u << TIMER_GSI | 1u << SERIAL_GSI;
  size_t i;

  for (i = 0; i < k->nr_places; ++i)
    used |= 1u << line_of (i);
  return used;
}

static void
pulse (void *opaque, unsigned gsi)
{
  struct kvm_machine *k = opaque;

  vm_pulse (&k->vm, gsi);
}

static int
route (void *opaque, uint64_t address, uint32_t value, int fd)
{
  const struct kvm_machine *k = opaque;
  struct kvm_ioeventfd e = {
    .datamatch = value, .addr = address, .len = 4, .fd = fd,
    .flags = KVM_IOEVENTFD_FLAG_DATAMATCH,
  };

  return ioctl (k->vm.vm_fd, KVM_IOEVENTFD, &e);
}

static void
serial_text (void *opaque, const char *text, size_t len)
{
  struct kvm_machine *k = opaque;

  machine_console (k->machine, text, len);
}

static void
serial_interrupt (void *opaque)
{
  pulse (opaque, SERIAL_GSI);
}

static void
port_write (void *opaque, uint16_t port, uint8_t value)
{
  struct kvm_machine *k = opaque;

  if (port >= SERIAL_PORT && port < SERIAL_PORT + SERIAL_NR_PORTS)
    serial_write (&k->serial, port - SERIAL_PORT, value);
}

static uint8_t
port_read (void *opaque, uint16_t port)
{
  struct kvm_machine *k = opaque;

  if (port >= SERIAL_PORT && port < SERIAL_PORT + SERIAL_NR_PORTS)
    return serial_read (&k->serial, port - SERIAL_PORT);
  /* The keyboard controller takes commands; nothing else is there. */
  return port == 0x64 ? 0 : 0xff;
}

static void
write_to_device (void *opaque, uint64_t address, const void *data,
                 unsigned len)
{
  struct kvm_machine *k = opaque;

  mmio_write (&k->bus, address, data, len);
}

static void
ended (void *opaque, enum vcpu_end how, const char *message)
{
  struct kvm_machine *k = opaque;
  const char *panic = serial_finish (&k->serial);

  if (__atomic_exchange_n (&k->ended, true, __ATOMIC_ACQ_REL))
    return;
  if (panic)
    machine_exited (k->machine, true, "the guest kernel has panicked: %s",
                    panic);
  else
    machine_exited (k->machine, how == VCPU_RESET, "%s", message);
}

static int
enter (void *opaque, struct error *err)
{
  return sandbox_vcpu (err);
}

static struct kvm_machine *
kvm_machine_new (struct machine *m)
{
  struct kvm_machine *k = calloc (1, sizeof *k);
  unsigned i;

  if (!k)
    return NULL;
  k->machine = m;
  k->vm = (struct vm) VM_INIT;
  for (i = 0; i < BOOT_MAX_CPUS; ++i)
    k->vcpus[i] = (struct vcpu) VCPU_INIT;
  k->handlers = (struct vcpu_handlers) {
    .enter = enter, .port_write = port_write, .port_read = port_read,
    .mmio_write = write_to_device, .ended = ended, .opaque = k,
  };
  serial_init (&k->serial, serial_text, serial_interrupt, k);
  return k;
}

static void
kvm_machine_free (struct kvm_machine *k)
{
  unsigned i;

  if (!k)
    return;
  for (i = 0; i < BOOT_MAX_CPUS; ++i)
    vcpu_release (&k->vcpus[i]);
  mmio_bus_release (&k->bus);
  template_release (&k->template);
  vm_release (&k->vm);
  free (k);
}

static void *
drop_thread (void *opaque)
{
  kvm_machine_free (opaque);
  return NULL;
}

/* KVM takes several milliseconds to let go of a virtual machine.  The engine
 * that is tried next need not wait for that. */
static void
drop (struct machine *m)
{
  struct kvm_machine *k = m->engine_data;
  pthread_t thread;

  m->engine_data = NULL;
  if (pthread_create (&thread, NULL, drop_thread, k) == 0)
    (void) pthread_detach (thread);
  else
    kvm_machine_free (k);
}

static int
check_config (const struct machine_config *c, struct error *err)
{
  if (c->kvm_kernel_fd < 0)
    return error_set (err, ENOENT,
                      "this installation has no kernel for the kvm engine");
  if (c->memory < MEMORY_MIN || c->memory > MEMORY_MAX)
    return error_set (err, EINVAL, "memory of the guest: between %d and %d "
                                   "MiB are possible", MEMORY_MIN, MEMORY_MAX);
  if (c->smp < 1 || c->smp > BOOT_MAX_CPUS)
    return error_set (err, EINVAL, "between 1 and %d processors are possible",
                      BOOT_MAX_CPUS);
  return 0;
}

static int
make_and_try (struct kvm_machine *k, struct error *err)
{
  const struct machine_config *c = &k->machine->config;

  if (check_config (c, err) == -1 || vm_open (&k->vm, err) == -1
      || vm_create (&k->vm, c->memory * MIB, err) == -1
      || vm_create_irqchip (&k->vm, err) == -1
      || vcpu_create (&k->vcpus[0], &k->vm, 0, c->smp, &k->handlers, err) == -1
      || kvm_probe (&k->vm, &k->vcpus[0], NULL, err) == -1)
    return -1;
  return 0;
}

static int
probe (struct machine *m, struct error *err)
{
  struct kvm_machine *k = kvm_machine_new (m);

  if (!k)
    return error_errno (err, "kvm");
  m->engine_data = k;
  if (make_and_try (k, err) == -1) {
    drop (m);
    return -1;
  }
  return 0;
}

static int
make_cmdline (const struct kvm_machine *k, struct strbuf *b,
              struct error *err)
{
  const struct machine *m = k->machine;
  size_t i;
  int r = strbuf_addstr (b, CMDLINE);

  r |= strbuf_addstr (b, m->config.verbose ? "" : " quiet");
  for (i = 0; i < k->nr_places; ++i)
    r |= strbuf_addf (b, " virtio_mmio.device=4K@0x%llx:%u",
                      (unsigned long long) (MMIO_BASE + i * MMIO_PAGE),
                      line_of (i));
  if (m->config.append)
    r |= strbuf_addf (b, " %s", m->config.append);
  if (r != 0)
    return error_errno (err, "kernel command line");
  return 0;
}

static int
load (struct kvm_machine *k, struct error *err)
{
  const struct machine *m = k->machine;
  CLEANUP_STRBUF struct strbuf cmdline = STRBUF_INIT;
  struct boot_config boot = { .memory = k->vm.ram_size,
                              .smp = m->config.smp,
                              .gsis = used_lines (k) };
  struct elf_image kernel;

  if (vm_map_root (&k->vm, m->config.root_fd, err) == -1
      || elf_load (m->config.kvm_kernel_fd, &k->vm.memory, BOOT_HIGH, &kernel,
                   err) == -1
      || make_cmdline (k, &cmdline, err) == -1)
    return -1;
  boot.cmdline = cmdline.data;
  boot.root_start = k->vm.root_start;
  boot.root_size = k->vm.root_size;
  if (boot_write (&k->vm.memory, &boot, err) == -1)
    return -1;
  k->kernel = kernel.entry;
  return vcpu_set_entry (&k->vcpus[0], kernel.entry, err);
}

/* All vCPUs, and the bus with places for the devices. */
static int
complete (struct kvm_machine *k, struct error *err)
{
  const struct machine *m = k->machine;
  const struct mmio_host host = { .pulse = pulse, .route = route,
                                  .opaque = k };
  size_t i;

  k->nr_vcpus = m->config.smp;
  for (i = 1; i < k->nr_vcpus; ++i)
    if (vcpu_create (&k->vcpus[i], &k->vm, i, k->nr_vcpus, &k->handlers, err)
        == -1)
      return -1;
  if (mmio_bus_init (&k->bus, k->nr_places, &k->vm.memory, &host, err) == -1)
    return -1;
  for (i = m->nr_devices; i < k->nr_places; ++i)
    mmio_attach_nothing (&k->bus, i);
  if (k->nr_places > 0
      && vm_map_readonly (&k->vm, 0, MMIO_BASE, k->bus.pages,
                          k->nr_places * MMIO_PAGE, err) == -1)
    return -1;
  return 0;
}

/* A machine that starts from a template has the places that it had, as has one
 * that becomes a template. */
static int
try_prepare (struct machine *m, bool resume, struct error *err)
{
  struct kvm_machine *k;

  if (!m->engine_data && probe (m, err) == -1)
    return -1;
  k = m->engine_data;
  k->nr_places = resume || m->config.is_template
    ? TEMPLATE_DEVICES + TEMPLATE_DISKS : m->nr_devices;
  if (complete (k, err) == 0
      && (resume ? kvm_resume_prepare (k, err) : load (k, err)) == 0)
    return 0;
  drop (m);
  return -1;
}

static int
prepare (struct machine *m, struct error *err)
{
  CLEANUP_ERROR struct error why = ERROR_INIT;

  if (m->config.template_fd >= 0) {
    if (try_prepare (m, true, &why) == 0) {
      m->resumed = true;
      return 0;
    }
    m->template_refused = TAKE_PTR (why.message);
  }
  return try_prepare (m, false, err);
}

static int
run (struct machine *m, struct error *err)
{
  struct kvm_machine *k = m->engine_data;
  size_t i;

  for (i = 0; i < m->nr_devices; ++i)
    if (mmio_attach (&k->bus, i, m->devices[i], line_of (i), err) == -1)
      return -1;
  if (m->resumed && kvm_resume_devices (k, err) == -1) {
    m->resume_failed = true;
    return -1;
  }
  for (i = 0; i < k->nr_vcpus; ++i)
    if (vcpu_start (&k->vcpus[i], err) == -1)
      return -1;
  return 0;
}

static pid_t
pid (struct machine *m)
{
  return getpid ();
}

/* How often each reason made a vCPU stop: what costs time. */
static void
tell_exits (struct kvm_machine *k)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;
  unsigned reason, i;

  (void) strbuf_addstr (&b, "kvm: exits");
  for (reason = 0; reason < VCPU_EXITS; ++reason) {
    uint64_t n = 0;

    for (i = 0; i < k->nr_vcpus; ++i)
      n += k->vcpus[i].exits[reason];
    if (n > 0)
      (void) strbuf_addf (&b, " %s %llu", vcpu_exit_name (reason),
                          (unsigned long long) n);
  }
  (void) strbuf_addch (&b, '\n');
  if (b.data)
    machine_console (k->machine, b.data, b.len);
}

static void
halt (struct machine *m)
{
  struct kvm_machine *k = m->engine_data;
  unsigned i;

  __atomic_store_n (&k->ended, true, __ATOMIC_RELEASE);
  mmio_bus_stop (&k->bus);
  for (i = 0; i < k->nr_vcpus; ++i)
    vcpu_stop (&k->vcpus[i]);
  (void) serial_finish (&k->serial);
  if (m->config.verbose)
    tell_exits (k);
}

static void
release (struct machine *m)
{
  kvm_machine_free (m->engine_data);
  m->engine_data = NULL;
}

/* seccomp can only take more away: the threads of vCPUs do. */
static const char *const syscalls[] = { "ioctl", "seccomp", NULL };

const struct engine_ops engine_kvm = {
  .name = "kvm",
  .probe = probe,
  .prepare = prepare,
  .syscalls = syscalls,
  .run = run,
  .pid = pid,
  .pause = kvm_pause,
  .save = kvm_save,
  .halt = halt,
  .release = release,
};
