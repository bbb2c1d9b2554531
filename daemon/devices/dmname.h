/* Names of device mapper devices, from sysfs: /dev/mapper/NAME, and /dev/VG/LV
 * when LVM made them. */
#ifndef BATHYSCOPE_DMNAME_H
#define BATHYSCOPE_DMNAME_H

#include <stdbool.h>

#include "error.h"

/* "vg--a-lv" as /dev/vg-a/lv: LVM joins the two names with one dash, and
 * doubles those within.  NULL when there is no single dash. */
char *dm_lv_name (const char *name);

/* The usual name of a /dev/dm-N or /dev/mapper/NAME device: /dev/VG/LV or
 * /dev/mapper/NAME; NULL when it is neither or does not exist. */
char *dm_usual_name (const char *device);

/* /dev/mapper/NAME of every device that is not a logical volume. */
char **dm_list_others (struct error *err);

/* Can a device be called so?  EINVAL when it cannot. */
int dm_check_map_name (const char *mapname, struct error *err);

#endif
