/* virt-customize: change a guest. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interrupt.h"
#include "open-guest.h"
#include "operations.h"

static const char usage[] =
  "Change a virtual machine.  Shut the machine down first.\n"
  "\n"
  "  virt-customize [options] -a disk.img [-a disk.img ...] OPERATIONS\n"
  "  virt-customize [options] -d domain OPERATIONS\n"
  "\n"
  "      --attach ISO       give this disk to the programs that are run\n"
  "      --attach-format FORMAT  format of the disks that follow\n"
  "  -m, --memsize MB       memory of the appliance\n"
  "  -n, --dry-run, --dryrun  change nothing on the disks\n"
  "      --network          connect what runs to the network (the default)\n"
  "      --no-network       do not\n"
  "      --smp N            processors of the appliance\n";

enum { OPTION_ATTACH = OPTION_OWN, OPTION_ATTACH_FORMAT, OPTION_NETWORK,
  OPTION_NO_NETWORK, OPTION_SMP };

static const struct option own_long[] = {
  { "attach", required_argument, NULL, OPTION_ATTACH },
  { "attach-format", required_argument, NULL, OPTION_ATTACH_FORMAT },
  { "dry-run", no_argument, NULL, 'n' },
  { "dryrun", no_argument, NULL, 'n' },
  { "memsize", required_argument, NULL, 'm' },
  { "network", no_argument, NULL, OPTION_NETWORK },
  { "no-network", no_argument, NULL, OPTION_NO_NETWORK },
  { "smp", required_argument, NULL, OPTION_SMP },
  { NULL, 0, NULL, 0 },
};

struct settings {
  struct guest_settings guest;
  const char *attach_format;
};

static void
read_options (struct options *o, struct settings *s, struct customize *c,
              int argc, char *argv[])
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  int opt;

  while ((opt = options_next (o, argc, argv)) != -1)
    switch (opt) {
    case OPTION_ATTACH:
      guest_settings_attach (&s->guest, optarg, s->attach_format);
      break;
    case OPTION_ATTACH_FORMAT:
      s->attach_format = strcmp (optarg, "auto") == 0 ? NULL : optarg;
      break;
    case OPTION_NETWORK: s->guest.network = true; break;
    case OPTION_NO_NETWORK: s->guest.network = false; break;
    case OPTION_SMP: s->guest.smp = options_number (o, "--smp", optarg); break;
    case 'm': s->guest.memsize = options_number (o, "-m", optarg); break;
    case 'n': s->guest.dry_run = true; break;
    default:
      if (customize_option (c, opt, optarg, &err) == -1)
        die (o, "%s", err.message);
    }
  if (optind < argc)
    die (o, "%s: this is no option; disks are given with -a", argv[optind]);
}

/* --machine-readable alone tells other programs what there is. */
static void
print_abilities (const struct options *o)
{
  puts ("virt-customize");
  exit (EXIT_SUCCESS);
}

int
main (int argc, char *argv[])
{
  struct customize *c = customize_new ();
  struct option *all = customize_long_options (own_long);
  char *text = customize_usage (usage);
  struct settings s = { .guest = { .network = true } };
  CLEANUP_ERROR struct error err = ERROR_INIT;
  struct options o = {
    .program = "virt-customize", .takes = TAKES_KEYS | TAKES_MESSAGES,
    .usage = text, .help_shared = true, .own_short = "m:n", .own_long = all,
  };
  int status = EXIT_SUCCESS;
  char **roots;
  size_t i;

  options_start (&o);
  read_options (&o, &s, c, argc, argv);
  options_check (&o);
  if (o.machine_readable && o.nr_drives == 0)
    print_abilities (&o);
  if (o.nr_drives == 0)
    die (&o, "give a disk image with -a, or a domain with -d");

  roots = guest_open (&o, &s.guest);
  interrupt_cancels (o.g);
  for (i = 0; roots[i] && status == EXIT_SUCCESS; ++i) {
    guest_mount (&o, roots[i], NULL);
    if (customize_run (c, &o, o.g, roots[i], 0, &err) == -1) {
      if (error_is_set (&err))
        fprintf (stderr, "%s: %s\n", o.program, err.message);
      status = EXIT_FAILURE;
    }
    if (guestfs_umount_all (o.g) == -1)
      status = EXIT_FAILURE;
  }
  interrupt_kills ();
  if (status == EXIT_SUCCESS)
    message (&o, "Finishing off");
  /* Writing errors show here at the latest. */
  if (guestfs_shutdown (o.g) == -1)
    status = EXIT_FAILURE;
  guest_settings_release (&s.guest);
  options_finish (&o);
  strings_free (roots);
  customize_free (c);
  free (all);
  free (text);
  return status;
}
