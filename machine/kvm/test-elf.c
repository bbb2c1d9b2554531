/* Tests of elf.c: kernels that are whole, and kernels that are not. */

#include <config.h>

#include <assert.h>
#include <elf.h>
#include <string.h>
#include <sys/mman.h>

#include "io.h"
#include "kvm/elf.h"

#define TEXT "what a kernel is made of"
#define FILE_SIZE 0x2000
#define GUEST_SIZE 0x400000

struct file {
  Elf64_Ehdr header;
  Elf64_Phdr segments[3];
};

static struct file
good_file (void)
{
  struct file f = { 0 };

  memcpy (f.header.e_ident, ELFMAG, SELFMAG);
  f.header.e_ident[EI_CLASS] = ELFCLASS64;
  f.header.e_ident[EI_DATA] = ELFDATA2LSB;
  f.header.e_type = ET_EXEC;
  f.header.e_machine = EM_X86_64;
  f.header.e_entry = 0x100004;
  f.header.e_phoff = sizeof f.header;
  f.header.e_phentsize = sizeof f.segments[0];
  f.header.e_phnum = 3;
  f.segments[0] = (Elf64_Phdr) { .p_type = PT_LOAD, .p_offset = 0x1000,
                                 .p_paddr = 0x100000,
                                 .p_filesz = sizeof TEXT, .p_memsz = 0x1000 };
  f.segments[1] = (Elf64_Phdr) { .p_type = PT_NOTE, .p_offset = UINT64_MAX };
  f.segments[2] = (Elf64_Phdr) { .p_type = PT_LOAD, .p_offset = FILE_SIZE,
                                 .p_paddr = 0x200000, .p_memsz = 0x8000 };
  return f;
}

static void
expect_bad (const struct file *f, size_t len)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  struct elf_image image = { .entry = 42 };

  assert (elf_parse (f, len, FILE_SIZE, &image, &err) == -1);
  assert (error_is_set (&err));
  assert (image.entry == 42);
}

static void
test_parse (void)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  struct file f = good_file ();
  struct elf_image image;

  assert (elf_parse (&f, sizeof f, FILE_SIZE, &image, &err) == 0);
  assert (image.entry == 0x100004 && image.end == 0x208000);
  assert (image.nr_segments == 2);
  assert (image.segments[0].file_size == sizeof TEXT);
  assert (image.segments[1].memory_size == 0x8000);
}

static void
test_bad (void)
{
  struct file f = good_file ();
  size_t len;

  for (len = 0; len < sizeof f; ++len)
    expect_bad (&f, len);

  f.header.e_ident[EI_CLASS] = ELFCLASS32;
  expect_bad (&f, sizeof f);
  f = good_file ();
  f.header.e_machine = EM_AARCH64;
  expect_bad (&f, sizeof f);
  f = good_file ();
  f.header.e_phoff = UINT64_MAX - 8;
  expect_bad (&f, sizeof f);
  f = good_file ();
  f.header.e_phentsize = 1;
  expect_bad (&f, sizeof f);
  f = good_file ();
  f.header.e_entry = 0x100000 + sizeof TEXT;
  expect_bad (&f, sizeof f);
  f = good_file ();
  f.segments[0].p_offset = UINT64_MAX - 4;
  expect_bad (&f, sizeof f);
  f = good_file ();
  f.segments[0].p_filesz = f.segments[0].p_memsz = FILE_SIZE;
  expect_bad (&f, sizeof f);
  f = good_file ();
  f.segments[0].p_memsz = 4;
  expect_bad (&f, sizeof f);
  f = good_file ();
  f.segments[2].p_paddr = UINT64_MAX - 0x7000;
  expect_bad (&f, sizeof f);
}

static void
test_load (void)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP_FREE uint8_t *ram = calloc (1, GUEST_SIZE);
  CLEANUP_CLOSE int fd = memfd_create ("kernel", MFD_CLOEXEC);
  struct guest_memory memory = { .nr_regions = 1,
                                 .regions = { { 0, GUEST_SIZE, ram } } };
  struct file f = good_file ();
  struct elf_image image;

  assert (ram && fd >= 0 && ftruncate (fd, FILE_SIZE) == 0);
  assert (pwrite_full (fd, &f, sizeof f, 0) == 0);
  assert (pwrite_full (fd, TEXT, sizeof TEXT, 0x1000) == 0);
  assert (elf_load (fd, &memory, 0x100000, &image, &err) == 0);
  assert (memcmp (ram + 0x100000, TEXT, sizeof TEXT) == 0);

  /* Too low, and beyond the memory. */
  assert (elf_load (fd, &memory, 0x100001, &image, &err) == -1);
  error_clear (&err);
  f.segments[2].p_memsz = GUEST_SIZE;
  assert (pwrite_full (fd, &f, sizeof f, 0) == 0);
  assert (elf_load (fd, &memory, 0x100000, &image, &err) == -1);
}

int
main (void)
{
  test_parse ();
  test_bad ();
  test_load ();
  return 0;
}
