/* What can be mounted: a device, or a btrfs subvolume on one, written
 * "btrfsvol:/dev/sda1/subvolume" in the API. */
#ifndef BATHYSCOPE_MOUNTABLE_H
#define BATHYSCOPE_MOUNTABLE_H

struct mountable {
  const char *string; /* as the caller gave it */
  char *device;
  char *volume;       /* btrfs subvolume, or NULL */
};

#endif
