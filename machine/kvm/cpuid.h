/* What the guest is told of its processor (the CPUID instruction). */
#ifndef BATHYSCOPE_KVM_CPUID_H
#define BATHYSCOPE_KVM_CPUID_H

#include <linux/kvm.h>
#include <stdint.h>

#include "error.h"

#define CPUID_MAX_ENTRIES 256

struct cpuid {
  uint32_t nent;
  uint32_t padding;
  struct kvm_cpuid_entry2 entries[CPUID_MAX_ENTRIES];
};

/* All that KVM and the host's processor support. */
int cpuid_get_supported (int kvm_fd, struct cpuid *ret, struct error *err);

/* Turn that into what processor `index` of `smp` shows: its APIC id and the
 * topology (one package, a core each), a timer that needs no calibration,
 * nothing of nested virtualization or performance counters.  Pure. */
void cpuid_filter (struct cpuid *cpuid, unsigned index, unsigned smp);

#endif
