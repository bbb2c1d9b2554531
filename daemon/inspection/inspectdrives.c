/* Drive letters of Windows: see inspectdrives.h.  The registry names a partition
 * by its GUID, or by the disk's number in the MBR and where the partition
 * begins. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "device.h"
#include "inspectdrives.h"
#include "io.h"
#include "strlist.h"
#include "sysblock.h"

#define MBR_ID_OFFSET 440
#define SYSFS_SECTOR 512

static bool
has_disk_id (const char *disk, uint32_t id)
{
  CLEANUP_CLOSE int fd = device_open (disk, O_RDONLY, NULL);
  unsigned char b[4];

  return fd != -1 && pread_full (fd, b, 4, MBR_ID_OFFSET) == 4
         && (b[0] | b[1] << 8 | b[2] << 16 | (uint32_t) b[3] << 24) == id;
}

static bool
begins_at (const char *partition, uint64_t offset)
{
  CLEANUP_FREE char *path = NULL;
  CLEANUP_FREE char *text = NULL;
  CLEANUP_CLOSE int fd = -1;

  if (asprintf (&path, "/sys/class/block/%s/start", partition + 5) < 0) {
    path = NULL;
    return false;
  }
  fd = open (path, O_RDONLY | O_CLOEXEC);
  text = fd == -1 ? NULL : read_whole_fd (fd, 64, NULL);
  return text && offset % SYSFS_SECTOR == 0
         && strtoull (text, NULL, 10) == offset / SYSFS_SECTOR;
}

static char *
find_by_offset (const struct drive_letter *d)
{
  CLEANUP_STRINGS char **partitions = device_list_partitions (NULL);
  size_t i;

  for (i = 0; partitions && partitions[i]; ++i) {
    CLEANUP_FREE char *disk = NULL;

    if (begins_at (partitions[i], d->offset)
        && sysblock_partition (partitions[i], &disk, NULL, NULL) == 0
        && has_disk_id (disk, d->disk_id))
      return strdup (partitions[i]);
  }
  return NULL;
}

int
inspect_drives (const struct system_info *info, char ***ret,
                struct error *err)
{
  const struct drive_letters *letters = &info->windows.letters;
  CLEANUP_STRLIST struct strlist list = STRLIST_INIT;
  size_t i;

  for (i = 0; i < letters->len; ++i) {
    const struct drive_letter *d = &letters->ptr[i];
    CLEANUP_FREE char *device = d->gpt ? do_findfs_partuuid (d->guid, NULL)
      : find_by_offset (d);
    /* Its files are in what BitLocker makes of it. */
    CLEANUP_FREE char *opened = device ? sysblock_opened (device) : NULL;

    if (device && (strlist_addf (&list, "%c", d->letter) == -1
                   || strlist_add (&list, opened ? opened : device) == -1))
      return error_errno (err, "drive letters");
  }
  *ret = strlist_take (&list);
  return *ret ? 0 : error_errno (err, "drive letters");
}
