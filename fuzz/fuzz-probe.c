/* Fuzz target: looking at the first bytes of a file, and at what they say of a
 * backing file. */

#include <config.h>

#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "cleanup.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *format = block_probe_format (data, size), *recorded;
  CLEANUP_CLOSE int fd = memfd_create ("fuzz", MFD_CLOEXEC);
  CLEANUP_FREE char *backing = NULL;

  if (fd == -1 || write (fd, data, size) != (ssize_t) size)
    return -1;
  (void) block_foreign_backing (fd, format, "image", &backing, &recorded,
                                NULL);
  return format[0] ? 0 : -1;
}
