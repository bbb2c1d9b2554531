/* Tests of elfarch.c. */

#include <config.h>

#undef NDEBUG
#include <assert.h>
#include <string.h>

#include "elfarch.h"

static const char *
arch (int class, int data, unsigned machine)
{
  unsigned char head[ELF_HEAD_SIZE] = { 0x7f, 'E', 'L', 'F', class, data };

  head[data == 1 ? 18 : 19] = machine & 255;
  head[data == 1 ? 19 : 18] = machine >> 8;
  return elf_architecture (head, sizeof head);
}

int
main (void)
{
  static const unsigned char text[ELF_HEAD_SIZE] = "#!/bin/sh";

  assert (strcmp (arch (2, 1, 62), "x86_64") == 0);
  assert (strcmp (arch (1, 1, 3), "i386") == 0);
  assert (strcmp (arch (2, 1, 183), "aarch64") == 0);
  assert (strcmp (arch (2, 2, 21), "ppc64") == 0);
  assert (strcmp (arch (2, 1, 21), "ppc64le") == 0);
  assert (strcmp (arch (1, 1, 243), "riscv32") == 0);
  assert (strcmp (arch (2, 1, 243), "riscv64") == 0);
  assert (strcmp (arch (2, 2, 22), "s390x") == 0);
  assert (strcmp (arch (2, 1, 258), "loongarch64") == 0);
  assert (!arch (2, 1, 9999));
  assert (!arch (3, 1, 62));
  assert (!elf_architecture (text, sizeof text));
  assert (!elf_architecture (text, 0));
  return 0;
}
