/* virt-sparsify: give the free space of a disk image back to the host, in a copy
 * or in place. */

#include <config.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "message.h"
#include "outfile.h"
#include "prefix.h"
#include "progress.h"
#include "size.h"
#include "sparsify.h"

static const char usage[] =
  "Make a disk image sparse: free space in it does not take room on the host.\n"
  "\n"
  "  virt-sparsify [options] INPUT OUTPUT\n"
  "  virt-sparsify [options] --in-place IMAGE\n"
  "\n"
  "      --in-place         change the image itself\n"
  "      --compress         compress OUTPUT, which must be qcow2\n"
  "      --convert FORMAT   format of OUTPUT: raw, qcow2, or one of qemu-img's\n"
  "      --format FORMAT    format of INPUT (raw, qcow2)\n"
  "      --ignore NAME      leave this filesystem or volume group as it is\n"
  "      --zero DEVICE      zero all of this partition or logical volume\n"
  "  -o OPTION,...          options of the format of OUTPUT, as for qemu-img\n"
  "      --tmp DIR          directory for temporary files\n"
  "      --tmp prebuilt:FILE  qcow2 image over INPUT to use as temporary space\n"
  "      --check-tmpdir ignore|continue|warn|fail  when that has too little room\n";

enum {
  OPTION_CHECK_TMPDIR = OPTION_OWN, OPTION_COMPRESS, OPTION_CONVERT,
  OPTION_FORMAT, OPTION_IGNORE, OPTION_IN_PLACE, OPTION_TMP, OPTION_ZERO,
};

enum check_tmpdir { TMPDIR_WARN, TMPDIR_IGNORE, TMPDIR_CONTINUE, TMPDIR_FAIL };

/* --in-place where space cannot be given back; documented. */
#define EXIT_NO_DISCARD 3

struct run {
  struct sparsify s;
  const char *input, *output, *convert, *qemu_options, *prebuilt;
  char *tmpdir;            /* owned; NULL: the usual one */
  const char *copying;     /* the option that --in-place does not go with */
  bool compress;
  enum check_tmpdir check;
  struct progress *progress;
};

static void
add_name (const struct run *r, struct strlist *list, const char *name)
{
  if (strlist_add (list, name) == -1)
    die (&r->s.o, "out of memory");
}

static void
set_check (struct run *r, const char *text)
{
  static const char *const words[] = { "warn", "ignore", "continue", "fail" };
  size_t i;

  for (i = 0; i < 4; ++i)
    if (strcmp (words[i], text) == 0) {
      r->check = i;
      return;
    }
  die (&r->s.o, "--check-tmpdir takes ignore, continue, warn or fail, not "
       "\"%s\"", text);
}

static void
set_tmp (struct run *r, const char *text)
{
  struct stat st;

  r->prebuilt = skip_prefix (text, "prebuilt:");
  if (r->prebuilt)
    return;
  if (stat (text, &st) == -1)
    die (&r->s.o, "--tmp %s: %s", text, strerror (errno));
  if (S_ISBLK (st.st_mode))
    return; /* a device is more than is needed */
  if (!S_ISDIR (st.st_mode))
    die (&r->s.o, "--tmp %s: this is neither a directory nor a block device",
         text);
  free (r->tmpdir);
  r->tmpdir = xstrdup (text);
}

static void
own_option (struct run *r, int c)
{
  switch (c) {
  case 'o': r->qemu_options = optarg; r->copying = "-o"; break;
  case OPTION_CHECK_TMPDIR:
    set_check (r, optarg);
    r->copying = "--check-tmpdir";
    break;
  case OPTION_COMPRESS: r->compress = true; r->copying = "--compress"; break;
  case OPTION_CONVERT: r->convert = optarg; r->copying = "--convert"; break;
  case OPTION_FORMAT: r->s.o.format = *optarg ? optarg : NULL; break;
  case OPTION_IGNORE: add_name (r, &r->s.ignored, optarg); break;
  case OPTION_IN_PLACE: r->s.in_place = true; break;
  case OPTION_TMP: set_tmp (r, optarg); r->copying = "--tmp"; break;
  case OPTION_ZERO: add_name (r, &r->s.zeroed, optarg); break;
  }
}

static void
check_names (const struct run *r)
{
  size_t i;

  for (i = 0; i < r->s.zeroed.len; ++i)
    if (!has_prefix (r->s.zeroed.items[i], "/dev/"))
      die (&r->s.o, "--zero takes a partition or logical volume, such as "
           "/dev/sda2, not \"%s\"", r->s.zeroed.items[i]);
}

/* --- the disks ---------------------------------------------------------------------- */

static void
add_disk (const struct run *r, const char *image, const char *format,
          const char *discard, bool readonly, bool unsafe)
{
  struct guestfs_add_drive_opts_argv optargs = {
    .bitmask = GUESTFS_ADD_DRIVE_OPTS_DISCARD_BITMASK
      | GUESTFS_ADD_DRIVE_OPTS_READONLY_BITMASK
      | GUESTFS_ADD_DRIVE_OPTS_CACHEMODE_BITMASK,
    .discard = discard, .readonly = readonly,
    .cachemode = unsafe ? "unsafe" : "writeback",
  };

  if (format) {
    optargs.bitmask |= GUESTFS_ADD_DRIVE_OPTS_FORMAT_BITMASK;
    optargs.format = format;
  }
  if (guestfs_add_drive_opts_argv (r->s.o.g, image, &optargs) == -1)
    die_handle (&r->s.o);
}

static void
launch (const struct run *r)
{
  if (guestfs_launch (r->s.o.g) == -1)
    die_handle (&r->s.o);
}

static void
shut_down (const struct run *r)
{
  if (guestfs_shutdown (r->s.o.g) == -1)
    die_handle (&r->s.o);
}

static char *
input_format (const struct run *r)
{
  char *format = r->s.o.format ? xstrdup (r->s.o.format)
    : guestfs_disk_format (r->s.o.g, r->input);

  if (!format)
    die_handle (&r->s.o);
  return format;
}

static bool
is_ours (const char *format)
{
  return strcmp (format, "raw") == 0 || strcmp (format, "qcow2") == 0;
}

static void
in_place (struct run *r)
{
  CLEANUP_FREE char *format = input_format (r);

  if (!is_ours (format)) {
    fprintf (stderr, "%s: %s: images of the format %s cannot be made sparse "
             "in place; make a copy\n", r->s.o.program, r->input, format);
    exit (EXIT_NO_DISCARD);
  }
  message (&r->s.o, "Examining %s", r->input);
  add_disk (r, r->input, format, "enable", false, false);
  launch (r);
  sparsify_free_space (&r->s);
  shut_down (r);
  message (&r->s.o, "Finished.");
}

/* --- copying ------------------------------------------------------------------------ */

/* Only a conversion by qemu-img needs room: for the data, once more. */
static void
check_room (const struct run *r)
{
  const char *dir = guestfs_get_tmpdir (r->s.o.g);
  char need[SIZE_TEXT_MAX], has[SIZE_TEXT_MAX];
  struct statvfs fs;
  struct stat st;
  uint64_t wanted, room;

  if (r->check == TMPDIR_IGNORE || !dir || stat (r->input, &st) == -1
      || statvfs (dir, &fs) == -1)
    return;
  wanted = (uint64_t) st.st_blocks * 512;
  room = (uint64_t) fs.f_bavail * fs.f_frsize;
  if (room >= wanted)
    return;
  size_text (wanted, need);
  size_text (room, has);
  if (r->check == TMPDIR_FAIL)
    die (&r->s.o, "%s: has only %s free, and up to %s may be needed", dir, has,
         need);
  warning (&r->s.o, "%s: has only %s free, and up to %s may be needed", dir,
           has, need);
  if (r->check == TMPDIR_WARN && isatty (STDIN_FILENO)) {
    fputs ("Press Return to go on, or ^C to stop. ", stderr);
    while (getchar () != '\n' && !feof (stdin))
      ;
  }
}

static void
copy (const struct run *r, const char *target, const char *format, bool exists)
{
  guestfs_h *g = r->s.o.g;
  int64_t size = guestfs_disk_virtual_size (g, r->input);

  if (size == -1)
    die_handle (&r->s.o);
  if (!exists && guestfs_disk_create (g, target, format, size, -1) == -1)
    die_handle (&r->s.o);
  if (r->prebuilt)
    add_disk (r, r->prebuilt, "qcow2", "zero", false, true);
  else
    add_disk (r, r->input, r->s.o.format, "zero", true, true);
  add_disk (r, target, format, "disable", false, true);
  launch (r);
  sparsify_free_space (&r->s);
  message (&r->s.o, "Copying");
  if (guestfs_copy_drive_to_drive (g, "/dev/sda", "/dev/sdb",
                                   GUESTFS_COPY_DRIVE_TO_DRIVE_SPARSE, !exists,
                                   -1) == -1)
    die_handle (&r->s.o);
  shut_down (r);
}

/* It tells the same of each of its requests. */
static void __attribute__ ((noreturn))
die_qemu_img (const struct run *r, int errors)
{
  char line[512];
  ssize_t len = pread (errors, line, sizeof line - 1, 0);

  line[len > 0 ? len : 0] = '\0';
  line[strcspn (line, "\n")] = '\0';
  die (&r->s.o, "%s%s", has_prefix (line, "qemu-img: ") ? "" : "qemu-img: ",
       *line ? line : "it has failed");
}

static void __attribute__ ((noreturn))
run_qemu_img (const char *const argv[], int errors)
{
  if (dup2 (errors, STDERR_FILENO) != -1)
    execvp (argv[0], (char **) argv);
  fprintf (stderr, "%s (Debian package qemu-utils)\n", strerror (errno));
  _exit (127);
}

/* By qemu-img, from a raw image that has been made here. */
static void
convert (const struct run *r, const char *from, const char *to,
         const char *format)
{
  const char *argv[16] = { "qemu-img", "convert", "-W", "-f", "raw", "-O",
                           format };
  size_t n = 7;
  CLEANUP_CLOSE int errors = memfd_create ("errors", MFD_CLOEXEC);
  pid_t pid;
  int status = 0;

  if (r->compress)
    argv[n++] = "-c";
  if (r->qemu_options) {
    argv[n++] = "-o";
    argv[n++] = r->qemu_options;
  }
  argv[n++] = "--";
  argv[n++] = from;
  argv[n] = to;
  message (&r->s.o, "Converting to %s", format);
  pid = errors == -1 ? -1 : outfile_fork ();
  if (pid == 0)
    run_qemu_img (argv, errors);
  if (pid == -1 || outfile_wait (pid, &status) == -1)
    die (&r->s.o, "qemu-img: %s", strerror (errno));
  if (status != 0)
    die_qemu_img (r, errors);
}

/* A raw image without a name, as qemu-img can open it. */
static char *
make_scratch (const struct run *r)
{
  char *dir = guestfs_get_tmpdir (r->s.o.g), *path;
  int fd;

  if (!dir || asprintf (&path, "%s/virt-sparsifyXXXXXX", dir) == -1)
    die (&r->s.o, "out of memory");
  fd = mkostemp (path, 0); /* inherited by qemu-img */
  if (fd == -1)
    die (&r->s.o, "%s: %s", dir, strerror (errno));
  unlink (path);
  free (path);
  free (dir);
  if (asprintf (&path, "/dev/fd/%d", fd) == -1)
    die (&r->s.o, "out of memory");
  return path;
}

static void
copy_and_convert (const struct run *r, const char *target, const char *format)
{
  CLEANUP_FREE char *scratch = make_scratch (r);

  check_room (r);
  copy (r, scratch, "raw", false);
  convert (r, scratch, target, format);
}

static bool
is_device (const char *name)
{
  struct stat st;

  return stat (name, &st) == 0 && S_ISBLK (st.st_mode);
}

static void
check_output (const struct run *r)
{
  struct stat in, out;

  if (stat (r->input, &in) == 0 && stat (r->output, &out) == 0
      && in.st_dev == out.st_dev && in.st_ino == out.st_ino
      && S_ISREG (in.st_mode))
    die (&r->s.o, "%s: to change an image itself, use --in-place", r->input);
}

static void
copying (struct run *r)
{
  CLEANUP_FREE char *format = r->convert ? xstrdup (r->convert)
    : input_format (r);
  bool device = is_device (r->output);
  char *temporary;

  check_output (r);
  if (r->compress && strcmp (format, "qcow2") != 0)
    die (&r->s.o, "--compress is for qcow2 images (see --convert)");
  if (device && (strcmp (format, "raw") != 0 || r->qemu_options))
    die (&r->s.o, "%s: a block device takes a raw image (see --convert)",
         r->output);
  temporary = device ? outfile_in_place (&r->s.o, r->output)
    : outfile_begin (&r->s.o, r->output);
  message (&r->s.o, "Examining %s", r->input);
  if (is_ours (format) && !r->compress && !r->qemu_options)
    copy (r, temporary ? temporary : r->output, format, device);
  else
    copy_and_convert (r, temporary, format);
  if (temporary)
    outfile_end (&r->s.o, temporary, r->output);
  message (&r->s.o, "Finished.  Look whether the new disk works before you "
           "delete the old one.");
}

static void
print_abilities (void)
{
  puts ("virt-sparsify\nlinux-swap\nzero\ncheck-tmpdir\nin-place\ntmp-option\n"
        "ntfs\nbtrfs");
  exit (EXIT_SUCCESS);
}

static void
start (struct run *r, int argc, char *argv[])
{
  struct sparsify *s = &r->s;

  if (s->o.machine_readable && optind == argc)
    print_abilities ();
  if (s->in_place && r->copying)
    die (&s->o, "--in-place and %s cannot be used together", r->copying);
  if (optind + (s->in_place ? 1 : 2) != argc)
    die (&s->o, s->in_place ? "give the image to change"
         : "give the image to read, and the name of the one to make");
  r->input = argv[optind];
  r->output = argv[argc - 1];
  check_names (r);
  if (r->tmpdir && guestfs_set_tmpdir (s->o.g, r->tmpdir) == -1)
    die_handle (&s->o);
  r->progress = s->o.quiet ? NULL
    : s->o.machine_readable ? progress_new_numbers ()
    : progress_new ("virt-sparsify", true);
  (void) progress_attach (r->progress, s->o.g);
}

int
main (int argc, char *argv[])
{
  static const struct option own_long[] = {
    { "check-tmpdir", required_argument, NULL, OPTION_CHECK_TMPDIR },
    { "compress", no_argument, NULL, OPTION_COMPRESS },
    { "convert", required_argument, NULL, OPTION_CONVERT },
    { "format", required_argument, NULL, OPTION_FORMAT },
    { "ignore", required_argument, NULL, OPTION_IGNORE },
    { "in-place", no_argument, NULL, OPTION_IN_PLACE },
    { "inplace", no_argument, NULL, OPTION_IN_PLACE },
    { "tmp", required_argument, NULL, OPTION_TMP },
    { "zero", required_argument, NULL, OPTION_ZERO },
    { NULL, 0, NULL, 0 },
  };
  struct run r = {
    .s = {
      .o = {
        .program = "virt-sparsify", .usage = usage, .help_shared = true,
        .takes = TAKES_NO_DRIVES | TAKES_MESSAGES | TAKES_KEYS,
        .own_short = "o:", .own_long = own_long,
      },
      .ignored = STRLIST_INIT, .zeroed = STRLIST_INIT,
    },
  };
  int c;

  options_start (&r.s.o);
  while ((c = options_next (&r.s.o, argc, argv)) != -1)
    own_option (&r, c);
  start (&r, argc, argv);
  if (r.s.in_place)
    in_place (&r);
  else
    copying (&r);
  strlist_release (&r.s.ignored);
  strlist_release (&r.s.zeroed);
  free (r.tmpdir);
  options_finish (&r.s.o);
  progress_free (r.progress);
  return EXIT_SUCCESS;
}
