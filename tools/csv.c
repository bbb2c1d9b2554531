/* Comma-separated values: see csv.h. */

#include <config.h>

#include <string.h>

#include "csv.h"

void
csv_print (FILE *fp, const char *field)
{
  if (!strpbrk (field, " \",\r\n")) {
    fputs (field, fp);
    return;
  }
  fputc ('"', fp);
  for (; *field; ++field) {
    if (*field == '"')
      fputc ('"', fp);
    fputc (*field, fp);
  }
  fputc ('"', fp);
}
