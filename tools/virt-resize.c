/* virt-resize: copy a disk to one of another size, with partitions larger or
 * smaller. */

#include <config.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "message.h"
#include "outfile.h"
#include "prefix.h"
#include "resize.h"

static const char usage[] =
  "Copy a disk to one of another size, and make its partitions larger or\n"
  "smaller.  OUTPUT is there already and has the size that is wanted; it is\n"
  "overwritten.\n"
  "\n"
  "  virt-resize [options] INPUT OUTPUT\n"
  "\n"
  "      --expand PART      give this partition all room that is left over\n"
  "      --shrink PART      take the room that is missing from this partition\n"
  "      --resize PART=SIZE  give it this size: a number and b, K, M, G or T, or\n"
  "                         a percentage; with + or - in front, by so much\n"
  "      --resize-force PART=SIZE  also where its contents do not fit\n"
  "      --ignore PART      do not copy what is on it\n"
  "      --delete PART      leave it out\n"
  "      --lv-expand LV     then give this logical volume all room of its group\n"
  "      --alignment N      partitions start at multiples of so many sectors\n"
  "      --align-first never|always|auto  the first one, too\n"
  "      --no-copy-boot-loader  leave out what is before the first partition\n"
  "      --no-expand-content  leave filesystems as large as they are\n"
  "      --no-extra-partition  make no partition of room that is left over\n"
  "      --no-sparse        OUTPUT may hold other bytes than zeroes\n"
  "      --ntfsresize-force  also NTFS that should be checked first\n"
  "      --unknown-filesystems ignore|warn|error  those that cannot be expanded\n"
  "  -d, --debug            the same as -v\n"
  "  -n, --dryrun, --dry-run  print what would be done, and do nothing\n"
  "      --json             print what will be done as JSON, and nothing else\n"
  "      --format FORMAT    format of INPUT (raw, qcow2)\n"
  "      --output-format FORMAT  format of OUTPUT\n";

enum {
  OPTION_ALIGNMENT = OPTION_OWN, OPTION_ALIGN_FIRST, OPTION_DELETE,
  OPTION_EXPAND, OPTION_FORMAT, OPTION_IGNORE, OPTION_JSON, OPTION_LV_EXPAND,
  OPTION_NO_BOOT_LOADER, OPTION_NO_EXPAND_CONTENT, OPTION_NO_EXTRA_PARTITION,
  OPTION_NO_SPARSE, OPTION_NTFS_FORCE, OPTION_OUTPUT_FORMAT, OPTION_RESIZE,
  OPTION_RESIZE_FORCE, OPTION_SHRINK, OPTION_UNKNOWN,
};

int
resize_device_number (const char *name)
{
  static const char *const disks[] = { "sda", "vda", "hda", "xvda" };
  char *end;
  size_t i;
  long n;

  if (has_prefix (name, "/dev/"))
    name += 5;
  for (i = 0; i < sizeof disks / sizeof disks[0]; ++i) {
    size_t len = strlen (disks[i]);

    if (strncmp (name, disks[i], len) != 0
        || !isdigit ((unsigned char) name[len]))
      continue;
    n = strtol (name + len, &end, 10);
    return !*end && n > 0 && n <= PARTITIONS_MAX ? n : 0;
  }
  return 0;
}

static struct change *
add_change (struct resize *r, const char *option, const char *device,
            size_t len)
{
  struct change *c;
  char *name = strndup (device, len);

  if (!name)
    die (&r->o, "out of memory");
  if (resize_device_number (name) == 0)
    die (&r->o, "%s takes a partition, such as /dev/sda2, not \"%s\"", option,
         name);
  r->changes = xrealloc (r->changes, r->nr_changes + 1, sizeof *r->changes);
  c = &r->changes[r->nr_changes++];
  *c = (struct change) { .option = option, .device = name };
  return c;
}

static void
add_resize (struct resize *r, const char *option, const char *text, bool force)
{
  const char *equals = strchr (text, '=');
  struct change *c;

  if (!equals)
    die (&r->o, "%s takes a partition, = and a size, not \"%s\"", option,
         text);
  c = add_change (r, option, text, equals - text);
  c->size = equals + 1;
  c->force = force;
}

static int
choose (const struct resize *r, const char *option, const char *const *words,
        const char *text)
{
  int i;

  for (i = 0; words[i]; ++i)
    if (strcmp (words[i], text) == 0)
      return i;
  die (&r->o, "%s takes %s, %s or %s, not \"%s\"", option, words[0], words[1],
       words[2], text);
}

static void
own_option (struct resize *r, int c)
{
  static const char *const firsts[] = { "auto", "never", "always", NULL };
  static const char *const unknowns[] = { "warn", "ignore", "error", NULL };

  switch (c) {
  case 'n': r->dry_run = true; break;
  case OPTION_ALIGNMENT:
    r->alignment = options_number (&r->o, "--alignment", optarg);
    if (r->alignment == 0)
      die (&r->o, "--alignment takes a number of sectors from 1 on");
    break;
  case OPTION_ALIGN_FIRST:
    r->align_first = choose (r, "--align-first", firsts, optarg);
    break;
  case OPTION_DELETE:
    add_change (r, "--delete", optarg, strlen (optarg))->delete = true;
    break;
  case OPTION_EXPAND:
    add_change (r, "--expand", optarg, strlen (optarg))->expand = true;
    break;
  case OPTION_FORMAT: r->o.format = *optarg ? optarg : NULL; break;
  case OPTION_IGNORE:
    add_change (r, "--ignore", optarg, strlen (optarg))->ignore = true;
    break;
  case OPTION_LV_EXPAND:
    r->volumes = xrealloc (r->volumes, r->nr_volumes + 1, sizeof *r->volumes);
    r->volumes[r->nr_volumes++] = optarg;
    break;
  case OPTION_NO_BOOT_LOADER: r->no_boot_loader = true; break;
  case OPTION_JSON: r->json = r->o.quiet = true; break;
  case OPTION_NO_EXPAND_CONTENT: r->no_expand_content = true; break;
  case OPTION_NO_EXTRA_PARTITION: r->no_extra_partition = true; break;
  case OPTION_NO_SPARSE: r->no_sparse = true; break;
  case OPTION_NTFS_FORCE: r->ntfs_force = true; break;
  case OPTION_OUTPUT_FORMAT: r->output_format = optarg; break;
  case OPTION_RESIZE: add_resize (r, "--resize", optarg, false); break;
  case OPTION_RESIZE_FORCE:
    add_resize (r, "--resize-force", optarg, true);
    break;
  case OPTION_SHRINK:
    add_change (r, "--shrink", optarg, strlen (optarg))->shrink = true;
    break;
  case OPTION_UNKNOWN:
    r->unknown = choose (r, "--unknown-filesystems", unknowns, optarg);
    break;
  }
}

/* What programs ask for with --machine-readable alone. */
static void
print_abilities (const struct resize *r)
{
  puts ("virt-resize\nntfsresize-force\n32bitok\n128-sector-alignment\n"
        "alignment\nalign-first\ninfile-uri\nntfs\nbtrfs\nxfs\nf2fs");
  exit (EXIT_SUCCESS);
}

/* At most one of --expand and --shrink, and one change a partition. */
static void
check_changes (const struct resize *r)
{
  const struct change *special = NULL;
  size_t i, j;

  for (i = 0; i < r->nr_changes; ++i) {
    const struct change *c = &r->changes[i];

    if ((c->expand || c->shrink) && special)
      die (&r->o, "%s and %s cannot be used together", special->option,
           c->option);
    if (c->expand || c->shrink)
      special = c;
    for (j = 0; j < i; ++j)
      if (resize_device_number (r->changes[j].device)
            == resize_device_number (c->device)
          && !(c->ignore != r->changes[j].ignore && !c->delete
               && !r->changes[j].delete))
        die (&r->o, "%s: %s and %s cannot be used together", c->device,
             r->changes[j].option, c->option);
  }
}

/* --- the two disks ---------------------------------------------------------------- */

static void
add_output (const struct resize *r, const char *output)
{
  struct guestfs_add_drive_opts_argv optargs = {
    .bitmask = GUESTFS_ADD_DRIVE_OPTS_CACHEMODE_BITMASK,
    .cachemode = "unsafe",
  };

  if (r->output_format) {
    optargs.bitmask |= GUESTFS_ADD_DRIVE_OPTS_FORMAT_BITMASK;
    optargs.format = r->output_format;
  }
  if (r->dry_run) {
    optargs.bitmask |= GUESTFS_ADD_DRIVE_OPTS_READONLY_BITMASK;
    optargs.readonly = 1;
  }
  if (guestfs_add_drive_opts_argv (r->o.g, output, &optargs) == -1)
    die_handle (&r->o);
}

static void
open_disks (struct resize *r, const char *output)
{
  r->o.readonly = true;
  options_add_drives (&r->o, r->o.g);
  add_output (r, output);
  if (guestfs_launch (r->o.g) == -1)
    die_handle (&r->o);
}

/* A new handle, as the program's options want it. */
static void
renew_handle (struct resize *r)
{
  guestfs_h *g = options_new_handle (&r->o);

  guestfs_close (r->o.g);
  r->o.g = g;
  (void) progress_attach (r->progress, g);
}

static bool
has_expansion (struct resize *r)
{
  size_t i;

  if (r->nr_volumes > 0)
    return true;
  for (i = 0; i < r->table.nr; ++i)
    if (!r->table.list[i].deleted && &r->table.list[i] != r->extra
        && r->table.list[i].new_size != r->table.list[i].size)
      return !r->no_expand_content;
  return false;
}

static void
make_output (struct resize *r, const char *output)
{
  resize_copy (r);
  if (guestfs_shutdown (r->o.g) == -1)
    die_handle (&r->o);
  if (!has_expansion (r))
    return;
  renew_handle (r);
  add_output (r, output);
  if (guestfs_launch (r->o.g) == -1)
    die_handle (&r->o);
  resize_expand (r);
  if (guestfs_shutdown (r->o.g) == -1)
    die_handle (&r->o);
}

static void
run (struct resize *r)
{
  char *temporary = r->dry_run ? NULL : outfile_copy (&r->o, r->output);
  const char *output = temporary ? temporary : r->output;

  message (&r->o, "Examining %s", r->input);
  open_disks (r, output);
  resize_plan (r);
  if (r->dry_run)
    return;
  make_output (r, output);
  if (temporary)
    outfile_end (&r->o, temporary, r->output);
  message (&r->o, "Finished.  Look whether the new disk works before you "
           "delete the old one.");
}

static void
finish (struct resize *r)
{
  size_t i;

  for (i = 0; i < r->nr_changes; ++i)
    free (r->changes[i].device);
  free (r->changes);
  free (r->volumes);
  free (r->contents);
  partitions_release (&r->table);
  options_finish (&r->o);
  progress_free (r->progress);
}

int
main (int argc, char *argv[])
{
  static const struct option own_long[] = {
    { "align-first", required_argument, NULL, OPTION_ALIGN_FIRST },
    { "alignment", required_argument, NULL, OPTION_ALIGNMENT },
    { "debug", no_argument, NULL, 'v' },
    { "delete", required_argument, NULL, OPTION_DELETE },
    { "dry-run", no_argument, NULL, 'n' },
    { "dryrun", no_argument, NULL, 'n' },
    { "expand", required_argument, NULL, OPTION_EXPAND },
    { "format", required_argument, NULL, OPTION_FORMAT },
    { "ignore", required_argument, NULL, OPTION_IGNORE },
    { "json", no_argument, NULL, OPTION_JSON },
    { "lv-expand", required_argument, NULL, OPTION_LV_EXPAND },
    { "LV-expand", required_argument, NULL, OPTION_LV_EXPAND },
    { "lvexpand", required_argument, NULL, OPTION_LV_EXPAND },
    { "LVexpand", required_argument, NULL, OPTION_LV_EXPAND },
    { "no-copy-boot-loader", no_argument, NULL, OPTION_NO_BOOT_LOADER },
    { "no-expand-content", no_argument, NULL, OPTION_NO_EXPAND_CONTENT },
    { "no-extra-partition", no_argument, NULL, OPTION_NO_EXTRA_PARTITION },
    { "no-sparse", no_argument, NULL, OPTION_NO_SPARSE },
    { "ntfsresize-force", no_argument, NULL, OPTION_NTFS_FORCE },
    { "output-format", required_argument, NULL, OPTION_OUTPUT_FORMAT },
    { "resize", required_argument, NULL, OPTION_RESIZE },
    { "resize-force", required_argument, NULL, OPTION_RESIZE_FORCE },
    { "shrink", required_argument, NULL, OPTION_SHRINK },
    { "unknown-filesystems", required_argument, NULL, OPTION_UNKNOWN },
    { NULL, 0, NULL, 0 },
  };
  struct resize r = {
    .o = {
      .program = "virt-resize", .usage = usage, .help_shared = true,
      .takes = TAKES_NO_DRIVES | TAKES_MESSAGES, .own_short = "dn",
      .own_long = own_long,
    },
    .alignment = 128, .table = PARTITIONS_INIT,
  };
  int c;

  options_start (&r.o);
  while ((c = options_next (&r.o, argc, argv)) != -1)
    if (c == 'd')
      guestfs_set_verbose (r.o.g, r.o.verbose = true);
    else
      own_option (&r, c);
  if (r.o.machine_readable && optind == argc)
    print_abilities (&r);
  if (optind + 2 != argc)
    die (&r.o, "give the disk to read, and the disk to make");
  r.input = argv[optind];
  options_add_image (&r.o, argv[optind]);
  r.output = argv[optind + 1];
  check_changes (&r);
  r.progress = r.o.quiet ? NULL
    : r.o.machine_readable ? progress_new_numbers ()
    : progress_new ("virt-resize", true);
  (void) progress_attach (r.progress, r.o.g);
  run (&r);
  finish (&r);
  return EXIT_SUCCESS;
}
