/* The devices of a mounted btrfs, its size, and what is done to its files. */

#include <config.h>

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/btrfs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "actions.h"
#include "btrfs.h"
#include "command.h"
#include "device.h"
#include "guestpath.h"
#include "io.h"
#include "probe.h"
#include "scan.h"
#include "strlist.h"
#include "wipe.h"

static int
change_device (int fd, unsigned long request, const char *device,
               struct error *err)
{
  struct btrfs_ioctl_vol_args args = { 0 };
  size_t len = strlen (device);

  if (len >= sizeof args.name)
    return error_set (err, ENAMETOOLONG, "%s", device);
  memcpy (args.name, device, len);
  if (ioctl (fd, request, &args) == -1)
    return error_errno (err, "%s", device);
  return 0;
}

int
do_btrfs_device_add (char *const *devices, const char *fs, struct error *err)
{
  CLEANUP_CLOSE int fd = btrfs_open (fs, err);

  if (fd == -1)
    return -1;
  for (; *devices; ++devices)
    if (wipe_signatures (*devices, err) == -1
        || change_device (fd, BTRFS_IOC_ADD_DEV, *devices, err) == -1)
      return -1;
  return 0;
}

int
do_btrfs_device_delete (char *const *devices, const char *fs,
                        struct error *err)
{
  CLEANUP_CLOSE int fd = btrfs_open (fs, err);

  if (fd == -1)
    return -1;
  for (; *devices; ++devices)
    if (change_device (fd, BTRFS_IOC_RM_DEV, *devices, err) == -1)
      return -1;
  return 0;
}

static int
put_name (__u8 name[BTRFS_DEVICE_PATH_NAME_MAX + 1], const char *device,
          struct error *err)
{
  size_t len = strlen (device);

  if (len > BTRFS_DEVICE_PATH_NAME_MAX)
    return error_set (err, ENAMETOOLONG, "%s", device);
  memcpy (name, device, len);
  return 0;
}

int
do_btrfs_replace (const char *srcdev, const char *targetdev,
                  const char *mntpoint, struct error *err)
{
  CLEANUP_CLOSE int fd = btrfs_open (mntpoint, err);
  struct btrfs_ioctl_dev_replace_args args = {
    .cmd = BTRFS_IOCTL_DEV_REPLACE_CMD_START,
  };

  if (fd == -1 || put_name (args.start.srcdev_name, srcdev, err) == -1
      || put_name (args.start.tgtdev_name, targetdev, err) == -1
      || wipe_signatures (targetdev, err) == -1)
    return -1;
  /* Returns when all is copied. */
  if (ioctl (fd, BTRFS_IOC_DEV_REPLACE, &args) == -1)
    return error_errno (err, "replacing %s by %s", srcdev, targetdev);
  if (args.result != BTRFS_IOCTL_DEV_REPLACE_RESULT_NO_ERROR)
    return error_set (err, EBUSY, "replacing %s by %s: %s", srcdev, targetdev,
                      args.result
                      == BTRFS_IOCTL_DEV_REPLACE_RESULT_SCRUB_INPROGRESS
                      ? "a scrub is running" : "another replacement is running");
  return 0;
}

int
do_btrfs_filesystem_resize (const char *mountpoint,
                            const struct guestfs_btrfs_filesystem_resize_argv *o,
                            struct error *err)
{
  CLEANUP_CLOSE int fd = -1;
  char size[32] = "max";

  if (o->bitmask & GUESTFS_BTRFS_FILESYSTEM_RESIZE_SIZE_BITMASK) {
    if (o->size <= 0)
      return error_set (err, EINVAL, "the size must be positive: %" PRIi64,
                        o->size);
    snprintf (size, sizeof size, "%" PRIi64, o->size);
  }
  fd = btrfs_open (mountpoint, err);
  if (fd == -1)
    return -1;
  return change_device (fd, BTRFS_IOC_RESIZE, size, err) == -1
    ? error_prefix (err, "%s: resize", mountpoint) : 0;
}

int
do_btrfs_filesystem_sync (const char *fs, struct error *err)
{
  CLEANUP_CLOSE int fd = btrfs_open (fs, err);
  enum btrfs_util_error e;

  if (fd == -1)
    return -1;
  e = btrfs_util_sync_fd (fd);
  return e == BTRFS_UTIL_OK ? 0 : btrfs_failed (e, fs, err);
}

int
do_btrfs_filesystem_defragment (const char *path,
                                const struct guestfs_btrfs_filesystem_defragment_argv *o,
                                struct error *err)
{
  static char *const types[] = {
    (char *) "zlib", (char *) "lzo", (char *) "zstd", NULL
  };
  CLEANUP_CLOSE int fd = -1;
  CLEANUP_FREE char *real = NULL;
  CLEANUP_STRLIST struct strlist argv = STRLIST_INIT;

  if (strlist_add (&argv, "btrfs") == -1
      || strlist_add (&argv, "filesystem") == -1
      || strlist_add (&argv, "defragment") == -1
      || strlist_add (&argv, "-r") == -1)
    return error_errno (err, "%s", path);
  if (o->bitmask & GUESTFS_BTRFS_FILESYSTEM_DEFRAGMENT_FLUSH_BITMASK
      && o->flush && strlist_add (&argv, "-f") == -1)
    return error_errno (err, "%s", path);
  if (o->bitmask & GUESTFS_BTRFS_FILESYSTEM_DEFRAGMENT_COMPRESS_BITMASK) {
    if (!strings_contain (types, o->compress))
      return error_set (err, EINVAL, "\"%s\": compress is zlib, lzo or zstd",
                        o->compress);
    if (strlist_addf (&argv, "-c%s", o->compress) == -1)
      return error_errno (err, "%s", path);
  }
  fd = btrfs_open (path, err);
  if (fd == -1 || !(real = guest_program_path (fd, path, err)))
    return -1;
  if (strlist_add (&argv, real) == -1)
    return error_errno (err, "%s", path);
  return runv (NULL, err, (const char *const *) argv.items);
}

/* ---- which devices a filesystem has --------------------------------------- */

/* The superblock: its magic at 64, the number of devices at 136, and the
 * number of this device at the start of its item, at 201. */
#define SUPER_OFFSET 65536
#define SUPER_MAGIC "_BHRfS_M"

struct member {
  char *device;
  uint64_t id, count;
};

static uint64_t
little64 (const unsigned char *p)
{
  uint64_t v;

  memcpy (&v, p, sizeof v);
  return le64toh (v);
}

static int
read_super (const char *device, struct member *ret, struct error *err)
{
  CLEANUP_CLOSE int fd = device_open (device, O_RDONLY, err);
  unsigned char sb[512];

  if (fd == -1)
    return -1;
  if (pread_full (fd, sb, sizeof sb, SUPER_OFFSET) != (ssize_t) sizeof sb)
    return error_errno (err, "%s", device);
  if (memcmp (sb + 64, SUPER_MAGIC, 8) != 0)
    return error_set (err, EINVAL, "%s is not a btrfs filesystem", device);
  ret->count = little64 (sb + 136);
  ret->id = little64 (sb + 201);
  return 0;
}

static int
compare_members (const void *a, const void *b)
{
  const struct member *x = a, *y = b;

  return x->id < y->id ? -1 : x->id > y->id;
}

/* The devices with this UUID, of `all`, which the members point into. */
static size_t
find_members (const struct strlist *all, const char *uuid, struct member *ret)
{
  size_t i, n = 0;

  for (i = 0; i < all->len; ++i) {
    CLEANUP_FREE char *other = NULL;

    if (!probe_is_type (all->items[i], "btrfs"))
      continue;
    other = probe_value (all->items[i], "UUID", NULL);
    if (!other || strcmp (other, uuid) != 0
        || read_super (all->items[i], &ret[n], NULL) == -1)
      continue;
    ret[n++].device = all->items[i];
  }
  qsort (ret, n, sizeof *ret, compare_members);
  return n;
}

char **
do_btrfs_filesystem_show (const char *device, struct error *err)
{
  CLEANUP_STRLIST struct strlist all = STRLIST_INIT, ret = STRLIST_INIT;
  CLEANUP_FREE char *uuid = NULL;
  CLEANUP_FREE struct member *members = NULL;
  struct member self = { NULL, 0, 0 };
  size_t i, n;
  char **list;

  /* What is only in memory is not in the superblock. */
  sync ();
  if (read_super (device, &self, err) == -1
      || !(uuid = probe_value (device, "UUID", err))
      || storage_list (&all, err) == -1)
    return NULL;
  members = calloc (all.len + 1, sizeof *members);
  if (!members) {
    error_errno (err, "%s", device);
    return NULL;
  }
  n = find_members (&all, uuid, members);
  if (n < self.count) {
    error_set (err, ENODEV, "%s: only %zu of the %" PRIu64 " devices of this "
               "filesystem are there", device, n, self.count);
    return NULL;
  }
  for (i = 0; i < n; ++i)
    if (strlist_add (&ret, members[i].device) == -1) {
      error_errno (err, "%s", device);
      return NULL;
    }
  list = strlist_take (&ret);
  if (!list)
    error_errno (err, "%s", device);
  return list;
}
