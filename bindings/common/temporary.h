/* Memory that lives as long as a call: copies of arguments. */
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

#endif
