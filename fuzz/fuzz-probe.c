/* Fuzz target: looking at the first bytes of a file. */

#include <config.h>

#include "block.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *format = block_probe_format (data, size);

  return format[0] ? 0 : -1;
}
