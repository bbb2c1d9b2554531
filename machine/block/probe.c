/* Which image format the first bytes of a file show.
 *
 * Only magic numbers at fixed places are looked at.  A fixed-size VHD has its
 * magic in the last sector only; its contents come first, so that it reads
 * correctly as raw.  LUKS stays raw too: the guest decrypts it.
 */

#include <config.h>

#include <string.h>

#include "block.h"

static const struct {
  const char *format;
  size_t offset;
  size_t len;
  const char *magic;
} signatures[] = {
  { "qcow2", 0, 8, "QFI\xfb\0\0\0\2" },
  { "qcow2", 0, 8, "QFI\xfb\0\0\0\3" },
  { "qcow", 0, 8, "QFI\xfb\0\0\0\1" },
  { "qcow2", 0, 4, "QFI\xfb" }, /* a later version: the open says which */
  { "qed", 0, 4, "QED\0" },
  { "vmdk", 0, 4, "KDMV" },
  { "vmdk", 0, 4, "COWD" },
  { "vmdk", 0, 21, "# Disk DescriptorFile" },
  { "vhdx", 0, 8, "vhdxfile" },
  { "vpc", 0, 8, "conectix" },
  { "vdi", 64, 4, "\x7f\x10\xda\xbe" },
  { "parallels", 0, 16, "WithoutFreeSpace" },
  { "parallels", 0, 16, "WithouFreSpacExt" },
  { "cloop", 0, 23, "#!/bin/sh\n#V2.0 Format\n" },
  { "bochs", 0, 22, "Bochs Virtual HD Image" },
};

const char *
block_probe_format (const void *head, size_t len)
{
  for (size_t i = 0; i < sizeof signatures / sizeof signatures[0]; ++i) {
    size_t offset = signatures[i].offset, n = signatures[i].len;

    if (len >= offset && n <= len - offset
        && memcmp ((const char *) head + offset, signatures[i].magic, n) == 0)
      return signatures[i].format;
  }
  return "raw";
}
