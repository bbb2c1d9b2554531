/* virt-drivers: the firmware, boot loader, kernels and drivers of guests. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "drivers.h"
#include "guests.h"
#include "options.h"
#include "strlist.h"
#include "xmlout.h"

static const char usage[] =
  "Say how virtual machines boot, and for which hardware they have drivers.\n"
  "\n"
  "  virt-drivers [options] -a disk.img [-a disk.img ...]\n"
  "  virt-drivers [options] -d domain\n"
  "\n"
  GUESTS_HELP;

struct drivers {
  bool json, many;
};

/* As a job. */
static int
drivers_of (const struct options *o, const char *name, void *data)
{
  const struct drivers *d = data;
  CLEANUP_STRINGS char **roots = NULL;
  CLEANUP_BOOT_REPORT struct boot_report report = BOOT_REPORT_INIT;
  int r;

  report.image = name;
  report.many = d->many;
  options_add_drives (o, o->g);
  if (guestfs_launch (o->g) == -1)
    return EXIT_FAILURE;
  unlock_devices (o, o->g);
  roots = guestfs_inspect_os (o->g);
  if (!roots)
    return EXIT_FAILURE;
  if (!roots[0])
    die (o, "%s: no operating system was found", name);
  if (boot_collect (o, roots, &report) == -1)
    return EXIT_FAILURE;
  r = d->json ? boot_json (&report) : boot_xml (&report, !d->many);
  if (r == -1)
    die (o, "out of memory");
  return EXIT_SUCCESS;
}

int
main (int argc, char *argv[])
{
  static const struct option own_long[] = {
    GUESTS_LONG_OPTIONS,
    { NULL, 0, NULL, 0 },
  };
  struct options o = {
    .program = "virt-drivers", .usage = usage, .help_shared = true,
    .takes = TAKES_KEYS | TAKES_MESSAGES, .own_short = "",
    .own_long = own_long, .readonly = true,
  };
  struct guests guests = { .o = &o };
  struct drivers d = { false, false };
  int c, status;

  options_start (&o);
  while ((c = options_next (&o, argc, argv)) != -1)
    (void) guests_option (&guests, c);
  options_check (&o);
  if (o.machine_readable && o.nr_drives == 0) {
    puts (o.program);
    return EXIT_SUCCESS;
  }
  if (optind < argc)
    die (&o, "unexpected argument \"%s\"", argv[optind]);
  guests_list (&guests);
  d.json = guests.json;
  d.many = guests.nr > 1;
  if (d.many && !d.json)
    xml_print_begin (BOOT_XML_ROOT);
  fflush (stdout);
  status = guests_run (&guests, drivers_of, &d);
  if (d.many && !d.json)
    xml_print_end (BOOT_XML_ROOT);
  guests_release (&guests);
  options_finish (&o);
  return status;
}
