/* virt-filesystems: what is on a disk: filesystems, partitions, volumes. */

#include <config.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "guests.h"
#include "json.h"
#include "options.h"
#include "size.h"
#include "strlist.h"
#include "table.h"

static const char usage[] =
  "List the filesystems, partitions, block devices and volumes of a disk image.\n"
  "\n"
  "  virt-filesystems [options] -a disk.img [-a disk.img ...]\n"
  "  virt-filesystems [options] -d domain\n"
  "\n"
  "      --all              everything: the same as --filesystems --extra\n"
  "                         --partitions --block-devices --lvs --vgs --pvs\n"
  "      --blkdevs, --block-devices  list block devices\n"
  "      --csv              print comma-separated values\n"
  "      --extra            with filesystems: swap and unknown data, too\n"
  "      --filesystems      list filesystems (the default)\n"
  "      --fs-version, --fs-versions  with -l: print versions of filesystems, too\n"
  "  -h, --human-readable   print sizes as people write them\n"
  "  -l, --long             print more about each\n"
  "      --logvols, --lvs, --logical-volumes  list LVM logical volumes\n"
  "      --no-title         leave the title line out\n"
  "      --parts, --partitions  list partitions\n"
  "      --physvols, --pvs, --physical-volumes  list LVM physical volumes\n"
  "      --uuid, --uuids    print UUIDs, too\n"
  "      --volgroups, --vgs, --volume-groups  list LVM volume groups\n"
  GUESTS_HELP;

/* What to list. */
enum {
  LIST_FILESYSTEMS = 1,
  LIST_EXTRA = 2,
  LIST_PARTITIONS = 4,
  LIST_DEVICES = 8,
  LIST_LVS = 16,
  LIST_VGS = 32,
  LIST_PVS = 64,
  LIST_ALL = 127,
};

enum {
  OPTION_ALL = OPTION_OWN,
  OPTION_CSV,
  OPTION_DEVICES,
  OPTION_EXTRA,
  OPTION_FILESYSTEMS,
  OPTION_FS_VERSION,
  OPTION_LVS,
  OPTION_NO_TITLE,
  OPTION_PARTITIONS,
  OPTION_PVS,
  OPTION_UUID,
  OPTION_VGS,
};

enum column {
  COLUMN_NAME, COLUMN_TYPE, COLUMN_VFS, COLUMN_VERSION, COLUMN_LABEL,
  COLUMN_MBR, COLUMN_SIZE, COLUMN_PARENT, COLUMN_UUID, COLUMNS
};

static const char *const titles[COLUMNS] = {
  "Name", "Type", "VFS", "Version", "Label", "MBR", "Size", "Parent", "UUID"
};

struct lister {
  const struct options *o;
  guestfs_h *g;
  int list;
  bool wide, human, csv, json, title, uuid, versions, many;
  const char *image;  /* for JSON */
  const char *prefix; /* before names, where there are many guests; or NULL */
  bool has[COLUMNS];
  struct table table;
};

/* One line; NULL for what it does not have. */
struct line {
  const char *name, *type, *vfs, *version, *label, *mbr, *parent, *uuid;
  int64_t size; /* -1: none */
};

static void
print_object (const struct lister *l, const struct line *line)
{
  struct json j;

  json_begin (&j, stdout);
  json_text (&j, "image", l->image);
  json_text (&j, "name", line->name);
  json_text (&j, "type", line->type);
  json_text (&j, "vfs", line->vfs);
  json_text (&j, "version", line->version);
  json_text (&j, "label", line->label);
  json_text (&j, "mbr", line->mbr);
  if (line->size >= 0)
    json_number (&j, "size", line->size);
  json_text (&j, "parent", line->parent);
  json_text (&j, "uuid", line->uuid);
  json_end (&j);
}

static void
add_line (struct lister *l, const struct line *line)
{
  const char *cells[COLUMNS] = {
    line->name, line->type, line->vfs, line->version, line->label, line->mbr,
    NULL, line->parent, line->uuid,
  };
  char size[SIZE_TEXT_MAX];
  CLEANUP_FREE char *name = NULL;
  size_t i;

  if (l->json) {
    print_object (l, line);
    return;
  }
  if (l->prefix) {
    if (asprintf (&name, "%s:%s", l->prefix, line->name) == -1)
      die (l->o, "out of memory");
    cells[COLUMN_NAME] = name;
  }
  if (line->size >= 0) {
    if (l->human)
      size_text (line->size, size);
    else
      snprintf (size, sizeof size, "%" PRIi64, line->size);
    cells[COLUMN_SIZE] = size;
  }
  for (i = 0; i < COLUMNS; ++i)
    if (l->has[i])
      table_add (&l->table, cells[i]);
}

static void
choose_columns (struct lister *l, bool uuid)
{
  size_t i;

  l->has[COLUMN_NAME] = true;
  if (l->wide) {
    l->has[COLUMN_TYPE] = l->has[COLUMN_SIZE] = l->has[COLUMN_PARENT] = true;
    l->has[COLUMN_VFS] = l->has[COLUMN_LABEL] = l->list & LIST_FILESYSTEMS;
    l->has[COLUMN_VERSION] = l->versions && (l->list & LIST_FILESYSTEMS);
    l->has[COLUMN_MBR] = l->list & LIST_PARTITIONS;
  }
  l->has[COLUMN_UUID] = uuid;
  table_init (&l->table, 0);
  for (i = 0; i < COLUMNS; ++i)
    l->table.columns += l->has[i];
}

static void
add_titles (struct lister *l)
{
  size_t i;

  for (i = 0; i < COLUMNS; ++i)
    if (l->has[i])
      table_add (&l->table, titles[i]);
}

/* The size of a filesystem: what it has for files when it can be mounted, the
 * device's otherwise. */
static int64_t
filesystem_size (guestfs_h *g, const char *device)
{
  struct guestfs_statvfs *s = NULL;
  CLEANUP_FREE char *block_device = NULL;
  int64_t size = -1;

  if (guestfs_mount_ro (g, device, "/") == 0) {
    s = guestfs_statvfs (g, "/");
    guestfs_umount_all (g);
  }
  if (s)
    size = s->blocks * s->bsize;
  else {
    block_device = guestfs_mountable_device (g, device);
    if (block_device)
      size = guestfs_blockdev_getsize64 (g, block_device);
  }
  guestfs_free_statvfs (s);
  return size;
}

/* The version of the format, where one kind of filesystem has several: XFS has
 * 5 with checksums of metadata, and 4 without.  NULL: none. */
static const char *
filesystem_version (guestfs_h *g, const char *device, const char *type)
{
  CLEANUP_STRINGS char **info = NULL;
  size_t i;

  if (strcmp (type, "xfs") != 0)
    return NULL;
  info = guestfs_xfs_info2 (g, device);
  for (i = 0; info && info[i]; i += 2)
    if (strcmp (info[i], "meta-data.crc") == 0)
      return strcmp (info[i + 1], "1") == 0 ? "5" : "4";
  return NULL;
}

static bool
is_extra (const char *type)
{
  return strcmp (type, "swap") == 0 || strcmp (type, "unknown") == 0
         || strcmp (type, "crypto_LUKS") == 0;
}

/* Details that cannot be had (a filesystem may be damaged) stay empty, hence
 * the error handler that says nothing. */
static void
list_filesystems (struct lister *l)
{
  CLEANUP_STRINGS char **filesystems = guestfs_list_filesystems (l->g);
  size_t i;

  if (!filesystems)
    die_handle (l->o);
  for (i = 0; filesystems[i]; i += 2) {
    struct line line = { .name = filesystems[i], .type = "filesystem",
                         .vfs = filesystems[i + 1], .size = -1 };
    CLEANUP_FREE char *label = NULL, *uuid = NULL;

    if (is_extra (filesystems[i + 1]) && !(l->list & LIST_EXTRA))
      continue;
    guestfs_push_error_handler (l->g, NULL, NULL);
    if (l->has[COLUMN_LABEL])
      line.label = label = guestfs_vfs_label (l->g, filesystems[i]);
    if (l->has[COLUMN_VERSION])
      line.version = filesystem_version (l->g, filesystems[i],
                                         filesystems[i + 1]);
    if (l->has[COLUMN_UUID])
      line.uuid = uuid = guestfs_vfs_uuid (l->g, filesystems[i]);
    if (l->has[COLUMN_SIZE])
      line.size = filesystem_size (l->g, filesystems[i]);
    guestfs_pop_error_handler (l->g);
    add_line (l, &line);
  }
}

/* The MBR type of a partition in hexadecimal, NULL on other tables. */
static char *
mbr_type (guestfs_h *g, const char *device, const char *partition)
{
  CLEANUP_FREE char *table = guestfs_part_get_parttype (g, device);
  int number, id;
  char *text;

  if (!table || strcmp (table, "msdos") != 0)
    return NULL;
  number = guestfs_part_to_partnum (g, partition);
  if (number == -1)
    return NULL;
  id = guestfs_part_get_mbr_id (g, device, number);
  if (id == -1 || asprintf (&text, "%02x", id) == -1)
    return NULL;
  return text;
}

static void
list_partitions (struct lister *l)
{
  CLEANUP_STRINGS char **partitions = guestfs_list_partitions (l->g);
  size_t i;

  if (!partitions)
    die_handle (l->o);
  for (i = 0; partitions[i]; ++i) {
    struct line line = { .name = partitions[i], .type = "partition",
                         .size = -1 };
    CLEANUP_FREE char *device = NULL, *mbr = NULL;

    guestfs_push_error_handler (l->g, NULL, NULL);
    if (l->wide) {
      line.parent = device = guestfs_part_to_dev (l->g, partitions[i]);
      if (device)
        line.mbr = mbr = mbr_type (l->g, device, partitions[i]);
      line.size = guestfs_blockdev_getsize64 (l->g, partitions[i]);
    }
    guestfs_pop_error_handler (l->g);
    add_line (l, &line);
  }
}

static void
list_devices (struct lister *l)
{
  CLEANUP_STRINGS char **devices = guestfs_list_devices (l->g);
  size_t i;

  if (!devices)
    die_handle (l->o);
  for (i = 0; devices[i]; ++i) {
    struct line line = { .name = devices[i], .type = "device", .size = -1 };

    if (l->wide)
      line.size = guestfs_blockdev_getsize64 (l->g, devices[i]);
    add_line (l, &line);
  }
}

/* LVM prints UUIDs of 32 letters in groups. */
static char *
lvm_uuid (const char uuid[32])
{
  char *text;

  if (asprintf (&text, "%.6s-%.4s-%.4s-%.4s-%.4s-%.4s-%.6s", uuid, uuid + 6,
                uuid + 10, uuid + 14, uuid + 18, uuid + 22, uuid + 26) == -1)
    return NULL;
  return text;
}

/* libguestfs prints those of volume groups and physical volumes without dashes. */
static char *
shown_uuid (const struct lister *l, const char uuid[32])
{
  char *text = l->json ? lvm_uuid (uuid) : strndup (uuid, 32);

  if (!text)
    abort ();
  return text;
}

static void
list_lvs (struct lister *l)
{
  CLEANUP_STRINGS char **lvs = guestfs_lvs (l->g);
  size_t i;

  if (!lvs)
    die_handle (l->o);
  for (i = 0; lvs[i]; ++i) {
    CLEANUP_FREE char *parent = xstrdup (lvs[i]), *uuid = NULL;
    char *slash = strrchr (parent, '/');
    struct line line = { .name = lvs[i], .type = "lv", .parent = parent,
                         .size = -1 };

    if (slash)
      *slash = '\0';
    if (l->has[COLUMN_UUID])
      line.uuid = uuid = guestfs_lvuuid (l->g, lvs[i]);
    if (l->wide)
      line.size = guestfs_blockdev_getsize64 (l->g, lvs[i]);
    add_line (l, &line);
  }
}

/* The physical volumes of a group, separated by commas. */
static char *
group_parents (struct lister *l, const char *group,
               const struct guestfs_lvm_pv_list *pvs)
{
  CLEANUP_STRINGS char **uuids = guestfs_vgpvuuids (l->g, group);
  char *text = NULL;
  size_t i;
  uint32_t j;

  for (i = 0; uuids && uuids[i]; ++i)
    for (j = 0; j < pvs->len; ++j) {
      CLEANUP_FREE char *dashed = lvm_uuid (pvs->val[j].pv_uuid);
      char *joined;

      if (strcmp (uuids[i], dashed) != 0
          && strncmp (uuids[i], pvs->val[j].pv_uuid, 32) != 0)
        continue;
      if (asprintf (&joined, "%s%s%s", text ? text : "", text ? "," : "",
                    pvs->val[j].pv_name) == -1)
        die (l->o, "out of memory");
      free (text);
      text = joined;
    }
  return text;
}

static void
list_vgs (struct lister *l)
{
  struct guestfs_lvm_vg_list *vgs = guestfs_vgs_full (l->g);
  struct guestfs_lvm_pv_list *pvs = guestfs_pvs_full (l->g);
  uint32_t i;

  if (!vgs || !pvs)
    die_handle (l->o);
  for (i = 0; i < vgs->len; ++i) {
    CLEANUP_FREE char *name = NULL, *uuid = NULL, *parents = NULL;
    struct line line = { .type = "vg", .size = vgs->val[i].vg_size };

    if (asprintf (&name, "/dev/%s", vgs->val[i].vg_name) == -1)
      die (l->o, "out of memory");
    line.name = name;
    line.uuid = uuid = shown_uuid (l, vgs->val[i].vg_uuid);
    if (l->wide)
      line.parent = parents = group_parents (l, vgs->val[i].vg_name, pvs);
    add_line (l, &line);
  }
  guestfs_free_lvm_vg_list (vgs);
  guestfs_free_lvm_pv_list (pvs);
}

static void
list_pvs (struct lister *l)
{
  struct guestfs_lvm_pv_list *pvs = guestfs_pvs_full (l->g);
  uint32_t i;

  if (!pvs)
    die_handle (l->o);
  for (i = 0; i < pvs->len; ++i) {
    CLEANUP_FREE char *uuid = shown_uuid (l, pvs->val[i].pv_uuid);
    struct line line = { .name = pvs->val[i].pv_name, .type = "pv",
                         .uuid = uuid, .size = pvs->val[i].pv_size };

    add_line (l, &line);
  }
  guestfs_free_lvm_pv_list (pvs);
}

static void
list_everything (struct lister *l)
{
  if (l->list & LIST_FILESYSTEMS)
    list_filesystems (l);
  if (l->list & LIST_LVS)
    list_lvs (l);
  if (l->list & LIST_VGS)
    list_vgs (l);
  if (l->list & LIST_PVS)
    list_pvs (l);
  if (l->list & LIST_PARTITIONS)
    list_partitions (l);
  if (l->list & LIST_DEVICES)
    list_devices (l);
}

/* As a job. */
static int
list_guest (const struct options *o, const char *name, void *data)
{
  struct lister l = *(const struct lister *) data;
  CLEANUP_FREE char *short_name = guest_short_name (o);

  l.o = o;
  l.g = o->g;
  l.image = name;
  l.prefix = l.many ? short_name : NULL;
  options_open (o);
  unlock_devices (o, o->g);
  if (l.title && (l.wide || l.table.columns > 1))
    add_titles (&l);
  list_everything (&l);
  table_print (&l.table, l.csv);
  table_release (&l.table);
  return EXIT_SUCCESS;
}

static void
own_option (struct lister *l, int c)
{
  switch (c) {
  case 'h': l->human = true; break;
  case 'l': l->wide = true; break;
  case OPTION_ALL: l->list |= LIST_ALL; break;
  case OPTION_CSV: l->csv = true; break;
  case OPTION_DEVICES: l->list |= LIST_DEVICES; break;
  case OPTION_EXTRA: l->list |= LIST_EXTRA | LIST_FILESYSTEMS; break;
  case OPTION_FILESYSTEMS: l->list |= LIST_FILESYSTEMS; break;
  case OPTION_FS_VERSION: l->versions = true; break;
  case OPTION_LVS: l->list |= LIST_LVS; break;
  case OPTION_NO_TITLE: l->title = false; break;
  case OPTION_PARTITIONS: l->list |= LIST_PARTITIONS; break;
  case OPTION_PVS: l->list |= LIST_PVS; break;
  case OPTION_UUID: l->uuid = true; break;
  case OPTION_VGS: l->list |= LIST_VGS; break;
  }
}

int
main (int argc, char *argv[])
{
  static const struct option own_long[] = {
    GUESTS_LONG_OPTIONS,
    { "all", no_argument, NULL, OPTION_ALL },
    { "blkdevs", no_argument, NULL, OPTION_DEVICES },
    { "block-devices", no_argument, NULL, OPTION_DEVICES },
    { "csv", no_argument, NULL, OPTION_CSV },
    { "extra", no_argument, NULL, OPTION_EXTRA },
    { "filesystems", no_argument, NULL, OPTION_FILESYSTEMS },
    { "fs-version", no_argument, NULL, OPTION_FS_VERSION },
    { "fs-versions", no_argument, NULL, OPTION_FS_VERSION },
    { "human-readable", no_argument, NULL, 'h' },
    { "logical-volumes", no_argument, NULL, OPTION_LVS },
    { "logvols", no_argument, NULL, OPTION_LVS },
    { "long", no_argument, NULL, 'l' },
    { "lvs", no_argument, NULL, OPTION_LVS },
    { "no-title", no_argument, NULL, OPTION_NO_TITLE },
    { "partitions", no_argument, NULL, OPTION_PARTITIONS },
    { "parts", no_argument, NULL, OPTION_PARTITIONS },
    { "physical-volumes", no_argument, NULL, OPTION_PVS },
    { "physvols", no_argument, NULL, OPTION_PVS },
    { "pvs", no_argument, NULL, OPTION_PVS },
    { "uuid", no_argument, NULL, OPTION_UUID },
    { "uuids", no_argument, NULL, OPTION_UUID },
    { "vgs", no_argument, NULL, OPTION_VGS },
    { "volgroups", no_argument, NULL, OPTION_VGS },
    { "volume-groups", no_argument, NULL, OPTION_VGS },
    { NULL, 0, NULL, 0 },
  };
  struct options o = {
    .program = "virt-filesystems", .takes = TAKES_KEYS, .usage = usage, .help_shared = true,
    .own_short = "hl", .own_long = own_long, .readonly = true,
  };
  struct guests guests = { .o = &o };
  struct lister l = { .o = &o, .title = true };
  int c, status;

  options_start (&o);
  while ((c = options_next (&o, argc, argv)) != -1)
    if (!guests_option (&guests, c))
      own_option (&l, c);
  options_check (&o);
  guests_list (&guests);
  l.json = guests.json;
  l.many = guests.nr > 1;
  if (optind < argc)
    die (&o, "unexpected argument \"%s\"", argv[optind]);
  if (l.csv && l.human)
    die (&o, "--csv and -h do not go together");
  if (l.csv && l.json)
    die (&o, "--csv and --json do not go together");
  if (!l.list)
    l.list = LIST_FILESYSTEMS;
  if (l.json) /* everything that is known */
    l.wide = l.uuid = l.versions = true;
  /* Each guest has a table of its own, without a title. */
  if (l.json || l.many)
    l.title = false;

  choose_columns (&l, l.uuid);
  status = guests_run (&guests, list_guest, &l);
  guests_release (&guests);
  options_finish (&o);
  return status;
}
