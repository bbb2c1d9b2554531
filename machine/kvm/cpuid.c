/* CPUID: see cpuid.h.  Leaf and bit numbers: Intel SDM volume 2 (CPUID), AMD
 * APM volume 3 appendix E. */

#include <config.h>

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "kvm/cpuid.h"

#define BIT(n) (UINT32_C (1) << (n))

#define LEAF1_ECX_MONITOR BIT (3)
#define LEAF1_ECX_VMX BIT (5)
#define LEAF1_ECX_PDCM BIT (15)
#define LEAF1_ECX_X2APIC BIT (21)
#define LEAF1_ECX_TSC_DEADLINE BIT (24)
#define LEAF1_ECX_HYPERVISOR BIT (31)
#define LEAF1_EDX_HTT BIT (28)
#define LEAF6_EAX_ARAT BIT (2)
#define EXT1_ECX_SVM BIT (2)
#define EXT1_ECX_PERFCTR_CORE BIT (23)
#define EXT1_ECX_PERFCTR_NB BIT (24)
#define EXT1_ECX_TOPOEXT BIT (22)

#define TOPOLOGY_SMT (1 << 8)
#define TOPOLOGY_CORE (2 << 8)

int
cpuid_get_supported (int kvm_fd, struct cpuid *ret, struct error *err)
{
  memset (ret, 0, sizeof *ret);
  ret->nent = CPUID_MAX_ENTRIES;
  if (ioctl (kvm_fd, KVM_GET_SUPPORTED_CPUID, ret) == -1)
    return error_errno (err, "KVM_GET_SUPPORTED_CPUID");
  return 0;
}

/* Bits that an APIC id needs to tell `n` processors apart. */
static unsigned
id_bits (unsigned n)
{
  unsigned bits = 0;

  while ((1u << bits) < n)
    bits++;
  return bits;
}

static void
filter_basic (struct kvm_cpuid_entry2 *e, unsigned index, unsigned smp)
{
  e->ebx = (e->ebx & 0xffff) | smp << 16 | index << 24;
  e->ecx &= ~(LEAF1_ECX_MONITOR | LEAF1_ECX_VMX | LEAF1_ECX_PDCM);
  e->ecx |= LEAF1_ECX_X2APIC | LEAF1_ECX_TSC_DEADLINE | LEAF1_ECX_HYPERVISOR;
  if (smp > 1)
    e->edx |= LEAF1_EDX_HTT;
  else
    e->edx &= ~LEAF1_EDX_HTT;
}

/* Who shares a cache: the first levels belong to a core, the third to all. */
static void
filter_cache (struct kvm_cpuid_entry2 *e, unsigned smp)
{
  unsigned type = e->eax & 0x1f, level = e->eax >> 5 & 7;
  unsigned ids = (1u << id_bits (smp)) - 1;

  if (type == 0)
    return;
  e->eax &= 0x3fff;
  if (level > 2)
    e->eax |= ids << 14;
  e->eax |= ids << 26;
}

static void
filter_entry (struct kvm_cpuid_entry2 *e, unsigned index, unsigned smp)
{
  switch (e->function) {
  case 1:
    filter_basic (e, index, smp);
    break;
  case 4:
    filter_cache (e, smp);
    break;
  case 6:
    e->eax = LEAF6_EAX_ARAT;
    e->ebx = e->ecx = e->edx = 0;
    break;
  case 0xa:
    e->eax = e->ebx = e->ecx = e->edx = 0;
    break;
  case 0x80000001:
    e->ecx &= ~(EXT1_ECX_SVM | EXT1_ECX_PERFCTR_CORE | EXT1_ECX_PERFCTR_NB
                | EXT1_ECX_TOPOEXT);
    break;
  case 0x80000008:
    e->ecx = id_bits (smp) << 12 | (smp - 1);
    break;
  }
}

/* Leaves that we write ourselves, or that describe what we have taken away. */
static int
is_replaced (uint32_t function)
{
  return function == 0xb || function == 0x1f || function == 0x8000000a
         || function == 0x8000001d || function == 0x8000001e
         || function == 0x80000022;
}

/* Leaf 0xb: extended topology, with the x2APIC id. */
static void
add_topology (struct cpuid *cpuid, unsigned level, uint32_t bits,
              uint32_t processors, uint32_t kind, unsigned index)
{
  struct kvm_cpuid_entry2 *e;

  if (cpuid->nent == CPUID_MAX_ENTRIES)
    return;
  e = &cpuid->entries[cpuid->nent++];
  memset (e, 0, sizeof *e);
  e->function = 0xb;
  e->index = level;
  e->flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX;
  e->eax = bits;
  e->ebx = processors;
  e->ecx = kind | level;
  e->edx = index;
}

void
cpuid_filter (struct cpuid *cpuid, unsigned index, unsigned smp)
{
  uint32_t i, n = 0;

  for (i = 0; i < cpuid->nent; ++i) {
    struct kvm_cpuid_entry2 e = cpuid->entries[i];

    if (is_replaced (e.function))
      continue;
    filter_entry (&e, index, smp);
    cpuid->entries[n++] = e;
  }
  cpuid->nent = n;
  add_topology (cpuid, 0, 0, 1, TOPOLOGY_SMT, index);
  add_topology (cpuid, 1, id_bits (smp), smp, TOPOLOGY_CORE, index);
  add_topology (cpuid, 2, 0, 0, 0, index);
}
