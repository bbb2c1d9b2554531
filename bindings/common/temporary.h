/* Memory that lives as long as a call, copies of arguments, and copies of large
 * results. */
#ifndef BATHYSCOPE_BINDING_TEMPORARY_H
#define BATHYSCOPE_BINDING_TEMPORARY_H

#include <stddef.h>

struct binding_temporary {
  struct binding_temporary *next;
  char data[] __attribute__ ((aligned));
};

/* Room for `size` bytes, freed with the list; NULL when there is none. */
void *binding_allocate (struct binding_temporary **list, size_t size);
void binding_free_temporary (struct binding_temporary *list);

/* As memcpy, to memory that has just been allocated: the kernel is asked for all
 * pages of a piece at once, in half the time that as many page faults take. */
void binding_copy (void *to, const void *from, size_t size);

#endif
