/* Block devices as /sys describes them: see sysblock.h. */

#include <config.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "io.h"
#include "device.h"
#include "dmname.h"
#include "prefix.h"
#include "sysblock.h"

#define ATTRIBUTE_MAX 4096

/* Contents of a file below /sys/block or /sys/dev/block, without the newline;
 * NULL where there is none. */
static char *
attribute (const char *dir, const char *name, const char *file)
{
  CLEANUP_FREE char *path = NULL;
  CLEANUP_CLOSE int fd = -1;
  char *ret;

  if (asprintf (&path, "%s/%s/%s", dir, name, file) < 0) {
    path = NULL;
    return NULL;
  }
  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd == -1)
    return NULL;
  ret = read_whole_fd (fd, ATTRIBUTE_MAX, NULL);
  if (ret)
    ret[strcspn (ret, "\n")] = '\0';
  return ret;
}

/* "8:1" for a device node. */
static int
numbers (const char *device, char *buf, size_t size, struct error *err)
{
  struct stat st;

  if (stat (device, &st) == -1)
    return error_errno (err, "%s", device);
  if (!S_ISBLK (st.st_mode))
    return error_set (err, ENOTBLK, "%s is not a block device", device);
  snprintf (buf, size, "%u:%u", major (st.st_rdev), minor (st.st_rdev));
  return 0;
}

int
sysblock_partition (const char *partition, char **ret_disk, int *ret_number,
                    struct error *err)
{
  char node[32], link[64];
  CLEANUP_FREE char *number = NULL;
  CLEANUP_FREE char *path = NULL;
  char *slash, *disk;

  if (numbers (partition, node, sizeof node, err) == -1)
    return -1;
  number = attribute ("/sys/dev/block", node, "partition");
  if (!number)
    return error_set (err, EINVAL, "%s is not a partition", partition);
  if (ret_number)
    *ret_number = atoi (number);
  if (!ret_disk)
    return 0;

  /* .../block/sda/sda1: the directory above is the disk. */
  snprintf (link, sizeof link, "/sys/dev/block/%s", node);
  path = realpath (link, NULL);
  slash = path ? strrchr (path, '/') : NULL;
  if (!slash)
    return error_errno (err, "%s", link);
  *slash = '\0';
  slash = strrchr (path, '/');
  if (!slash || asprintf (&disk, "/dev/%s", slash + 1) < 0)
    return error_errno (err, "%s", link);
  *ret_disk = disk;
  return 0;
}

int
sysblock_place (const char *device, uint64_t *ret_start, uint64_t *ret_size,
                struct error *err)
{
  char node[32];
  CLEANUP_FREE char *start = NULL;
  CLEANUP_FREE char *size = NULL;

  if (numbers (device, node, sizeof node, err) == -1)
    return -1;
  start = attribute ("/sys/dev/block", node, "start");
  size = attribute ("/sys/dev/block", node, "size");
  if (!size)
    return error_errno (err, "%s: size", device);
  *ret_start = start ? strtoull (start, NULL, 10) : 0;
  *ret_size = strtoull (size, NULL, 10);
  return 0;
}

int
sysblock_is_whole (const char *device, struct error *err)
{
  char node[32];
  CLEANUP_FREE char *partition = NULL;
  CLEANUP_FREE char *mapped = NULL;
  CLEANUP_FREE char *array = NULL;
  CLEANUP_FREE char *cached = NULL;

  if (numbers (device, node, sizeof node, err) == -1)
    return -1;
  partition = attribute ("/sys/dev/block", node, "partition");
  mapped = attribute ("/sys/dev/block", node, "dm/name");
  array = attribute ("/sys/dev/block", node, "md/level");
  /* The device behind it has this too. */
  cached = attribute ("/sys/dev/block", node, "bcache/state");
  return !partition && !mapped && !array
         && !(cached && has_prefix (device, "/dev/bcache"));
}

bool
sysblock_has_partitions (const char *disk)
{
  CLEANUP_FREE char *path = NULL;
  const char *name = strrchr (disk, '/');
  struct dirent *entry;
  bool found = false;
  CLEANUP_CLOSEDIR DIR *dir = NULL;

  if (!name || asprintf (&path, "/sys/block%s", name) < 0) {
    path = NULL;
    return false;
  }
  dir = opendir (path);
  while (dir && !found && (entry = readdir (dir))) {
    CLEANUP_FREE char *number = NULL;

    if (has_prefix (entry->d_name, name + 1))
      number = attribute (path, entry->d_name, "partition");
    found = number != NULL;
  }
  return found;
}

/* The name of a device mapper device by its directory in /sys/block, if it is
 * of the kind; else NULL. */
static char *
mapped_name (const char *dir, const char *entry, enum sysblock_kind kind)
{
  CLEANUP_FREE char *uuid = attribute (dir, entry, "dm/uuid");
  CLEANUP_FREE char *name = attribute (dir, entry, "dm/name");
  char *ret = NULL;

  if (!uuid || !name)
    return NULL;
  if (kind == SYSBLOCK_LVM && has_prefix (uuid, "LVM-")) {
    ret = dm_lv_name (name);
    /* Parts of mirrors and pools are volumes too, but lvm makes no node. */
    if (ret && access (ret, F_OK) == -1) {
      free (ret);
      ret = NULL;
    }
  }
  if (((kind == SYSBLOCK_CRYPT && has_prefix (uuid, "CRYPT-"))
       || (kind == SYSBLOCK_BSD && has_prefix (uuid, "BSD-"))
       || (kind == SYSBLOCK_LDM && has_prefix (name, "ldm_vol_")))
      && asprintf (&ret, "/dev/mapper/%s", name) < 0)
    ret = NULL;
  return ret;
}

/* "/dev/md0" when the array runs; one that is stopped lingers with size 0. */
static char *
array_name (const char *entry)
{
  CLEANUP_FREE char *state = attribute ("/sys/block", entry, "md/array_state");
  char *ret;

  if (!state || strcmp (state, "clear") == 0 || strcmp (state, "inactive") == 0
      || asprintf (&ret, "/dev/%s", entry) < 0)
    return NULL;
  return ret;
}

/* "/dev/bcache0", and its partitions are no business of this. */
static char *
bcache_name (const char *entry)
{
  CLEANUP_FREE char *state = attribute ("/sys/block", entry, "bcache/state");
  char *ret;

  return state && asprintf (&ret, "/dev/%s", entry) >= 0 ? ret : NULL;
}

static char *
name_of_kind (const char *entry, enum sysblock_kind kind)
{
  switch (kind) {
  case SYSBLOCK_MD:
    return array_name (entry);
  case SYSBLOCK_BCACHE:
    return bcache_name (entry);
  default:
    return mapped_name ("/sys/block", entry, kind);
  }
}

int
sysblock_list (enum sysblock_kind kind, struct strlist *ret,
               struct error *err)
{
  CLEANUP_CLOSEDIR DIR *dir = opendir ("/sys/block");
  struct dirent *entry;
  int r = 0;

  if (!dir)
    return error_errno (err, "/sys/block");
  while (r == 0 && (entry = readdir (dir))) {
    const char *prefix = kind == SYSBLOCK_MD ? "md"
      : kind == SYSBLOCK_BCACHE ? "bcache" : "dm-";
    char *name;

    if (!has_prefix (entry->d_name, prefix))
      continue;
    name = name_of_kind (entry->d_name, kind);
    if (name && strlist_add_taken (ret, name) == -1)
      r = error_errno (err, "/sys/block");
  }
  if (r == 0 && ret->items)
    device_sort (ret->items);
  return r;
}

char *
sysblock_canonical (const char *device, struct error *err)
{
  char node[32];
  char *ret = NULL;

  if (numbers (device, node, sizeof node, err) == -1)
    return NULL;
  ret = mapped_name ("/sys/dev/block", node, SYSBLOCK_LVM);
  if (!ret)
    ret = mapped_name ("/sys/dev/block", node, SYSBLOCK_CRYPT);
  if (!ret)
    ret = mapped_name ("/sys/dev/block", node, SYSBLOCK_BSD);
  if (!ret)
    ret = strdup (device);
  if (!ret)
    error_errno (err, "%s", device);
  return ret;
}

bool
sysblock_is_lv (const char *device)
{
  char node[32];
  CLEANUP_FREE char *uuid = NULL;

  if (numbers (device, node, sizeof node, NULL) == -1)
    return false;
  uuid = attribute ("/sys/dev/block", node, "dm/uuid");
  return uuid && has_prefix (uuid, "LVM-");
}

/* One that holds it in the directory, if that is an encrypted device. */
static char *
opened_name (const char *entry)
{
  CLEANUP_FREE char *uuid = attribute ("/sys/block", entry, "dm/uuid");
  CLEANUP_FREE char *node = NULL;

  if (!uuid || !has_prefix (uuid, "CRYPT-")
      || asprintf (&node, "/dev/%s", entry) < 0) {
    node = NULL;
    return NULL;
  }
  return sysblock_canonical (node, NULL);
}

char *
sysblock_opened (const char *device)
{
  char node[32], path[64], *ret = NULL;
  struct dirent *entry;
  CLEANUP_CLOSEDIR DIR *dir = NULL;

  if (numbers (device, node, sizeof node, NULL) == -1)
    return NULL;
  (void) snprintf (path, sizeof path, "/sys/dev/block/%s/holders", node);
  dir = opendir (path);
  while (dir && !ret && (entry = readdir (dir)) != NULL)
    if (has_prefix (entry->d_name, "dm-"))
      ret = opened_name (entry->d_name);
  return ret;
}
