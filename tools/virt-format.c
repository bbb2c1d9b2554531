/* virt-format: erase disks, and partition and format them anew. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "options.h"
#include "prefix.h"
#include "strlist.h"

static const char usage[] =
  "Erase disk images and make them blank.  ALL DATA ON THEM IS LOST.\n"
  "\n"
  "  virt-format [options] -a disk.img [-a disk.img ...]\n"
  "\n"
  "      --filesystem TYPE  make an empty filesystem (ext4, xfs, vfat, none)\n"
  "      --label LABEL      its label\n"
  "      --lvm[=/dev/VG/LV|none]  make a logical volume (default /dev/VG/LV)\n"
  "      --partition[=gpt|mbr|none]  partition table (default: mbr, gpt from\n"
  "                         2 TiB on)\n"
  "      --wipe             write zeroes over the whole disk first\n";

enum {
  OPTION_FILESYSTEM = OPTION_OWN, OPTION_LABEL, OPTION_LVM, OPTION_PARTITION,
  OPTION_WIPE,
};

struct format {
  struct options o;
  const char *filesystem, *label; /* NULL: none */
  const char *partition;          /* NULL: by size; "none" */
  char *vg, *lv;                  /* NULL: none */
  bool wipe;
};

/* /dev/VG/LV */
static void
set_lvm (struct format *f, const char *arg)
{
  const char *vg, *lv;

  free (f->vg);
  free (f->lv);
  f->vg = f->lv = NULL;
  if (!arg || !*arg)
    arg = "/dev/VG/LV";
  if (strcmp (arg, "none") == 0)
    return;
  vg = skip_prefix (arg, "/dev/");
  lv = vg ? strchr (vg, '/') : NULL;
  if (!lv || lv == vg || !lv[1] || strchr (lv + 1, '/'))
    die (&f->o, "--lvm takes a name such as /dev/VG/LV, not \"%s\"", arg);
  f->vg = strndup (vg, lv - vg);
  f->lv = xstrdup (lv + 1);
}

/* The type byte of an MBR partition. */
static int
mbr_id (const struct format *f)
{
  static const struct { const char *filesystem; int id; } ids[] = {
    { "vfat", 0x0c }, { "fat", 0x0c }, { "msdos", 0x0c }, { "ntfs", 0x07 },
    { "exfat", 0x07 }, { "swap", 0x82 },
  };
  size_t i;

  if (f->vg)
    return 0x8e;
  for (i = 0; f->filesystem && i < sizeof ids / sizeof *ids; ++i)
    if (strcmp (f->filesystem, ids[i].filesystem) == 0)
      return ids[i].id;
  return 0x83;
}

/* Erase what makes the disk look used.  Other programs of the appliance may
 * have activated what was on it. */
static void
erase (const struct format *f, char **devices)
{
  guestfs_h *g = f->o.g;
  size_t i;

  if (guestfs_lvm_remove_all (g) == -1)
    fprintf (stderr, "%s: old logical volumes could not be removed\n",
             f->o.program);
  for (i = 0; devices[i]; ++i)
    if ((f->wipe ? guestfs_zero_device (g, devices[i])
         : guestfs_wipefs (g, devices[i])) == -1
        || (!f->wipe && guestfs_zero (g, devices[i]) == -1))
      die_handle (&f->o);
}

/* The device to put things on: the partition, or the disk itself. */
static char *
partition (const struct format *f, const char *device)
{
  guestfs_h *g = f->o.g;
  const char *type = f->partition;
  char *ret;

  if (type && strcmp (type, "none") == 0)
    return xstrdup (device);
  if (!type) {
    int64_t size = guestfs_blockdev_getsize64 (g, device);

    if (size == -1)
      die_handle (&f->o);
    type = size < INT64_C (2) << 40 ? "mbr" : "gpt";
  }
  if (guestfs_part_disk (g, device, type) == -1
      || (strcmp (type, "mbr") == 0
          && guestfs_part_set_mbr_id (g, device, 1, mbr_id (f)) == -1))
    die_handle (&f->o);
  if (asprintf (&ret, "%s1", device) == -1)
    die (&f->o, "out of memory");
  return ret;
}

/* One volume group and volume over all disks. */
static char *
make_lvm (const struct format *f, char **devices)
{
  guestfs_h *g = f->o.g;
  char *ret;
  size_t i;

  for (i = 0; devices[i]; ++i)
    if (guestfs_pvcreate (g, devices[i]) == -1)
      die_handle (&f->o);
  if (guestfs_vgcreate (g, f->vg, devices) == -1
      || guestfs_lvcreate_free (g, f->lv, f->vg, 100) == -1)
    die_handle (&f->o);
  if (asprintf (&ret, "/dev/%s/%s", f->vg, f->lv) == -1)
    die (&f->o, "out of memory");
  return ret;
}

static void
make_filesystem (const struct format *f, const char *device)
{
  struct guestfs_mkfs_opts_argv optargs = { .bitmask = 0 };

  if (!f->filesystem)
    return;
  if (f->label) {
    optargs.label = f->label;
    optargs.bitmask |= GUESTFS_MKFS_OPTS_LABEL_BITMASK;
  }
  if (guestfs_mkfs_opts_argv (f->o.g, f->filesystem, device, &optargs) == -1)
    die_handle (&f->o);
}

/* The same on a disk that does not matter, the last: a type that does not exist,
 * or a label that is too long, shows before anything is erased. */
#define TRIAL_SIZE (INT64_C (1) << 30)

static void
try_first (const struct format *f, char **devices)
{
  size_t last = strings_count (devices) - 1;
  CLEANUP_FREE char *device = partition (f, devices[last]);

  make_filesystem (f, device);
  free (devices[last]);
  devices[last] = NULL;
}

static void
open_disks (const struct format *f)
{
  options_add_drives (&f->o, f->o.g);
  if (guestfs_add_drive_scratch (f->o.g, TRIAL_SIZE, -1) == -1
      || guestfs_launch (f->o.g) == -1)
    die_handle (&f->o);
}

static void
format_disks (const struct format *f)
{
  CLEANUP_STRINGS char **devices = guestfs_list_devices (f->o.g);
  CLEANUP_STRLIST struct strlist list = STRLIST_INIT;
  CLEANUP_STRINGS char **parts = NULL;
  size_t i;

  if (!devices)
    die_handle (&f->o);
  try_first (f, devices);
  erase (f, devices);
  for (i = 0; devices[i]; ++i)
    if (strlist_add_taken (&list, partition (f, devices[i])) == -1)
      die (&f->o, "out of memory");
  parts = strlist_take (&list);
  if (f->vg) {
    CLEANUP_FREE char *volume = make_lvm (f, parts);

    make_filesystem (f, volume);
  }
  else
    for (i = 0; parts[i]; ++i)
      make_filesystem (f, parts[i]);
}

static void
own_option (struct format *f, int c)
{
  const char *none = optarg && strcmp (optarg, "none") == 0 ? NULL : optarg;

  switch (c) {
  case OPTION_FILESYSTEM: f->filesystem = none; break;
  case OPTION_LABEL: f->label = optarg; break;
  case OPTION_LVM: set_lvm (f, optarg); break;
  case OPTION_PARTITION: f->partition = optarg && *optarg ? optarg : NULL; break;
  case OPTION_WIPE: f->wipe = true; break;
  }
}

int
main (int argc, char *argv[])
{
  static const struct option own_long[] = {
    { "filesystem", required_argument, NULL, OPTION_FILESYSTEM },
    { "label", required_argument, NULL, OPTION_LABEL },
    { "lvm", optional_argument, NULL, OPTION_LVM },
    { "partition", optional_argument, NULL, OPTION_PARTITION },
    { "wipe", no_argument, NULL, OPTION_WIPE },
    { NULL, 0, NULL, 0 },
  };
  struct format f = {
    .o = {
      .program = "virt-format", .usage = usage, .help_shared = true,
      .takes = TAKES_NO_DOMAINS, .own_short = "", .own_long = own_long,
    },
  };
  int c;

  options_start (&f.o);
  while ((c = options_next (&f.o, argc, argv)) != -1)
    own_option (&f, c);
  options_check (&f.o);
  if (f.o.nr_drives == 0)
    die (&f.o, "give a disk image with -a");
  if (optind < argc)
    die (&f.o, "unexpected argument \"%s\"", argv[optind]);
  if (f.label && !f.filesystem)
    die (&f.o, "--label needs --filesystem");
  open_disks (&f);
  format_disks (&f);
  if (guestfs_shutdown (f.o.g) == -1)
    die_handle (&f.o);
  free (f.vg);
  free (f.lv);
  options_finish (&f.o);
  return EXIT_SUCCESS;
}
