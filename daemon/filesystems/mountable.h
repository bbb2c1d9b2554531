/* What can be mounted: a device, or a btrfs subvolume on one, written
 * "btrfsvol:/dev/sda1/subvolume" in the API. */
#ifndef BATHYSCOPE_MOUNTABLE_H
#define BATHYSCOPE_MOUNTABLE_H

#include "error.h"

struct mountable {
  const char *string; /* as the caller gave it; not owned */
  char *device;       /* owned; NULL where the string is a path of the guest */
  char *volume;       /* owned: btrfs subvolume, or NULL */
};

#define MOUNTABLE_INIT { NULL, NULL, NULL }

/* Take a string apart, with the real name of the device.  The string must
 * outlive the result. */
int mountable_parse (const char *string, struct mountable *ret,
                     struct error *err);

void mountable_release (struct mountable *m);

#define CLEANUP_MOUNTABLE CLEANUP (mountable_release)

#endif
