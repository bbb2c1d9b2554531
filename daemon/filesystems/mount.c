/* Mounting: mount and its variants, remount, and the list of mounts.
 *
 * mount(2) is called directly, with the type that libblkid finds.  Every type
 * is mounted without the parts of its driver that would refuse a disk for want
 * of trust in it: the appliance is there to look into any disk.
 */

#include <config.h>

#include <blkid/blkid.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

#include "actions.h"
#include "command.h"
#include "device.h"
#include "guestpath.h"
#include "kmsg.h"
#include "mount.h"
#include "mountoptions.h"
#include "mounts.h"
#include "scan.h"
#include "strbuf.h"
#include "strlist.h"
#include "ufskind.h"

/* The type of the file system on a device. */
char *
mount_probe_type (const char *device, struct error *err)
{
  blkid_probe probe = blkid_new_probe_from_filename (device);
  const char *type;
  char *ret = NULL;
  int r;

  if (!probe) {
    error_errno (err, "%s", device);
    return NULL;
  }
  blkid_probe_enable_superblocks (probe, 1);
  blkid_probe_set_superblocks_flags (probe, BLKID_SUBLKS_TYPE);
  r = blkid_do_safeprobe (probe);
  if (r == 0 && blkid_probe_lookup_value (probe, "TYPE", &type, NULL) == 0) {
    ret = strdup (type);
    if (!ret)
      error_errno (err, "%s", device);
  } else if (r == -2)
    error_set (err, EUCLEAN, "%s: traces of more than one file system; say "
               "which one it is with mount_vfs", device);
  else
    error_set (err, EINVAL, "%s: no file system that is known was found",
               device);
  blkid_free_probe (probe);
  return ret;
}

static bool
is_readonly_device (const char *device)
{
  CLEANUP_CLOSE int fd = open (device, O_RDONLY | O_CLOEXEC);
  int readonly = 0;

  return fd >= 0 && ioctl (fd, BLKROGET, &readonly) == 0 && readonly;
}

/* What the kernel said about a mount that failed, which is why. */
static void
add_kernel_message (int messages, struct error *err)
{
  CLEANUP_FREE char *line = kmsg_last (messages);
  CLEANUP_ERROR struct error longer = ERROR_INIT;

  if (!line || !err->message)
    return;
  error_set (&longer, err->errnum, "%s (kernel: %s)", err->message, line);
  error_clear (err);
  error_move (err, &longer);
}

/* Where in the guest: a descriptor of the directory, or of the file system that
 * mkmountpoint works in. */
static int
open_mountpoint (const char *mountpoint, struct error *err)
{
  if (mountpoint[0] != '/')
    return error_set (err, EINVAL, "%s: a mount point must start with /",
                      mountpoint);
  return guest_open (mountpoint, O_PATH | O_DIRECTORY, 0, err);
}

/* mount(2) on a descriptor, and the notes that go with every change. */
static int
mount_on (const char *source, int target, const char *type,
          unsigned long flags, const char *data, struct error *err)
{
  CLEANUP_ERROR struct error fault = ERROR_INIT;
  CLEANUP_CLOSE int messages = kmsg_begin ();
  char path[32];
  int r;

  guest_fd_path (target, path);
  if (!data || !data[0])
    data = NULL;
  r = mount (source, path, type, flags, data);
  /* Another device of this filesystem has not been looked at yet. */
  if (r == -1 && errno == ENOENT && strcmp (type, "btrfs") == 0) {
    storage_scan ();
    r = mount (source, path, type, flags, data);
  }
  /* As mount(8) does: some can only be read, such as seeds of btrfs. */
  if (r == -1 && (errno == EACCES || errno == EROFS)
      && !(flags & (MS_RDONLY | MS_REMOUNT)))
    r = mount (source, path, type, flags | MS_RDONLY, data);
  if (r == 0) {
    mounts_changed ();
    return 0;
  }
  error_errno (&fault, "mounting %s as %s", source, type);
  if (fault.errnum != EBUSY && fault.errnum != EACCES
      && fault.errnum != EROFS)
    add_kernel_message (messages, &fault);
  error_move (err, &fault);
  return -1;
}

/* NTFS that ntfs3 refuses (hibernated, or with a journal it cannot replay) is
 * still readable with ntfs-3g, and then mounted read-only by it. */
static int
mount_ntfs_3g (const char *device, int target, const struct mount_options *o,
               struct error *err)
{
  CLEANUP_FREE char *options = NULL;
  char path[32], real[4096];
  ssize_t n = readlink (guest_fd_path (target, path), real, sizeof real - 1);

  if (n == -1)
    return error_errno (err, "%s", device);
  real[n] = '\0';
  if (asprintf (&options, "%s%s%s", o->flags & MS_RDONLY ? "ro" : "rw",
                o->data.len > 0 ? "," : "",
                o->data.len > 0 ? o->data.data : "") == -1) {
    options = NULL;
    return error_errno (err, "%s", device);
  }
  if (run (NULL, err, "ntfs-3g", "-o", options, device, real, NULL) == -1)
    return -1;
  mounts_changed ();
  return 0;
}

/* Options that a type needs on this device and that the caller did not think
 * of.  A journal can only be replayed on a device that can be written. */
static int
add_type_options (struct mount_options *o, const char *type,
                  const char *device)
{
  static const struct {
    const char *type, *option;
  } no_replay[] = {
    { "ext3", "noload" }, { "ext4", "noload" }, { "xfs", "norecovery" },
    { "btrfs", "rescue=nologreplay" }, { "reiserfs", "nolog" },
    { "f2fs", "norecovery" }, { "nilfs2", "norecovery" },
  };
  size_t i;

  if (strcmp (type, "ufs") == 0
      && !(o->data.data && strstr (o->data.data, "ufstype="))) {
    const char *kind = ufs_mount_option (device);

    if (kind && mount_options_add (o, kind) == -1)
      return -1;
  }
  if (!is_readonly_device (device))
    return 0;
  o->flags |= MS_RDONLY;
  for (i = 0; i < sizeof no_replay / sizeof no_replay[0]; ++i)
    if (strcmp (type, no_replay[i].type) == 0)
      return mount_options_add (o, no_replay[i].option);
  return 0;
}

const char *
mount_kernel_type (const char *type)
{
  static const struct {
    const char *name, *kernel;
  } names[] = {
    { "ntfs", "ntfs3" }, { "msdos", "vfat" }, { "fat", "vfat" },
    { "hfs+", "hfsplus" }, { "ntfs-3g", "ntfs-3g" },
  };
  size_t i;

  for (i = 0; i < sizeof names / sizeof names[0]; ++i)
    if (strcmp (type, names[i].name) == 0)
      return names[i].kernel;
  return type;
}

static int
mount_type (const char *device, int target, const char *type,
            struct mount_options *o, struct error *err)
{
  CLEANUP_ERROR struct error fault = ERROR_INIT;

  type = mount_kernel_type (type);
  if (strcmp (type, "ntfs-3g") == 0)
    return mount_ntfs_3g (device, target, o, err);
  if (add_type_options (o, type, device) == -1)
    return error_errno (err, "options for %s", device);
  if (mount_on (device, target, type, o->flags, o->data.data, &fault) == 0)
    return 0;
  if (strcmp (type, "ntfs3") == 0
      && mount_ntfs_3g (device, target, o, NULL) == 0)
    return 0;
  error_move (err, &fault);
  return -1;
}

int
mount_at (const struct mountable *mountable, const char *mountpoint,
          const char *type, const char *options, struct error *err)
{
  CLEANUP_MOUNT_OPTIONS struct mount_options o = MOUNT_OPTIONS_INIT;
  CLEANUP_CLOSE int target = -1;
  CLEANUP_FREE char *probed = NULL;

  if (mount_options_parse (options ? options : "", &o, err) == -1)
    return -1;
  if (mountable->volume
      && (mount_options_add (&o, "subvol=/") == -1
          || strbuf_addstr (&o.data, mountable->volume) == -1))
    return error_errno (err, "%s", mountable->string);
  target = open_mountpoint (mountpoint, err);
  if (target == -1)
    return -1;
  if (mountable->volume)
    type = "btrfs";
  else if (!type || !type[0] || strcmp (type, "auto") == 0) {
    type = probed = mount_probe_type (mountable->device, err);
    if (!probed)
      return -1;
  }
  return mount_type (mountable->device, target, type, &o, err);
}

int
do_mount (const struct mountable *mountable, const char *mountpoint,
          struct error *err)
{
  return mount_at (mountable, mountpoint, NULL, NULL, err);
}

int
do_mount_ro (const struct mountable *mountable, const char *mountpoint,
             struct error *err)
{
  return mount_at (mountable, mountpoint, NULL, "ro", err);
}

int
do_mount_options (const char *options, const struct mountable *mountable,
                  const char *mountpoint, struct error *err)
{
  return mount_at (mountable, mountpoint, NULL, options, err);
}

int
do_mount_vfs (const char *options, const char *vfstype,
              const struct mountable *mountable, const char *mountpoint,
              struct error *err)
{
  return mount_at (mountable, mountpoint, vfstype, options, err);
}

int
do_remount (const char *mountpoint, const struct guestfs_remount_argv *optargs,
            struct error *err)
{
  CLEANUP_CLOSE int target = -1;
  unsigned long flags = MS_REMOUNT;
  char path[32];

  if (!(optargs->bitmask & GUESTFS_REMOUNT_RW_BITMASK))
    return error_set (err, EINVAL, "remount: nothing to change was given");
  if (!optargs->rw)
    flags |= MS_RDONLY;
  target = open_mountpoint (mountpoint, err);
  if (target == -1)
    return -1;
  if (mount (NULL, guest_fd_path (target, path), NULL, flags, NULL) == -1)
    return error_errno (err, "remounting %s", mountpoint);
  return 0;
}
