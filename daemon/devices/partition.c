/* Making, changing and listing the partitions of a disk.
 *
 * Tables of the kinds MBR and GPT (and those of Sun and SGI, which libfdisk
 * writes as well) can be made and changed; every kind that libblkid knows can
 * be listed.
 */

#include <config.h>

#include <blkid.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "actions.h"
#include "device.h"
#include "parttable.h"
#include "probe.h"
#include "strlist.h"
#include "wipe.h"

/* Names that callers use for a kind of table: ours, libfdisk's. */
static const struct {
  const char *name;
  const char *label;
} table_names[] = {
  { "gpt", "gpt" }, { "efi", "gpt" },
  { "mbr", "dos" }, { "msdos", "dos" }, { "dos", "dos" },
  { "sun", "sun" }, { "dvh", "sgi" }, { "sgi", "sgi" },
};

/* Kinds that callers may ask for, and that nothing here can write. */
static const char *const unwritable[] = {
  "aix", "amiga", "rdb", "bsd", "mac", "pc98", NULL
};

/* Where the one partition of part_disk begins, and how much it leaves free at
 * the end: room for a GPT's second copy, and 64 KiB alignment. */
#define MARGIN 128

static const char *
find_label (const char *parttype, struct error *err)
{
  size_t i;

  for (i = 0; i < sizeof table_names / sizeof table_names[0]; ++i)
    if (strcmp (parttype, table_names[i].name) == 0)
      return table_names[i].label;
  if (strings_contain ((char *const *) unwritable, parttype))
    error_set (err, ENOTSUP, "partition tables of type \"%s\" cannot be "
               "written", parttype);
  else
    error_set (err, EINVAL, "unknown type of partition table \"%s\"",
               parttype);
  return NULL;
}

/* What was on the disk goes first: libfdisk forgets the settings of
 * parttable_open when it replaces a table. */
static int
create_table (struct parttable *d, const char *device, const char *label,
              struct error *err)
{
  int r;

  if (parttable_unused (device, err) == -1 || wipe_signatures (device, err) == -1
      || parttable_open (d, device, PARTTABLE_WRITE, err) == -1)
    return -1;
  r = fdisk_create_disklabel (d->cxt, label);
  if (r < 0)
    return parttable_error (d, r, err, "cannot make a partition table");
  return 0;
}

int
do_part_init (const char *device, const char *parttype, struct error *err)
{
  CLEANUP_PARTTABLE struct parttable d = PARTTABLE_INIT;
  const char *label = find_label (parttype, err);

  if (!label || create_table (&d, device, label, err) == -1)
    return -1;
  return parttable_commit (&d, err);
}

/* A sector as callers give it: negative ones count back from the end of the
 * disk, -1 being its last sector. */
static int
sector (struct parttable *d, int64_t value, uint64_t *ret, struct error *err)
{
  uint64_t size = fdisk_get_nsectors (d->cxt);
  uint64_t back = value < 0 ? - (uint64_t) value : 0;

  if (value < 0 ? back > size : (uint64_t) value >= size)
    return error_set (err, EINVAL, "%s: sector %lld is outside the disk, "
                      "which has %llu", d->device, (long long) value,
                      (unsigned long long) size);
  *ret = value < 0 ? size - back : (uint64_t) value;
  return 0;
}

static int
sector_range (struct parttable *d, int64_t start, int64_t end,
              uint64_t *ret_start, uint64_t *ret_size, struct error *err)
{
  uint64_t first = 0, last = 0;

  if (start < 0)
    return error_set (err, EINVAL, "a partition cannot start at sector %lld",
                      (long long) start);
  if (sector (d, start, &first, err) == -1 || sector (d, end, &last, err) == -1)
    return -1;
  if (last < first)
    return error_set (err, EINVAL, "%s: the partition would end (at sector "
                      "%llu) before it starts (at %llu)", d->device,
                      (unsigned long long) last, (unsigned long long) first);
  *ret_start = first;
  *ret_size = last - first + 1;
  return 0;
}

enum part_kind { PRIMARY, EXTENDED, LOGICAL };

static int
parse_kind (const char *prlogex, enum part_kind *ret, struct error *err)
{
  static const char *const names[] = { "primary", "extended", "logical" };
  size_t i;

  for (i = 0; i < 3; ++i)
    if (strcmp (prlogex, names[i]) == 0
        || (prlogex[0] == names[i][0] && !prlogex[1])) {
      *ret = i;
      return 0;
    }
  return error_set (err, EINVAL, "\"%s\" is none of primary, logical and "
                    "extended", prlogex);
}

/* The number, from 0, of the first free entry that suits the kind. */
static int
choose_number (struct parttable *d, enum part_kind kind, size_t *ret,
               struct error *err)
{
  size_t i, limit = fdisk_get_npartitions (d->cxt);

  if (fdisk_is_label (d->cxt, DOS)) {
    limit = 4;
    if (kind == LOGICAL) {
      *ret = fdisk_get_npartitions (d->cxt);
      return 0;
    }
  }
  for (i = 0; i < limit; ++i)
    if (!fdisk_is_partition_used (d->cxt, i)) {
      *ret = i;
      return 0;
    }
  return error_set (err, ENOSPC, "%s: all %zu entries of the partition table "
                    "are taken", d->device, limit);
}

/* libfdisk takes a logical partition without a number: it adds them in the
 * order of the chain. */
static int
add_partition (struct parttable *d, enum part_kind kind, const char *name,
               uint64_t start, uint64_t size, struct error *err)
{
  CLEANUP_PARTITION struct fdisk_partition *pa = fdisk_new_partition ();
  struct fdisk_label *label = fdisk_get_label (d->cxt, NULL);
  size_t number = 0;
  int r;

  if (!pa)
    return error_errno (err, "%s", d->device);
  if (choose_number (d, kind, &number, err) == -1)
    return -1;
  fdisk_partition_set_start (pa, start);
  fdisk_partition_set_size (pa, size);
  fdisk_partition_size_explicit (pa, 1);
  fdisk_partition_set_partno (pa, number);
  if (kind == EXTENDED)
    fdisk_partition_set_type (
      pa, fdisk_label_get_parttype_from_code (label, 0x0f));
  if (name)
    fdisk_partition_set_name (pa, name);

  r = fdisk_add_partition (d->cxt, pa, NULL);
  if (r < 0)
    return parttable_error (d, r, err, "cannot add a partition of sectors "
                            "%llu-%llu", (unsigned long long) start,
                            (unsigned long long) (start + size - 1));
  return 0;
}

int
do_part_add (const char *device, const char *prlogex, int64_t startsect,
             int64_t endsect, struct error *err)
{
  CLEANUP_PARTTABLE struct parttable d = PARTTABLE_INIT;
  uint64_t start = 0, size = 0;
  enum part_kind kind = PRIMARY;
  bool is_gpt;

  if (parse_kind (prlogex, &kind, err) == -1
      || parttable_open (&d, device, PARTTABLE_WRITE, err) == -1
      || parttable_need (&d, err) == -1
      || sector_range (&d, startsect, endsect, &start, &size, err) == -1)
    return -1;
  is_gpt = fdisk_is_label (d.cxt, GPT);
  if (kind != PRIMARY && parttable_need_mbr (&d, "extended and logical "
                                             "partitions", err) == -1)
    return -1;
  /* What other programs name a partition, whatever the caller wrote. */
  if (add_partition (&d, kind, is_gpt ? "primary" : NULL, start, size,
                     err) == -1)
    return -1;
  return parttable_commit (&d, err);
}

int
do_part_disk (const char *device, const char *parttype, struct error *err)
{
  CLEANUP_PARTTABLE struct parttable d = PARTTABLE_INIT;
  const char *label = find_label (parttype, err);
  int64_t size, sector_size;
  bool is_gpt;

  if (!label || (size = do_blockdev_getsize64 (device, err)) == -1
      || (sector_size = do_blockdev_getss (device, err)) == -1)
    return -1;
  if (size / sector_size <= 2 * MARGIN)
    return error_set (err, ENOSPC, "%s is too small to be partitioned",
                      device);
  if (create_table (&d, device, label, err) == -1)
    return -1;
  is_gpt = fdisk_is_label (d.cxt, GPT);
  if (add_partition (&d, PRIMARY, is_gpt ? "p1" : NULL, MARGIN,
                     fdisk_get_nsectors (d.cxt) - 2 * MARGIN + 1, err) == -1)
    return -1;
  return parttable_commit (&d, err);
}

/* EBUSY when a partition is mounted or otherwise in use.  That there is no
 * device for it is no error here. */
static int
check_partition_unused (const char *device, int partnum, struct error *err)
{
  size_t len = strlen (device);
  CLEANUP_FREE char *name = NULL;
  CLEANUP_CLOSE int fd = -1;

  if (asprintf (&name, "%s%s%d", device,
                isdigit ((unsigned char) device[len - 1]) ? "p" : "",
                partnum) < 0) {
    name = NULL;
    return error_errno (err, "%s", device);
  }
  fd = open (name, O_RDONLY | O_EXCL | O_CLOEXEC);
  if (fd == -1 && errno == EBUSY)
    return error_errno (err, "%s", name);
  return 0;
}

int
do_part_del (const char *device, int partnum, struct error *err)
{
  CLEANUP_PARTTABLE struct parttable d = PARTTABLE_INIT;
  int r;

  /* First, because libfdisk claims the whole disk. */
  if (check_partition_unused (device, partnum, err) == -1
      || parttable_open (&d, device, PARTTABLE_WRITE, err) == -1
      || parttable_partition (&d, partnum, NULL, err) == -1)
    return -1;
  r = fdisk_delete_partition (d.cxt, partnum - 1);
  if (r < 0)
    return parttable_error (&d, r, err, "cannot delete partition %d", partnum);
  return parttable_commit (&d, err);
}

int
do_part_resize (const char *device, int partnum, int64_t endsect,
                struct error *err)
{
  CLEANUP_PARTTABLE struct parttable d = PARTTABLE_INIT;
  CLEANUP_PARTITION struct fdisk_partition *pa = NULL;
  CLEANUP_PARTITION struct fdisk_partition *change = fdisk_new_partition ();
  uint64_t start, size = 0;
  int r;

  if (!change)
    return error_errno (err, "%s", device);
  if (parttable_open (&d, device, PARTTABLE_WRITE, err) == -1
      || parttable_partition (&d, partnum, &pa, err) == -1
      || sector_range (&d, fdisk_partition_get_start (pa), endsect, &start,
                       &size, err) == -1)
    return -1;
  fdisk_partition_set_size (change, size);
  fdisk_partition_size_explicit (change, 1);
  r = fdisk_set_partition (d.cxt, partnum - 1, change);
  if (r < 0)
    return parttable_error (&d, r, err, "cannot resize partition %d", partnum);
  return parttable_commit (&d, err);
}

/* libfdisk has already computed where the second copy belongs when it read the
 * table, so writing it back moves it. */
int
do_part_expand_gpt (const char *device, struct error *err)
{
  CLEANUP_PARTTABLE struct parttable d = PARTTABLE_INIT;

  if (parttable_open (&d, device, PARTTABLE_WRITE, err) == -1
      || parttable_need_gpt (&d, "a second copy at the end", err) == -1)
    return -1;
  return parttable_commit (&d, err);
}

/* The partitions of a disk as libblkid sees them; the probe owns the list.
 * EINVAL when there is no table. */
static blkid_partlist
probe_partitions (blkid_probe probe, const char *device, struct error *err)
{
  blkid_partlist list;

  blkid_probe_enable_superblocks (probe, 0);
  blkid_probe_enable_partitions (probe, 1);
  list = blkid_probe_get_partitions (probe);
  if (!list || !blkid_partlist_get_table (list)) {
    error_set (err, EINVAL, "%s: there is no partition table that is "
               "understood", device);
    return NULL;
  }
  return list;
}

struct guestfs_partition_list *
do_part_list (const char *device, struct error *err)
{
  CLEANUP_PROBE blkid_probe probe = probe_open (device, err);
  struct guestfs_partition_list *ret;
  blkid_partlist list;
  int i, n;

  if (!probe || !(list = probe_partitions (probe, device, err)))
    return NULL;
  n = blkid_partlist_numof_partitions (list);
  ret = calloc (1, sizeof *ret);
  if (ret)
    ret->val = calloc (n > 0 ? n : 1, sizeof ret->val[0]);
  if (!ret || !ret->val) {
    free (ret);
    error_errno (err, "%s", device);
    return NULL;
  }
  for (i = 0; i < n; ++i) {
    blkid_partition par = blkid_partlist_get_partition (list, i);
    struct guestfs_partition *p = &ret->val[ret->len++];

    /* libblkid counts in units of 512 bytes whatever the disk does. */
    p->part_num = blkid_partition_get_partno (par);
    p->part_start = (uint64_t) blkid_partition_get_start (par) * 512;
    p->part_size = (uint64_t) blkid_partition_get_size (par) * 512;
    p->part_end = p->part_start + p->part_size - 1;
  }
  return ret;
}

char *
do_part_get_parttype (const char *device, struct error *err)
{
  static const char *const names[][2] = {
    { "dos", "msdos" }, { "sgi", "dvh" },
  };
  CLEANUP_PROBE blkid_probe probe = probe_open (device, err);
  blkid_partlist list;
  const char *type;
  char *ret;
  size_t i;

  if (!probe || !(list = probe_partitions (probe, device, err)))
    return NULL;
  type = blkid_parttable_get_type (blkid_partlist_get_table (list));
  for (i = 0; i < sizeof names / sizeof names[0]; ++i)
    if (strcmp (type, names[i][0]) == 0)
      type = names[i][1];
  ret = strdup (type);
  if (!ret)
    error_errno (err, "%s", device);
  return ret;
}
