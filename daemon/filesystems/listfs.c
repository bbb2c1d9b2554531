/* list_filesystems: every filesystem, on whatever kind of device, with its
 * type. */

#include <config.h>

#include <btrfsutil.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "actions.h"
#include "listfs.h"
#include "mountpoint.h"
#include "probe.h"
#include "scan.h"

#define GPT_TYPE_MICROSOFT_RESERVED "e3c9e316-0b5c-4db8-817d-f92df00215ae"

/* What is on a device, and what the partition table says about it. */
struct contents {
  char *type;
  bool no_filesystem; /* a partition that never holds one */
};

static bool
entry_is (const char *scheme, const char *type)
{
  static const char *const extended[] = { "0x5", "0xf", "0x85", NULL };

  if (strcmp (scheme, "dos") == 0)
    return strings_contain ((char *const *) extended, type);
  return strcasecmp (type, GPT_TYPE_MICROSOFT_RESERVED) == 0;
}

/* One pass of libblkid for all of it. */
static int
look (const char *device, struct contents *ret, struct error *err)
{
  CLEANUP_PROBE blkid_probe probe = probe_open (device, err);
  const char *type = NULL, *scheme = NULL, *entry_type = NULL;
  int r;

  if (!probe)
    return -1;
  blkid_probe_enable_superblocks (probe, 1);
  blkid_probe_set_superblocks_flags (probe, BLKID_SUBLKS_TYPE);
  blkid_probe_enable_partitions (probe, 1);
  blkid_probe_set_partitions_flags (probe, BLKID_PARTS_ENTRY_DETAILS);
  r = blkid_do_safeprobe (probe);
  if (r == 0) {
    (void) blkid_probe_lookup_value (probe, "TYPE", &type, NULL);
    (void) blkid_probe_lookup_value (probe, "PART_ENTRY_SCHEME", &scheme, NULL);
    (void) blkid_probe_lookup_value (probe, "PART_ENTRY_TYPE", &entry_type,
                                     NULL);
  }
  ret->no_filesystem = !type && scheme && entry_type
    && entry_is (scheme, entry_type);
  ret->type = strdup (type ? type : "unknown");
  if (!ret->type)
    return error_errno (err, "%s", device);
  return 0;
}

static bool
is_member (const char *type)
{
  const char *suffix = "_member";
  size_t len = strlen (type);

  return strcmp (type, "bcache") == 0
         || (len >= strlen (suffix)
             && strcmp (type + len - strlen (suffix), suffix) == 0);
}

static int
add (struct strlist *ret, const char *type, const char *device,
     const char *volume, struct error *err)
{
  int r = volume ? strlist_addf (ret, "btrfsvol:%s/%s", device, volume)
    : strlist_add (ret, device);

  if (r == -1 || strlist_add (ret, type) == -1)
    return error_errno (err, "%s", device);
  return 0;
}

static void
destroy_iterator (struct btrfs_util_subvolume_iterator **iterator)
{
  if (*iterator)
    btrfs_util_destroy_subvolume_iterator (*iterator);
}

/* The device stands for the default subvolume; the others follow. */
int
listfs_add_btrfs (const char *device, struct strlist *ret, struct error *err)
{
  CLEANUP_MOUNTPOINT struct mountpoint m = MOUNTPOINT_INIT;
  CLEANUP (destroy_iterator) struct btrfs_util_subvolume_iterator *it = NULL;
  uint64_t default_id = 0, id = 0;
  char *path;

  if (add (ret, "btrfs", device, NULL, err) == -1)
    return -1;
  /* The top of the tree, whatever the default is.  One that cannot be mounted
   * is still a filesystem. */
  if (mountpoint_mount (&m, device, "btrfs", "subvolid=5", NULL) == -1
      || btrfs_util_get_default_subvolume (m.path, &default_id) != BTRFS_UTIL_OK
      || btrfs_util_create_subvolume_iterator (m.path, 5, 0, &it)
         != BTRFS_UTIL_OK)
    return 0;
  while (btrfs_util_subvolume_iterator_next (it, &path, &id)
         == BTRFS_UTIL_OK) {
    CLEANUP_FREE char *volume = path;

    if (id != default_id && add (ret, "btrfs", device, volume, err) == -1)
      return -1;
  }
  return 0;
}

int
listfs (struct strlist *ret, struct error *err)
{
  CLEANUP_STRLIST struct strlist devices = STRLIST_INIT;
  size_t i;

  if (storage_list (&devices, err) == -1)
    return -1;
  for (i = 0; i < devices.len; ++i) {
    CLEANUP_FREE char *type = NULL;
    struct contents c = { NULL, false };
    int r = 0;

    if (look (devices.items[i], &c, err) == -1)
      return -1;
    type = c.type;
    if (strcmp (type, "btrfs") == 0)
      r = listfs_add_btrfs (devices.items[i], ret, err);
    else if (!c.no_filesystem && !is_member (type))
      r = add (ret, type, devices.items[i], NULL, err);
    if (r == -1)
      return -1;
  }
  return 0;
}

char **
do_list_filesystems (struct error *err)
{
  CLEANUP_STRLIST struct strlist ret = STRLIST_INIT;
  char **list;

  if (listfs (&ret, err) == -1)
    return NULL;
  list = strlist_take (&ret);
  if (!list)
    error_errno (err, "list_filesystems");
  return list;
}
