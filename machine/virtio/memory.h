/* Guest-physical memory as the machine process sees it. */
#ifndef BATHYSCOPE_GUEST_MEMORY_H
#define BATHYSCOPE_GUEST_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#define GUEST_MEMORY_REGIONS 8

struct guest_region {
  uint64_t start; /* guest-physical address */
  uint64_t size;
  uint8_t *host;  /* where it is mapped here */
};

struct guest_memory {
  struct guest_region regions[GUEST_MEMORY_REGIONS];
  size_t nr_regions;
};

/* The one function that translates guest addresses: a pointer to `len` bytes
 * at `address`, or NULL when they are not wholly inside one region. */
void *guest_pointer (const struct guest_memory *memory, uint64_t address,
                     uint64_t len);

#endif
