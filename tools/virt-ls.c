/* virt-ls: list directories of a guest. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "ls-recursive.h"
#include "options.h"
#include "strlist.h"

static const char usage[] =
  "List directories of a virtual machine.\n"
  "\n"
  "  virt-ls [options] -a disk.img [-a disk.img ...] DIRECTORY [DIRECTORY ...]\n"
  "  virt-ls [options] -d domain DIRECTORY [DIRECTORY ...]\n"
  "\n"
  "  -a, --add IMAGE        use this disk image (read-only)\n"
  "      --blocksize 512|4096  sector size of the images that follow\n"
  "      --checksum[=TYPE]  with -lR: checksums of files (default md5)\n"
  "  -c, --connect URI      libvirt connection for -d\n"
  "      --csv              with -lR: print comma-separated values\n"
  "  -d, --domain NAME      use the disks of this libvirt domain\n"
  "      --echo-keys        show keys as they are typed\n"
  "      --extra-stats      with -lR: device, inode, links, rdev, blocks\n"
  "      --format FORMAT    format of the images that follow (raw, qcow2)\n"
  "  -h, --human-readable   with -lR: print sizes as people write them\n"
  "      --help             print this text\n"
  "      --key ID:key:TEXT|ID:file:NAME  key of an encrypted device\n"
  "      --keys-from-stdin  read keys from standard input\n"
  "  -l, --long             print types, permissions, sizes\n"
  "  -m, --mount DEV[:MNT[:OPTS[:FSTYPE]]]  mount this instead of inspecting\n"
  "  -R, --recursive        list what is below, too\n"
  "      --times            with -lR: times of access, change of content, of status\n"
  "      --time-days        print times as days before now\n"
  "      --time-relative    print times as seconds before now\n"
  "      --time-t           print times as seconds since 1970\n"
  "      --uids             with -lR: numbers of owner and group\n"
  "  -v, --verbose          print debugging messages\n"
  "  -V, --version          print the version\n"
  "  -x                     trace the calls of the library\n";

enum {
  OPTION_CHECKSUM = OPTION_OWN,
  OPTION_CSV,
  OPTION_EXTRA_STATS,
  OPTION_TIMES,
  OPTION_TIME_DAYS,
  OPTION_TIME_RELATIVE,
  OPTION_TIME_T,
  OPTION_UIDS,
};

static int
list_plain (guestfs_h *g, const char *directory)
{
  CLEANUP_STRINGS char **names = guestfs_ls (g, directory);
  size_t i;

  if (!names)
    return -1;
  for (i = 0; names[i]; ++i)
    puts (names[i]);
  return 0;
}

static int
list_long (guestfs_h *g, const char *directory)
{
  CLEANUP_FREE char *text = guestfs_ll (g, directory);

  if (!text)
    return -1;
  fputs (text, stdout);
  return 0;
}

static int
list_found (guestfs_h *g, const char *directory)
{
  CLEANUP_STRINGS char **names = guestfs_find (g, directory);
  size_t i;

  if (!names)
    return -1;
  for (i = 0; names[i]; ++i)
    puts (names[i]);
  return 0;
}

int
main (int argc, char *argv[])
{
  static const struct option own_long[] = {
    { "checksum", optional_argument, NULL, OPTION_CHECKSUM },
    { "checksums", optional_argument, NULL, OPTION_CHECKSUM },
    { "csv", no_argument, NULL, OPTION_CSV },
    { "extra-stat", no_argument, NULL, OPTION_EXTRA_STATS },
    { "extra-stats", no_argument, NULL, OPTION_EXTRA_STATS },
    { "human-readable", no_argument, NULL, 'h' },
    { "long", no_argument, NULL, 'l' },
    { "recursive", no_argument, NULL, 'R' },
    { "time", no_argument, NULL, OPTION_TIMES },
    { "times", no_argument, NULL, OPTION_TIMES },
    { "time-days", no_argument, NULL, OPTION_TIME_DAYS },
    { "time-relative", no_argument, NULL, OPTION_TIME_RELATIVE },
    { "time-t", no_argument, NULL, OPTION_TIME_T },
    { "uid", no_argument, NULL, OPTION_UIDS },
    { "uids", no_argument, NULL, OPTION_UIDS },
    { NULL, 0, NULL, 0 },
  };
  struct options o = {
    .program = "virt-ls", .takes = TAKES_MOUNT | TAKES_KEYS, .usage = usage,
    .own_short = "hlR", .own_long = own_long, .readonly = true,
    .inspector = true,
  };
  struct ls_format f = { .times = LS_TIMES_NONE };
  bool is_long = false, recursive = false;
  int c, status = EXIT_SUCCESS;

  options_start (&o);
  while ((c = options_next (&o, argc, argv)) != -1)
    switch (c) {
    case 'h': f.human = true; break;
    case 'l': is_long = true; break;
    case 'R': recursive = true; break;
    case OPTION_CHECKSUM: f.checksum = optarg && *optarg ? optarg : "md5"; break;
    case OPTION_CSV: f.csv = true; break;
    case OPTION_EXTRA_STATS: f.extra_stats = true; break;
    case OPTION_TIMES:
      if (f.times == LS_TIMES_NONE)
        f.times = LS_TIMES_TEXT;
      break;
    case OPTION_TIME_DAYS: f.times = LS_TIMES_DAYS; break;
    case OPTION_TIME_RELATIVE: f.times = LS_TIMES_RELATIVE; break;
    case OPTION_TIME_T: f.times = LS_TIMES_SECONDS; break;
    case OPTION_UIDS: f.uids = true; break;
    }
  options_check (&o);
  if (!o.nr_drives && !o.domains)
    die (&o, "give a disk image with -a, or a domain with -d");
  if (optind >= argc)
    die (&o, "give the name of at least one directory");
  if ((f.checksum || f.csv || f.extra_stats || f.times != LS_TIMES_NONE
       || f.uids) && !(is_long && recursive))
    die (&o, "--checksum, --csv, --extra-stats, --times and --uids need -lR");

  options_open (&o);
  for (; optind < argc; ++optind) {
    int r;

    if (is_long && recursive)
      r = ls_recursive (o.g, &f, argv[optind]);
    else if (recursive)
      r = list_found (o.g, argv[optind]);
    else if (is_long)
      r = list_long (o.g, argv[optind]);
    else
      r = list_plain (o.g, argv[optind]);
    if (r == -1)
      status = EXIT_FAILURE;
  }
  options_finish (&o);
  return status;
}
