/* Describing the contents of a device. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>

#include "actions.h"
#include "device.h"
#include "io.h"
#include "probe.h"
#include "strlist.h"

/* Everything that libblkid finds, by the names that blkid(8) prints. */
char **
do_blkid (const char *device, struct error *err)
{
  CLEANUP_PROBE blkid_probe probe = probe_open (device, err);
  CLEANUP_STRLIST struct strlist ret = STRLIST_INIT;
  const char *name, *value;
  char **list;
  int i, n;

  if (!probe)
    return NULL;
  blkid_probe_enable_superblocks (probe, 1);
  blkid_probe_set_superblocks_flags (probe, BLKID_SUBLKS_DEFAULT
                                     | BLKID_SUBLKS_USAGE
                                     | BLKID_SUBLKS_VERSION);
  blkid_probe_enable_partitions (probe, 1);
  blkid_probe_set_partitions_flags (probe, BLKID_PARTS_ENTRY_DETAILS);
  blkid_probe_enable_topology (probe, 1);
  if (blkid_do_safeprobe (probe) == -1) {
    error_errno (err, "%s: cannot look at the contents", device);
    return NULL;
  }
  n = blkid_probe_numof_values (probe);
  for (i = 0; i < n; ++i)
    if (blkid_probe_get_value (probe, i, &name, &value, NULL) == 0
        && (strlist_add (&ret, name) == -1 || strlist_add (&ret, value) == -1)) {
      error_errno (err, "%s", device);
      return NULL;
    }
  list = strlist_take (&ret);
  if (!list)
    error_errno (err, "%s", device);
  return list;
}
