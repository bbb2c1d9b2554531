/* virt-df: how full the filesystems of guests are. */

#include <config.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cleanup.h"
#include "csv.h"
#include "guests.h"
#include "jobs.h"
#include "json.h"
#include "options.h"
#include "size.h"
#include "strlist.h"

static const char usage[] =
  "Show how full the filesystems of virtual machines are.\n"
  "\n"
  "  virt-df [options] -a disk.img [-a disk.img ...]\n"
  "  virt-df [options] -d domain\n"
  "\n"
  "      --csv              print comma-separated values\n"
  "  -h, --human-readable   print sizes as people write them\n"
  "  -i, --inodes           count inodes, not blocks\n"
  "      --one-per-guest    one appliance a guest (always so here)\n"
  "  -P NUMBER              guests to look at in parallel\n"
  "      --uuid             print the UUID of a domain instead of its name\n"
  "      --watch[=SECONDS]  look again and again, until Ctrl-C (every 5 s)\n"
  GUESTS_HELP;

enum {
  OPTION_CSV = OPTION_OWN, OPTION_ONE_PER_GUEST, OPTION_UUID, OPTION_WATCH
};

#define WATCH_SECONDS 5

#define NAME_WIDTH 35
#define FIELDS 3 /* total, used, available */

struct format {
  bool csv, human, inodes, json;
  bool title; /* to be printed once the guest is open */
};

static void
print_title (const struct format *f)
{
  const char *total = f->inodes ? "Inodes" : f->human ? "Size" : "1K-blocks";
  const char *used = f->inodes ? "IUsed" : "Used";
  const char *available = f->inodes ? "IFree" : "Available";
  const char *percent = f->inodes ? "IUse%" : "Use%";

  if (f->csv)
    printf ("VirtualMachine,Filesystem,%s,%s,%s,%s\n", total, used, available,
            percent);
  else
    printf ("%-*s %10s %10s %10s %5s\n", NAME_WIDTH, "Filesystem", total, used,
            available, percent);
}

static void
print_csv (const struct format *f, const char *name, const char *device,
           const uint64_t *fields, double percent)
{
  size_t i;
  char text[SIZE_TEXT_MAX];

  csv_print (stdout, name);
  putchar (',');
  csv_print (stdout, device);
  for (i = 0; i < FIELDS; ++i)
    if (f->human && !f->inodes)
      printf (",%s", size_text (fields[i] * 1024, text));
    else
      printf (",%" PRIu64, fields[i]);
  printf (",%.1f\n", percent);
}

static void
print_row (const struct format *f, const char *name, const char *device,
           const uint64_t *fields, double percent)
{
  size_t i, width = strlen (name) + 1 + strlen (device);
  uint64_t whole = percent;
  char text[SIZE_TEXT_MAX];

  printf ("%s:%s", name, device);
  if (width > NAME_WIDTH) {
    putchar ('\n');
    width = 0;
  }
  printf ("%*s", (int) (NAME_WIDTH - width), "");
  for (i = 0; i < FIELDS; ++i)
    if (f->human && !f->inodes)
      printf (" %10s", size_text (fields[i] * 1024, text));
    else
      printf (" %10" PRIu64, fields[i]);
  printf (" %4" PRIu64 "%%\n", whole < percent ? whole + 1 : whole);
}

static void
print_json (const char *image, const char *device, const char *type,
            const struct guestfs_statvfs *s)
{
  int64_t unit = s->frsize ? s->frsize : s->bsize;
  struct json j;

  json_begin (&j, stdout);
  json_text (&j, "image", image);
  json_text (&j, "filesystem", device);
  json_text (&j, "type", type);
  json_number (&j, "size", s->blocks * unit);
  json_number (&j, "used", (s->blocks - s->bfree) * unit);
  json_number (&j, "available", s->bavail * unit);
  json_number (&j, "inodes", s->files);
  json_number (&j, "inodes_used", s->files - s->ffree);
  json_number (&j, "inodes_free", s->ffree);
  json_end (&j);
}

static void
print_filesystem (const struct format *f, const char *name, const char *device,
                  const struct guestfs_statvfs *s)
{
  uint64_t fields[FIELDS];
  double percent = 0;

  if (f->inodes) {
    fields[0] = s->files;
    fields[1] = s->files - s->ffree;
    fields[2] = s->ffree;
  }
  else {
    uint64_t unit = s->frsize ? s->frsize : s->bsize;

    fields[0] = (uint64_t) s->blocks * unit / 1024;
    fields[1] = (uint64_t) (s->blocks - s->bfree) * unit / 1024;
    fields[2] = (uint64_t) s->bavail * unit / 1024;
  }
  if (fields[0] > 0)
    percent = 100. * fields[1] / fields[0];
  if (f->csv)
    print_csv (f, name, device, fields, percent);
  else
    print_row (f, name, device, fields, percent);
}

/* Filesystems that have no disk usage. */
static bool
has_usage (const char *type)
{
  return strcmp (type, "") != 0 && strcmp (type, "swap") != 0
         && strcmp (type, "unknown") != 0 && strcmp (type, "crypto_LUKS") != 0
         && strcmp (type, "BitLocker") != 0;
}

/* As a job. */
static int
df_guest (const struct options *o, const char *image, void *data)
{
  const struct format *f = data;
  CLEANUP_FREE char *name = guest_short_name (o);
  CLEANUP_STRINGS char **filesystems = NULL;
  size_t i;

  options_open (o);
  filesystems = guestfs_list_filesystems (o->g);
  if (!filesystems)
    return EXIT_FAILURE;
  if (f->title)
    print_title (f);
  for (i = 0; filesystems[i]; i += 2) {
    struct guestfs_statvfs *s = NULL;

    if (!has_usage (filesystems[i + 1]))
      continue;
    guestfs_push_error_handler (o->g, NULL, NULL);
    if (guestfs_mount_ro (o->g, filesystems[i], "/") == 0) {
      s = guestfs_statvfs (o->g, "/");
      guestfs_umount_all (o->g);
    }
    guestfs_pop_error_handler (o->g);
    if (s && f->json)
      print_json (image, filesystems[i], filesystems[i + 1], s);
    else if (s)
      print_filesystem (f, name, filesystems[i], s);
    guestfs_free_statvfs (s);
  }
  return EXIT_SUCCESS;
}

static int
look (struct guests *guests, struct format *f)
{
  /* Above one guest only when it is there. */
  f->title = !f->json && guests->nr == 1;
  if (!f->json && !f->title)
    print_title (f);
  fflush (stdout);
  return guests_run (guests, df_guest, f);
}

struct watch {
  struct guests *guests;
  struct format *format;
  bool clear; /* stdout is a terminal */
};

static int
one_round (size_t i, void *data)
{
  struct watch *w = data;

  return look (w->guests, w->format);
}

/* The whole picture at once, so that it does not flicker. */
static void
round_done (size_t i, const struct job_result *result, void *data)
{
  const struct watch *w = data;
  time_t now = time (NULL);
  struct tm tm;
  char when[32] = "";

  if (!w->format->json && localtime_r (&now, &tm))
    strftime (when, sizeof when, "%Y-%m-%d %H:%M:%S\n", &tm);
  printf ("%s%s", w->clear ? "\033[H\033[2J" : "", when);
  fwrite (result->output, 1, result->output_len, stdout);
  fflush (stdout);
  fputs (result->errors, stderr);
}

/* Images change below an appliance that has them open, so every look is a fresh
 * one.  Ends with a signal, or when there is nobody to print for. */
static int
watch (struct guests *guests, struct format *f, unsigned seconds)
{
  struct watch w = { guests, f, !f->json && !f->csv && isatty (STDOUT_FILENO) };
  const struct jobs_settings settings = { .max = 1 };

  for (;;) {
    (void) jobs_run (1, &settings, one_round, round_done, &w);
    if (ferror (stdout))
      return EXIT_FAILURE;
    sleep (seconds);
  }
}

int
main (int argc, char *argv[])
{
  static const struct option own_long[] = {
    GUESTS_LONG_OPTIONS,
    { "csv", no_argument, NULL, OPTION_CSV },
    { "human-readable", no_argument, NULL, 'h' },
    { "inodes", no_argument, NULL, 'i' },
    { "one-per-guest", no_argument, NULL, OPTION_ONE_PER_GUEST },
    { "uuid", no_argument, NULL, OPTION_UUID },
    { "watch", optional_argument, NULL, OPTION_WATCH },
    { NULL, 0, NULL, 0 },
  };
  struct options o = {
    .program = "virt-df", .usage = usage, .help_shared = true,
    .own_short = "hiP:", .own_long = own_long, .readonly = true,
  };
  struct guests guests = { .o = &o };
  struct format f = { .csv = false };
  int c, status, seconds = 0;

  options_start (&o);
  while ((c = options_next (&o, argc, argv)) != -1)
    switch (c) {
    case 'h': f.human = true; break;
    case 'i': f.inodes = true; break;
    case 'P': guests_threads (&guests, optarg); break;
    case OPTION_CSV: f.csv = true; break;
    case OPTION_WATCH:
      seconds = optarg ? options_number (&o, "--watch", optarg) : WATCH_SECONDS;
      if (seconds < 1)
        die (&o, "--watch takes a number of seconds from 1 on");
      break;
    case OPTION_ONE_PER_GUEST: case OPTION_UUID: break;
    default: (void) guests_option (&guests, c);
    }
  for (; optind < argc; ++optind)
    options_add_either (&o, argv[optind]);
  options_check (&o);
  guests_list (&guests);
  f.json = guests.json;
  if (f.csv && f.human)
    die (&o, "--csv and -h do not go together");
  if (f.csv && f.json)
    die (&o, "--csv and --json do not go together");

  if (seconds > 0 && o.keys_from_stdin)
    die (&o, "the keys are needed again and again: give them with --key");
  status = seconds > 0 ? watch (&guests, &f, seconds) : look (&guests, &f);
  guests_release (&guests);
  options_finish (&o);
  return status;
}
