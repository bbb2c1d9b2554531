/* Removing the signatures by which the contents of a device are recognised. */
#ifndef BATHYSCOPE_WIPE_H
#define BATHYSCOPE_WIPE_H

#include "error.h"

/* Remove all signatures of filesystems, partition tables, RAID and LVM.  EBUSY
 * for a device in use. */
int wipe_signatures (const char *device, struct error *err);

#endif
