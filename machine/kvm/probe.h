/* Is KVM fit for use here?
 *
 * That /dev/kvm can be opened says little: in a virtual machine without nested
 * virtualization it may run guests in software, at a thousandth of the speed,
 * and give up on an ordinary kernel.  So the probe runs a loop of a few
 * thousand instructions in a guest of its own, and times it.  It takes less than
 * a millisecond where the answer is yes, and 50 where it is no: the verdict on a
 * host that was busy for a moment would be kept for long.
 */
#ifndef BATHYSCOPE_KVM_PROBE_H
#define BATHYSCOPE_KVM_PROBE_H

#include "error.h"
#include "kvm/vcpu.h"
#include "kvm/vm.h"

/* A processor does 10^9 instructions a second and more. */
#define PROBE_HEALTHY_RATE 50000000

/* Run the loop on a processor that has not been started: to make a machine
 * takes longer than the rest, so the probe uses the one that will be needed.
 * 0 and (if not NULL) the instructions a second, or -1 with the reason. */
int kvm_probe (struct vm *vm, struct vcpu *vcpu, double *ret_rate,
               struct error *err);

#endif
