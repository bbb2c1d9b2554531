/* What a kernel finds in memory when it is entered at its 64-bit entry point:
 * Documentation/arch/x86/boot.rst, "64-bit Boot Protocol".
 *
 * There is no firmware.  The zero page carries the command line and the memory
 * map (e820), in which the root image is a range of type 12, persistent memory;
 * an MP table (Intel MultiProcessor Specification 1.4) lists processors and
 * interrupt lines.  All functions write into fresh guest memory and never read
 * what a guest may have written.
 */
#ifndef BATHYSCOPE_KVM_BOOT_H
#define BATHYSCOPE_KVM_BOOT_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "virtio/memory.h"

/* Guest-physical addresses. */
#define BOOT_GDT 0x500
#define BOOT_ZERO_PAGE 0x7000
#define BOOT_PML4 0x9000
#define BOOT_PDPT 0xa000
#define BOOT_PD 0xb000
#define BOOT_STACK 0x10000
#define BOOT_CMDLINE 0x20000
#define BOOT_CMDLINE_SIZE 16384 /* with the final NUL */
#define BOOT_LOW_END 0x9fc00    /* usable memory below 640 KiB */
#define BOOT_MPTABLE 0xf0000
#define BOOT_HIGH 0x100000      /* kernel and everything else */
#define BOOT_GAP_START UINT64_C (0xc0000000) /* memory makes room for devices */
#define BOOT_GAP_END UINT64_C (0x100000000)
#define BOOT_IOAPIC 0xfec00000
#define BOOT_LAPIC 0xfee00000

#define BOOT_NR_GSIS 24

/* Segment selectors in the GDT. */
#define BOOT_CS 0x10
#define BOOT_DS 0x18

#define BOOT_MAX_CPUS 64

struct boot_config {
  const char *cmdline;
  uint64_t memory;     /* bytes of RAM: below the gap, the rest behind it */
  uint64_t root_start; /* guest-physical; root_size 0: no root image */
  uint64_t root_size;
  unsigned smp;
  uint32_t gsis;       /* bit n: interrupt line n is in use */
};

/* Where RAM ends below and behind the gap; the latter is BOOT_GAP_END when
 * everything fits below. */
uint64_t boot_low_memory (uint64_t memory);
uint64_t boot_high_end (uint64_t memory);

/* Write GDT, page tables, zero page, command line and MP table. */
int boot_write (const struct guest_memory *memory,
                const struct boot_config *config, struct error *err);

/* The parts, for probe.c and for tests. */
int boot_write_gdt (const struct guest_memory *memory, struct error *err);
int boot_write_page_tables (const struct guest_memory *memory,
                            struct error *err);
int mptable_write (const struct guest_memory *memory, unsigned smp,
                   uint32_t gsis, struct error *err);

#endif
