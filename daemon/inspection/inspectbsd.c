/* Partitions of BSDs and Minix: see inspectbsd.h.
 *
 * The kernel makes partitions of what stands in disklabels, and numbers them
 * after all others of the disk; which is which, only their places tell. */

#include <config.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bsdlabel.h"
#include "bsdparts.h"
#include "cleanup.h"
#include "device.h"
#include "inspectbsd.h"
#include "strlist.h"
#include "sysblock.h"

#define SECTOR 512

/* --- places ------------------------------------------------------------------------ */

/* A partition by the disk and its number: 0 is the disk. */
static bool
place_of_number (const char *disk, int number, struct bsd_partition *ret)
{
  CLEANUP_FREE char *device = NULL;

  if (number == 0)
    return sysblock_place (disk, &ret->start, &ret->size, NULL) == 0;
  if (asprintf (&device, "%s%d", disk, number) < 0) {
    device = NULL;
    return false;
  }
  return sysblock_place (device, &ret->start, &ret->size, NULL) == 0;
}

static bool
is_of_disk (const char *partition, const char *disk, int *ret_number)
{
  CLEANUP_FREE char *its_disk = NULL;

  return sysblock_partition (partition, &its_disk, ret_number, NULL) == 0
         && strcmp (its_disk, disk) == 0;
}

/* The partition at this place.  A table inside a partition may describe all of
 * that: then this is it. */
static char *
partition_at (const char *disk, const struct bsd_partition *place)
{
  CLEANUP_STRINGS char **list = device_list_partitions (NULL);
  size_t i;

  for (i = 0; place->size > 0 && list && list[i]; ++i) {
    uint64_t start, size;

    if (is_of_disk (list[i], disk, NULL)
        && sysblock_place (list[i], &start, &size, NULL) == 0
        && start == place->start && size == place->size)
      return strdup (list[i]);
  }
  return NULL;
}

/* --- labels -------------------------------------------------------------------------- */

static bool
read_sector (const char *disk, uint64_t number, unsigned char buf[SECTOR])
{
  CLEANUP_CLOSE int fd = device_open (disk, O_RDONLY, NULL);

  return fd != -1 && number < UINT64_MAX / SECTOR / 2
         && pread (fd, buf, SECTOR, (off_t) (number * SECTOR)) == SECTOR;
}

/* A letter of the label in a disk or a partition: the kernel's partition at its
 * place, or the one that was made for it. */
static char *
by_letter (const char *disk, const char *device, const struct bsdlabel *label,
           char letter)
{
  int i = letter - 'a';
  CLEANUP_FREE char *name = NULL;
  char *ret;

  if (i < 0 || i >= BSDLABEL_PARTITIONS_MAX)
    return NULL;
  ret = partition_at (disk, &label->partition[i]);
  if (ret)
    return ret;
  name = bsd_parts_name (device, letter);
  return name ? device_resolve (name, NULL) : NULL;
}

/* The first label of a disk, wherever it is: *ret_device is where, owned. */
static bool
any_label (const char *disk, struct bsdlabel *ret, char **ret_device)
{
  CLEANUP_STRINGS char **list = device_list_partitions (NULL);
  const char *found = NULL;
  size_t i;

  for (i = 0; !found && list && list[i]; ++i)
    if (is_of_disk (list[i], disk, NULL) && bsd_parts_label (list[i], ret))
      found = list[i];
  if (!found && bsd_parts_label (disk, ret))
    found = disk;
  *ret_device = found ? strdup (found) : NULL;
  return *ret_device != NULL;
}

char *
inspect_bsd_partition (const char *disk, const struct devname *name)
{
  CLEANUP_FREE char *device = NULL;
  struct bsdlabel label;

  if (name->sub > 0) {
    unsigned char buf[SECTOR];
    struct bsd_partition place;

    return place_of_number (disk, name->partition, &place)
           && read_sector (disk, place.start, buf)
           && minix_subpartition (buf, sizeof buf, name->sub - 1, &place)
      ? partition_at (disk, &place) : NULL;
  }
  if (name->partition == 0)
    return any_label (disk, &label, &device)
      ? by_letter (disk, device, &label, name->letter) : NULL;
  if (asprintf (&device, "%s%d", disk, name->partition) < 0) {
    device = NULL;
    return NULL;
  }
  return bsd_parts_label (device, &label)
    ? by_letter (disk, device, &label, name->letter) : NULL;
}

char *
inspect_bsd_duid (const char *spec)
{
  CLEANUP_STRINGS char **disks = device_list_disks (NULL);
  char letter = bsdlabel_duid_letter (spec);
  size_t i;

  for (i = 0; letter && disks && disks[i]; ++i) {
    CLEANUP_FREE char *device = NULL;
    struct bsdlabel label;

    if (any_label (disks[i], &label, &device)
        && strncasecmp (label.duid, spec, strlen ("0123456789abcdef")) == 0)
      return by_letter (disks[i], device, &label, letter);
  }
  return NULL;
}

char *
inspect_bsd_disk (const char *device)
{
  CLEANUP_FREE char *slice = bsd_parts_device (device);
  char *disk;

  if (sysblock_partition (slice ? slice : device, &disk, NULL, NULL) == 0)
    return disk;
  return TAKE_PTR (slice); /* the label is the disk's */
}

bool
inspect_bsd_is_inside (const char *outer, const char *inner)
{
  CLEANUP_FREE char *disk = NULL;
  uint64_t start, size, inner_start, inner_size;

  return sysblock_partition (outer, &disk, NULL, NULL) == 0
         && is_of_disk (inner, disk, NULL)
         && sysblock_place (outer, &start, &size, NULL) == 0
         && sysblock_place (inner, &inner_start, &inner_size, NULL) == 0
         && start == inner_start && inner_size < size;
}
