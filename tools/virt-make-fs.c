/* virt-make-fs: make a disk image with a filesystem that holds the files of a
 * directory or of a tar archive. */

#include <config.h>

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "checked.h"
#include "cleanup.h"
#include "options.h"
#include "outfile.h"
#include "prefix.h"

#define KIB UINT64_C (1024)
#define MIB (1024 * KIB)
#define FLOPPY_SIZE (1440 * KIB)

static const char usage[] =
  "Make a disk image with a filesystem from a directory or a tar archive.\n"
  "\n"
  "  virt-make-fs [options] DIRECTORY OUTPUT\n"
  "  virt-make-fs [options] ARCHIVE.tar[.gz|.xz|...] OUTPUT\n"
  "\n"
  "      --blocksize 512|4096  sector size of the disk\n"
  "      --floppy           a floppy: 1440K, with MBR and vfat\n"
  "  -F, --format FORMAT    format of the image: raw (default), qcow2\n"
  "      --label LABEL      label of the filesystem\n"
  "      --partition[=mbr|gpt]  with a partition table\n"
  "  -s, --size SIZE|+SIZE  size of the disk, or room to leave free: a number\n"
  "                         and b, K, M, G, T, P or E\n"
  "  -t, --type TYPE        type of the filesystem (default ext2)\n"
  "      --debug            the same as -v\n";

enum {
  OPTION_BLOCK = OPTION_OWN, OPTION_FLOPPY, OPTION_LABEL, OPTION_PARTITION,
};

struct make_fs {
  struct options o;
  const char *input, *output;
  const char *format, *label, *partition, *type;
  int blocksize;
  uint64_t size, extra; /* size 0: what is needed */
  bool is_directory;
  const char *compress; /* of the archive, or NULL */

  uint64_t bytes, files; /* of the input, in blocks of 4 KiB */
};

/* --- how much is there -------------------------------------------------------- */

static struct make_fs *counted; /* nftw has no argument for it */

static void
count (struct make_fs *m, uint64_t size)
{
  m->files++;
  if (size > UINT64_C (1) << 60
      || !checked_add_u64 (m->bytes, (size + 4095) & ~UINT64_C (4095),
                           &m->bytes))
    die (&m->o, "%s: this is too large", m->input);
}

static int
count_file (const char *path, const struct stat *st, int flag,
            struct FTW *ftw)
{
  if (flag == FTW_DNR || flag == FTW_NS)
    die (&counted->o, "%s: %s", path, strerror (errno));
  count (counted, S_ISREG (st->st_mode) ? (uint64_t) st->st_size
         : S_ISDIR (st->st_mode) ? 4096 : 0);
  return 0;
}

static void
measure_directory (struct make_fs *m)
{
  counted = m;
  if (nftw (m->input, count_file, 64, FTW_PHYS) == -1)
    die (&m->o, "%s: %s", m->input, strerror (errno));
}

/* The daemon knows compressions by these names. */
static const char *
compression (const struct make_fs *m, struct archive *a)
{
  static const struct { int filter; const char *name; } filters[] = {
    { ARCHIVE_FILTER_GZIP, "gzip" }, { ARCHIVE_FILTER_BZIP2, "bzip2" },
    { ARCHIVE_FILTER_COMPRESS, "compress" }, { ARCHIVE_FILTER_XZ, "xz" },
    { ARCHIVE_FILTER_LZOP, "lzop" }, { ARCHIVE_FILTER_LZMA, "lzma" },
    { ARCHIVE_FILTER_ZSTD, "zstd" },
  };
  size_t i;

  if (archive_filter_code (a, 0) == ARCHIVE_FILTER_NONE)
    return NULL;
  for (i = 0; i < sizeof filters / sizeof *filters; ++i)
    if (archive_filter_code (a, 0) == filters[i].filter)
      return filters[i].name;
  die (&m->o, "%s: this compression (%s) is not supported", m->input,
       archive_filter_name (a, 0));
}

/* An archive with nothing in it is zeroes; so is the beginning of many disks. */
#define EMPTY_ARCHIVE_MAX (64 * 1024)

static void
measure_archive (struct make_fs *m, off_t size)
{
  struct archive *a = archive_read_new ();
  struct archive_entry *entry;
  int r;

  if (!a)
    die (&m->o, "out of memory");
  archive_read_support_filter_all (a);
  archive_read_support_format_tar (a);
  archive_read_support_format_gnutar (a);
  archive_read_support_format_empty (a);
  r = archive_read_open_filename (a, m->input, 256 * 1024);
  while (r == ARCHIVE_OK
         && ((r = archive_read_next_header (a, &entry)) == ARCHIVE_OK
             || r == ARCHIVE_WARN)) {
    r = ARCHIVE_OK;
    count (m, archive_entry_hardlink (entry) ? 0
           : archive_entry_filetype (entry) == AE_IFDIR ? 4096
           : (uint64_t) archive_entry_size (entry));
  }
  if (r == ARCHIVE_EOF && m->files == 0
      && size > EMPTY_ARCHIVE_MAX)
    die (&m->o, "%s: this is neither a directory nor a tar archive: there is "
         "nothing in it", m->input);
  if (r != ARCHIVE_EOF)
    die (&m->o, "%s: this is neither a directory nor a tar archive: %s",
         m->input, archive_error_string (a));
  m->compress = compression (m, a);
  archive_read_free (a);
}

static void
measure (struct make_fs *m)
{
  struct stat st;

  if (stat (m->input, &st) == -1)
    die (&m->o, "%s: %s", m->input, strerror (errno));
  m->is_directory = S_ISDIR (st.st_mode);
  if (m->is_directory)
    measure_directory (m);
  else if (S_ISREG (st.st_mode))
    measure_archive (m, st.st_size);
  else
    die (&m->o, "%s: this is neither a directory nor a file", m->input);
}

/* --- how large must the disk be ----------------------------------------------- */

/* What a filesystem takes for itself, by type: in MiB, in percent of the data,
 * and its smallest size in MiB. */
static const struct overhead {
  const char *type;
  unsigned fixed, percent, smallest;
} overheads[] = {
  { "ext2", 1, 8, 1 },     { "ext3", 8, 12, 8 },   { "ext4", 8, 12, 8 },
  { "btrfs", 32, 30, 128 }, { "xfs", 72, 10, 320 }, { "f2fs", 40, 20, 64 },
  { "ntfs", 8, 8, 8 },     { "vfat", 1, 3, 1 },    { "exfat", 2, 3, 4 },
  { "reiserfs", 34, 5, 64 }, { "jfs", 4, 5, 16 },  { "nilfs2", 32, 20, 128 },
  { "minix", 1, 5, 1 },
};

static uint64_t
estimate (const struct make_fs *m)
{
  struct overhead over = { m->type, 32, 20, 64 };
  uint64_t size, inodes;
  size_t i;

  for (i = 0; i < sizeof overheads / sizeof *overheads; ++i)
    if (strcmp (m->type, overheads[i].type) == 0)
      over = overheads[i];
  size = m->bytes + m->extra;
  size += size / 100 * over.percent + over.fixed * MIB;
  /* ext2 and its kin have an inode for 16 KiB; below 512 MiB for 8 KiB or 4. */
  if (has_prefix (m->type, "ext")) {
    inodes = m->files + 64;
    if (size < inodes * 4096)
      size = inodes * 4096;
    if (size >= 512 * MIB && size < inodes * 16384)
      size = inodes * 16384 + inodes * 16384 / 20;
  }
  if (size < over.smallest * MIB)
    size = over.smallest * MIB;
  if (m->partition)
    size += 2 * MIB;
  return (size + MIB - 1) / MIB * MIB;
}

/* A number with a unit. */
static uint64_t
parse_size (const struct make_fs *m, const char *text)
{
  static const char units[] = "bKMGTPE";
  const char *unit = NULL;
  char *end;
  unsigned long long n;
  uint64_t ret;

  errno = 0;
  n = strtoull (text, &end, 10);
  if (end > text && *end && !end[1])
    unit = strchr (units, *end == 'k' ? 'K' : *end);
  if (errno != 0 || end == text || (*end && !unit) || *text == '-')
    die (&m->o, "--size takes a number and b, K, M, G, T, P or E, not \"%s\"",
         text);
  /* A plain number is of bytes. */
  if (!checked_mul_u64 (n, UINT64_C (1) << 10 * (unit ? unit - units : 0),
                        &ret) || ret > UINT64_C (1) << 62)
    die (&m->o, "--size: %s is too large", text);
  return ret;
}

static void
set_size (struct make_fs *m, const char *text)
{
  m->size = m->extra = 0;
  if (*text == '+')
    m->extra = parse_size (m, text + 1);
  else {
    m->size = parse_size (m, text) / 512 * 512;
    if (m->size == 0)
      die (&m->o, "--size: %s is too small", text);
  }
}

/* --- making it ------------------------------------------------------------------ */

static void
add_disk (const struct make_fs *m, const char *filename)
{
  struct guestfs_add_drive_opts_argv optargs = {
    .bitmask = GUESTFS_ADD_DRIVE_OPTS_FORMAT_BITMASK
               | GUESTFS_ADD_DRIVE_OPTS_CACHEMODE_BITMASK,
    .format = m->format, .cachemode = "unsafe",
  };

  if (m->blocksize) {
    optargs.blocksize = m->blocksize;
    optargs.bitmask |= GUESTFS_ADD_DRIVE_OPTS_BLOCKSIZE_BITMASK;
  }
  if (guestfs_disk_create (m->o.g, filename, m->format,
                           m->size ? m->size : estimate (m), -1) == -1
      || guestfs_add_drive_opts_argv (m->o.g, filename, &optargs) == -1
      || guestfs_launch (m->o.g) == -1)
    die_handle (&m->o);
}

static const char *
make_partition (const struct make_fs *m)
{
  guestfs_h *g = m->o.g;
  int id;

  if (!m->partition)
    return "/dev/sda";
  if (guestfs_part_disk (g, "/dev/sda", m->partition) == -1)
    die_handle (&m->o);
  if (strcmp (m->partition, "mbr") == 0 || strcmp (m->partition, "msdos") == 0) {
    id = strcmp (m->type, "vfat") == 0 ? (m->size == FLOPPY_SIZE ? 0x01 : 0x0b)
      : strcmp (m->type, "ntfs") == 0 || strcmp (m->type, "exfat") == 0 ? 0x07
      : 0x83;
    if (guestfs_part_set_mbr_id (g, "/dev/sda", 1, id) == -1)
      die_handle (&m->o);
  }
  return "/dev/sda1";
}

/* All of it in one go, so that files with names in several directories stay one
 * file, and the directory's owner and mode become those of the filesystem's root. */
static void
copy_directory (const struct make_fs *m)
{
  CLEANUP_FREE char *path = NULL;

  if (asprintf (&path, "%s/.", m->input) == -1)
    die (&m->o, "out of memory");
  if (guestfs_copy_in (m->o.g, path, "/") == -1)
    die_handle (&m->o);
}

static void
copy_archive (const struct make_fs *m)
{
  struct guestfs_tar_in_opts_argv optargs = { .bitmask = 0 };

  if (m->compress) {
    optargs.compress = m->compress;
    optargs.bitmask |= GUESTFS_TAR_IN_OPTS_COMPRESS_BITMASK;
  }
  if (guestfs_tar_in_opts_argv (m->o.g, m->input, "/", &optargs) == -1)
    die_handle (&m->o);
}

static void
make_filesystem (const struct make_fs *m)
{
  struct guestfs_mkfs_opts_argv optargs = { .bitmask = 0 };
  const char *device = make_partition (m);
  guestfs_h *g = m->o.g;

  if (m->label) {
    optargs.label = m->label;
    optargs.bitmask |= GUESTFS_MKFS_OPTS_LABEL_BITMASK;
  }
  if (guestfs_mkfs_opts_argv (g, m->type, device, &optargs) == -1
      || guestfs_mount_options (g, strcmp (m->type, "vfat") == 0 ? "utf8" : "",
                                device, "/") == -1)
    die_handle (&m->o);
  if (m->is_directory)
    copy_directory (m);
  else
    copy_archive (m);
  if (guestfs_shutdown (g) == -1)
    die_handle (&m->o);
}

static void
own_option (struct make_fs *m, int c)
{
  switch (c) {
  case 'F': m->format = optarg; break;
  case 's': set_size (m, optarg); break;
  case 't': m->type = optarg; break;
  case OPTION_BLOCK:
    m->blocksize = options_number (&m->o, "--blocksize", optarg);
    if (m->blocksize != 512 && m->blocksize != 4096)
      die (&m->o, "--blocksize takes 512 or 4096, not \"%s\"", optarg);
    break;
  case OPTION_FLOPPY:
    m->size = FLOPPY_SIZE;
    m->partition = "mbr";
    m->type = "vfat";
    break;
  case OPTION_LABEL: m->label = optarg; break;
  case OPTION_PARTITION: m->partition = optarg ? optarg : "mbr"; break;
  }
}

int
main (int argc, char *argv[])
{
  static const struct option own_long[] = {
    { "blocksize", required_argument, NULL, OPTION_BLOCK },
    { "debug", no_argument, NULL, 'v' },
    { "floppy", no_argument, NULL, OPTION_FLOPPY },
    { "format", required_argument, NULL, 'F' },
    { "label", required_argument, NULL, OPTION_LABEL },
    { "partition", optional_argument, NULL, OPTION_PARTITION },
    { "size", required_argument, NULL, 's' },
    { "type", required_argument, NULL, 't' },
    { NULL, 0, NULL, 0 },
  };
  struct make_fs m = {
    .o = {
      .program = "virt-make-fs", .usage = usage, .help_shared = true,
      .takes = TAKES_NO_DRIVES, .own_short = "F:s:t:", .own_long = own_long,
    },
    .format = "raw", .type = "ext2",
  };
  char *temporary;
  int c;

  options_start (&m.o);
  while ((c = options_next (&m.o, argc, argv)) != -1)
    own_option (&m, c);
  if (optind + 2 != argc)
    die (&m.o, "give a directory or archive, and the name of the image to make");
  m.input = argv[optind];
  m.output = argv[optind + 1];
  measure (&m);
  temporary = outfile_begin (&m.o, m.output);
  add_disk (&m, temporary);
  make_filesystem (&m);
  outfile_end (&m.o, temporary, m.output);
  options_finish (&m.o);
  return EXIT_SUCCESS;
}
