/* /dev/disk/guestfs/LABEL: disks by the label the caller gave to add_drive,
 * which reaches the guest as the serial number of the virtio disk.  A number
 * after the label names a partition. */
#ifndef BATHYSCOPE_DISKLABEL_H
#define BATHYSCOPE_DISKLABEL_H

#include <stdbool.h>

#include "error.h"

bool disklabel_is_name (const char *name);

/* The /dev/sdX name; NULL with ENOENT when no disk has the label. */
char *disklabel_resolve (const char *name, struct error *err);

/* LABEL, /dev/sda, LABEL1, /dev/sda1, ... of every disk that has one. */
char **disklabel_list (struct error *err);

#endif
