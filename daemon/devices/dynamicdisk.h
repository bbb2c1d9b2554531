/* Windows dynamic disks (the Logical Disk Manager). */
#ifndef BATHYSCOPE_DYNAMICDISK_H
#define BATHYSCOPE_DYNAMICDISK_H

#include <stdbool.h>

#include "error.h"

/* Does the partition table say that this is a dynamic disk?  One read, without
 * the library. */
bool ldm_is_dynamic_disk (const char *disk);

/* The same, and the library is there to make volumes of it. */
static inline bool
ldm_is_volume_disk (const char *disk)
{
#ifdef HAVE_LDM
  return ldm_is_dynamic_disk (disk);
#else
  return false;
#endif
}

/* Make a device for every volume that its disks allow. */
int ldm_create_volumes (struct error *err);

/* Such devices are called /dev/mapper/ldm_vol_X and ldm_part_X. */
#define LDM_VOLUME_PREFIX "/dev/mapper/ldm_vol_"
#define LDM_PARTITION_PREFIX "/dev/mapper/ldm_part_"

#endif
