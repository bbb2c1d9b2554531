/* Trying KVM out: see probe.h. */

#include <config.h>

#include <errno.h>
#include <linux/kvm.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>

#include "kvm/boot.h"
#include "kvm/probe.h"
#include "kvm/vcpu.h"
#include "kvm/vm.h"

#define PROBE_MEMORY 0x20000
#define PROBE_CODE 0x10000

/* dec %ecx; jnz to it; hlt */
static const uint8_t code[] = { 0xff, 0xc9, 0x75, 0xfc, 0xf4 };
#define LOOP_INSTRUCTIONS 2

/* Each stage is long enough to make its verdict certain although entering a
 * guest takes time as well, and short enough given the stage before. */
static const struct stage {
  unsigned loops;
  double limit; /* seconds: slower is too slow, whatever comes */
} stages[] = {
  { 500, 0.0005 },
  { 8000, 0.0010 },
  { 50000, 50000.0 * LOOP_INSTRUCTIONS / PROBE_HEALTHY_RATE },
};

static double
now (void)
{
  struct timespec t;

  (void) clock_gettime (CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

/* Run the loop once; returns the seconds it took, or -1. */
static double
run_once (int fd, struct kvm_run *run, unsigned loops, struct error *err)
{
  struct kvm_regs regs = { .rip = PROBE_CODE, .rcx = loops, .rflags = 2 };
  double start;
  int r;

  if (ioctl (fd, KVM_SET_REGS, &regs) == -1)
    return error_errno (err, "KVM_SET_REGS");
  start = now ();
  do
    r = ioctl (fd, KVM_RUN, 0);
  while (r == -1 && errno == EINTR);
  if (r == -1)
    return error_errno (err, "KVM_RUN");
  if (run->exit_reason != KVM_EXIT_HLT)
    return error_set (err, ENOTSUP,
                      "/dev/kvm cannot run even a small guest (%s)",
                      vcpu_exit_name (run->exit_reason));
  return now () - start;
}

static int
run_stages (int fd, struct kvm_run *run, double *ret_rate, struct error *err)
{
  double seconds = 0, rate = 0;
  size_t i;

  for (i = 0; i < sizeof stages / sizeof stages[0]; ++i) {
    int tries = 0;

    /* The host may have been busy the first time. */
    do {
      seconds = run_once (fd, run, stages[i].loops, err);
      if (seconds < 0)
        return -1;
    } while (seconds > stages[i].limit && ++tries < 2);
    rate = stages[i].loops * LOOP_INSTRUCTIONS / (seconds > 0 ? seconds : 1e-9);
    if (seconds > stages[i].limit)
      return error_set (err, ENOTSUP,
                        "/dev/kvm is too slow: about %.1f million instructions "
                        "a second (it is probably emulated in software)",
                        rate / 1e6);
  }
  if (ret_rate)
    *ret_rate = rate;
  return 0;
}

int
kvm_probe (double *ret_rate, struct error *err)
{
  CLEANUP_VM struct vm vm = VM_INIT;
  CLEANUP_CLOSE int fd = -1;
  struct kvm_run *run;
  int r;

  if (vm_open (&vm, err) == -1 || vm_create (&vm, PROBE_MEMORY, err) == -1
      || boot_write_gdt (&vm.memory, err) == -1
      || boot_write_page_tables (&vm.memory, err) == -1)
    return -1;
  memcpy (guest_pointer (&vm.memory, PROBE_CODE, sizeof code), code,
          sizeof code);
  fd = ioctl (vm.vm_fd, KVM_CREATE_VCPU, 0);
  if (fd == -1)
    return error_errno (err, "KVM_CREATE_VCPU");
  run = mmap (NULL, vm.run_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (run == MAP_FAILED)
    return error_errno (err, "virtual processor");
  r = vcpu_set_long_mode (fd, err);
  if (r == 0)
    r = run_stages (fd, run, ret_rate, err);
  (void) munmap (run, vm.run_size);
  return r;
}
