/* virt-ls: list directories of a guest. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "guests.h"
#include "ls-recursive.h"
#include "options.h"
#include "strlist.h"

static const char usage[] =
  "List directories of a virtual machine.\n"
  "\n"
  "  virt-ls [options] -a disk.img [-a disk.img ...] DIRECTORY [DIRECTORY ...]\n"
  "  virt-ls [options] -d domain DIRECTORY [DIRECTORY ...]\n"
  "\n"
  "      --checksum[=TYPE]  with -lR: checksums of files (default md5)\n"
  "      --csv              with -lR: print comma-separated values\n"
  "      --extra-stats      with -lR: device, inode, links, rdev, blocks\n"
  "  -h, --human-readable   with -lR: print sizes as people write them\n"
  "  -l, --long             print types, permissions, sizes\n"
  "  -R, --recursive        list what is below, too\n"
  "      --times            with -lR: times of access, change of content, of status\n"
  "      --time-days        print times as days before now\n"
  "      --time-relative    print times as seconds before now\n"
  "      --time-t           print times as seconds since 1970\n"
  "      --uids             with -lR: numbers of owner and group\n"
  GUESTS_HELP;

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

struct ls {
  char **directories;
  struct ls_format format;
  bool is_long, recursive;
};

static int
list_guest (const struct options *o, const char *name, void *data)
{
  struct ls *ls = data;
  int status = EXIT_SUCCESS;
  size_t i;

  options_open (o);
  ls->format.image = name;
  for (i = 0; ls->directories[i]; ++i) {
    const char *directory = ls->directories[i];
    int r;

    if (ls->format.json)
      r = ls_json (o->g, &ls->format, directory, ls->recursive);
    else if (ls->is_long && ls->recursive)
      r = ls_recursive (o->g, &ls->format, directory);
    else if (ls->recursive)
      r = list_found (o->g, directory);
    else if (ls->is_long)
      r = list_long (o->g, directory);
    else
      r = list_plain (o->g, directory);
    if (r == -1)
      status = EXIT_FAILURE;
  }
  return status;
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
    GUESTS_LONG_OPTIONS,
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
    .program = "virt-ls", .takes = TAKES_MOUNT | TAKES_KEYS, .usage = usage, .help_shared = true,
    .own_short = "hlR", .own_long = own_long, .readonly = true,
    .inspector = true,
  };
  struct guests guests = { .o = &o };
  struct ls ls = { .format.times = LS_TIMES_NONE };
  struct ls_format *f = &ls.format;
  int c, status;

  options_start (&o);
  while ((c = options_next (&o, argc, argv)) != -1)
    switch (c) {
    case 'h': f->human = true; break;
    case 'l': ls.is_long = true; break;
    case 'R': ls.recursive = true; break;
    case OPTION_CHECKSUM:
      f->checksum = ls_checksum_option (optarg);
      if (!f->checksum)
        die (&o, "--checksum=%s: not a type of checksum, as sha256 is one", optarg);
      break;
    case OPTION_CSV: f->csv = true; break;
    case OPTION_EXTRA_STATS: f->extra_stats = true; break;
    case OPTION_TIMES:
      f->times = ls_times_option (f->times, LS_TIMES_TEXT);
      break;
    case OPTION_TIME_DAYS: f->times = LS_TIMES_DAYS; break;
    case OPTION_TIME_RELATIVE: f->times = LS_TIMES_RELATIVE; break;
    case OPTION_TIME_T:
      f->times = ls_times_option (f->times, LS_TIMES_SECONDS);
      break;
    case OPTION_UIDS: f->uids = true; break;
    default: (void) guests_option (&guests, c);
    }
  options_old_style (&o, argc, argv);
  options_check (&o);
  guests_list (&guests);
  if (optind >= argc)
    die (&o, "give the name of at least one directory");
  f->json = guests.json;
  if ((f->checksum || f->csv || f->extra_stats || f->times != LS_TIMES_NONE
       || f->uids) && !(ls.is_long && ls.recursive) && !f->json)
    die (&o, "--checksum, --csv, --extra-stats, --times and --uids need -lR");
  if (f->json && f->csv)
    die (&o, "--csv and --json do not go together");
  if (f->csv && f->human)
    die (&o, "--csv and -h do not go together");

  ls.directories = &argv[optind];
  status = guests_run (&guests, list_guest, &ls);
  guests_release (&guests);
  options_finish (&o);
  return status;
}
