/* What is on a block device, found out with libblkid.
 *
 * Always by reading the device: libblkid's cache is not used.  Nothing found is
 * not an error: it is an empty string, or 0.
 */
#ifndef BATHYSCOPE_PROBE_H
#define BATHYSCOPE_PROBE_H

#include <blkid.h>
#include <stdbool.h>

#include "error.h"

/* A probe on a device, or NULL.  The caller chooses chains and runs it. */
blkid_probe probe_open (const char *device, struct error *err);

/* One value ("TYPE", "LABEL", "UUID", "PTTYPE", ...) of the superblock or, for
 * "PART_ENTRY_..." of the table entry that describes a partition.  A heap
 * string, empty where there is none; NULL on error. */
char *probe_value (const char *device, const char *name, struct error *err);

/* Is the device of this type, as in TYPE?  false also when it is unreadable. */
bool probe_is_type (const char *device, const char *type);

static inline void
cleanup_probe (blkid_probe *probe)
{
  if (*probe)
    blkid_free_probe (*probe);
}

#define CLEANUP_PROBE CLEANUP (cleanup_probe)

#endif
