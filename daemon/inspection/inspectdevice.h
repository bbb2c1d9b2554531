/* From the names of devices in a guest's files to devices of this machine. */
#ifndef BATHYSCOPE_INSPECTDEVICE_H
#define BATHYSCOPE_INSPECTDEVICE_H

#include <stdbool.h>

#include "inspector.h"

struct device_names {
  const struct system_info *info;
  const char *root_device; /* what the root filesystem is on */
  /* The disk of the root filesystem: what the guest calls it ("vda", empty
   * where its fstab does not say), and what it is here. */
  char guest_disk[32];
  char *disk; /* owned; NULL where it is no plain disk */
};

#define DEVICE_NAMES_INIT { NULL, NULL, "", NULL }

/* Both pointers must outlive `names`. */
void device_names_init (struct device_names *names,
                        const struct system_info *info,
                        const char *root_device);
void device_names_release (struct device_names *names);

/* The device by the first field of fstab ("UUID=...", "/dev/vda1",
 * "/dev/disk/by-id/...") as callers name it; NULL where there is none here. */
char *device_names_resolve (const struct device_names *names,
                            const char *spec);

/* Does the field name a disk, which should be there? */
bool device_names_is_disk (const char *spec);

#define CLEANUP_DEVICE_NAMES CLEANUP (device_names_release)

#endif
