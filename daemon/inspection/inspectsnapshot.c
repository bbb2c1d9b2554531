/* Snapshots: see inspectsnapshot.h. */

#include <config.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "inspectsnapshot.h"
#include "io.h"
#include "prefix.h"
#include "strlist.h"

bool
snapshot_by_name (const char *mountable)
{
  static const char *const places[] = {
    ".snapshots/",                    /* snapper */
    "timeshift-btrfs/snapshots/", "btrbk_snapshots/", "@snapshots/",
    "var/lib/docker/btrfs/", "var/lib/containers/storage/btrfs/",
    "var/lib/machines/", "var/lib/portables/", "var/lib/lxc/",
  };
  size_t i;

  if (!has_prefix (mountable, "btrfsvol:"))
    return false;
  for (i = 0; i < sizeof places / sizeof places[0]; ++i)
    if (strstr (mountable, places[i]))
      return true;
  return false;
}

static bool
same_device (const char *a, const char *b)
{
  CLEANUP_MOUNTABLE struct mountable x = MOUNTABLE_INIT, y = MOUNTABLE_INIT;

  return mountable_parse (a, &x, NULL) == 0 && mountable_parse (b, &y, NULL) == 0
         && strcmp (x.device, y.device) == 0;
}

/* Its fstab was copied with it, and names the original; or, where the original
 * is the default subvolume, that is the device itself. */
static bool
names_another (const struct inspected_vector *systems, size_t i)
{
  const struct inspected *s = &systems->ptr[i];
  size_t j;

  if (!s->fstab_root || strcmp (s->fstab_root, s->root) == 0
      || !has_prefix (s->root, "btrfsvol:"))
    return false;
  for (j = 0; j < systems->len; ++j) {
    const struct inspected *other = &systems->ptr[j];

    if (j != i && same_device (other->root, s->root)
        && (strcmp (other->root, s->fstab_root) == 0
            || !has_prefix (other->root, "btrfsvol:")))
      return true;
  }
  return false;
}

/* A snapshot of LVM has beside the original's blocks those that have changed
 * since: a device whose name ends with -cow. */
static bool
is_lvm_snapshot (const char *device)
{
  CLEANUP_FREE char *dir_name = NULL;
  struct dirent *entry;
  bool ret = false;
  struct stat st;
  CLEANUP_CLOSEDIR DIR *dir = NULL;

  if (stat (device, &st) == -1
      || asprintf (&dir_name, "/sys/dev/block/%u:%u/slaves", major (st.st_rdev),
                   minor (st.st_rdev)) < 0)
    return false;
  dir = opendir (dir_name);
  while (dir && !ret && (entry = readdir (dir)) != NULL) {
    CLEANUP_FREE char *path = NULL;
    CLEANUP_FREE char *name = NULL;
    CLEANUP_CLOSE int fd = -1;

    if (!has_prefix (entry->d_name, "dm-"))
      continue;
    if (asprintf (&path, "/sys/block/%s/dm/name", entry->d_name) < 0) {
      path = NULL;
      continue;
    }
    fd = open (path, O_RDONLY | O_CLOEXEC);
    name = fd == -1 ? NULL : read_whole_fd (fd, 1024, NULL);
    ret = name && strstr (name, "-cow\n");
  }
  return ret;
}

bool
snapshot_of_another (const struct inspected_vector *systems, size_t i)
{
  const char *root = systems->ptr[i].root;

  return names_another (systems, i)
         || (systems->len > 1 && has_prefix (root, "/dev/")
             && is_lvm_snapshot (root));
}
