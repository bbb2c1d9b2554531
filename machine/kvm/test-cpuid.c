/* Tests of cpuid.c: topology and what is taken away. */

#include <config.h>

#include <assert.h>
#include <string.h>

#include "kvm/cpuid.h"

static const struct kvm_cpuid_entry2 *
find (const struct cpuid *c, uint32_t function, uint32_t index)
{
  uint32_t i;

  for (i = 0; i < c->nent; ++i)
    if (c->entries[i].function == function && c->entries[i].index == index)
      return &c->entries[i];
  return NULL;
}

static struct cpuid
some_processor (void)
{
  struct cpuid c = { .nent = 7 };

  c.entries[0] = (struct kvm_cpuid_entry2) { .function = 0, .eax = 0x1f };
  c.entries[1] = (struct kvm_cpuid_entry2) {
    .function = 1, .ebx = 0x12345678, .ecx = 1 << 5, .edx = 1 << 28,
  };
  c.entries[2] = (struct kvm_cpuid_entry2) { .function = 4, .eax = 0xfc000121 };
  c.entries[3] = (struct kvm_cpuid_entry2) { .function = 0xb, .ebx = 99 };
  c.entries[4] = (struct kvm_cpuid_entry2) { .function = 0x1f, .ebx = 99 };
  c.entries[5] = (struct kvm_cpuid_entry2) { .function = 6 };
  c.entries[6] = (struct kvm_cpuid_entry2) { .function = 0xa, .eax = 2 };
  return c;
}

static void
test_one (void)
{
  struct cpuid c = some_processor ();
  const struct kvm_cpuid_entry2 *e;

  cpuid_filter (&c, 0, 1);
  e = find (&c, 1, 0);
  assert (e && e->ebx == 0x00015678);
  assert (!(e->ecx & 1 << 5) && e->ecx & 1 << 24 && e->ecx & 1u << 31);
  assert (!(e->edx & 1 << 28));
  e = find (&c, 6, 0);
  assert (e && e->eax == 4);
  e = find (&c, 0xa, 0);
  assert (e && e->eax == 0);
  assert (!find (&c, 0x1f, 0));
}

static void
test_many (void)
{
  struct cpuid c = some_processor ();
  const struct kvm_cpuid_entry2 *e;

  cpuid_filter (&c, 2, 3);
  e = find (&c, 1, 0);
  assert (e && e->ebx == 0x02035678 && e->edx & 1 << 28);
  e = find (&c, 0xb, 0);
  assert (e && e->eax == 0 && e->ebx == 1 && e->edx == 2);
  e = find (&c, 0xb, 1);
  assert (e && e->eax == 2 && e->ebx == 3 && e->ecx == 0x201);
  e = find (&c, 4, 0);
  assert (e && e->eax >> 26 == 3);
}

/* However many leaves there are, none is written behind the last. */
static void
test_full (void)
{
  static struct cpuid c;

  c.nent = CPUID_MAX_ENTRIES;
  cpuid_filter (&c, 0, 1);
  assert (c.nent == CPUID_MAX_ENTRIES);
}

int
main (void)
{
  test_one ();
  test_many ();
  test_full ();
  return 0;
}
