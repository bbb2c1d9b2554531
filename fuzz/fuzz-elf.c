/* Fuzz target: the first bytes of a kernel image. */

#include <config.h>

#include <stdlib.h>

#include "fuzz.h"
#include "kvm/elf.h"

#define FILE_SIZE (1 << 20)

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  struct elf_image image;
  size_t i;

  if (elf_parse (data, size, FILE_SIZE, &image, NULL) == -1)
    return 0;
  /* What is accepted keeps its promises. */
  for (i = 0; i < image.nr_segments; ++i) {
    const struct elf_segment *s = &image.segments[i];

    if (s->offset + s->file_size > FILE_SIZE || s->file_size > s->memory_size
        || s->address + s->memory_size > image.end)
      abort ();
  }
  return 0;
}
