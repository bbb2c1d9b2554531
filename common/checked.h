/* Arithmetic on sizes that come from outside.  Each returns true when the
 * result fits, and leaves *ret untouched when it does not. */
#ifndef BATHYSCOPE_CHECKED_H
#define BATHYSCOPE_CHECKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHECKED_OPERATION(name, builtin, type)          \
  static inline bool                                    \
  name (type a, type b, type *ret)                      \
  {                                                     \
    type r;                                             \
    if (builtin (a, b, &r))                             \
      return false;                                     \
    *ret = r;                                           \
    return true;                                        \
  }

CHECKED_OPERATION (checked_add_size, __builtin_add_overflow, size_t)
CHECKED_OPERATION (checked_mul_size, __builtin_mul_overflow, size_t)
CHECKED_OPERATION (checked_add_u64, __builtin_add_overflow, uint64_t)
CHECKED_OPERATION (checked_mul_u64, __builtin_mul_overflow, uint64_t)

/* Is [offset, offset+length) inside [0, size)? */
static inline bool
range_fits (uint64_t offset, uint64_t length, uint64_t size)
{
  return offset <= size && length <= size - offset;
}

#endif
