/* Bringing what was written to the disks of the host, and telling what failed.
 *
 * sync (2) tells of no errors, and neither it nor umount (2) has every device
 * write out its cache, which here is the page cache of the host.
 */
#ifndef BATHYSCOPE_FLUSH_H
#define BATHYSCOPE_FLUSH_H

#include "error.h"
#include "mounts.h"

/* Everything: file systems and devices.  All are tried; the first error is told. */
int flush_all (struct error *err);

/* For unmounting: write out a file system and open its device (-1 when there is
 * none), which flush_end then writes out and closes. */
int flush_begin (const struct guest_mount *m, struct error *err);
int flush_end (int device, const struct guest_mount *m, struct error *err);

#endif
