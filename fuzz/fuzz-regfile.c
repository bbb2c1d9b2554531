/* Files of regedit, as virt-win-reg merges them: tools/regfile.c. */

#include <config.h>

#include "fuzz.h"
#include "regfile.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  struct regfile f = REGFILE_INIT;
  struct error err = ERROR_INIT;

  if (size < 1)
    return 0;
  if (regfile_parse (data + 1, size - 1, data[0] == 'a' ? REG_ASCII
                     : REG_UTF16LE, &f, &err) == 0)
    regfile_release (&f);
  error_clear (&err);
  return 0;
}
