/* Partitions by the names that BSDs and Minix give them: "a" in the disklabel of
 * a slice, "s0" in a partition. */
#ifndef BATHYSCOPE_INSPECTBSD_H
#define BATHYSCOPE_INSPECTBSD_H

#include "devname.h"

/* Partition `name` (whose letter or sub is set) of a disk of this machine, as a
 * device; NULL where there is none. */
char *inspect_bsd_partition (const char *disk, const struct devname *name);

/* The same by OpenBSD's identity of a disk, "0123456789abcdef.a". */
char *inspect_bsd_duid (const char *spec);

/* The disk that a partition is on, also one of those in bsdparts.h; NULL where it
 * is none. */
char *inspect_bsd_disk (const char *device);

/* Two devices that begin at the same place of a disk, of which the second is
 * part of the first: a slice and its partition "a". */
bool inspect_bsd_is_inside (const char *outer, const char *inner);

#endif
