/* Devices by the names of a guest: see inspectdevice.h.
 *
 * Names by what is on a device mean the same everywhere.  Names of disks
 * depend on the drivers and on the order in which the guest found them: they
 * are counted, beginning with the disk that the root filesystem was found on.
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "bsdlabel.h"
#include "device.h"
#include "devname.h"
#include "inspectbsd.h"
#include "inspectdevice.h"
#include "io.h"
#include "prefix.h"
#include "strlist.h"
#include "sysblock.h"

#define VALUE_MAX_LEN 256
#define BY_ID "/dev/disk/by-id/"
#define BY_PATH "/dev/disk/by-path/"
#define MAPPER "/dev/mapper/"
#define NETBSD_ROOT "ROOT." /* on the disk that it was booted from */

/* How a device can be named by a property. */
static const struct property {
  const char *prefix;
  char *(*find) (const char *value, struct error *err);
} properties[] = {
  { "UUID=", do_findfs_uuid }, { "/dev/disk/by-uuid/", do_findfs_uuid },
  { "LABEL=", do_findfs_label }, { "/dev/disk/by-label/", do_findfs_label },
  { "PARTUUID=", do_findfs_partuuid },
  { "/dev/disk/by-partuuid/", do_findfs_partuuid },
  { "PARTLABEL=", do_findfs_partlabel },
  { "/dev/disk/by-partlabel/", do_findfs_partlabel },
  /* FreeBSD, NetBSD */
  { "/dev/gptid/", do_findfs_partuuid }, { "/dev/gpt/", do_findfs_partlabel },
  { "/dev/ufs/", do_findfs_label }, { "/dev/ufsid/", do_findfs_uuid },
  { "/dev/msdosfs/", do_findfs_label }, { "/dev/ext2fs/", do_findfs_label },
  { "NAME=", do_findfs_partlabel },
};

static const struct property *
find_property (const char *spec)
{
  size_t i;

  for (i = 0; i < sizeof properties / sizeof properties[0]; ++i)
    if (has_prefix (spec, properties[i].prefix))
      return &properties[i];
  return NULL;
}

bool
device_names_is_disk (const char *spec)
{
  return find_property (spec) || has_prefix (spec, "ID=")
         || has_prefix (spec, NETBSD_ROOT)
         || bsdlabel_duid_letter (spec) || is_device_name (spec);
}

/* udev writes unusual characters of labels as \x20; values may be quoted. */
static char *
property_value (const char *p)
{
  char quote = *p == '"' || *p == '\'' ? *p++ : '\0';
  size_t len = quote ? strcspn (p, quote == '"' ? "\"" : "'") : strlen (p), i;
  char *ret = malloc (len + 1), *out = ret;
  char hex[3] = "", *end;

  if (!ret)
    return NULL;
  for (i = 0; i < len; ++i) {
    if (p[i] == '\\' && p[i + 1] == 'x' && i + 3 < len + 1) {
      memcpy (hex, p + i + 2, 2);
      *out = (char) strtoul (hex, &end, 16);
      if (*out && end == hex + 2) {
        ++out;
        i += 3;
        continue;
      }
    }
    *out++ = p[i];
  }
  *out = '\0';
  return ret;
}

/* A partition of a disk of this machine, or the disk. */
static char *
partition_of (const char *disk, const struct devname *d)
{
  CLEANUP_FREE char *name = NULL;

  if (d->letter || d->sub)
    return inspect_bsd_partition (disk, d);
  if (d->partition == 0)
    return device_resolve (disk, NULL);
  if (asprintf (&name, "%s%d", disk, d->partition) < 0) {
    name = NULL;
    return NULL;
  }
  return device_resolve (name, NULL);
}

/* --- names of disks ---------------------------------------------------------------- */

/* The guest's fstab names its root: then that disk is known, whatever the order
 * of the disks here. */
static void
learn_root_disk (struct device_names *names)
{
  struct devname d;
  size_t i;

  names->disk = inspect_bsd_disk (names->root_device);
  if (!names->disk)
    return;
  for (i = 0; i < names->info->fstab.len; ++i) {
    const struct fstab_entry *e = &names->info->fstab.ptr[i];
    CLEANUP_FREE char *device = NULL;

    if (strcmp (e->file, "/") != 0 || !devname_parse (e->spec, &d))
      continue;
    device = partition_of (names->disk, &d);
    if (device && strcmp (device, names->root_device) == 0)
      (void) snprintf (names->guest_disk, sizeof names->guest_disk, "%s",
                       d.disk);
  }
}

void
device_names_init (struct device_names *names, const struct system_info *info,
                   const char *root_device)
{
  *names = (struct device_names) { .info = info, .root_device = root_device };
  learn_root_disk (names);
}

void
device_names_release (struct device_names *names)
{
  free (names->disk);
  *names = (struct device_names) DEVICE_NAMES_INIT;
}

static char *
by_disk_name (const struct device_names *names, const struct devname *d)
{
  CLEANUP_STRINGS char **disks = NULL;

  if (names->disk && strcmp (names->guest_disk, d->disk) == 0)
    return partition_of (names->disk, d);
  disks = device_list_disks (NULL);
  if (!disks || (size_t) d->index >= strings_count (disks))
    return NULL;
  return partition_of (disks[d->index], d);
}

/* --- names by identity ---------------------------------------------------------------- */

static char *
array_by_uuid (const char *uuid)
{
  CLEANUP_STRINGS char **arrays = do_list_md_devices (NULL);
  size_t i, j;

  for (i = 0; arrays && arrays[i]; ++i) {
    CLEANUP_STRINGS char **detail = do_md_detail (arrays[i], NULL);

    for (j = 0; detail && detail[j] && detail[j + 1]; j += 2)
      if (strcmp (detail[j], "uuid") == 0
          && strcasecmp (detail[j + 1], uuid) == 0)
        return strdup (arrays[i]);
  }
  return NULL;
}

/* "/dev/md0", "/dev/md/root": by mdadm.conf; else by its name here. */
static char *
by_array_name (const struct device_names *names, const char *spec)
{
  const struct strlist *arrays = &names->info->arrays;
  size_t i;

  for (i = 0; i + 1 < arrays->len; i += 2) {
    char *ret;

    if (strcmp (arrays->items[i], spec) != 0)
      continue;
    ret = array_by_uuid (arrays->items[i + 1]);
    if (ret)
      return ret;
  }
  return device_resolve (spec, NULL);
}

/* Does a disk here have this serial number? */
static char *
disk_by_serial (const char *text)
{
  CLEANUP_STRINGS char **disks = device_list_disks (NULL);
  size_t i;

  for (i = 0; disks && disks[i]; ++i) {
    CLEANUP_FREE char *path = NULL;
    CLEANUP_FREE char *serial = NULL;
    CLEANUP_CLOSE int fd = -1;

    if (asprintf (&path, "/sys/block/%s/serial", disks[i] + 5) < 0) {
      path = NULL;
      continue;
    }
    fd = open (path, O_RDONLY | O_CLOEXEC);
    serial = fd == -1 ? NULL : read_whole_fd (fd, VALUE_MAX_LEN, NULL);
    if (serial)
      serial[strcspn (serial, "\n")] = '\0';
    if (serial && *serial && strstr (text, serial))
      return strdup (disks[i]);
  }
  return NULL;
}

/* "ata-QEMU_HARDDISK_QM00001-part1", "pci-0000:00:04.0-part2": by the serial
 * number, or by being the only disk there is. */
static char *
by_hardware (const char *name)
{
  CLEANUP_STRINGS char **disks = device_list_disks (NULL);
  const char *part = strstr (name, "-part");
  struct devname d = {
    .partition = part ? atoi (part + strlen ("-part")) : 0,
  };
  CLEANUP_FREE char *disk = disk_by_serial (name);

  if (!disk && disks && strings_count (disks) == 1)
    disk = strdup (disks[0]);
  if (!disk)
    return NULL;
  return partition_of (disk, &d);
}

static char *by_mapper_name (const struct device_names *names,
                             const char *spec);

static char *
by_id (const struct device_names *names, const char *id)
{
  CLEANUP_FREE char *mapper = NULL;

  if (has_prefix (id, "md-uuid-"))
    return array_by_uuid (id + strlen ("md-uuid-"));
  if (!has_prefix (id, "dm-name-"))
    return by_hardware (id);
  if (asprintf (&mapper, MAPPER "%s", id + strlen ("dm-name-")) < 0) {
    mapper = NULL;
    return NULL;
  }
  return by_mapper_name (names, mapper);
}

/* "a" of the disk that holds the root. */
static char *
by_root_letter (const struct device_names *names, const char *letter)
{
  struct devname d = { .letter = *letter };

  return names->disk && *letter && !letter[1]
    ? inspect_bsd_partition (names->disk, &d) : NULL;
}

/* "/dev/mapper/NAME": a logical volume, or what crypttab says is opened under
 * this name, whatever it is called here. */
static char *
by_mapper_name (const struct device_names *names, const char *spec)
{
  const struct strlist *table = &names->info->crypttab;
  const char *name = spec + strlen (MAPPER);
  size_t i;

  for (i = 0; i + 1 < table->len; i += 2) {
    CLEANUP_FREE char *below = NULL;

    if (strcmp (table->items[i], name) != 0
        || has_prefix (table->items[i + 1], MAPPER))
      continue;
    below = device_names_resolve (names, table->items[i + 1]);
    if (below && is_device_name (below)) {
      char *ret = sysblock_opened (below);

      if (ret)
        return ret;
    }
  }
  return device_resolve (spec, NULL);
}

/* --- all of them ---------------------------------------------------------------------- */

static char *
find (const struct device_names *names, const char *spec)
{
  const struct property *property = find_property (spec);
  struct devname d;

  if (strlen (spec) > VALUE_MAX_LEN)
    return NULL;
  if (property) {
    CLEANUP_FREE char *value = property_value (spec
                                               + strlen (property->prefix));

    return value ? property->find (value, NULL) : NULL;
  }
  if (has_prefix (spec, "ID="))
    return by_id (names, spec + 3);
  if (bsdlabel_duid_letter (spec))
    return inspect_bsd_duid (spec);
  if (has_prefix (spec, NETBSD_ROOT))
    return by_root_letter (names, spec + strlen (NETBSD_ROOT));
  /* Names of the appliance's own that a guest could write must not come out:
   * /dev/disk/guestfs is one, and anything with dots leads elsewhere. */
  if (!is_device_name (spec) || strstr (spec, "/.."))
    return NULL;
  if (has_prefix (spec, BY_ID))
    return by_id (names, spec + strlen (BY_ID));
  if (has_prefix (spec, BY_PATH))
    return by_hardware (spec + strlen (BY_PATH));
  if (has_prefix (spec, "/dev/disk/"))
    return NULL;
  if (has_prefix (spec, "/dev/md"))
    return by_array_name (names, spec);
  if (has_prefix (spec, MAPPER))
    return by_mapper_name (names, spec);
  if (devname_parse (spec, &d))
    return by_disk_name (names, &d);
  return device_resolve (spec, NULL);
}

char *
device_names_resolve (const struct device_names *names, const char *spec)
{
  CLEANUP_FREE char *real = find (names, spec);

  return real ? sysblock_canonical (real, NULL) : NULL;
}
