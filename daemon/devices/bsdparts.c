/* Partitions in disklabels that the kernel does not look at: see bsdparts.h.
 * Each is a linear mapping of the device mapper, by its ioctls: linking the
 * library for three of them would cost more than they do. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "bsdparts.h"
#include "cleanup.h"
#include "device.h"
#include "io.h"
#include "prefix.h"
#include "probe.h"
#include "strlist.h"
#include "sysblock.h"

#define MAPPER "/dev/mapper/"
#define SECTOR 512
#define MAPPINGS_MAX 256 /* however many labels disks have */

/* --- the device mapper --------------------------------------------------------------- */

/* One request with its room for a target and the target's words. */
struct request {
  struct dm_ioctl head;
  struct dm_target_spec target;
  char words[64];
};

static void
request_init (struct request *r, const char *name)
{
  *r = (struct request) { 0 };
  r->head.version[0] = DM_VERSION_MAJOR;
  r->head.data_size = sizeof *r;
  r->head.data_start = sizeof r->head;
  (void) snprintf (r->head.name, sizeof r->head.name, "%s", name);
}

static int
load_table (int control, const char *name, dev_t device, uint64_t start,
            uint64_t size)
{
  struct request r;

  request_init (&r, name);
  r.head.target_count = 1;
  r.target.length = size;
  (void) snprintf (r.target.target_type, sizeof r.target.target_type, "linear");
  (void) snprintf (r.words, sizeof r.words, "%u:%u %llu", major (device),
                   minor (device), (unsigned long long) start);
  if (ioctl (control, DM_TABLE_LOAD, &r) == -1)
    return -1;
  request_init (&r, name);
  return ioctl (control, DM_DEV_SUSPEND, &r); /* without a flag: resume */
}

/* `start` is from the start of the device. */
static int
make_linear (const char *name, dev_t device, uint64_t start, uint64_t size)
{
  CLEANUP_CLOSE int control = open (MAPPER "control", O_RDWR | O_CLOEXEC);
  CLEANUP_FREE char *node = NULL;
  struct request r;

  if (control == -1 || asprintf (&node, MAPPER "%s", name) < 0) {
    node = NULL;
    return -1;
  }
  request_init (&r, name);
  (void) snprintf (r.head.uuid, sizeof r.head.uuid, "BSD-%s", name);
  if (ioctl (control, DM_DEV_CREATE, &r) == -1)
    return -1;
  if (load_table (control, name, device, start, size) == -1
      || (mknod (node, S_IFBLK | 0600, (dev_t) r.head.dev) == -1
          && errno != EEXIST)) {
    request_init (&r, name);
    (void) ioctl (control, DM_DEV_REMOVE, &r);
    return -1;
  }
  return 0;
}

/* --- labels ------------------------------------------------------------------------------ */

/* A label may be left from what a disk had before: it counts in partitions that
 * are for one, and on disks with nothing else. */
static bool
is_for_label (const char *device)
{
  static const char *const types[] = {
    "0xa5", "0xa6", "0xa9",                 /* FreeBSD, OpenBSD, NetBSD */
    "824cc7a0-36a8-11e3-890a-952519ad3f61", /* OpenBSD */
    "516e7cb4-6ecf-11d6-8ff8-00022d09712b", /* FreeBSD */
  };
  bool is_partition = sysblock_partition (device, NULL, NULL, NULL) == 0;
  CLEANUP_FREE char *type
    = probe_value (device, is_partition ? "PART_ENTRY_TYPE" : "TYPE", NULL);
  size_t i;

  if (!is_partition)
    return type && (!*type || strcmp (type, "ufs") == 0);
  for (i = 0; type && i < sizeof types / sizeof types[0]; ++i)
    if (strcasecmp (type, types[i]) == 0)
      return true;
  return false;
}

bool
bsd_parts_label (const char *device, struct bsdlabel *ret)
{
  CLEANUP_CLOSE int fd = device_open (device, O_RDONLY, NULL);
  unsigned char buf[SECTOR];
  struct bsd_partition place = { 0, 0 };

  /* Most devices have none: that is seen before asking where they are. */
  return fd != -1
         && pread_full (fd, buf, sizeof buf, BSDLABEL_SECTOR * SECTOR)
            == (ssize_t) sizeof buf
         && bsdlabel_parse (buf, sizeof buf, &place, ret)
         && is_for_label (device)
         && sysblock_place (device, &place.start, &place.size, NULL) == 0
         && bsdlabel_parse (buf, sizeof buf, &place, ret);
}

char *
bsd_parts_name (const char *device, char letter)
{
  char *ret;

  return asprintf (&ret, MAPPER "bsd_%s_%c", device + strlen ("/dev/"),
                   letter) < 0 ? NULL : ret;
}

char *
bsd_parts_device (const char *name)
{
  const char *begin = skip_prefix (name, MAPPER "bsd_"), *end;
  char *ret;

  if (!begin)
    return NULL;
  end = strrchr (begin, '_');
  if (!end || end == begin || !end[1] || end[2]
      || asprintf (&ret, "/dev/%.*s", (int) (end - begin), begin) < 0)
    return NULL;
  return ret;
}

/* Does the label describe a partition here, as part of the device at `place`? */
static bool
describes (const struct bsdlabel *label, const struct bsd_partition *place,
           uint64_t start, uint64_t size)
{
  int i;

  if (start < place->start || size >= place->size
      || start - place->start > place->size - size)
    return false;
  for (i = 0; i < BSDLABEL_PARTITIONS_MAX; ++i)
    if (i != BSDLABEL_WHOLE && label->partition[i].size == size
        && label->partition[i].start == start)
      return true;
  return false;
}

/* Two partitions of a disk? */
static bool
is_of_same_disk (const char *a, const char *b)
{
  CLEANUP_FREE char *disk_a = NULL;
  CLEANUP_FREE char *disk_b = NULL;

  if (sysblock_partition (a, &disk_a, NULL, NULL) == -1)
    disk_a = NULL;
  if (sysblock_partition (b, &disk_b, NULL, NULL) == -1)
    disk_b = NULL;
  return disk_a && disk_b && strcmp (disk_a, disk_b) == 0;
}

/* Has the kernel made partitions of this label? */
static bool
is_known (char *const *devices, const char *device,
          const struct bsdlabel *label)
{
  struct bsd_partition place;
  uint64_t start, size;
  size_t i;

  if (sysblock_place (device, &place.start, &place.size, NULL) == -1)
    return true;
  for (i = 0; devices[i]; ++i)
    if (is_of_same_disk (device, devices[i])
        && sysblock_place (devices[i], &start, &size, NULL) == 0
        && describes (label, &place, start, size))
      return true;
  return false;
}

/* Partition "a" may begin with its slice, and so with the label. */
static bool
is_inner (char *const *devices, const char *device)
{
  uint64_t start, size, other_start, other_size;
  size_t i;

  if (sysblock_place (device, &start, &size, NULL) == -1)
    return false;
  for (i = 0; devices[i]; ++i)
    if (is_of_same_disk (device, devices[i])
        && sysblock_place (devices[i], &other_start, &other_size, NULL) == 0
        && other_start == start && other_size > size)
      return true;
  return false;
}

static void
create_of (const char *device, const struct bsdlabel *label, int *count)
{
  uint64_t start, size;
  struct stat st;
  int i;

  if (stat (device, &st) == -1
      || sysblock_place (device, &start, &size, NULL) == -1)
    return;
  for (i = 0; i < BSDLABEL_PARTITIONS_MAX; ++i) {
    const struct bsd_partition *p = &label->partition[i];
    CLEANUP_FREE char *name = bsd_parts_name (device, (char) ('a' + i));

    /* One may describe what is elsewhere on the disk, or all of it. */
    if (i == BSDLABEL_WHOLE || p->size == 0 || p->start < start
        || p->size > size || p->start - start > size - p->size
        || p->size == size)
      continue;
    if (name && ++*count <= MAPPINGS_MAX)
      (void) make_linear (name + strlen (MAPPER), st.st_rdev,
                          p->start - start, p->size);
  }
}

void
bsd_parts_create (char *const *devices)
{
  int count = 0;
  size_t i;

  for (i = 0; devices && devices[i]; ++i) {
    struct bsdlabel label;

    if (bsd_parts_label (devices[i], &label) && !is_inner (devices, devices[i])
        && !is_known (devices, devices[i], &label))
      create_of (devices[i], &label, &count);
  }
}
