/* What is on a block device: see probe.h. */

#include <config.h>

#include <errno.h>
#include <string.h>

#include "probe.h"

blkid_probe
probe_open (const char *device, struct error *err)
{
  blkid_probe probe;

  errno = 0;
  probe = blkid_new_probe_from_filename (device);
  if (!probe) {
    if (!errno)
      errno = EIO;
    error_errno (err, "%s", device);
  }
  return probe;
}

char *
probe_value (const char *device, const char *name, struct error *err)
{
  CLEANUP_PROBE blkid_probe probe = probe_open (device, err);
  const char *value = "";
  char *ret;
  int r;

  if (!probe)
    return NULL;
  blkid_probe_enable_superblocks (probe, 1);
  blkid_probe_set_superblocks_flags (probe, BLKID_SUBLKS_TYPE
                                     | BLKID_SUBLKS_LABEL | BLKID_SUBLKS_UUID
                                     | BLKID_SUBLKS_USAGE
                                     | BLKID_SUBLKS_VERSION
                                     | BLKID_SUBLKS_SECTYPE);
  blkid_probe_enable_partitions (probe, 1);
  blkid_probe_set_partitions_flags (probe, BLKID_PARTS_ENTRY_DETAILS);

  errno = 0;
  r = blkid_do_safeprobe (probe);
  if (r == -1) {
    error_errno (err, "%s: cannot look at the contents", device);
    return NULL;
  }
  /* -2 is ambivalence: several signatures, and libblkid will not choose. */
  if (r == 0)
    (void) blkid_probe_lookup_value (probe, name, &value, NULL);
  ret = strdup (value ? value : "");
  if (!ret)
    error_errno (err, "%s", device);
  return ret;
}

bool
probe_is_type (const char *device, const char *type)
{
  CLEANUP_FREE char *found = probe_value (device, "TYPE", NULL);

  return found && strcmp (found, type) == 0;
}
