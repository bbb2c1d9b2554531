/* Test of size.c against the rounding that virt-df -h shows. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "size.h"

static const struct {
  uint64_t bytes;
  const char *text;
} cases[] = {
  { 0, "0" }, { 1, "1" }, { 1023, "1023" }, { 1024, "1.0K" }, { 1075, "1.0K" },
  { 1076, "1.1K" }, { 10240, "10K" }, { 10752, "11K" }, { 1048575, "1.0M" },
  { 1048576, "1.0M" }, { 198212608, "189M" }, { 1023 * 1024 + 511, "1023K" },
  { UINT64_C (3221225472), "3.0G" }, { UINT64_C (2894434304), "2.7G" },
  { UINT64_C (3017801728), "2.8G" }, { UINT64_MAX, "16E" },
};

int
main (void)
{
  char text[SIZE_TEXT_MAX];
  size_t i;
  int status = EXIT_SUCCESS;

  for (i = 0; i < sizeof cases / sizeof *cases; ++i)
    if (strcmp (size_text (cases[i].bytes, text), cases[i].text) != 0) {
      fprintf (stderr, "%llu: got %s, wanted %s\n",
               (unsigned long long) cases[i].bytes, text, cases[i].text);
      status = EXIT_FAILURE;
    }
  return status;
}
