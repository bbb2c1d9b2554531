/* bathyscope-appliance: what there is to do about the appliance ahead of its
 * first use. */

#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"

static const char usage[] =
  "Make ready what launches need, so that the first is as fast as all others.\n"
  "\n"
  "  bathyscope-appliance --prepare [options]\n"
  "\n"
  "      --memsize MB       for machines of this memory\n"
  "      --prepare          boot the appliance and keep it as a template\n"
  "      --smp N            for machines of N processors\n"
  "\n"
  "Exit status: 0 when the template is there, 1 when it could not be made.\n"
  "\n";

enum { OPTION_MEMSIZE = OPTION_OWN, OPTION_PREPARE, OPTION_SMP };

int
main (int argc, char *argv[])
{
  static const struct option own_long[] = {
    { "memsize", required_argument, NULL, OPTION_MEMSIZE },
    { "prepare", no_argument, NULL, OPTION_PREPARE },
    { "smp", required_argument, NULL, OPTION_SMP },
    { NULL, 0, NULL, 0 },
  };
  struct options o = {
    .program = "bathyscope-appliance", .usage = usage, .help_shared = true,
    .takes = TAKES_NO_DRIVES, .own_short = "", .own_long = own_long,
  };
  bool prepare = false;
  int c, r = 0;

  options_start (&o);
  while (r == 0 && (c = options_next (&o, argc, argv)) != -1)
    switch (c) {
    case OPTION_MEMSIZE:
      r = guestfs_set_memsize (o.g, options_number (&o, "--memsize", optarg));
      break;
    case OPTION_PREPARE:
      prepare = true;
      break;
    case OPTION_SMP:
      r = guestfs_set_smp (o.g, options_number (&o, "--smp", optarg));
      break;
    }
  if (r == 0 && (!prepare || optind < argc))
    die (&o, prepare ? "unexpected argument \"%s\"" : "give --prepare",
         argv[optind]);
  if (r == 0)
    r = guestfs_internal_prepare (o.g);
  options_finish (&o);
  return r == -1 ? EXIT_FAILURE : EXIT_SUCCESS;
}
