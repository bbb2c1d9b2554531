/* Indexes of virt-builder, signed or not: customize/index.c.  What is read can be
 * written and read again. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "fuzz.h"
#include "index.h"

static void
write_and_read (const struct index *index)
{
  CLEANUP_FREE char *text = NULL;
  CLEANUP_ERROR struct error err = ERROR_INIT;
  struct index again = INDEX_INIT;
  size_t len = 0;
  FILE *fp = open_memstream (&text, &len);

  if (!fp)
    return;
  if (index_write (index, fp) == -1 || fclose (fp) == EOF)
    return;
  if (len <= INDEX_MAX
      && (index_parse (text, len, &again, &err) == -1 || again.nr != index->nr))
    abort ();
  index_release (&again);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP_FREE char *text = NULL;
  struct index index = INDEX_INIT;
  bool is_signed;

  text = index_unwrap ((const char *) data, size, &is_signed, &err);
  if (text && index_parse (text, strlen (text), &index, &err) == 0) {
    write_and_read (&index);
    (void) index_check (&index, &err);
    index_release (&index);
  }
  return 0;
}
