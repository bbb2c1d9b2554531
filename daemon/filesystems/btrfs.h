/* What the calls on btrfs share. */
#ifndef BATHYSCOPE_BTRFS_H
#define BATHYSCOPE_BTRFS_H

#include <btrfsutil.h>
#include <stdbool.h>
#include <stdint.h>

#include "error.h"
#include "mountable.h"
#include "mountpoint.h"

/* Open a path of the guest for reading; EINVAL when it is not on btrfs. */
int btrfs_open (const char *path, struct error *err);

/* The same for a path or a device.  A device is mounted at `m`, which the
 * caller releases after closing the descriptor. */
int btrfs_open_mountpath (const struct mountable *fs, bool writable,
                          struct mountpoint *m, struct error *err);

/* Fill `err` from an error of libbtrfsutil, which left errno; returns -1. */
int btrfs_failed (enum btrfs_util_error e, const char *what,
                  struct error *err);

/* The number of a group of quotas from "LEVEL/ID", or from "ID" for level 0. */
int btrfs_parse_qgroup (const char *text, uint64_t *ret, struct error *err);

/* Stop a scrub that this daemon runs on the filesystem mounted at `path` of
 * the appliance, so that it can be unmounted.  True if there was one. */
bool btrfs_scrub_stop (const char *path);

#endif
