/* Translation of guest addresses: see memory.h. */

#include <config.h>

#include "checked.h"
#include "memory.h"

void *
guest_pointer (const struct guest_memory *memory, uint64_t address,
               uint64_t len)
{
  size_t i;

  for (i = 0; i < memory->nr_regions; ++i) {
    const struct guest_region *r = &memory->regions[i];

    if (address >= r->start && range_fits (address - r->start, len, r->size))
      return r->host + (address - r->start);
  }
  return NULL;
}
