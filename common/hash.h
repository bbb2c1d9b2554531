/* FNV-1a, 64 bits: for tables and for names that need not be secret. */
#ifndef BATHYSCOPE_HASH_H
#define BATHYSCOPE_HASH_H

#include <stdint.h>

static inline uint64_t
hash_string (const char *s)
{
  uint64_t h = UINT64_C (0xcbf29ce484222325);

  for (; *s; ++s)
    h = (h ^ (unsigned char) *s) * UINT64_C (0x100000001b3);
  return h;
}

#endif
