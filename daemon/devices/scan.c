/* Bringing up devices that are made of others: see scan.h. */

#include <config.h>

#include <fcntl.h>
#include <linux/btrfs.h>
#include <string.h>
#include <sys/ioctl.h>

#include "bsdparts.h"
#include "command.h"
#include "device.h"
#include "dynamicdisk.h"
#include "lvm.h"
#include "prefix.h"
#include "probe.h"
#include "scan.h"
#include "sysblock.h"

static bool scanned;

struct found {
  bool raid, lvm;
};

/* Tell btrfs where a member of one of its filesystems is, so that any member
 * can be mounted. */
static void
register_btrfs (const char *device)
{
  struct btrfs_ioctl_vol_args args = { 0 };
  CLEANUP_CLOSE int fd = open ("/dev/btrfs-control", O_RDWR | O_CLOEXEC);

  if (fd == -1 || strlen (device) >= sizeof args.name)
    return;
  memcpy (args.name, device, strlen (device) + 1);
  (void) ioctl (fd, BTRFS_IOC_SCAN_DEV, &args);
}

/* The same for bcache, which makes /dev/bcacheN as soon as it knows all that
 * belongs to it. */
static void
register_bcache (const char *device)
{
  CLEANUP_CLOSE int fd = open ("/sys/fs/bcache/register",
                               O_WRONLY | O_CLOEXEC);

  if (fd >= 0)
    (void) !write (fd, device, strlen (device));
}

/* A quick look for the things that matter here only. */
static void
look_at (const char *device, struct found *found)
{
  static char types[][20] = {
    "linux_raid_member", "LVM2_member", "bcache", "btrfs"
  };
  char *names[] = { types[0], types[1], types[2], types[3], NULL };
  CLEANUP_PROBE blkid_probe probe = probe_open (device, NULL);
  const char *type;

  if (!probe)
    return;
  blkid_probe_enable_superblocks (probe, 1);
  blkid_probe_set_superblocks_flags (probe, BLKID_SUBLKS_TYPE);
  blkid_probe_filter_superblocks_type (probe, BLKID_FLTR_ONLYIN, names);
  if (blkid_do_safeprobe (probe) != 0
      || blkid_probe_lookup_value (probe, "TYPE", &type, NULL) == -1)
    return;
  if (strcmp (type, types[0]) == 0)
    found->raid = true;
  else if (strcmp (type, types[1]) == 0)
    found->lvm = true;
  else if (strcmp (type, types[2]) == 0)
    register_bcache (device);
  else
    register_btrfs (device);
}

static void
look_at_list (char *const *devices, struct found *found)
{
  size_t i;

  for (i = 0; devices && devices[i]; ++i)
    if (!sysblock_has_partitions (devices[i]))
      look_at (devices[i], found);
}

static bool
any_dynamic (char *const *disks)
{
  size_t i;

  for (i = 0; disks && disks[i]; ++i)
    if (ldm_is_volume_disk (disks[i]))
      return true;
  return false;
}

/* In partitions, and on disks without any. */
static void
create_bsd_partitions (char *const *disks, char *const *partitions)
{
  CLEANUP_STRLIST struct strlist list = STRLIST_INIT;
  size_t i;

  for (i = 0; partitions && partitions[i]; ++i)
    (void) strlist_add (&list, partitions[i]);
  for (i = 0; disks && disks[i]; ++i)
    if (!sysblock_has_partitions (disks[i]))
      (void) strlist_add (&list, disks[i]);
  bsd_parts_create (list.items);
}

void
storage_rescan (void)
{
  CLEANUP_STRINGS char **disks = device_list_disks (NULL);
  CLEANUP_STRINGS char **partitions = device_list_partitions (NULL);
  CLEANUP_STRLIST struct strlist others = STRLIST_INIT;
  struct found found = { false, false };

  scanned = true;
  look_at_list (disks, &found);
  look_at_list (partitions, &found);
  if (found.raid)
    (void) run (NULL, NULL, "mdadm", "--assemble", "--scan", "--run",
                "--auto=yes", NULL);
  if (any_dynamic (disks))
    (void) ldm_create_volumes (NULL);
  create_bsd_partitions (disks, partitions);
  (void) sysblock_list (SYSBLOCK_MD, &others, NULL);
  (void) sysblock_list (SYSBLOCK_BCACHE, &others, NULL);
  (void) sysblock_list (SYSBLOCK_CRYPT, &others, NULL);
  look_at_list (others.items, &found);
  if (found.lvm)
    (void) lvm_activate_all (NULL);
}

void
storage_scan (void)
{
  if (!scanned)
    storage_rescan ();
}

bool
storage_scan_may_help (const char *device)
{
  if (scanned || !has_prefix (device, "/dev/"))
    return false;
  device += 5;
  return has_prefix (device, "md") || has_prefix (device, "dm-")
         || has_prefix (device, "bcache") || strchr (device, '/') != NULL;
}

static int
add_unpartitioned (char *const *devices, struct strlist *ret,
                   struct error *err)
{
  size_t i;

  for (i = 0; devices[i]; ++i)
    if (!sysblock_has_partitions (devices[i])
        && strlist_add (ret, devices[i]) == -1)
      return error_errno (err, "list of devices");
  return 0;
}

/* Devices of one kind, after those that are there. */
static int
add_kind (enum sysblock_kind kind, struct strlist *ret, struct error *err)
{
  CLEANUP_STRLIST struct strlist list = STRLIST_INIT;

  if (sysblock_list (kind, &list, err) == -1)
    return -1;
  return list.items ? add_unpartitioned (list.items, ret, err) : 0;
}

/* What the kernel sees on a dynamic disk are pieces of volumes. */
static int
add_partitions (char *const *partitions, struct strlist *ret,
                struct error *err)
{
  CLEANUP_FREE char *last = NULL; /* the disk that was looked at */
  bool is_dynamic = false;
  size_t i;

  for (i = 0; partitions[i]; ++i) {
    CLEANUP_FREE char *disk = NULL;

    bool has_disk
      = sysblock_partition (partitions[i], &disk, NULL, NULL) == 0;

    if (has_disk && (!last || strcmp (disk, last) != 0)) {
      is_dynamic = ldm_is_volume_disk (disk);
      free (last);
      last = TAKE_PTR (disk);
    }
    if (has_disk && is_dynamic)
      continue;
    if (strlist_add (ret, partitions[i]) == -1)
      return error_errno (err, "list of devices");
  }
  return 0;
}

int
storage_list (struct strlist *ret, struct error *err)
{
  CLEANUP_STRINGS char **disks = NULL;
  CLEANUP_STRINGS char **partitions = NULL;

  storage_scan ();
  if (!(disks = device_list_disks (err))
      || !(partitions = device_list_partitions (err))
      || add_unpartitioned (disks, ret, err) == -1
      || add_partitions (partitions, ret, err) == -1
      || add_kind (SYSBLOCK_MD, ret, err) == -1
      || add_kind (SYSBLOCK_BCACHE, ret, err) == -1
      || add_kind (SYSBLOCK_LVM, ret, err) == -1
      || add_kind (SYSBLOCK_LDM, ret, err) == -1
      || add_kind (SYSBLOCK_BSD, ret, err) == -1
      || add_kind (SYSBLOCK_CRYPT, ret, err) == -1)
    return -1;
  return 0;
}
