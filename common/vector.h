/* Typed growing arrays.
 *
 * DEFINE_VECTOR (drive_vector, struct drive *) makes struct drive_vector with
 * members ptr, len, cap and the functions drive_vector_append (0, or -1 with
 * errno ENOMEM and the vector unchanged) and drive_vector_release (frees the
 * array, not what its elements own).
 */
#ifndef BATHYSCOPE_VECTOR_H
#define BATHYSCOPE_VECTOR_H

#include <stddef.h>
#include <stdlib.h>

#define VECTOR_INIT { NULL, 0, 0 }

#define DEFINE_VECTOR(name, type)                                       \
  struct name {                                                         \
    type *ptr;                                                          \
    size_t len, cap;                                                    \
  };                                                                    \
  static inline __attribute__ ((unused)) int                            \
  name##_append (struct name *v, type element)                          \
  {                                                                     \
    if (v->len == v->cap) {                                             \
      size_t cap = v->cap ? v->cap * 2 : 8;                             \
      type *ptr = reallocarray (v->ptr, cap, sizeof *ptr);              \
      if (!ptr)                                                         \
        return -1;                                                      \
      v->ptr = ptr;                                                     \
      v->cap = cap;                                                     \
    }                                                                   \
    v->ptr[v->len++] = element;                                         \
    return 0;                                                           \
  }                                                                     \
  static inline __attribute__ ((unused)) void                           \
  name##_release (struct name *v)                                       \
  {                                                                     \
    free (v->ptr);                                                      \
    *v = (struct name) VECTOR_INIT;                                     \
  }

#endif
