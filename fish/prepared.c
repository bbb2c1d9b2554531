/* Prepared disks: see prepared.h.  A table of types, each with its parameters
 * and the function that formats the disk. */

#include <config.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "cleanup.h"
#include "fish.h"
#include "prefix.h"
#include "prepared.h"
#include "strlist.h"

#define PARAMETERS_MAX 6
#define SECTOR 512
#define FIRST_SECTOR 2048 /* 1 MiB; smaller disks have it at 64 */
#define SMALL_FIRST_SECTOR 64
#define SMALL (INT64_C (32) << 20)

struct prepared {
  const struct type *type;
  const char *text; /* for messages */
  char *parameters[PARAMETERS_MAX];
  int64_t size;
  size_t drive; /* number of the option's drive */
};

struct parameter {
  const char *name, *standard, *help;
};

struct type {
  const char *name, *summary;
  struct parameter parameters[PARAMETERS_MAX];
  int (*format) (guestfs_h *g, const struct prepared *p, const char *device);
};

/* The parameter of this name, which the type has. */
static const char *
parameter (const struct prepared *p, const char *name)
{
  size_t i;

  for (i = 0; i < PARAMETERS_MAX && p->type->parameters[i].name; ++i)
    if (strcmp (p->type->parameters[i].name, name) == 0)
      return p->parameters[i];
  abort ();
}

static int64_t
first_sector (const struct prepared *p)
{
  return p->size < SMALL ? SMALL_FIRST_SECTOR : FIRST_SECTOR;
}

/* The sectors that partitions may use end here: GPT has its copy behind. */
static int64_t
last_sector (const struct prepared *p)
{
  return p->size / SECTOR - SMALL_FIRST_SECTOR - 1;
}

/* One partition, or a boot partition of `boot` bytes and one for the rest. */
static int
partition (guestfs_h *g, const struct prepared *p, const char *device,
           int64_t boot)
{
  int64_t start = first_sector (p), end = last_sector (p);

  if (guestfs_part_init (g, device, parameter (p, "partition")) == -1)
    return -1;
  if (boot > 0) {
    int64_t sectors = boot / SECTOR;

    if (sectors < 1 || sectors >= end - start) {
      fprintf (stderr, "-N %s: there is no room for a boot partition of this size\n",
               p->text);
      return -1;
    }
    if (guestfs_part_add (g, device, "p", start, start + sectors - 1) == -1)
      return -1;
    start += sectors;
  }
  return guestfs_part_add (g, device, "p", start, end);
}

static char *
partition_name (const char *device, int number)
{
  char *ret;

  if (asprintf (&ret, "%s%d", device, number) == -1) {
    perror ("-N");
    return NULL;
  }
  return ret;
}

/* A volume group on the partition, with a logical volume of all its space. */
static int
make_volume (guestfs_h *g, const struct prepared *p, const char *device,
             int number)
{
  CLEANUP_FREE char *partition = partition_name (device, number);
  char *devices[] = { partition, NULL };
  const char *name = parameter (p, "name");
  const char *path = skip_prefix (name, "/dev/");
  const char *group = path ? path : name;
  const char *slash = strchr (group, '/');
  CLEANUP_FREE char *vg = NULL;

  if (!partition)
    return -1;
  if (!slash || slash == group || !slash[1] || strchr (slash + 1, '/')) {
    fprintf (stderr, "-N %s: the name of a volume is like /dev/VG/LV, not \"%s\"\n",
             p->text, name);
    return -1;
  }
  vg = strndup (group, slash - group);
  if (!vg || guestfs_pvcreate (g, partition) == -1
      || guestfs_vgcreate (g, vg, devices) == -1)
    return -1;
  return guestfs_lvcreate_free (g, slash + 1, vg, 100);
}

static int
make_filesystem (guestfs_h *g, const struct prepared *p, const char *parameter_name,
                 const char *device, int number)
{
  CLEANUP_FREE char *partition = partition_name (device, number);

  return partition ? guestfs_mkfs (g, parameter (p, parameter_name), partition)
    : -1;
}

static int
format_disk (guestfs_h *g, const struct prepared *p, const char *device)
{
  return 0;
}

static int
format_part (guestfs_h *g, const struct prepared *p, const char *device)
{
  return partition (g, p, device, 0);
}

static int
format_fs (guestfs_h *g, const struct prepared *p, const char *device)
{
  return partition (g, p, device, 0) == -1
    ? -1 : make_filesystem (g, p, "filesystem", device, 1);
}

static int
format_lv (guestfs_h *g, const struct prepared *p, const char *device)
{
  return partition (g, p, device, 0) == -1 ? -1
    : make_volume (g, p, device, 1);
}

static int
format_lvfs (guestfs_h *g, const struct prepared *p, const char *device)
{
  return format_lv (g, p, device) == -1 ? -1
    : guestfs_mkfs (g, parameter (p, "filesystem"), parameter (p, "name"));
}

static int
make_boot (guestfs_h *g, const struct prepared *p, const char *device)
{
  int64_t boot;

  if (fish_parse_int64 ("-N", "bootsize", parameter (p, "bootsize"), &boot) == -1
      || partition (g, p, device, boot > 0 ? boot : -1) == -1)
    return -1;
  return make_filesystem (g, p, "bootfs", device, 1);
}

static int
format_bootroot (guestfs_h *g, const struct prepared *p, const char *device)
{
  return make_boot (g, p, device) == -1 ? -1
    : make_filesystem (g, p, "rootfs", device, 2);
}

static int
format_bootrootlv (guestfs_h *g, const struct prepared *p, const char *device)
{
  return make_boot (g, p, device) == -1 || make_volume (g, p, device, 2) == -1
    ? -1 : guestfs_mkfs (g, parameter (p, "rootfs"), parameter (p, "name"));
}

#define SIZE { "size", "1G", "size of the disk image" }
#define PARTITION { "partition", "mbr", "kind of partition table" }
#define FILESYSTEM { "filesystem", "ext2", "kind of filesystem" }
#define NAME { "name", "/dev/VG/LV", "volume group and logical volume" }
#define BOOTFS { "bootfs", "ext2", "kind of the boot filesystem" }
#define ROOTFS { "rootfs", "ext2", "kind of the root filesystem" }
#define BOOTSIZE { "bootsize", "128M", "size of the boot partition" }

static const struct type types[] = {
  { "disk", "a blank disk", { SIZE }, format_disk },
  { "part", "a disk with one partition", { SIZE, PARTITION }, format_part },
  { "fs", "a disk with one partition that has a filesystem",
    { FILESYSTEM, SIZE, PARTITION }, format_fs },
  { "lv", "a disk with a logical volume", { NAME, SIZE, PARTITION },
    format_lv },
  { "lvfs", "a disk with a logical volume that has a filesystem",
    { NAME, FILESYSTEM, SIZE, PARTITION }, format_lvfs },
  { "bootroot", "a disk with a boot and a root filesystem",
    { BOOTFS, ROOTFS, SIZE, BOOTSIZE, PARTITION }, format_bootroot },
  { "bootrootlv",
    "a disk with a boot filesystem, and the root filesystem on a logical volume",
    { NAME, BOOTFS, ROOTFS, SIZE, BOOTSIZE, PARTITION }, format_bootrootlv },
};

#define NR_TYPES (sizeof types / sizeof *types)

static void __attribute__ ((noreturn))
list_types (void)
{
  size_t i, j;

  puts ("Disks that -N prepares:");
  for (i = 0; i < NR_TYPES; ++i) {
    const struct type *t = &types[i];

    printf ("\nguestfish -N %-10s - %s\n\n    -N [FILE=]%s", t->name,
            t->summary, t->name);
    for (j = 0; j < PARAMETERS_MAX && t->parameters[j].name; ++j)
      printf ("[:%s", t->parameters[j].name);
    while (j-- > 0)
      putchar (']');
    putchar ('\n');
    for (j = 0; j < PARAMETERS_MAX && t->parameters[j].name; ++j)
      printf ("      %-10s  %s (%s when it is left out)\n",
              t->parameters[j].name, t->parameters[j].help,
              t->parameters[j].standard);
  }
  puts ("\nFILE is test1.img for the first, test2.img for the second, and so on, where it\n"
        "is left out.");
  exit (EXIT_SUCCESS);
}

static const struct type *
find_type (const struct options *o, const char *name, size_t len)
{
  size_t i;

  for (i = 0; i < NR_TYPES; ++i)
    if (strlen (types[i].name) == len
        && strncmp (types[i].name, name, len) == 0)
      return &types[i];
  die (o, "-N %.*s: there is no such type; -N help lists them", (int) len,
       name);
}

/* The parameters behind the type's name; what is left out has its standard. */
static void
parse_parameters (const struct options *o, struct prepared *p, const char *at)
{
  size_t i;

  for (i = 0; i < PARAMETERS_MAX && p->type->parameters[i].name; ++i) {
    size_t len = *at == ':' ? strcspn (at + 1, ":") : 0;

    p->parameters[i] = len > 0 ? strndup (at + 1, len)
      : xstrdup (p->type->parameters[i].standard);
    if (!p->parameters[i])
      die (o, "out of memory");
    at += *at == ':' ? len + 1 : 0;
  }
  if (*at)
    die (o, "-N %s: there are too many parameters; -N help lists them", p->text);
  if (fish_parse_int64 ("-N", "size", parameter (p, "size"), &p->size) == -1)
    exit (EXIT_FAILURE);
  if (p->size < SECTOR)
    die (o, "-N %s: the size is not positive", p->text);
}

void
prepared_add (struct fish *fish, const char *text)
{
  struct options *o = &fish->options;
  const char *equals = strchr (text, '='), *type = equals ? equals + 1 : text;
  CLEANUP_FREE char *file = NULL;
  size_t len = strcspn (type, ":");
  struct prepared *p;

  if (strcmp (text, "help") == 0 || strcmp (text, "?") == 0
      || strcmp (text, "list") == 0)
    list_types ();
  fish->prepared = xrealloc (fish->prepared, fish->nr_prepared + 1,
                             sizeof *fish->prepared);
  p = &fish->prepared[fish->nr_prepared];
  *p = (struct prepared) { .type = find_type (o, type, len), .text = text };
  parse_parameters (o, p, type + len);
  fish->nr_prepared++;
  if (equals ? asprintf (&file, "%.*s", (int) (equals - text), text) == -1
      : asprintf (&file, "test%zu.img", fish->nr_prepared) == -1)
    die (o, "out of memory");
  if (guestfs_disk_create (o->g, file, "raw", p->size, -1) == -1)
    die_handle (o);
  p->drive = options_add_new_image (o, file);
}

void
prepared_format (struct fish *fish)
{
  struct options *o = &fish->options;
  CLEANUP_STRINGS char **devices = NULL;
  size_t i;

  if (fish->nr_prepared == 0)
    return;
  devices = guestfs_list_devices (fish->g);
  if (!devices)
    die_handle (o);
  for (i = 0; i < fish->nr_prepared; ++i) {
    const struct prepared *p = &fish->prepared[i];
    size_t drive = o->drives[p->drive].first;

    if (drive >= strings_count (devices))
      die (o, "-N %s: its device is not there", p->text);
    if (p->type->format (fish->g, p, devices[drive]) == -1) {
      (void) unlink (o->drives[p->drive].image);
      die (o, "-N %s: the disk could not be prepared", p->text);
    }
  }
}

void
prepared_release (struct fish *fish)
{
  size_t i, j;

  for (i = 0; i < fish->nr_prepared; ++i)
    for (j = 0; j < PARAMETERS_MAX; ++j)
      free (fish->prepared[i].parameters[j]);
  free (fish->prepared);
}
