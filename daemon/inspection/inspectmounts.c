/* The mounts of a guest's fstab: see inspectmounts.h. */

#include <config.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inspectdevice.h"
#include "inspectmounts.h"

/* "btrfsvol:/dev/sda2/home" where the options name a subvolume. */
static char *
mountable_of (const struct device_names *names, const struct fstab_entry *e)
{
  CLEANUP_FREE char *device = device_names_resolve (names, e->spec);
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

/* Network and kernel filesystems have no device; a file may be mounted.  Others
 * say where another filesystem is seen once more. */
static bool
is_wanted (const struct fstab_entry *e)
{
  return device_names_is_disk (e->spec)
         && (is_swap (e)
             || (e->file[0] == '/' && strcmp (e->file, "/") != 0));
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
add_entry (const struct device_names *names, const struct fstab_entry *e,
           struct system_info *info, struct strlist *mountpoints,
           struct strlist *filesystems)
{
  CLEANUP_FREE char *mountable = mountable_of (names, e);
  int r = 0;

  if (!mountable && strstr (e->options, "noauto"))
    return 0; /* a drive for discs, perhaps */
  if (!mountable) {
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
inspect_mounts (const char *root, const char *device,
                struct system_info *info, struct strlist *mountpoints,
                struct strlist *filesystems, char **ret_fstab_root,
                struct error *err)
{
  CLEANUP_DEVICE_NAMES struct device_names names = DEVICE_NAMES_INIT;
  CLEANUP_FREE char *fstab_root = NULL;
  size_t i;
  int r;

  device_names_init (&names, info, device);
  r = strlist_add (mountpoints, "/") | strlist_add (mountpoints, root)
    | strlist_add (filesystems, root);
  for (i = 0; r == 0 && i < info->fstab.len; ++i) {
    const struct fstab_entry *e = &info->fstab.ptr[i];

    if (is_wanted (e))
      r = add_entry (&names, e, info, mountpoints, filesystems);
    else if (!fstab_root && strcmp (e->file, "/") == 0
             && strcmp (e->type, "btrfs") == 0)
      fstab_root = mountable_of (&names, e);
  }
  if (r)
    return error_errno (err, "%s", root);
  qsort (mountpoints->items, mountpoints->len / 2,
         2 * sizeof mountpoints->items[0], by_length);
  *ret_fstab_root = TAKE_PTR (fstab_root);
  return 0;
}
