/* Bringing up devices that are made of others: RAID arrays, bcache, volume
 * groups.
 *
 * There is no udev in the appliance, and looking for arrays and volume groups
 * takes time, so it is done when a call first needs it: when it lists such
 * devices, or names one that does not exist (yet).
 */
#ifndef BATHYSCOPE_SCAN_H
#define BATHYSCOPE_SCAN_H

#include <stdbool.h>

#include "error.h"
#include "strlist.h"

/* Assemble arrays, activate volume groups, and make the volumes of Windows
 * dynamic disks, the first time it is called.
 * What cannot be brought up is left alone: that is no error. */
void storage_scan (void);

/* Do it (again). */
void storage_rescan (void);

/* Could a device of this name appear by a scan? */
bool storage_scan_may_help (const char *device);

/* Everything that may hold a filesystem: disks without partitions, partitions,
 * arrays, bcache, logical volumes, volumes of dynamic disks, open encrypted
 * devices; in this order.  Scans. */
int storage_list (struct strlist *ret, struct error *err);

#endif
