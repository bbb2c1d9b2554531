/* Memory that lives as long as a call: see temporary.h. */

#include <config.h>

#include <stdlib.h>

#include "temporary.h"

void *
binding_allocate (struct binding_temporary **list, size_t size)
{
  struct binding_temporary *t;
  size_t total;

  if (__builtin_add_overflow (sizeof *t, size, &total))
    return NULL;
  t = malloc (total);
  if (!t)
    return NULL;
  t->next = *list;
  *list = t;
  return t->data;
}

void
binding_free_temporary (struct binding_temporary *list)
{
  while (list) {
    struct binding_temporary *next = list->next;

    free (list);
    list = next;
  }
}
