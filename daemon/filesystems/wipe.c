/* Removing signatures with libblkid: see wipe.h; and the call wipefs. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "actions.h"
#include "device.h"
#include "probe.h"
#include "wipe.h"

static int
wipe (const char *device, int flags, struct error *err)
{
  CLEANUP_CLOSE int fd = device_open (device, O_RDWR | flags, err);
  CLEANUP_PROBE blkid_probe probe = NULL;
  int r;

  if (fd == -1)
    return -1;
  probe = blkid_new_probe ();
  if (!probe || blkid_probe_set_device (probe, fd, 0, 0) != 0)
    return error_errno (err, "%s", device);
  blkid_probe_enable_superblocks (probe, 1);
  blkid_probe_set_superblocks_flags (probe, BLKID_SUBLKS_MAGIC
                                     | BLKID_SUBLKS_BADCSUM);
  blkid_probe_enable_partitions (probe, 1);
  blkid_probe_set_partitions_flags (probe, BLKID_PARTS_MAGIC
                                    | BLKID_PARTS_FORCE_GPT);
  while ((r = blkid_do_probe (probe)) == 0)
    if (blkid_do_wipe (probe, 0) != 0)
      return error_errno (err, "%s: cannot remove a signature", device);
  if (r < 0)
    return error_errno (err, "%s: cannot look for signatures", device);
  if (fsync (fd) == -1)
    return error_errno (err, "%s", device);
  return 0;
}

/* O_EXCL: not what is mounted or part of another device. */
int
wipe_signatures (const char *device, struct error *err)
{
  return wipe (device, O_EXCL, err);
}

int
do_wipefs (const char *device, struct error *err)
{
  return wipe (device, 0, err);
}
