/* virt-alignment-scan: is every partition where storage works best? */

#include <config.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "guests.h"
#include "jobs.h"
#include "json.h"
#include "strlist.h"

/* Exit statuses; 1 is EXIT_FAILURE. */
#define EXIT_BELOW_64K 2
#define EXIT_BELOW_4K 3

static const char usage[] =
  "Check how the partitions of virtual machines are aligned.\n"
  "\n"
  "  virt-alignment-scan [options] -a disk.img [-a disk.img ...]\n"
  "  virt-alignment-scan [options] -d domain\n"
  "\n"
  "  -P NUMBER              guests to look at in parallel\n"
  "  -q, --quiet            print nothing, only set the exit status\n"
  "      --uuid             print the UUID of a domain instead of its name\n"
  GUESTS_HELP
  "\n"
  "Exit status: 0 when all are aligned to 64 KiB or more, 1 on errors, 2 when\n"
  "one is below 64 KiB, 3 when one is below 4 KiB.\n"
  "\n";

enum { OPTION_UUID = OPTION_OWN };

struct scan {
  bool quiet, json, many;
};

/* The largest power of two, of those that matter, that divides the start. */
static uint64_t
alignment_of (uint64_t start)
{
  return start ? start & -start : UINT64_C (1) << 40;
}

static const char *
judge (uint64_t alignment, int *ret_status)
{
  if (alignment < 4096) {
    *ret_status = EXIT_BELOW_4K;
    return "bad (alignment < 4K)";
  }
  if (alignment < 65536) {
    *ret_status = *ret_status < EXIT_BELOW_64K ? EXIT_BELOW_64K : *ret_status;
    return "bad (alignment < 64K)";
  }
  return "ok";
}

static void
print_partition (const struct scan *s, const char *image, const char *prefix,
                 const char *device, uint64_t start, int *status)
{
  uint64_t alignment = alignment_of (start);
  const char *verdict = judge (alignment, status);

  if (s->quiet)
    return;
  if (s->json) {
    struct json j;

    json_begin (&j, stdout);
    json_text (&j, "image", image);
    json_text (&j, "partition", device);
    json_number (&j, "start", start);
    json_number (&j, "alignment", alignment);
    json_bool (&j, "ok", strcmp (verdict, "ok") == 0);
    json_end (&j);
    return;
  }
  if (s->many)
    printf ("%s:", prefix);
  printf ("%s %12" PRIu64 " ", device, start);
  if (alignment < 1024)
    printf ("%12" PRIu64 "    ", alignment);
  else
    printf ("%12" PRIu64 "K   ", alignment / 1024);
  puts (verdict);
}

static int
scan_device (const struct scan *s, const struct options *o, const char *image,
             const char *device, int *status)
{
  struct guestfs_partition_list *list;
  CLEANUP_FREE char *prefix = guest_short_name (o);
  uint32_t i;

  guestfs_push_error_handler (o->g, NULL, NULL);
  list = guestfs_part_list (o->g, device);
  guestfs_pop_error_handler (o->g);
  if (!list)
    return 0; /* no partition table */
  for (i = 0; i < list->len; ++i) {
    CLEANUP_FREE char *name = NULL;

    if (asprintf (&name, "%s%" PRIi32, device, list->val[i].part_num) == -1)
      die (o, "out of memory");
    print_partition (s, image, prefix, name, list->val[i].part_start, status);
  }
  guestfs_free_partition_list (list);
  return 0;
}

static int
scan_guest (const struct options *o, const char *name, void *data)
{
  const struct scan *s = data;
  CLEANUP_STRINGS char **devices = NULL;
  int status = EXIT_SUCCESS;
  size_t i;

  options_open (o);
  devices = guestfs_list_devices (o->g);
  if (!devices)
    return EXIT_FAILURE;
  for (i = 0; devices[i]; ++i)
    if (scan_device (s, o, name, devices[i], &status) == -1)
      return EXIT_FAILURE;
  return status;
}

int
main (int argc, char *argv[])
{
  static const struct option own_long[] = {
    GUESTS_LONG_OPTIONS,
    { "quiet", no_argument, NULL, 'q' },
    { "uuid", no_argument, NULL, OPTION_UUID },
    { NULL, 0, NULL, 0 },
  };
  struct options o = {
    .program = "virt-alignment-scan", .usage = usage, .help_shared = true,
    .own_short = "P:q", .own_long = own_long, .readonly = true,
  };
  struct guests guests = { .o = &o };
  struct scan scan = { .quiet = false };
  int c, status;

  options_start (&o);
  while ((c = options_next (&o, argc, argv)) != -1)
    switch (c) {
    case 'P': guests_threads (&guests, optarg); break;
    case 'q': scan.quiet = true; break;
    default: (void) guests_option (&guests, c);
    }
  for (; optind < argc; ++optind)
    options_add_image (&o, argv[optind]);
  options_check (&o);
  guests_list (&guests);
  scan.json = guests.json;
  scan.many = guests.nr > 1;
  guests.worst_is_good = EXIT_BELOW_4K;
  status = guests_run (&guests, scan_guest, &scan);
  guests_release (&guests);
  options_finish (&o);
  return status;
}
