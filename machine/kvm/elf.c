/* Loading the kernel image: see elf.h. */

#include <config.h>

#include <elf.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "checked.h"
#include "io.h"
#include "kvm/elf.h"

static bool
is_x86_64_executable (const Elf64_Ehdr *h)
{
  return memcmp (h->e_ident, ELFMAG, SELFMAG) == 0
         && h->e_ident[EI_CLASS] == ELFCLASS64
         && h->e_ident[EI_DATA] == ELFDATA2LSB && h->e_type == ET_EXEC
         && h->e_machine == EM_X86_64
         && h->e_phentsize == sizeof (Elf64_Phdr);
}

/* Check one PT_LOAD header and append it. */
static int
add_segment (struct elf_image *image, const Elf64_Phdr *p,
             uint64_t file_size, struct error *err)
{
  struct elf_segment *s;
  uint64_t end;

  if (p->p_memsz == 0)
    return 0;
  if (image->nr_segments == ELF_MAX_SEGMENTS)
    return error_set (err, ENOEXEC, "kernel image: too many segments");
  if (!range_fits (p->p_offset, p->p_filesz, file_size)
      || p->p_filesz > p->p_memsz
      || !checked_add_u64 (p->p_paddr, p->p_memsz, &end))
    return error_set (err, ENOEXEC,
                      "kernel image: a segment lies outside the file");
  s = &image->segments[image->nr_segments++];
  s->offset = p->p_offset;
  s->address = p->p_paddr;
  s->file_size = p->p_filesz;
  s->memory_size = p->p_memsz;
  if (end > image->end)
    image->end = end;
  return 0;
}

static bool
contains_entry (const struct elf_image *image)
{
  size_t i;

  for (i = 0; i < image->nr_segments; ++i) {
    const struct elf_segment *s = &image->segments[i];

    if (image->entry >= s->address
        && image->entry - s->address < s->file_size)
      return true;
  }
  return false;
}

int
elf_parse (const void *head, size_t len, uint64_t file_size,
           struct elf_image *ret, struct error *err)
{
  struct elf_image image = { 0 };
  Elf64_Ehdr h;
  unsigned i;

  if (len < sizeof h)
    return error_set (err, ENOEXEC, "kernel image: file is too short");
  memcpy (&h, head, sizeof h);
  if (!is_x86_64_executable (&h))
    return error_set (err, ENOEXEC,
                      "kernel image: not a 64-bit x86 ELF executable");
  if (!range_fits (h.e_phoff, (uint64_t) h.e_phnum * sizeof (Elf64_Phdr), len))
    return error_set (err, ENOEXEC,
                      "kernel image: program headers are out of reach");
  for (i = 0; i < h.e_phnum; ++i) {
    Elf64_Phdr p;

    memcpy (&p, (const char *) head + h.e_phoff + i * sizeof p, sizeof p);
    if (p.p_type == PT_LOAD && add_segment (&image, &p, file_size, err) == -1)
      return -1;
  }
  image.entry = h.e_entry;
  if (!contains_entry (&image))
    return error_set (err, ENOEXEC,
                      "kernel image: the entry point is in no segment");
  *ret = image;
  return 0;
}

int
elf_load (int fd, const struct guest_memory *memory, uint64_t lowest,
          struct elf_image *ret, struct error *err)
{
  uint8_t head[ELF_HEAD_SIZE];
  struct elf_image image;
  struct stat st;
  ssize_t len;
  size_t i;

  if (fstat (fd, &st) == -1)
    return error_errno (err, "kernel image");
  if (!S_ISREG (st.st_mode))
    return error_set (err, ENOEXEC, "kernel image: not a regular file");
  len = pread_full (fd, head, sizeof head, 0);
  if (len == -1)
    return error_errno (err, "kernel image");
  if (elf_parse (head, len, st.st_size, &image, err) == -1)
    return -1;
  for (i = 0; i < image.nr_segments; ++i) {
    const struct elf_segment *s = &image.segments[i];
    void *to = NULL;

    if (s->address >= lowest)
      to = guest_pointer (memory, s->address, s->memory_size);
    if (!to)
      return error_set (err, ENOMEM, "kernel image: it does not fit into the "
                                     "memory of the guest");
    /* Guest memory is fresh, so what follows file_size is zero already. */
    len = pread_full (fd, to, s->file_size, s->offset);
    if (len == -1)
      return error_errno (err, "kernel image");
    if ((uint64_t) len != s->file_size)
      return error_set (err, ENOEXEC, "kernel image: it has been truncated");
  }
  *ret = image;
  return 0;
}
