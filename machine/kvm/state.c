/* The state of vCPUs and interrupt controllers: see state.h.
 *
 * The order matters: Documentation/virt/kvm/api.rst.  A local APIC needs its
 * base address (sregs) first, and the deadline of its timer (an MSR) the APIC
 * and the TSC.
 */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "kvm/cpuid.h"
#include "kvm/state.h"

#define MSR_TSC 0x10
#define MSR_UCODE_REV 0x8b
#define MSR_ARCH_CAPABILITIES 0x10a
#define MSR_TSC_DEADLINE 0x6e0

/* A TSC as fast as that counts as the same: hosts measure theirs anew whenever
 * they boot. */
#define TSC_PPM 250

uint64_t
state_checksum (uint64_t start, const void *data, size_t len)
{
  const uint8_t *p = data;
  uint64_t sum = start ^ UINT64_C (0xcbf29ce484222325), word;

  while (len > 0) {
    size_t n = len < sizeof word ? len : sizeof word;

    word = 0;
    memcpy (&word, p, n);
    sum = (sum ^ word) * UINT64_C (0x9e3779b97f4a7c15);
    sum ^= sum >> 29;
    p += n;
    len -= n;
  }
  return sum;
}

static int
call (int fd, unsigned long request, void *arg, const char *name,
      struct error *err)
{
  return ioctl (fd, request, arg) == -1 ? error_errno (err, "%s", name) : 0;
}

/* A macro for the sake of the request's name. */
#define CALL(fd, request, arg, err) call (fd, request, arg, #request, err)

/* --- MSRs ---------------------------------------------------------------- */

struct msrs {
  struct kvm_msrs header;
  struct kvm_msr_entry entry;
};

static bool
msr_access (int fd, unsigned long request, struct kvm_msr_entry *e)
{
  struct msrs m = { .header.nmsrs = 1, .entry = *e };

  if (ioctl (fd, request, &m) != 1)
    return false;
  *e = m.entry;
  return true;
}

/* Those that KVM lists, as far as they can be read and written: some belong to
 * features that this guest does not have. */
static int
get_msrs (const struct vcpu *vcpu, const struct vm *vm, struct vcpu_state *ret,
          struct error *err)
{
  struct {
    struct kvm_msr_list header;
    uint32_t indices[STATE_MAX_MSRS];
  } list = { .header.nmsrs = STATE_MAX_MSRS };
  uint32_t i;

  if (CALL (vm->kvm_fd, KVM_GET_MSR_INDEX_LIST, &list, err) == -1)
    return -1;
  ret->nr_msrs = 0;
  for (i = 0; i < list.header.nmsrs; ++i) {
    struct kvm_msr_entry e = { .index = list.indices[i] };

    if (msr_access (vcpu->fd, KVM_GET_MSRS, &e)
        && msr_access (vcpu->fd, KVM_SET_MSRS, &e))
      ret->msrs[ret->nr_msrs++] = e;
  }
  return 0;
}

/* 0: the TSC, 1: all others, 2: what is armed by it. */
static int
msr_turn (uint32_t index)
{
  return index == MSR_TSC ? 0 : index == MSR_TSC_DEADLINE ? 2 : 1;
}

static int
set_msrs (const struct vcpu *vcpu, const struct vcpu_state *s,
          struct error *err)
{
  uint32_t i;
  int turn;

  for (turn = 0; turn < 3; ++turn)
    for (i = 0; i < s->nr_msrs; ++i) {
      struct kvm_msr_entry e = s->msrs[i];

      if (msr_turn (e.index) == turn
          && !msr_access (vcpu->fd, KVM_SET_MSRS, &e))
        return error_set (err, EINVAL, "KVM does not take MSR 0x%x", e.index);
    }
  return 0;
}

/* --- vCPUs --------------------------------------------------------------- */

static int
get_xsave (const struct vcpu *vcpu, const struct vm *vm,
           struct vcpu_state *ret, struct error *err)
{
  int size = ioctl (vm->vm_fd, KVM_CHECK_EXTENSION, KVM_CAP_XSAVE2);

  if (size > (int) sizeof ret->xsave)
    return error_set (err, ENOTSUP, "extended state of %d bytes", size);
  memset (ret->xsave, 0, sizeof ret->xsave);
  return size > 0 ? CALL (vcpu->fd, KVM_GET_XSAVE2, ret->xsave, err)
    : CALL (vcpu->fd, KVM_GET_XSAVE, ret->xsave, err);
}

int
vcpu_state_get (const struct vcpu *vcpu, const struct vm *vm,
                struct vcpu_state *ret, struct error *err)
{
  int khz;

  /* First, because it makes pending events final. */
  if (CALL (vcpu->fd, KVM_GET_MP_STATE, &ret->mp_state, err) == -1
      || CALL (vcpu->fd, KVM_GET_REGS, &ret->regs, err) == -1
      || CALL (vcpu->fd, KVM_GET_SREGS, &ret->sregs, err) == -1
      || CALL (vcpu->fd, KVM_GET_DEBUGREGS, &ret->debugregs, err) == -1
      || get_xsave (vcpu, vm, ret, err) == -1
      || CALL (vcpu->fd, KVM_GET_LAPIC, &ret->lapic, err) == -1
      || get_msrs (vcpu, vm, ret, err) == -1
      || CALL (vcpu->fd, KVM_GET_VCPU_EVENTS, &ret->events, err) == -1)
    return -1;
  /* Not there where the processor has no XSAVE. */
  if (ioctl (vcpu->fd, KVM_GET_XCRS, &ret->xcrs) == -1)
    ret->xcrs.nr_xcrs = 0;
  khz = ioctl (vcpu->fd, KVM_GET_TSC_KHZ, 0);
  if (khz <= 0)
    return error_set (err, ENOTSUP, "KVM does not tell the rate of the TSC");
  ret->tsc_khz = khz;
  return 0;
}

static int
check_tsc (const struct vcpu *vcpu, uint32_t saved, struct error *err)
{
  int64_t khz = ioctl (vcpu->fd, KVM_GET_TSC_KHZ, 0);
  int64_t difference = khz - (int64_t) saved;

  if (khz <= 0 || llabs (difference) > khz * TSC_PPM / 1000000)
    return error_set (err, ENOTSUP, "the TSC is of another rate");
  return 0;
}

int
vcpu_state_set (const struct vcpu *vcpu, const struct vcpu_state *state,
                struct error *err)
{
  struct vcpu_state *s = (struct vcpu_state *) state; /* ioctl only reads it */

  if (check_tsc (vcpu, s->tsc_khz, err) == -1
      || CALL (vcpu->fd, KVM_SET_SREGS, &s->sregs, err) == -1
      || CALL (vcpu->fd, KVM_SET_REGS, &s->regs, err) == -1
      || CALL (vcpu->fd, KVM_SET_DEBUGREGS, &s->debugregs, err) == -1
      || (s->xcrs.nr_xcrs > 0
          && CALL (vcpu->fd, KVM_SET_XCRS, &s->xcrs, err) == -1)
      || CALL (vcpu->fd, KVM_SET_XSAVE, s->xsave, err) == -1
      || CALL (vcpu->fd, KVM_SET_LAPIC, &s->lapic, err) == -1
      || set_msrs (vcpu, s, err) == -1
      || CALL (vcpu->fd, KVM_SET_MP_STATE, &s->mp_state, err) == -1
      || CALL (vcpu->fd, KVM_SET_VCPU_EVENTS, &s->events, err) == -1)
    return -1;
  return 0;
}

/* --- the machine --------------------------------------------------------- */

int
vm_state_get (const struct vm *vm, struct vm_state *ret, struct error *err)
{
  unsigned i;

  memset (ret, 0, sizeof *ret);
  for (i = 0; i < STATE_NR_CHIPS; ++i) {
    ret->chips[i].chip_id = i;
    if (CALL (vm->vm_fd, KVM_GET_IRQCHIP, &ret->chips[i], err) == -1)
      return -1;
  }
  return CALL (vm->vm_fd, KVM_GET_CLOCK, &ret->clock, err);
}

/* The guest's clocks go on where they stood; what the time is now, it is told
 * later. */
int
vm_state_set (const struct vm *vm, const struct vm_state *state,
              struct error *err)
{
  struct kvm_clock_data clock = { .clock = state->clock.clock };
  unsigned i;

  for (i = 0; i < STATE_NR_CHIPS; ++i) {
    struct kvm_irqchip chip = state->chips[i];

    chip.chip_id = i;
    if (CALL (vm->vm_fd, KVM_SET_IRQCHIP, &chip, err) == -1)
      return -1;
  }
  return CALL (vm->vm_fd, KVM_SET_CLOCK, &clock, err);
}

/* Caches and topology differ between the processors of one host, and no guest
 * code depends on them. */
static bool
tells_place (uint32_t function)
{
  switch (function) {
  case 2: case 4: case 0x18: case 0x1a: case 0x80000005: case 0x80000006:
  case 0x80000019:
    return true;
  default:
    return false;
  }
}

static uint64_t
sum_cpuid (struct cpuid *cpuid)
{
  uint64_t sum = 0;
  uint32_t i;

  cpuid_filter (cpuid, 0, 1);
  for (i = 0; i < cpuid->nent; ++i) {
    struct kvm_cpuid_entry2 e = cpuid->entries[i];

    if (tells_place (e.function))
      continue;
    /* The local APIC's number and sizes as they happen to be just now. */
    if (e.function == 1 || e.function == 0xd)
      e.ebx = 0;
    memset (e.padding, 0, sizeof e.padding);
    sum = state_checksum (sum, &e, sizeof e);
  }
  return sum;
}

int
vm_identity (const struct vm *vm, uint64_t *ret, struct error *err)
{
  static const uint32_t features[] = { MSR_UCODE_REV, MSR_ARCH_CAPABILITIES };
  static const int extensions[] = { KVM_CAP_XSAVE2, KVM_CAP_XCRS,
                                    KVM_CAP_ADJUST_CLOCK };
  struct cpuid cpuid;
  uint64_t sum;
  size_t i;

  if (cpuid_get_supported (vm->kvm_fd, &cpuid, err) == -1)
    return -1;
  sum = sum_cpuid (&cpuid);
  for (i = 0; i < sizeof features / sizeof features[0]; ++i) {
    struct kvm_msr_entry e = { .index = features[i] };

    (void) msr_access (vm->kvm_fd, KVM_GET_MSRS, &e);
    sum = state_checksum (sum, &e.data, sizeof e.data);
  }
  for (i = 0; i < sizeof extensions / sizeof extensions[0]; ++i) {
    int value = ioctl (vm->vm_fd, KVM_CHECK_EXTENSION, extensions[i]);

    sum = state_checksum (sum, &value, sizeof value);
  }
  *ret = sum;
  return 0;
}
