/* Virtual processors: see vcpu.h. */

#include <config.h>

#include <errno.h>
#include <linux/kvm.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "kvm/boot.h"
#include "kvm/cpuid.h"
#include "kvm/vcpu.h"

#define KICK_SIGNAL SIGUSR1

/* The keyboard controller, whose one use is to reset the machine. */
#define PORT_RESET 0x64
#define RESET_PULSE 0xfe

#define CR0_PE 1
#define CR0_ET 0x10
#define CR0_PG 0x80000000
#define CR4_PAE 0x20
#define EFER_LME 0x100
#define EFER_LMA 0x400

#define MSR_MISC_ENABLE 0x1a0
#define MISC_ENABLE_FAST_STRING 1

const char *
vcpu_exit_name (unsigned reason)
{
  static const char *const names[VCPU_EXITS] = {
    [KVM_EXIT_UNKNOWN] = "unknown", [KVM_EXIT_EXCEPTION] = "exception",
    [KVM_EXIT_IO] = "io", [KVM_EXIT_HYPERCALL] = "hypercall",
    [KVM_EXIT_DEBUG] = "debug", [KVM_EXIT_HLT] = "hlt",
    [KVM_EXIT_MMIO] = "mmio", [KVM_EXIT_IRQ_WINDOW_OPEN] = "irq-window",
    [KVM_EXIT_SHUTDOWN] = "shutdown", [KVM_EXIT_FAIL_ENTRY] = "fail-entry",
    [KVM_EXIT_INTR] = "interrupted", [KVM_EXIT_SET_TPR] = "set-tpr",
    [KVM_EXIT_NMI] = "nmi", [KVM_EXIT_INTERNAL_ERROR] = "internal-error",
    [KVM_EXIT_SYSTEM_EVENT] = "system-event",
    [KVM_EXIT_IOAPIC_EOI] = "ioapic-eoi", [KVM_EXIT_X86_RDMSR] = "rdmsr",
    [KVM_EXIT_X86_WRMSR] = "wrmsr",
  };

  return reason < VCPU_EXITS && names[reason] ? names[reason] : "other";
}

int
vcpu_set_long_mode (int fd, struct error *err)
{
  struct kvm_segment code = {
    .limit = UINT32_MAX, .selector = BOOT_CS, .type = 11, .present = 1,
    .s = 1, .l = 1, .g = 1,
  };
  struct kvm_segment data = {
    .limit = UINT32_MAX, .selector = BOOT_DS, .type = 3, .present = 1,
    .s = 1, .db = 1, .g = 1,
  };
  struct kvm_sregs s;

  if (ioctl (fd, KVM_GET_SREGS, &s) == -1)
    return error_errno (err, "KVM_GET_SREGS");
  s.cs = code;
  s.ds = s.es = s.fs = s.gs = s.ss = data;
  s.gdt.base = BOOT_GDT;
  s.gdt.limit = 4 * 8 - 1;
  s.cr0 = CR0_PE | CR0_ET | CR0_PG;
  s.cr3 = BOOT_PML4;
  s.cr4 = CR4_PAE;
  s.efer = EFER_LME | EFER_LMA;
  if (ioctl (fd, KVM_SET_SREGS, &s) == -1)
    return error_errno (err, "KVM_SET_SREGS");
  return 0;
}

int
vcpu_set_entry (struct vcpu *vcpu, uint64_t entry, struct error *err)
{
  struct kvm_regs regs = {
    .rip = entry, .rsi = BOOT_ZERO_PAGE, .rsp = BOOT_STACK, .rflags = 2,
  };

  if (vcpu_set_long_mode (vcpu->fd, err) == -1)
    return -1;
  if (ioctl (vcpu->fd, KVM_SET_REGS, &regs) == -1)
    return error_errno (err, "KVM_SET_REGS");
  return 0;
}

static int
set_msrs (int fd, struct error *err)
{
  struct {
    struct kvm_msrs header;
    struct kvm_msr_entry entry;
  } msrs = {
    .header.nmsrs = 1,
    .entry = { .index = MSR_MISC_ENABLE, .data = MISC_ENABLE_FAST_STRING },
  };

  if (ioctl (fd, KVM_SET_MSRS, &msrs) == -1)
    return error_errno (err, "KVM_SET_MSRS");
  return 0;
}

int
vcpu_create (struct vcpu *vcpu, const struct vm *vm, unsigned index,
             unsigned smp, const struct vcpu_handlers *handlers,
             struct error *err)
{
  struct cpuid cpuid;
  void *run;

  *vcpu = (struct vcpu) { .index = index, .handlers = handlers };
  vcpu->fd = ioctl (vm->vm_fd, KVM_CREATE_VCPU, index);
  if (vcpu->fd == -1)
    return error_errno (err, "KVM_CREATE_VCPU");
  run = mmap (NULL, vm->run_size, PROT_READ | PROT_WRITE, MAP_SHARED,
              vcpu->fd, 0);
  if (run == MAP_FAILED)
    return error_errno (err, "virtual processor");
  vcpu->run = run;
  vcpu->run_size = vm->run_size;
  if (cpuid_get_supported (vm->kvm_fd, &cpuid, err) == -1)
    return -1;
  cpuid_filter (&cpuid, index, smp);
  if (ioctl (vcpu->fd, KVM_SET_CPUID2, &cpuid) == -1)
    return error_errno (err, "KVM_SET_CPUID2");
  return set_msrs (vcpu->fd, err);
}

static void
end (struct vcpu *vcpu, enum vcpu_end how, const char *message)
{
  vcpu->handlers->ended (vcpu->handlers->opaque, how, message);
}

/* Returns true when the guest asked for a reset. */
static bool
handle_port (struct vcpu *vcpu)
{
  const struct vcpu_handlers *h = vcpu->handlers;
  struct kvm_run *run = vcpu->run;
  uint8_t *data = (uint8_t *) run + run->io.data_offset;
  size_t len = (size_t) run->io.size * run->io.count, i;

  /* Our ports are a byte wide: what is wider is taken as bytes of the same
   * port, which is right for string instructions and harmless otherwise. */
  for (i = 0; i < len; ++i) {
    if (run->io.direction == KVM_EXIT_IO_IN)
      data[i] = h->port_read (h->opaque, run->io.port);
    else if (run->io.port == PORT_RESET && data[i] == RESET_PULSE)
      return true;
    else
      h->port_write (h->opaque, run->io.port, data[i]);
  }
  return false;
}

static void
handle_mmio (struct vcpu *vcpu)
{
  const struct vcpu_handlers *h = vcpu->handlers;
  struct kvm_run *run = vcpu->run;

  if (run->mmio.is_write)
    h->mmio_write (h->opaque, run->mmio.phys_addr, run->mmio.data,
                   run->mmio.len);
  else
    memset (run->mmio.data, 0xff, sizeof run->mmio.data); /* nothing there */
}

/* Returns false when the guest has ended. */
static bool
handle_exit (struct vcpu *vcpu)
{
  struct kvm_run *run = vcpu->run;
  char message[120];

  switch (run->exit_reason) {
  case KVM_EXIT_IO:
    if (!handle_port (vcpu))
      return true;
    end (vcpu, VCPU_RESET, "the guest has reset itself");
    return false;
  case KVM_EXIT_MMIO:
    handle_mmio (vcpu);
    return true;
  case KVM_EXIT_INTR:
  case KVM_EXIT_IRQ_WINDOW_OPEN:
    return true;
  case KVM_EXIT_SHUTDOWN:
    end (vcpu, VCPU_TRIPLE_FAULT, "the guest has crashed (triple fault)");
    return false;
  case KVM_EXIT_SYSTEM_EVENT:
    end (vcpu, VCPU_RESET, "the guest has shut down");
    return false;
  case KVM_EXIT_INTERNAL_ERROR:
    (void) snprintf (message, sizeof message,
                     "KVM cannot run the guest: internal error %u",
                     run->internal.suberror);
    end (vcpu, VCPU_BROKEN, message);
    return false;
  default:
    (void) snprintf (message, sizeof message,
                     "KVM cannot run the guest: unexpected exit %u (%s)",
                     run->exit_reason, vcpu_exit_name (run->exit_reason));
    end (vcpu, VCPU_BROKEN, message);
    return false;
  }
}

static void *
vcpu_thread (void *opaque)
{
  struct vcpu *vcpu = opaque;
  CLEANUP_ERROR struct error err = ERROR_INIT;
  char name[16];

  (void) snprintf (name, sizeof name, "vcpu%u", vcpu->index);
  (void) prctl (PR_SET_NAME, name);
  if (vcpu->handlers->enter
      && vcpu->handlers->enter (vcpu->handlers->opaque, &err) == -1) {
    end (vcpu, VCPU_BROKEN, err.message);
    return NULL;
  }
  while (!__atomic_load_n (&vcpu->stop, __ATOMIC_ACQUIRE)) {
    unsigned reason;

    if (ioctl (vcpu->fd, KVM_RUN, 0) == -1) {
      char message[120];
      int errnum = errno;

      if (errnum == EINTR || errnum == EAGAIN)
        continue;
      (void) snprintf (message, sizeof message,
                       "KVM cannot run the guest: %s", strerror (errnum));
      end (vcpu, VCPU_BROKEN, message);
      break;
    }
    reason = vcpu->run->exit_reason;
    vcpu->exits[reason < VCPU_EXITS ? reason : 0]++;
    if (!handle_exit (vcpu))
      break;
  }
  return NULL;
}

/* The signal's one effect is to interrupt KVM_RUN. */
static void
ignore_kick (int signum)
{
}

int
vcpu_start (struct vcpu *vcpu, struct error *err)
{
  struct sigaction sa = { .sa_handler = ignore_kick };
  int r;

  if (sigaction (KICK_SIGNAL, &sa, NULL) == -1)
    return error_errno (err, "sigaction");
  r = pthread_create (&vcpu->thread, NULL, vcpu_thread, vcpu);
  if (r != 0)
    return error_set (err, r, "virtual processor: %s", strerror (r));
  vcpu->has_thread = true;
  return 0;
}

void
vcpu_stop (struct vcpu *vcpu)
{
  __atomic_store_n (&vcpu->stop, true, __ATOMIC_RELEASE);
  if (vcpu->run)
    __atomic_store_n (&vcpu->run->immediate_exit, 1, __ATOMIC_RELEASE);
  if (!vcpu->has_thread || pthread_equal (vcpu->thread, pthread_self ()))
    return;
  (void) pthread_kill (vcpu->thread, KICK_SIGNAL);
  (void) pthread_join (vcpu->thread, NULL);
  vcpu->has_thread = false;
}

int
vcpu_pause (struct vcpu *vcpu, struct error *err)
{
  vcpu_stop (vcpu);
  /* With immediate_exit, this ends what the last exit has begun, and no more. */
  while (ioctl (vcpu->fd, KVM_RUN, 0) == 0)
    if (!handle_exit (vcpu))
      return error_set (err, EIO, "the guest has ended");
  return errno == EINTR ? 0 : error_errno (err, "KVM_RUN");
}

void
vcpu_release (struct vcpu *vcpu)
{
  if (vcpu->run)
    (void) munmap (vcpu->run, vcpu->run_size);
  if (vcpu->fd >= 0)
    close (vcpu->fd);
  *vcpu = (struct vcpu) VCPU_INIT;
}
