/* The MP table, from which the kernel learns of processors, the I/O APIC and
 * its lines: Intel MultiProcessor Specification 1.4, chapter 4.
 *
 * The lines are described as those of an ISA bus, that is, as edge-triggered.
 * A device pulses its line for every interrupt, after the reason for it has
 * become visible, so sharing a line loses nothing.
 */

#include <config.h>

#include <errno.h>
#include <string.h>

#include "kvm/boot.h"

#define SPEC_1_4 4
#define CPU_ENABLED 1
#define CPU_BOOT 2
#define APIC_VERSION 0x14
#define IOAPIC_VERSION 0x11
#define BUS_ISA 0
#define ALL_LAPICS 0xff

enum { ENTRY_CPU, ENTRY_BUS, ENTRY_IOAPIC, ENTRY_INTERRUPT, ENTRY_LINT };
enum { INT_VECTORED, INT_NMI, INT_SMI, INT_EXTINT };

struct pointer {
  char signature[4];
  uint32_t table;
  uint8_t length; /* in units of 16 bytes */
  uint8_t spec;
  uint8_t checksum;
  uint8_t features[5];
} __attribute__ ((packed));

struct header {
  char signature[4];
  uint16_t length;
  uint8_t spec;
  uint8_t checksum;
  char oem[8];
  char product[12];
  uint32_t oem_table;
  uint16_t oem_size;
  uint16_t nr_entries;
  uint32_t lapic;
  uint16_t extended_length;
  uint8_t extended_checksum;
  uint8_t reserved;
} __attribute__ ((packed));

struct cpu {
  uint8_t type, apic_id, apic_version, flags;
  uint32_t signature, features;
  uint64_t reserved;
} __attribute__ ((packed));

struct bus {
  uint8_t type, id;
  char name[6];
} __attribute__ ((packed));

struct ioapic {
  uint8_t type, id, version, flags;
  uint32_t address;
} __attribute__ ((packed));

struct interrupt {
  uint8_t type, kind;
  uint16_t flags; /* 0: as is usual for the bus */
  uint8_t bus, bus_irq, apic, line;
} __attribute__ ((packed));

struct table {
  struct pointer pointer;
  struct header header;
  uint8_t entries[];
} __attribute__ ((packed));

#define TABLE_MAX                                                       \
  (sizeof (struct table) + BOOT_MAX_CPUS * sizeof (struct cpu)          \
   + sizeof (struct bus) + sizeof (struct ioapic)                       \
   + (BOOT_NR_GSIS + 2) * sizeof (struct interrupt))

/* What makes the sum of all bytes zero. */
static uint8_t
checksum (const void *data, size_t len)
{
  const uint8_t *p = data;
  uint8_t sum = 0;

  while (len-- > 0)
    sum -= *p++;
  return sum;
}

static void
add (struct table *t, const void *entry, size_t len)
{
  uint8_t *at = (uint8_t *) t + offsetof (struct table, header);

  memcpy (at + t->header.length, entry, len);
  t->header.length += len;
  t->header.nr_entries++;
}

static void
add_processors (struct table *t, unsigned smp)
{
  unsigned i;

  for (i = 0; i < smp; ++i) {
    struct cpu cpu = {
      .type = ENTRY_CPU, .apic_id = i, .apic_version = APIC_VERSION,
      .flags = CPU_ENABLED | (i == 0 ? CPU_BOOT : 0),
      .signature = 0x600, .features = 0x201, /* FPU, APIC */
    };

    add (t, &cpu, sizeof cpu);
  }
}

/* The kernel sets every line up that is listed, and each costs it dozens of
 * exits; so only those in use are. */
static void
add_interrupts (struct table *t, uint8_t ioapic_id, uint32_t gsis)
{
  struct interrupt in = { .type = ENTRY_INTERRUPT, .kind = INT_VECTORED,
                          .bus = BUS_ISA, .apic = ioapic_id };
  struct interrupt lint = { .type = ENTRY_LINT, .bus = BUS_ISA };
  unsigned line;

  for (line = 0; line < BOOT_NR_GSIS; ++line) {
    in.bus_irq = in.line = line;
    if (gsis >> line & 1)
      add (t, &in, sizeof in);
  }
  lint.kind = INT_EXTINT;
  lint.apic = 0;
  lint.line = 0;
  add (t, &lint, sizeof lint);
  lint.kind = INT_NMI;
  lint.apic = ALL_LAPICS;
  lint.line = 1;
  add (t, &lint, sizeof lint);
}

int
mptable_write (const struct guest_memory *memory, unsigned smp,
               uint32_t gsis, struct error *err)
{
  struct bus bus = { .type = ENTRY_BUS, .id = BUS_ISA,
                     .name = { 'I', 'S', 'A', ' ', ' ', ' ' } };
  struct ioapic ioapic = { .type = ENTRY_IOAPIC, .id = smp + 1,
                           .version = IOAPIC_VERSION, .flags = 1,
                           .address = BOOT_IOAPIC };
  struct table *t = guest_pointer (memory, BOOT_MPTABLE, TABLE_MAX);

  if (!t)
    return error_set (err, ENOMEM, "the guest has too little memory to boot");
  if (smp < 1 || smp > BOOT_MAX_CPUS)
    return error_set (err, EINVAL, "between 1 and %d processors are possible",
                      BOOT_MAX_CPUS);
  memset (t, 0, TABLE_MAX);
  memcpy (t->pointer.signature, "_MP_", 4);
  t->pointer.table = BOOT_MPTABLE + sizeof t->pointer;
  t->pointer.length = 1;
  t->pointer.spec = SPEC_1_4;
  t->pointer.checksum = checksum (&t->pointer, sizeof t->pointer);
  memcpy (t->header.signature, "PCMP", 4);
  memcpy (t->header.oem, "BATHYSCO", 8);
  memcpy (t->header.product, "PE          ", 12);
  t->header.spec = SPEC_1_4;
  t->header.lapic = BOOT_LAPIC;
  t->header.length = sizeof t->header;
  add_processors (t, smp);
  add (t, &bus, sizeof bus);
  add (t, &ioapic, sizeof ioapic);
  add_interrupts (t, ioapic.id, gsis);
  t->header.checksum = checksum (&t->header, t->header.length);
  return 0;
}
