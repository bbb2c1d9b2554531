/* Writing everything out: see flush.h. */

#include <config.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/btrfs.h>
#include <linux/f2fs.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cleanup.h"
#include "device.h"
#include "flush.h"
#include "guestpath.h"
#include "prefix.h"

/* The first error is the one that is told; the caller goes on. */
static void
note (struct error *first, const char *what)
{
  if (!error_is_set (first))
    error_errno (first, "writing %s to the disk", what);
}

/* Not in the headers: Documentation/filesystems/ext4/overview.rst. */
#define EXT4_IOC_CHECKPOINT _IOW ('f', 43, uint32_t)

/* syncfs says that all is well on a file system that has given up: one that made
 * itself read-only, an ext4 whose journal failed in the background (or in the
 * first of syncfs's own two passes), an f2fs that stopped its checkpoints.  What
 * was written is lost then.  These requests fail on such a file system; on ext4,
 * what is in the journal is also put into its place, so that nobody who reads the
 * disk then needs the journal. */
static int
still_works (int fd, const char *type)
{
  static const struct {
    const char *type;
    unsigned long request;
  } requests[] = {
    { "ext4", EXT4_IOC_CHECKPOINT }, { "ext3", EXT4_IOC_CHECKPOINT },
    { "btrfs", BTRFS_IOC_SYNC },     { "f2fs", F2FS_IOC_GET_FEATURES },
  };
  uint32_t argument = 0;
  size_t i;

  for (i = 0; i < sizeof requests / sizeof requests[0]; ++i)
    if (strcmp (requests[i].type, type) == 0
        && ioctl (fd, requests[i].request, &argument) == -1
        && errno != ENODEV && errno != ENOTTY) { /* no journal; other drivers */
      if (errno == EROFS)
        errno = EIO; /* it was made so by an error, which is what matters */
      return -1;
    }
  return 0;
}

static void
sync_mount (const struct guest_mount *m, struct error *first)
{
  CLEANUP_FREE char *path = guest_sysroot_path (m->target, NULL);
  CLEANUP_CLOSE int fd = -1;

  /* What cannot be opened, such as a FUSE file system that has died, has
   * nothing that syncfs would write. */
  if (path)
    fd = open (path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd >= 0 && (syncfs (fd) == -1 || still_works (fd, m->type) == -1))
    note (first, m->target);
}

/* Errors of a device, without having its disk write out the cache. */
static int
wait_written (int fd)
{
  return sync_file_range (fd, 0, 0, SYNC_FILE_RANGE_WAIT_BEFORE
                          | SYNC_FILE_RANGE_WRITE
                          | SYNC_FILE_RANGE_WAIT_AFTER);
}

/* Disks write out their caches; for what lies on disks (partitions, volumes), it
 * is enough to know that it got there. */
static void
sync_device (const char *name, bool disk, struct error *first)
{
  CLEANUP_CLOSE int fd = -1;
  char path[300];

  (void) snprintf (path, sizeof path, "/dev/%s", name);
  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd >= 0 && (disk ? fsync (fd) : wait_written (fd)) == -1)
    note (first, path);
}

static bool
is_disk (const char *name)
{
  return has_prefix (name, "sd") && !strpbrk (name, "0123456789");
}

/* Not the appliance's own: loops, and its root. */
static bool
is_volume (const char *name)
{
  return (has_prefix (name, "sd") || has_prefix (name, "dm-")
          || has_prefix (name, "md") || has_prefix (name, "bcache"))
         && !is_disk (name);
}

static void
sync_devices (bool disks, struct error *first)
{
  CLEANUP_CLOSEDIR DIR *dir = opendir ("/sys/class/block");
  struct dirent *d;

  while (dir && (d = readdir (dir)) != NULL)
    if (disks ? is_disk (d->d_name) : is_volume (d->d_name))
      sync_device (d->d_name, disks, first);
}

int
flush_all (struct error *err)
{
  CLEANUP_MOUNTS struct guest_mounts list = GUEST_MOUNTS_INIT;
  CLEANUP_ERROR struct error first = ERROR_INIT;
  size_t i;

  if (mounts_read (&list, err) == -1)
    return -1;
  for (i = 0; i < list.len; ++i)
    sync_mount (&list.ptr[i], &first);
  sync ();
  sync_devices (false, &first); /* what these write ends on the disks */
  sync_devices (true, &first);
  if (!error_is_set (&first))
    return 0;
  error_move (err, &first);
  return -1;
}

int
flush_begin (const struct guest_mount *m, struct error *err)
{
  int fd = is_device_name (m->source)
           ? open (m->source, O_RDONLY | O_CLOEXEC) : -1;

  sync_mount (m, err);
  return fd;
}

int
flush_end (int device, const struct guest_mount *m, struct error *err)
{
  CLEANUP_CLOSE int fd = device;

  if (fd >= 0 && fsync (fd) == -1)
    note (err, m->source);
  return error_is_set (err) ? -1 : 0;
}
