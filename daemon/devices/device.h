/* Names of block devices.
 *
 * Callers say /dev/sda, and also /dev/hda, /dev/vda, /dev/xvda or
 * /dev/disk/guestfs/LABEL for the same disk; the kernel of the appliance only
 * knows the first.  The functions on names alone do not look at devices.
 */
#ifndef BATHYSCOPE_DEVICE_H
#define BATHYSCOPE_DEVICE_H

#include <stdbool.h>

#include "error.h"

/* The real name of an existing block device; the caller frees.  NULL with
 * ENOENT where there is none, ENOTBLK where it is something else. */
char *device_resolve (const char *name, struct error *err);

/* The /dev/sdX spelling of a /dev/{hd,vd,xvd,ubd}X name, or NULL. */
char *device_translate (const char *name);

/* Does the string name something under /dev? */
bool is_device_name (const char *name);

/* Order of names as people count: sda, sdb, sdz, sdaa; sda2, sda10. */
int device_compare (const char *a, const char *b);

/* Sort a list of names in that order. */
void device_sort (char **names);

/* Disks, and partitions, of the caller: /dev/sda, ... in order. */
char **device_list_disks (struct error *err);
char **device_list_partitions (struct error *err);

/* An open descriptor of a device; flags as for open, O_CLOEXEC implied. */
int device_open (const char *device, int flags, struct error *err);

#endif
