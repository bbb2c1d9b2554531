/* Memory that lives as long as a call: see temporary.h. */

#include <config.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "temporary.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* Linux 5.14 */
#endif

#define PIECE (2 << 20)

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

/* The pages that lie inside of the piece; that some kernels cannot is no matter. */
static void
populate (char *to, size_t size)
{
  const uintptr_t page = sysconf (_SC_PAGESIZE);
  const uintptr_t begin = ((uintptr_t) to + page - 1) & ~(page - 1);
  const uintptr_t end = ((uintptr_t) to + size) & ~(page - 1);

  (void) madvise ((void *) begin, end - begin, MADV_POPULATE_WRITE);
}

void
binding_copy (void *to, const void *from, size_t size)
{
  char *out = to;
  const char *in = from;

  for (; size > PIECE; size -= PIECE, out += PIECE, in += PIECE) {
    populate (out, PIECE);
    memcpy (out, in, PIECE);
  }
  memcpy (out, in, size);
}
