/* Trying KVM out: see probe.h. */

#include <config.h>

#include <errno.h>
#include <linux/kvm.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

#include "kvm/boot.h"
#include "kvm/probe.h"
#include "kvm/vcpu.h"
#include "kvm/vm.h"

#define PROBE_CODE 0x10000

/* dec %ecx; jnz to it; out %al, $0x80 */
static const uint8_t code[] = { 0xff, 0xc9, 0x75, 0xfc, 0xe6, 0x80 };
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

/* Tries include page faults, and a host that is itself a guest may have lost
 * its processor: so a stage is tried again, for so many seconds in all. */
#define PATIENCE 0.05
#define MIN_TRIES 3

/* A host that is busy with other things makes a guest wait, but does not make
 * it use more of a processor; so that is what counts, unless the time that
 * passes is out of all proportion. */
#define WAIT_FACTOR 50

static double
now (clockid_t clock)
{
  struct timespec t;

  (void) clock_gettime (clock, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

/* Run the loop once; returns the seconds it took, or -1. */
static double
run_once (struct vcpu *vcpu, unsigned loops, struct error *err)
{
  struct kvm_regs regs = { .rip = PROBE_CODE, .rcx = loops, .rflags = 2 };
  double cpu, start;
  int r;

  if (ioctl (vcpu->fd, KVM_SET_REGS, &regs) == -1)
    return error_errno (err, "KVM_SET_REGS");
  start = now (CLOCK_MONOTONIC);
  cpu = now (CLOCK_THREAD_CPUTIME_ID);
  do
    r = ioctl (vcpu->fd, KVM_RUN, 0);
  while (r == -1 && errno == EINTR);
  if (r == -1)
    return error_errno (err, "KVM_RUN");
  if (vcpu->run->exit_reason != KVM_EXIT_IO)
    return error_set (err, ENOTSUP,
                      "/dev/kvm cannot run even a small guest (%s)",
                      vcpu_exit_name (vcpu->run->exit_reason));
  cpu = now (CLOCK_THREAD_CPUTIME_ID) - cpu;
  start = (now (CLOCK_MONOTONIC) - start) / WAIT_FACTOR;
  return cpu > start ? cpu : start;
}

/* The least of the seconds that a stage takes, or -1. */
static double
run_stage (struct vcpu *vcpu, const struct stage *stage, double end,
           struct error *err)
{
  double least = -1;

  for (int tries = 0; tries < MIN_TRIES || now (CLOCK_MONOTONIC) < end;
       ++tries) {
    double seconds = run_once (vcpu, stage->loops, err);

    if (seconds < 0)
      return -1;
    if (least < 0 || seconds < least)
      least = seconds;
    if (least <= stage->limit)
      break;
  }
  return least;
}

static int
run_stages (struct vcpu *vcpu, double *ret_rate, struct error *err)
{
  const double end = now (CLOCK_MONOTONIC) + PATIENCE;
  double rate = 0;
  size_t i;

  for (i = 0; i < sizeof stages / sizeof stages[0]; ++i) {
    double seconds = run_stage (vcpu, &stages[i], end, err);

    if (seconds < 0)
      return -1;
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
kvm_probe (struct vm *vm, struct vcpu *vcpu, double *ret_rate,
           struct error *err)
{
  void *to = guest_pointer (&vm->memory, PROBE_CODE, sizeof code);

  if (!to)
    return error_set (err, ENOMEM, "the guest has too little memory to boot");
  memcpy (to, code, sizeof code);
  if (boot_write_gdt (&vm->memory, err) == -1
      || boot_write_page_tables (&vm->memory, err) == -1
      || vcpu_set_entry (vcpu, PROBE_CODE, err) == -1
      || run_stages (vcpu, ret_rate, err) == -1)
    return -1;
  return 0;
}
