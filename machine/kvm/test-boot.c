/* Tests of boot.c and mptable.c: what the kernel will find. */

#include <config.h>

#include <asm/bootparam.h>
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "kvm/boot.h"

#define RAM_SIZE 0x200000

static uint8_t *ram;
static const struct guest_memory *memory;

static unsigned
sum (const uint8_t *p, size_t len)
{
  uint8_t s = 0;

  while (len-- > 0)
    s += *p++;
  return s;
}

static void
test_layout (void)
{
  const uint64_t gib = UINT64_C (1) << 30;

  assert (boot_low_memory (gib) == gib);
  assert (boot_high_end (gib) == 4 * gib);
  assert (boot_low_memory (5 * gib) == 3 * gib);
  assert (boot_high_end (5 * gib) == 6 * gib);
}

static void
test_write (void)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  struct boot_config config = {
    .cmdline = "quiet root=/dev/pmem0", .memory = RAM_SIZE,
    .root_start = BOOT_GAP_END, .root_size = 0x400000, .smp = 2,
  };
  struct boot_params params;

  assert (boot_write (memory, &config, &err) == 0);
  memcpy (&params, ram + BOOT_ZERO_PAGE, sizeof params);
  assert (params.hdr.boot_flag == 0xaa55);
  assert (params.hdr.cmd_line_ptr == BOOT_CMDLINE);
  assert (strcmp ((char *) ram + BOOT_CMDLINE, config.cmdline) == 0);
  assert (params.e820_entries == 5);
  assert (params.e820_table[3].addr == BOOT_HIGH);
  assert (params.e820_table[3].size == RAM_SIZE - BOOT_HIGH);
  assert (params.e820_table[4].type == 12);
  assert (params.e820_table[4].size == config.root_size);
}

static void
test_cmdline_limit (void)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP_FREE char *cmdline = calloc (1, BOOT_CMDLINE_SIZE + 1);
  struct boot_config config = { .cmdline = cmdline, .memory = RAM_SIZE,
                                .smp = 1 };

  assert (cmdline);
  memset (cmdline, 'x', BOOT_CMDLINE_SIZE - 1);
  assert (boot_write (memory, &config, &err) == 0);
  cmdline[BOOT_CMDLINE_SIZE - 1] = 'x';
  assert (boot_write (memory, &config, &err) == -1);
  assert (strstr (err.message, "16384"));
}

static void
test_mptable (void)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  const uint8_t *pointer = ram + BOOT_MPTABLE, *header = pointer + 16;
  uint16_t length, entries;

  assert (mptable_write (memory, 0, 1, &err) == -1);
  error_clear (&err);
  assert (mptable_write (memory, BOOT_MAX_CPUS + 1, 1, &err) == -1);
  error_clear (&err);
  assert (mptable_write (memory, BOOT_MAX_CPUS, 0x810011, &err) == 0);
  assert (memcmp (pointer, "_MP_", 4) == 0 && sum (pointer, 16) == 0);
  assert (memcmp (header, "PCMP", 4) == 0);
  memcpy (&length, header + 4, sizeof length);
  memcpy (&entries, header + 34, sizeof entries);
  assert (sum (header, length) == 0);
  assert (entries == BOOT_MAX_CPUS + 2 + 4 + 2);
  assert (length == 44 + BOOT_MAX_CPUS * 20 + (entries - BOOT_MAX_CPUS) * 8);
}

static void
test_small_memory (void)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  struct guest_memory small = { .nr_regions = 1,
                                .regions = { { 0, 0x8000, ram } } };
  struct boot_config config = { .cmdline = "", .memory = 0x8000, .smp = 1 };

  assert (boot_write (&small, &config, &err) == -1);
}

int
main (void)
{
  struct guest_memory m = { .nr_regions = 1 };

  ram = calloc (1, RAM_SIZE);
  assert (ram);
  m.regions[0] = (struct guest_region) { 0, RAM_SIZE, ram };
  memory = &m;
  test_layout ();
  test_write ();
  test_cmdline_limit ();
  test_mptable ();
  test_small_memory ();
  free (ram);
  return 0;
}
