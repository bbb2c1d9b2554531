/* The devices of a guest's fstab: see inspectmounts.h. */

#include <config.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "device.h"
#include "inspectmounts.h"
#include "sysblock.h"

/* How a device can be named by a property, in fstab and below /dev/disk. */
static const struct {
  const char *tag, *link;
  char *(*find) (const char *value, struct error *err);
} properties[] = {
  { "UUID=", "/dev/disk/by-uuid/", do_findfs_uuid },
  { "LABEL=", "/dev/disk/by-label/", do_findfs_label },
  { "PARTUUID=", "/dev/disk/by-partuuid/", do_findfs_partuuid },
  { "PARTLABEL=", "/dev/disk/by-partlabel/", do_findfs_partlabel },
};

/* The device, or NULL. */
static char *
resolve (const char *spec)
{
  CLEANUP_FREE char *real = NULL;
  size_t i;

  for (i = 0; i < sizeof properties / sizeof properties[0]; ++i) {
    const char *tag = properties[i].tag, *link = properties[i].link;
    const char *value = NULL;

    if (strncmp (spec, tag, strlen (tag)) == 0)
      value = spec + strlen (tag);
    else if (strncmp (spec, link, strlen (link)) == 0)
      value = spec + strlen (link);
    if (value && strlen (value) < 256)
      return properties[i].find (value, NULL);
  }
  /* Names of the appliance's own that a guest could write must not come out:
   * /dev/disk/guestfs is one, and anything with dots leads elsewhere. */
  if (!is_device_name (spec) || strncmp (spec, "/dev/disk/", 10) == 0
      || strstr (spec, "/.."))
    return NULL;
  real = device_resolve (spec, NULL);
  return real ? sysblock_canonical (real, NULL) : NULL;
}

/* "btrfsvol:/dev/sda2/home" where the options name a subvolume. */
static char *
mountable_of (const struct fstab_entry *e)
{
  CLEANUP_FREE char *device = resolve (e->spec);
  CLEANUP_FREE char *volume = NULL;
  const char *name;
  char *ret;

  if (!device || strcmp (e->type, "btrfs") != 0)
    return TAKE_PTR (device);
  volume = fstab_option (e, "subvol");
  if (!volume)
    return TAKE_PTR (device);
  name = volume + strspn (volume, "/");
  if (!*name)
    return TAKE_PTR (device);
  return asprintf (&ret, "btrfsvol:%s/%s", device, name) < 0 ? NULL : ret;
}

static bool
is_swap (const struct fstab_entry *e)
{
  return strcmp (e->type, "swap") == 0;
}

/* Does the first field name a disk, which should be there? */
static bool
names_device (const char *spec)
{
  size_t i;

  for (i = 0; i < sizeof properties / sizeof properties[0]; ++i)
    if (strncmp (spec, properties[i].tag, strlen (properties[i].tag)) == 0)
      return true;
  return is_device_name (spec);
}

/* Network and kernel filesystems have no device; a file may be mounted. */
static bool
is_wanted (const struct fstab_entry *e)
{
  return is_swap (e)
         || (e->file[0] == '/' && strcmp (e->file, "/") != 0);
}

static bool
has_key (const struct strlist *hash, const char *key)
{
  size_t i;

  for (i = 0; i < hash->len; i += 2)
    if (strcmp (hash->items[i], key) == 0)
      return true;
  return false;
}

/* Pairs of path and mountable: a path is longer than those it is below. */
static int
by_length (const void *a, const void *b)
{
  const char *const *x = a, *const *y = b;
  size_t len_x = strlen (*x), len_y = strlen (*y);

  return len_x < len_y ? -1 : len_x > len_y ? 1 : strcmp (*x, *y);
}

static int
add_entry (const struct fstab_entry *e, struct strlist *mountpoints,
           struct strlist *filesystems, struct system_info *info)
{
  CLEANUP_FREE char *mountable = is_wanted (e) ? mountable_of (e) : NULL;
  int r = 0;

  if (!mountable) {
    if (is_wanted (e) && names_device (e->spec))
      system_warn (info, "/etc/fstab: there is no device %s for %s", e->spec,
                   e->file);
    return 0;
  }
  if (!strings_contain (filesystems->items, mountable))
    r |= strlist_add (filesystems, mountable);
  if (!is_swap (e) && !has_key (mountpoints, e->file))
    r |= strlist_add (mountpoints, e->file)
      | strlist_add (mountpoints, mountable);
  return r;
}

int
inspect_mounts (const char *root, struct system_info *info,
                struct strlist *mountpoints, struct strlist *filesystems,
                struct error *err)
{
  size_t i;
  int r;

  r = strlist_add (mountpoints, "/") | strlist_add (mountpoints, root)
    | strlist_add (filesystems, root);
  for (i = 0; r == 0 && i < info->fstab.len; ++i)
    r = add_entry (&info->fstab.ptr[i], mountpoints, filesystems, info);
  if (r)
    return error_errno (err, "%s", root);
  qsort (mountpoints->items, mountpoints->len / 2,
         2 * sizeof mountpoints->items[0], by_length);
  return 0;
}
