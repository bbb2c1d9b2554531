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

/* The label of a slice, or with 0 of the disk itself. */
static bool
label_of (const char *disk, int slice, struct bsdlabel *ret)
{
  unsigned char buf[SECTOR];
  struct bsd_partition place;

  return place_of_number (disk, slice, &place)
         && read_sector (disk, place.start + BSDLABEL_SECTOR, buf)
         && bsdlabel_parse (buf, sizeof buf, &place, ret);
}

/* The first label of a disk, wherever it is. */
static bool
any_label (const char *disk, struct bsdlabel *ret)
{
  CLEANUP_STRINGS char **list = device_list_partitions (NULL);
  size_t i;
  int number;

  for (i = 0; list && list[i]; ++i)
    if (is_of_disk (list[i], disk, &number) && label_of (disk, number, ret))
      return true;
  return label_of (disk, 0, ret);
}

static char *
by_letter (const char *disk, const struct bsdlabel *label, char letter)
{
  int i = letter - 'a';

  return i >= 0 && i < BSDLABEL_PARTITIONS_MAX
    ? partition_at (disk, &label->partition[i]) : NULL;
}

char *
inspect_bsd_partition (const char *disk, const struct devname *name)
{
  struct bsdlabel label;

  if (name->sub > 0) {
    unsigned char buf[SECTOR];
    struct bsd_partition place;

    return place_of_number (disk, name->partition, &place)
           && read_sector (disk, place.start, buf)
           && minix_subpartition (buf, sizeof buf, name->sub - 1, &place)
      ? partition_at (disk, &place) : NULL;
  }
  if (name->partition > 0 ? !label_of (disk, name->partition, &label)
      : !any_label (disk, &label))
    return NULL;
  return by_letter (disk, &label, name->letter);
}

char *
inspect_bsd_duid (const char *spec)
{
  CLEANUP_STRINGS char **disks = device_list_disks (NULL);
  char letter = bsdlabel_duid_letter (spec);
  size_t i;

  for (i = 0; letter && disks && disks[i]; ++i) {
    struct bsdlabel label;

    if (any_label (disks[i], &label)
        && strncasecmp (label.duid, spec, strlen ("0123456789abcdef")) == 0)
      return by_letter (disks[i], &label, letter);
  }
  return NULL;
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
