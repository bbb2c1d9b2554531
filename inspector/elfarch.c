/* Headers of programs: see elfarch.h.  ELF: System V ABI, chapter 4; PE:
 * Microsoft PE and COFF Specification, 3.3. */

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

const char *
pe_architecture (const unsigned char *head, size_t len)
{
  static const struct {
    unsigned machine;
    const char *name;
  } pe_machines[] = {
    { 0x014c, "i386" }, { 0x8664, "x86_64" }, { 0xaa64, "aarch64" },
    { 0x01c4, "arm" }, { 0x01c0, "arm" }, { 0x0200, "ia64" },
    { 0x5064, "riscv64" }, { 0x6264, "loongarch64" },
  };
  size_t at, i;
  unsigned machine;

  if (len < 64 || memcmp (head, "MZ", 2) != 0)
    return NULL;
  at = head[60] | head[61] << 8 | (size_t) head[62] << 16
    | (size_t) head[63] << 24;
  if (at > len || len - at < 6 || memcmp (head + at, "PE\0\0", 4) != 0)
    return NULL;
  machine = head[at + 4] | head[at + 5] << 8;
  for (i = 0; i < sizeof pe_machines / sizeof pe_machines[0]; ++i)
    if (pe_machines[i].machine == machine)
      return pe_machines[i].name;
  return NULL;
}
