/* ELF headers: see elfarch.h.  System V ABI, chapter 4. */

#include <config.h>

#include <elf.h>
#include <string.h>

#include "elfarch.h"

#ifndef EM_LOONGARCH
#define EM_LOONGARCH 258
#endif

static const struct {
  unsigned machine;
  const char *name32, *name64;
} machines[] = {
  { EM_386, "i386", "i386" },
  { EM_X86_64, "x86_64", "x86_64" },
  { EM_ARM, "arm", "arm" },
  { EM_AARCH64, "aarch64", "aarch64" },
  { EM_IA_64, "ia64", "ia64" },
  { EM_PPC, "ppc", "ppc" },
  { EM_PPC64, "ppc64", "ppc64" },
  { EM_RISCV, "riscv32", "riscv64" },
  { EM_S390, "s390", "s390x" },
  { EM_SPARC, "sparc", "sparc" },
  { EM_SPARC32PLUS, "sparc", "sparc" },
  { EM_SPARCV9, "sparc64", "sparc64" },
  { EM_LOONGARCH, "loongarch32", "loongarch64" },
};

const char *
elf_architecture (const unsigned char *head, size_t len)
{
  unsigned machine;
  int little;
  size_t i;

  if (len < ELF_HEAD_SIZE || memcmp (head, ELFMAG, SELFMAG) != 0
      || (head[EI_CLASS] != ELFCLASS32 && head[EI_CLASS] != ELFCLASS64)
      || (head[EI_DATA] != ELFDATA2LSB && head[EI_DATA] != ELFDATA2MSB))
    return NULL;
  little = head[EI_DATA] == ELFDATA2LSB;
  machine = little ? head[18] | head[19] << 8 : head[18] << 8 | head[19];
  if (machine == EM_PPC64 && little)
    return "ppc64le";
  for (i = 0; i < sizeof machines / sizeof machines[0]; ++i)
    if (machines[i].machine == machine)
      return head[EI_CLASS] == ELFCLASS64 ? machines[i].name64
        : machines[i].name32;
  return NULL;
}
