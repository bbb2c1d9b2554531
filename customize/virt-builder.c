/* virt-builder: make a disk image of a template, and change it. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "builder.h"
#include "builder-list.h"
#include "cleanup.h"
#include "interrupt.h"
#include "json.h"
#include "open-guest.h"
#include "operations.h"
#include "outfile.h"
#include "size.h"

static const char usage[] =
  "Make a disk image of a virtual machine from a template.\n"
  "\n"
  "  virt-builder [options] TEMPLATE [-o OUTPUT] [OPERATIONS]\n"
  "  virt-builder -l [--long|--list-format short|long|json] [TEMPLATE...]\n"
  "  virt-builder --notes TEMPLATE\n"
  "  virt-builder --print-cache | --cache-all-templates | --delete-cache\n"
  "\n"
  "      --arch ARCH        of this architecture instead of the host's\n"
  "      --attach ISO       give this disk to the programs that are run\n"
  "      --attach-format FORMAT  format of the disks that follow\n"
  "      --cache DIR        directory of the cache of templates\n"
  "      --no-cache         keep no templates\n"
  "      --cache-all-templates  get all of them\n"
  "      --delete-cache     delete those that are kept\n"
  "      --print-cache      tell which are kept\n"
  "      --check-signature  templates must be signed (the default)\n"
  "      --no-check-signature  they need not be\n"
  "      --curl PROGRAM     what downloads\n"
  "      --fingerprint KEY  of who signs the source before\n"
  "      --format raw|qcow2  format of the image\n"
  "      --get-kernel       see virt-get-kernel\n"
  "      --gpg PROGRAM      what verifies signatures\n"
  "  -l, --list             list templates\n"
  "      --long             the same in full\n"
  "      --list-format short|long|json  or in this form\n"
  "      --json             print what is listed as JSON\n"
  "  -m, --memsize MB       memory of the appliance\n"
  "      --network          connect what runs to the network (the default)\n"
  "      --no-network       do not\n"
  "      --no-delete-on-failure  keep the image when something fails\n"
  "      --no-sync          do not wait until all is on the disk\n"
  "      --no-warn-if-partition  do not warn when OUTPUT is a partition\n"
  "      --notes            print notes about a template\n"
  "  -o, --output FILE      the image; else TEMPLATE.img or TEMPLATE.qcow2\n"
  "      --size SIZE        make the disk so large: a number and b, K, M, G or T\n"
  "      --smp N            processors of the appliance\n"
  "      --source URI       index of templates, instead of those configured\n";

enum {
  OPTION_ARCH = OPTION_OWN, OPTION_ATTACH, OPTION_ATTACH_FORMAT, OPTION_CACHE,
  OPTION_CACHE_ALL, OPTION_CHECK, OPTION_CURL, OPTION_DELETE_CACHE,
  OPTION_FINGERPRINT, OPTION_FORMAT, OPTION_GET_KERNEL, OPTION_GPG,
  OPTION_JSON, OPTION_LIST_FORMAT, OPTION_LONG, OPTION_NETWORK, OPTION_NO_CACHE,
  OPTION_NO_CHECK, OPTION_NO_DELETE, OPTION_NO_NETWORK, OPTION_NO_SYNC,
  OPTION_NO_WARN, OPTION_NOTES, OPTION_PRINT_CACHE, OPTION_SIZE, OPTION_SMP,
  OPTION_SOURCE,
};

static const struct option own_long[] = {
  { "arch", required_argument, NULL, OPTION_ARCH },
  { "attach", required_argument, NULL, OPTION_ATTACH },
  { "attach-format", required_argument, NULL, OPTION_ATTACH_FORMAT },
  { "cache", required_argument, NULL, OPTION_CACHE },
  { "cache-all-templates", no_argument, NULL, OPTION_CACHE_ALL },
  { "check-signature", no_argument, NULL, OPTION_CHECK },
  { "check-signatures", no_argument, NULL, OPTION_CHECK },
  { "curl", required_argument, NULL, OPTION_CURL },
  { "delete-cache", no_argument, NULL, OPTION_DELETE_CACHE },
  { "fingerprint", required_argument, NULL, OPTION_FINGERPRINT },
  { "format", required_argument, NULL, OPTION_FORMAT },
  { "get-kernel", no_argument, NULL, OPTION_GET_KERNEL },
  { "gpg", required_argument, NULL, OPTION_GPG },
  { "list", no_argument, NULL, 'l' },
  { "json", no_argument, NULL, OPTION_JSON },
  { "list-format", required_argument, NULL, OPTION_LIST_FORMAT },
  { "long", no_argument, NULL, OPTION_LONG },
  { "memsize", required_argument, NULL, 'm' },
  { "network", no_argument, NULL, OPTION_NETWORK },
  { "no-cache", no_argument, NULL, OPTION_NO_CACHE },
  { "no-check-signature", no_argument, NULL, OPTION_NO_CHECK },
  { "no-check-signatures", no_argument, NULL, OPTION_NO_CHECK },
  { "no-delete-on-failure", no_argument, NULL, OPTION_NO_DELETE },
  { "no-network", no_argument, NULL, OPTION_NO_NETWORK },
  { "no-sync", no_argument, NULL, OPTION_NO_SYNC },
  { "no-warn-if-partition", no_argument, NULL, OPTION_NO_WARN },
  { "notes", no_argument, NULL, OPTION_NOTES },
  { "output", required_argument, NULL, 'o' },
  { "print-cache", no_argument, NULL, OPTION_PRINT_CACHE },
  { "size", required_argument, NULL, OPTION_SIZE },
  { "smp", required_argument, NULL, OPTION_SMP },
  { "source", required_argument, NULL, OPTION_SOURCE },
  { NULL, 0, NULL, 0 },
};

struct run {
  struct builder b;
  struct customize *c;
  struct guest_settings guest;
  int mode;               /* 0: build; or the option that says what to do */
  enum list_format list_format;
  const char *attach_format, *output, *format;
  uint64_t size;
  bool keep, root_password;
};

static uint64_t
parse_size (const struct run *r, const char *text)
{
  static const char units[] = "bKMGT";
  char *end;
  unsigned long long n = strtoull (text, &end, 10);
  const char *unit = *end && !end[1]
    ? strchr (units, *end == 'k' ? 'K' : *end) : NULL;

  if (end == text || *text == '-' || !unit || n == 0 || n >= UINT64_C (1) << 22)
    die (&r->b.o, "--size takes a number and b, K, M, G or T, not \"%s\"",
         text);
  return ((uint64_t) n << 10 * (unit - units)) / 512 * 512;
}

static void
set_list_format (struct run *r, const char *text)
{
  static const char *const words[] = { "short", "long", "json" };
  size_t i;

  for (i = 0; i < 3; ++i)
    if (strcmp (words[i], text) == 0) {
      r->list_format = i;
      return;
    }
  die (&r->b.o, "--list-format takes short, long or json, not \"%s\"", text);
}

/* What concerns sources and the cache. */
static bool
source_option (struct run *r, int c)
{
  switch (c) {
  case OPTION_ARCH: r->b.arch = optarg; return true;
  case OPTION_CACHE: r->b.cache = optarg; return true;
  case OPTION_CHECK: r->b.no_check = false; return true;
  case OPTION_CURL: r->b.curl = optarg; return true;
  case OPTION_FINGERPRINT:
    builder_add_fingerprint (&r->b, optarg);
    return true;
  case OPTION_GPG: r->b.gpg = optarg; return true;
  case OPTION_NO_CACHE: r->b.cache = NULL; return true;
  case OPTION_NO_CHECK: r->b.no_check = true; return true;
  case OPTION_SOURCE: builder_add_source (&r->b, optarg); return true;
  case 'l': case OPTION_CACHE_ALL: case OPTION_DELETE_CACHE: case OPTION_NOTES:
  case OPTION_GET_KERNEL: case OPTION_PRINT_CACHE:
    r->mode = c;
    return true;
  case OPTION_LIST_FORMAT: set_list_format (r, optarg); return true;
  case OPTION_JSON: r->list_format = LIST_JSON; return true;
  case OPTION_LONG: r->list_format = LIST_LONG; return true;
  }
  return false;
}

/* What concerns the image. */
static void
image_option (struct run *r, const struct option *all, int c)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;

  switch (c) {
  case OPTION_ATTACH:
    guest_settings_attach (&r->guest, optarg, r->attach_format);
    break;
  case OPTION_ATTACH_FORMAT:
    r->attach_format = strcmp (optarg, "auto") == 0 ? NULL : optarg;
    break;
  case OPTION_FORMAT:
    if (strcmp (optarg, "raw") != 0 && strcmp (optarg, "qcow2") != 0)
      die (&r->b.o, "--format takes raw or qcow2, not \"%s\"", optarg);
    r->format = optarg;
    break;
  case OPTION_NETWORK: r->guest.network = true; break;
  case OPTION_NO_NETWORK: r->guest.network = false; break;
  case OPTION_NO_DELETE: r->keep = true; break;
  case OPTION_NO_SYNC: case OPTION_NO_WARN: break;
  case OPTION_SIZE: r->size = parse_size (r, optarg); break;
  case OPTION_SMP:
    r->guest.smp = options_number (&r->b.o, "--smp", optarg);
    break;
  case 'm': r->guest.memsize = options_number (&r->b.o, "-m", optarg); break;
  case 'o': r->output = optarg; break;
  default:
    for (; all->name; ++all)
      if (all->val == c && strcmp (all->name, "root-password") == 0)
        r->root_password = true;
    if (customize_option (r->c, c, optarg, &err) == -1)
      die (&r->b.o, "%s", err.message);
  }
}

/* --- templates ----------------------------------------------------------------------- */

static bool
has_alias (const struct index_entry *e, const char *name)
{
  const char *p = index_field (e, "aliases");
  size_t len = strlen (name);

  for (; p && *p; p += strcspn (p, ", \n"), p += strspn (p, ", \n"))
    if (strncmp (p, name, len) == 0 && (!p[len] || strchr (", \n", p[len])))
      return true;
  return false;
}

/* Numbers, or versions with dates in them. */
static int
compare_revisions (const struct index_entry *a, const struct index_entry *b)
{
  const char *x = index_field (a, "revision"), *y = index_field (b, "revision");

  return strverscmp (x ? x : "", y ? y : "");
}

static struct index_entry *
find_template (const struct run *r, const char *name)
{
  struct index_entry *found = NULL;
  size_t i;

  for (i = 0; i < r->b.all.nr; ++i) {
    struct index_entry *e = &r->b.all.entries[i];
    const char *arch = index_field (e, "arch");

    if ((strcmp (e->name, name) == 0 || has_alias (e, name))
        && (!arch || strcmp (arch, r->b.arch) == 0)
        && (!found || compare_revisions (e, found) > 0))
      found = e;
  }
  if (!found)
    die (&r->b.o, "%s: there is no template of this name for %s (see "
         "virt-builder --list)", name, r->b.arch);
  return found;
}

static void
set_cache (struct run *r)
{
  const char *base = getenv ("XDG_CACHE_HOME"), *home = getenv ("HOME");
  int n;

  if (!r->b.cache)
    return;
  if (*r->b.cache)
    n = asprintf (&r->b.cache_dir, "%s", r->b.cache);
  else if (base && *base)
    n = asprintf (&r->b.cache_dir, "%s/virt-builder", base);
  else
    n = asprintf (&r->b.cache_dir, "%s/.cache/virt-builder",
                  home ? home : "");
  if (n == -1)
    die (&r->b.o, "out of memory");
  (void) mkdir (r->b.cache_dir, 0755);
  if (access (r->b.cache_dir, W_OK) == -1) {
    free (r->b.cache_dir);
    r->b.cache_dir = NULL;
  }
}

/* A template, and whether it is in the cache. */
static void
print_cached (const struct run *r, const struct index_entry *e)
{
  CLEANUP_FREE char *name = builder_cached_name (&r->b, e);
  const char *arch = index_field (e, "arch");
  bool cached = access (name, R_OK) == 0;
  struct json j;

  if (r->list_format != LIST_JSON) {
    printf ("%-24s %-10s %s\n", e->name, arch ? arch : "",
            cached ? "cached" : "no");
    return;
  }
  json_begin (&j, stdout);
  json_text (&j, "os-version", e->name);
  json_text (&j, "arch", arch);
  json_bool (&j, "cached", cached);
  json_text (&j, "file", cached ? name : NULL);
  json_end (&j);
}

static void
print_cache (const struct run *r)
{
  size_t i;

  if (!r->b.cache_dir)
    die (&r->b.o, "there is no cache");
  if (r->list_format != LIST_JSON)
    printf ("cache directory: %s\n", r->b.cache_dir);
  for (i = 0; i < r->b.all.nr; ++i)
    print_cached (r, &r->b.all.entries[i]);
}

static void
delete_cache (const struct run *r)
{
  size_t i;

  if (!r->b.cache_dir)
    return;
  for (i = 0; i < r->b.all.nr; ++i) {
    CLEANUP_FREE char *name
      = builder_cached_name (&r->b, &r->b.all.entries[i]);

    if (unlink (name) == -1 && errno != ENOENT)
      die (&r->b.o, "%s: %s", name, strerror (errno));
  }
}

static void
cache_all (const struct run *r)
{
  size_t i;

  if (!r->b.cache_dir)
    die (&r->b.o, "there is no cache");
  for (i = 0; i < r->b.all.nr; ++i)
    free (builder_template (&r->b, &r->b.all.entries[i]));
}

/* --- building ------------------------------------------------------------------------ */

static void
make_file (const struct run *r, const char *name, const char *format,
           uint64_t size)
{
  if (guestfs_disk_create (r->b.o.g, name, format, size, -1) == -1)
    die_handle (&r->b.o);
}

static void
make_empty (const struct run *r, const char *name)
{
  int fd = open (name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

  if (fd == -1 || close (fd) == -1)
    die (&r->b.o, "%s: %s", name, strerror (errno));
}

static void
resize (const struct run *r, const struct index_entry *e, const char *from,
        const char *from_format, const char *to)
{
  const char *expand = index_field (e, "expand");
  const char *volume = index_field (e, "lvexpand");
  const char *argv[20] = { "virt-resize", "--quiet", "--format", from_format,
                           "--output-format", r->format,
                           "--unknown-filesystems", "error" };
  size_t n = 8;

  if (expand) {
    argv[n++] = "--expand";
    argv[n++] = expand;
  }
  if (volume) {
    argv[n++] = "--lv-expand";
    argv[n++] = volume;
  }
  argv[n++] = "--";
  argv[n++] = from;
  argv[n] = to;
  message (&r->b.o, "Resizing the disk");
  make_file (r, to, r->format, r->size);
  if (builder_run (&r->b, -1, argv) != 0)
    die (&r->b.o, "the disk could not be resized");
}

static void
convert (const struct run *r, const char *from, const char *from_format,
         const char *to)
{
  guestfs_h *g = options_new_handle (&r->b.o);
  int64_t size = guestfs_disk_virtual_size (g, from);

  if (size == -1)
    die (&r->b.o, "%s: its size is not known", from);
  message (&r->b.o, "Converting to %s", r->format);
  make_file (r, to, r->format, size);
  if (guestfs_add_drive_opts (g, from, GUESTFS_ADD_DRIVE_OPTS_READONLY, 1,
                              GUESTFS_ADD_DRIVE_OPTS_FORMAT, from_format, -1)
        == -1
      || guestfs_add_drive_opts (g, to, GUESTFS_ADD_DRIVE_OPTS_FORMAT,
                                 r->format, -1) == -1
      || guestfs_launch (g) == -1
      || guestfs_copy_drive_to_drive (g, "/dev/sda", "/dev/sdb",
                                      GUESTFS_COPY_DRIVE_TO_DRIVE_SPARSE, 1,
                                      -1) == -1
      || guestfs_shutdown (g) == -1)
    die_handle (&r->b.o);
  guestfs_close (g);
}

/* The image in its size and format, not changed yet. */
static void
make_image (const struct run *r, const struct index_entry *e, const char *to)
{
  CLEANUP_FREE char *packed = builder_template (&r->b, e);
  CLEANUP_FREE char *scratch = NULL;
  const char *format = index_field (e, "format");

  if (!format)
    format = "raw";
  if (strcmp (format, "raw") != 0 && strcmp (format, "qcow2") != 0)
    die (&r->b.o, "%s: templates of the format %s are not supported", e->name,
         format);
  if (!r->size && strcmp (r->format, format) == 0) {
    builder_unpack (&r->b, e, packed, to);
    return;
  }
  if (asprintf (&scratch, "%s/disk", builder_tmpdir (&r->b)) == -1)
    die (&r->b.o, "out of memory");
  make_empty (r, scratch);
  builder_unpack (&r->b, e, packed, scratch);
  if (r->size)
    resize (r, e, scratch, format, to);
  else
    convert (r, scratch, format, to);
}

static void
change_image (struct run *r, char *image)
{
  struct options *o = &r->b.o;
  CLEANUP_ERROR struct error err = ERROR_INIT;
  char password[] = "random";
  char **roots;

  if (!r->root_password
      && customize_add (r->c, "root-password", password, &err) == -1)
    die (o, "%s", err.message);
  o->format = r->format;
  options_add_image (o, image);
  message (o, "Opening the new disk");
  roots = guest_open (o, &r->guest);
  interrupt_cancels (o->g);
  guest_mount (o, roots[0], NULL);
  if (customize_run (r->c, o, o->g, roots[0], 0, &err) == -1) {
    if (error_is_set (&err))
      fprintf (stderr, "%s: %s\n", o->program, err.message);
    exit (EXIT_FAILURE);
  }
  if (guestfs_umount_all (o->g) == -1)
    die_handle (o);
  message (o, "Finishing off");
  if (guestfs_shutdown (o->g) == -1)
    die_handle (o);
  interrupt_kills ();
  strings_free (roots);
}

/* What the index of a source does not tell: the format and size of the disk. */
static void
look_at_template (const struct run *r, struct index_entry *e)
{
  const struct options *o = &r->b.o;
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP_FREE char *packed = builder_template (&r->b, e);
  CLEANUP_FREE char *image = NULL, *format = NULL;
  int64_t size = -1;
  char text[24];

  if (asprintf (&image, "%s/template-disk", builder_tmpdir (&r->b)) == -1)
    die (o, "out of memory");
  make_empty (r, image);
  builder_unpack (&r->b, e, packed, image);
  format = guestfs_disk_format (o->g, image);
  size = format ? guestfs_disk_virtual_size (o->g, image) : -1;
  if (size == -1)
    die_handle (o);
  /* It would have a file of the host read into the new guest. */
  if (guestfs_disk_has_backing_file (o->g, image) != 0)
    die (o, "%s: the template has a backing file", e->name);
  (void) unlink (image);
  snprintf (text, sizeof text, "%lld", (long long) size);
  if (index_set_field (e, "format", format, &err) == -1
      || index_set_field (e, "size", text, &err) == -1)
    die (o, "%s", err.message);
}

static void
build (struct run *r, const char *name)
{
  struct index_entry *e = find_template (r, name);
  CLEANUP_FREE char *output = NULL;
  char *temporary;
  char text[SIZE_TEXT_MAX];
  int64_t size;

  if (!index_field (e, "size"))
    look_at_template (r, e);
  size = index_number (e, "size");
  if (r->size && r->size < (uint64_t) size)
    die (&r->b.o, "--size: %s needs %s at least", name,
         size_text (size, text));
  if (r->size == (uint64_t) size)
    r->size = 0;
  if (!r->format)
    r->format = "raw";
  if (asprintf (&output, "%s.%s", e->name,
                strcmp (r->format, "raw") == 0 ? "img" : r->format) == -1)
    die (&r->b.o, "out of memory");
  temporary = r->keep ? xstrdup (r->output ? r->output : output)
    : outfile_begin (&r->b.o, r->output ? r->output : output);
  if (r->keep)
    make_empty (r, temporary);
  make_image (r, e, temporary);
  change_image (r, temporary);
  if (r->keep)
    free (temporary);
  else
    outfile_end (&r->b.o, temporary, r->output ? r->output : output);
  message (&r->b.o, "%s: %s of the format %s",
           r->output ? r->output : output,
           size_text (r->size ? r->size : (uint64_t) size, text), r->format);
}

static void
run (struct run *r, char **names, size_t nr)
{
  struct options *o = &r->b.o;

  if (o->machine_readable && nr == 0 && r->mode == 0) {
    puts ("virt-builder\narch\nconfig-file\ncustomize\njson-list");
    exit (EXIT_SUCCESS);
  }
  if (r->mode == OPTION_GET_KERNEL)
    die (o, "--get-kernel is a program of its own: virt-get-kernel");
  if ((r->mode == 0 || r->mode == OPTION_NOTES) && nr != 1)
    die (o, "give the name of one template (see virt-builder --list)");
  builder_read_sources (&r->b);
  switch (r->mode) {
  case 0: build (r, names[0]); break;
  case 'l': builder_list (&r->b, r->list_format, names, nr); break;
  case OPTION_NOTES: builder_notes (find_template (r, names[0])); break;
  case OPTION_PRINT_CACHE: print_cache (r); break;
  case OPTION_DELETE_CACHE: delete_cache (r); break;
  case OPTION_CACHE_ALL: cache_all (r); break;
  }
}

int
main (int argc, char *argv[])
{
  struct option *all = customize_long_options (own_long);
  char *text = customize_usage (usage);
  struct utsname host;
  struct run r = {
    .b = {
      .o = {
        .program = "virt-builder", .usage = text, .help_shared = true,
        .takes = TAKES_NO_DRIVES | TAKES_MESSAGES, .own_short = "lm:o:",
        .own_long = all,
      },
      .curl = "curl", .gpg = "gpg", .cache = "", .all = INDEX_INIT,
    },
    .c = customize_new (), .guest = { .network = true },
  };
  int c;

  uname (&host);
  r.b.arch = host.machine;
  options_start (&r.b.o);
  while ((c = options_next (&r.b.o, argc, argv)) != -1)
    if (!source_option (&r, c))
      image_option (&r, all, c);
  set_cache (&r);
  run (&r, argv + optind, argc - optind);
  builder_release (&r.b);
  guest_settings_release (&r.guest);
  options_finish (&r.b.o);
  customize_free (r.c);
  free (all);
  free (text);
  return EXIT_SUCCESS;
}
