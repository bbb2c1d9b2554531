/* Boot structures but for the MP table: see boot.h. */

#include <config.h>

#include <asm/bootparam.h>
#include <errno.h>
#include <string.h>

#include "kvm/boot.h"

#define E820_RAM 1
#define E820_RESERVED 2
#define E820_PRAM 12 /* persistent memory without firmware to describe it */

#define PTE_PRESENT 1
#define PTE_WRITE 2
#define PTE_LARGE 0x80

uint64_t
boot_low_memory (uint64_t memory)
{
  return memory < BOOT_GAP_START ? memory : BOOT_GAP_START;
}

uint64_t
boot_high_end (uint64_t memory)
{
  return BOOT_GAP_END + (memory - boot_low_memory (memory));
}

/* Guest memory that we need, and know to be there when the guest has any. */
static void *
place (const struct guest_memory *memory, uint64_t address, size_t len,
       struct error *err)
{
  void *p = guest_pointer (memory, address, len);

  if (!p)
    error_set (err, ENOMEM, "the guest has too little memory to boot");
  return p;
}

int
boot_write_gdt (const struct guest_memory *memory, struct error *err)
{
  static const uint64_t gdt[] = {
    0, 0,
    UINT64_C (0x00af9b000000ffff), /* BOOT_CS: 64-bit code */
    UINT64_C (0x00cf93000000ffff), /* BOOT_DS: flat data */
  };
  void *p = place (memory, BOOT_GDT, sizeof gdt, err);

  if (!p)
    return -1;
  memcpy (p, gdt, sizeof gdt);
  return 0;
}

/* The first GiB, mapped one to one in pages of 2 MiB: the kernel needs itself,
 * the zero page and the command line mapped, and then makes its own tables. */
int
boot_write_page_tables (const struct guest_memory *memory, struct error *err)
{
  uint64_t *pml4 = place (memory, BOOT_PML4, 4096, err);
  uint64_t *pdpt = place (memory, BOOT_PDPT, 4096, err);
  uint64_t *pd = place (memory, BOOT_PD, 4096, err);
  uint64_t i;

  if (!pml4 || !pdpt || !pd)
    return -1;
  pml4[0] = BOOT_PDPT | PTE_PRESENT | PTE_WRITE;
  pdpt[0] = BOOT_PD | PTE_PRESENT | PTE_WRITE;
  for (i = 0; i < 512; ++i)
    pd[i] = i << 21 | PTE_PRESENT | PTE_WRITE | PTE_LARGE;
  return 0;
}

static void
add_range (struct boot_params *params, uint64_t start, uint64_t end,
           uint32_t type)
{
  struct boot_e820_entry *e;

  if (start >= end)
    return;
  e = &params->e820_table[params->e820_entries++];
  e->addr = start;
  e->size = end - start;
  e->type = type;
}

static int
write_zero_page (const struct guest_memory *memory,
                 const struct boot_config *config, struct error *err)
{
  struct boot_params *params
    = place (memory, BOOT_ZERO_PAGE, sizeof *params, err);

  if (!params)
    return -1;
  memset (params, 0, sizeof *params);
  params->hdr.type_of_loader = 0xff; /* no assigned number */
  params->hdr.boot_flag = 0xaa55;
  params->hdr.header = 0x53726448; /* "HdrS" */
  params->hdr.version = 0x020f;
  params->hdr.cmd_line_ptr = BOOT_CMDLINE;
  params->hdr.cmdline_size = BOOT_CMDLINE_SIZE - 1;
  params->hdr.kernel_alignment = 0x200000;
  add_range (params, 0, BOOT_LOW_END, E820_RAM);
  add_range (params, BOOT_LOW_END, 0xa0000, E820_RESERVED);
  add_range (params, BOOT_MPTABLE, BOOT_HIGH, E820_RESERVED);
  add_range (params, BOOT_HIGH, boot_low_memory (config->memory), E820_RAM);
  add_range (params, BOOT_GAP_END, boot_high_end (config->memory), E820_RAM);
  add_range (params, config->root_start,
             config->root_start + config->root_size, E820_PRAM);
  return 0;
}

int
boot_write (const struct guest_memory *memory,
            const struct boot_config *config, struct error *err)
{
  size_t len = strlen (config->cmdline) + 1;
  char *cmdline = place (memory, BOOT_CMDLINE, BOOT_CMDLINE_SIZE, err);

  if (!cmdline)
    return -1;
  if (len > BOOT_CMDLINE_SIZE)
    return error_set (err, E2BIG,
                      "the kernel command line is too long (%zu bytes; "
                      "%d are possible)", len - 1, BOOT_CMDLINE_SIZE - 1);
  memcpy (cmdline, config->cmdline, len);
  if (boot_write_gdt (memory, err) == -1
      || boot_write_page_tables (memory, err) == -1
      || write_zero_page (memory, config, err) == -1
      || mptable_write (memory, config->smp, config->gsis, err) == -1)
    return -1;
  return 0;
}
