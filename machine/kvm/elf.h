/* The kernel image: an ELF64 x86-64 executable, as the kernel build calls
 * vmlinux.
 *
 * elf_parse is pure: it looks at the first bytes of the file and at nothing
 * else, and what it returns has been checked against the size of the file and
 * against overflow.  elf_load copies the segments into guest memory.
 */
#ifndef BATHYSCOPE_KVM_ELF_H
#define BATHYSCOPE_KVM_ELF_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "virtio/memory.h"

#define ELF_MAX_SEGMENTS 16
#define ELF_HEAD_SIZE 4096 /* the program headers must lie within this */

struct elf_segment {
  uint64_t offset; /* in the file */
  uint64_t address; /* guest-physical */
  uint64_t file_size;
  uint64_t memory_size; /* >= file_size; the rest is zero */
};

struct elf_image {
  uint64_t entry; /* guest-physical */
  uint64_t end;   /* of the highest segment */
  size_t nr_segments;
  struct elf_segment segments[ELF_MAX_SEGMENTS];
};

/* `head` is the first `len` bytes of a file of `file_size` bytes.  0, or -1
 * (ENOEXEC). */
int elf_parse (const void *head, size_t len, uint64_t file_size,
               struct elf_image *ret, struct error *err);

/* Parse the kernel in `fd`, copy it to guest memory at or above `lowest`, and
 * return its description. */
int elf_load (int fd, const struct guest_memory *memory, uint64_t lowest,
              struct elf_image *ret, struct error *err);

#endif
