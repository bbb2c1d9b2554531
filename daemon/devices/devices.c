/* Calls about names of devices, and about mountables. */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "device.h"
#include "disklabel.h"
#include "dmname.h"
#include "strlist.h"

char **
do_list_devices (struct error *err)
{
  return device_list_disks (err);
}

char **
do_list_partitions (struct error *err)
{
  return device_list_partitions (err);
}

char **
do_list_disk_labels (struct error *err)
{
  return disklabel_list (err);
}

char **
do_list_dm_devices (struct error *err)
{
  return dm_list_others (err);
}

int
do_nr_devices (struct error *err)
{
  CLEANUP_STRINGS char **disks = device_list_disks (err);

  return disks ? (int) strings_count (disks) : -1;
}

/* Only the name counts: the device need not exist. */
char *
do_canonical_device_name (const char *device, struct error *err)
{
  char *ret;

  if (disklabel_is_name (device))
    return device_resolve (device, err);
  ret = dm_usual_name (device);
  if (!ret)
    ret = device_translate (device);
  if (!ret)
    ret = strdup (device);
  if (!ret)
    error_errno (err, "%s", device);
  return ret;
}

char *
do_mountable_device (const struct mountable *mountable, struct error *err)
{
  char *ret = strdup (mountable->device);

  if (!ret)
    error_errno (err, "%s", mountable->string);
  return ret;
}

char *
do_mountable_subvolume (const struct mountable *mountable, struct error *err)
{
  char *ret;

  if (!mountable->volume) {
    error_set (err, EINVAL, "%s: not a btrfs subvolume", mountable->string);
    return NULL;
  }
  ret = strdup (mountable->volume);
  if (!ret)
    error_errno (err, "%s", mountable->string);
  return ret;
}

/* Numbers that libguestfs uses. */
enum { MOUNTABLE_DEVICE = 1, MOUNTABLE_BTRFSVOL = 2 };

struct guestfs_internal_mountable *
do_internal_parse_mountable (const struct mountable *mountable,
                             struct error *err)
{
  struct guestfs_internal_mountable *ret = calloc (1, sizeof *ret);

  if (ret) {
    ret->im_type = mountable->volume ? MOUNTABLE_BTRFSVOL : MOUNTABLE_DEVICE;
    ret->im_device = strdup (mountable->device);
    ret->im_volume = strdup (mountable->volume ? mountable->volume : "");
  }
  if (!ret || !ret->im_device || !ret->im_volume) {
    error_errno (err, "%s", mountable->string);
    struct_free_internal_mountable (ret);
    return NULL;
  }
  return ret;
}
