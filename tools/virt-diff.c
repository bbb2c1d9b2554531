/* virt-diff: what differs between the files of two guests. */

#include <config.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diff-files.h"
#include "guests.h"
#include "options.h"

static const char usage[] =
  "List the differences between two virtual machines.\n"
  "\n"
  "  virt-diff [options] -a old.img -A new.img\n"
  "  virt-diff [options] -d old-domain -D new-domain\n"
  "\n"
  "  -A IMAGE               use this disk image, of the second machine\n"
  "      --all              the same as --extra-stats --times --uids --xattrs\n"
  "      --atime            compare times of access, too\n"
  "      --checksum[=TYPE]  compare contents by checksums (default md5)\n"
  "      --csv              print comma-separated values\n"
  "  -D NAME                use the disks of this domain as the second machine\n"
  "      --dir-links        compare the numbers of links of directories, too\n"
  "      --dir-times        compare the times of directories, too\n"
  "      --extra-stats      compare and print device, inode, links, blocks\n"
  "  -h, --human-readable   print sizes as people write them\n"
  "      --json             print JSON, an object a line\n"
  "      --times            print times\n"
  "      --time-days        print times as days before now\n"
  "      --time-relative    print times as seconds before now\n"
  "      --time-t           print times as seconds since 1970\n"
  "      --uids             print numbers of owner and group\n"
  "      --xattrs           print extended attributes\n";

enum {
  OPTION_ALL = OPTION_OWN,
  OPTION_ATIME,
  OPTION_CHECKSUM,
  OPTION_CSV,
  OPTION_DIR_LINKS,
  OPTION_DIR_TIMES,
  OPTION_EXTRA_STATS,
  OPTION_TIMES,
  OPTION_TIME_DAYS,
  OPTION_TIME_RELATIVE,
  OPTION_TIME_T,
  OPTION_UIDS,
  OPTION_XATTRS,
};

static const struct option own_long[] = {
  { "all", no_argument, NULL, OPTION_ALL },
  { "atime", no_argument, NULL, OPTION_ATIME },
  { "checksum", optional_argument, NULL, OPTION_CHECKSUM },
  { "checksums", optional_argument, NULL, OPTION_CHECKSUM },
  { "csv", no_argument, NULL, OPTION_CSV },
  { "dir-link", no_argument, NULL, OPTION_DIR_LINKS },
  { "dir-links", no_argument, NULL, OPTION_DIR_LINKS },
  { "dir-nlink", no_argument, NULL, OPTION_DIR_LINKS },
  { "dir-nlinks", no_argument, NULL, OPTION_DIR_LINKS },
  { "dir-time", no_argument, NULL, OPTION_DIR_TIMES },
  { "dir-times", no_argument, NULL, OPTION_DIR_TIMES },
  { "extra-stat", no_argument, NULL, OPTION_EXTRA_STATS },
  { "extra-stats", no_argument, NULL, OPTION_EXTRA_STATS },
  { "human-readable", no_argument, NULL, 'h' },
  { "json", no_argument, NULL, OPTION_JSON },
  { "time", no_argument, NULL, OPTION_TIMES },
  { "times", no_argument, NULL, OPTION_TIMES },
  { "time-days", no_argument, NULL, OPTION_TIME_DAYS },
  { "time-relative", no_argument, NULL, OPTION_TIME_RELATIVE },
  { "time-t", no_argument, NULL, OPTION_TIME_T },
  { "uid", no_argument, NULL, OPTION_UIDS },
  { "uids", no_argument, NULL, OPTION_UIDS },
  { "xattr", no_argument, NULL, OPTION_XATTRS },
  { "xattrs", no_argument, NULL, OPTION_XATTRS },
  { NULL, 0, NULL, 0 },
};

static void
own_option (struct options *o, struct options *second, struct diff_format *f,
            int c)
{
  switch (c) {
  case 'A':
    options_add_image_as (o, second, optarg);
    break;
  case 'D': options_add_domain (second, optarg); break;
  case 'h': f->ls.human = true; break;
  case OPTION_ALL:
    f->ls.extra_stats = f->ls.uids = f->ls.xattrs = true;
    f->ls.times = ls_times_option (f->ls.times, LS_TIMES_TEXT);
    break;
  case OPTION_ATIME: f->ls.atime = true; break;
  case OPTION_CHECKSUM:
    f->ls.checksum = ls_checksum_option (optarg);
    if (!f->ls.checksum)
      die (o, "--checksum=%s: not a type of checksum, as sha256 is one", optarg);
    break;
  case OPTION_CSV: f->ls.csv = true; break;
  case OPTION_DIR_LINKS: f->dir_links = true; break;
  case OPTION_DIR_TIMES: f->dir_times = true; break;
  case OPTION_EXTRA_STATS: f->ls.extra_stats = true; break;
  case OPTION_JSON: f->ls.json = true; break;
  case OPTION_TIMES:
    f->ls.times = ls_times_option (f->ls.times, LS_TIMES_TEXT);
    break;
  case OPTION_TIME_DAYS: f->ls.times = LS_TIMES_DAYS; break;
  case OPTION_TIME_RELATIVE: f->ls.times = LS_TIMES_RELATIVE; break;
  case OPTION_TIME_T:
    f->ls.times = ls_times_option (f->ls.times, LS_TIMES_SECONDS);
    break;
  case OPTION_UIDS: f->ls.uids = true; break;
  case OPTION_XATTRS: f->ls.xattrs = true; break;
  }
}

static void *
launch (void *opaque)
{
  const struct options *o = opaque;

  options_add_drives (o, o->g);
  if (guestfs_launch (o->g) == -1)
    die_handle (o);
  return NULL;
}

/* Both at the same time; keys are asked for one after the other. */
static void
open_both (struct options *o, struct options *second)
{
  pthread_t thread;

  if (pthread_create (&thread, NULL, launch, second) != 0)
    die (o, "no thread can be started");
  launch (o);
  pthread_join (thread, NULL);
  options_mount (o, o->g);
  options_mount (second, second->g);
}

int
main (int argc, char *argv[])
{
  struct options o = {
    .program = "virt-diff", .takes = TAKES_KEYS, .usage = usage,
    .help_shared = true, .own_short = "A:D:h", .own_long = own_long,
    .readonly = true, .inspector = true,
  };
  struct options second = o;
  struct diff_format f = { .ls.times = LS_TIMES_NONE, .ls.diff = true };
  int c, r;

  options_start (&o);
  options_start (&second);
  while ((c = options_next (&o, argc, argv)) != -1)
    own_option (&o, &second, &f, c);
  options_check (&o);
  if (optind < argc)
    die (&o, "unexpected argument \"%s\"", argv[optind]);
  if (o.nr_drives == 0)
    die (&o, "give the first machine with -a or -d");
  if (second.nr_drives == 0)
    die (&o, "give the second machine with -A or -D");
  if (f.ls.csv && f.ls.human)
    die (&o, "--csv and -h do not go together");
  if (f.ls.csv && f.ls.json)
    die (&o, "--csv and --json do not go together");

  /* What is said of keys and messages holds for both. */
  second.keys = o.keys;
  second.nr_keys = o.nr_keys;
  second.keys_from_stdin = o.keys_from_stdin;
  second.echo_keys = o.echo_keys;
  second.connect = o.connect;
  guestfs_set_verbose (second.g, o.verbose);
  guestfs_set_trace (second.g, o.trace);
  open_both (&o, &second);
  r = diff_files (o.g, second.g, &f);
  second.keys = NULL;
  second.nr_keys = 0;
  options_finish (&second);
  options_finish (&o);
  return r == -1 ? EXIT_FAILURE : EXIT_SUCCESS;
}
