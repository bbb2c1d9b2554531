/* The state of a stopped virtual machine as KVM tells it, and putting it back:
 * what template.h keeps besides memory and devices.
 *
 * The structures hold no pointers and are of a fixed size, so that they can be
 * written to a file as they are.  KVM itself checks what is put back.
 */
#ifndef BATHYSCOPE_KVM_STATE_H
#define BATHYSCOPE_KVM_STATE_H

#include <linux/kvm.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "kvm/vcpu.h"
#include "kvm/vm.h"

#define STATE_MAX_MSRS 512
#define STATE_XSAVE_SIZE 16384

struct vcpu_state {
  struct kvm_regs regs;
  struct kvm_sregs sregs;
  struct kvm_debugregs debugregs;
  struct kvm_xcrs xcrs; /* nr_xcrs is 0 where there are none */
  struct kvm_lapic_state lapic;
  struct kvm_mp_state mp_state;
  struct kvm_vcpu_events events;
  uint32_t tsc_khz;
  uint32_t nr_msrs;
  struct kvm_msr_entry msrs[STATE_MAX_MSRS];
  uint8_t xsave[STATE_XSAVE_SIZE];
};

#define STATE_NR_CHIPS 3

struct vm_state {
  struct kvm_irqchip chips[STATE_NR_CHIPS];
  struct kvm_clock_data clock;
};

/* For vCPUs that do not run, and whose last exit is complete (vcpu_pause). */
int vcpu_state_get (const struct vcpu *vcpu, const struct vm *vm,
                    struct vcpu_state *ret, struct error *err);
int vcpu_state_set (const struct vcpu *vcpu, const struct vcpu_state *state,
                    struct error *err);

int vm_state_get (const struct vm *vm, struct vm_state *ret,
                  struct error *err);
int vm_state_set (const struct vm *vm, const struct vm_state *state,
                  struct error *err);

/* A number for all that a guest may have found out about the processor and
 * about KVM when it booted: one that differs makes a saved state useless. */
int vm_identity (const struct vm *vm, uint64_t *ret, struct error *err);

/* A checksum that no change within one group of eight bytes leaves as it is. */
uint64_t state_checksum (uint64_t start, const void *data, size_t len);

#endif
