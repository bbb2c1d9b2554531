/* What the programs that copy in and out have in common: see transfer.h. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>

#include "interrupt.h"
#include "options.h"
#include "progress.h"
#include "transfer.h"

/* What is on its way when a signal comes fails in many ways: they do not matter. */
static void
tell_error (const struct options *o)
{
  if (interrupt_came ())
    fprintf (stderr, "%s: interrupted\n", o->program);
  else
    fprintf (stderr, "libguestfs: error: %s\n", guestfs_last_error (o->g));
}

int
transfer_main (const struct transfer *t, int argc, char *argv[])
{
  static const struct option own_long[] = {
    { "no-sync", no_argument, NULL, 'n' },
    { NULL, 0, NULL, 0 },
  };
  struct options o = {
    .program = t->program, .usage = t->usage, .help_shared = true,
    .takes = TAKES_MOUNT | TAKES_KEYS | TAKES_INSPECTOR | TAKES_RO_RW
             | TAKES_NETWORK,
    .own_short = "n", .own_long = own_long,
    .readonly = t->readonly, .inspector = true,
  };
  struct progress *progress;
  const char *complaint = NULL;
  size_t nr_args;
  int c, status = EXIT_SUCCESS;

  options_start (&o);
  while ((c = options_next (&o, argc, argv)) != -1)
    if (c == 'n')
      guestfs_set_autosync (o.g, 0);
  options_check (&o);
  if (o.nr_drives == 0)
    die (&o, "give a disk image with -a, or a domain with -d");
  nr_args = argc - optind;
  if (nr_args < t->min_args || (t->max_args && nr_args > t->max_args))
    die (&o, "%s", t->wrong_args);
  if (o.readonly && !t->readonly)
    die (&o, "--ro: this program changes the guest");

  progress = progress_new (o.program, true);
  progress_attach (progress, o.g);
  options_open (&o);
  interrupt_cancels (o.g);
  guestfs_push_error_handler (o.g, NULL, NULL);
  if (t->run (o.g, nr_args, argv + optind, &complaint) == -1) {
    status = EXIT_FAILURE;
    tell_error (&o);
  }
  guestfs_pop_error_handler (o.g);
  interrupt_kills ();
  if (complaint) {
    fprintf (stderr, "%s: %s\n", o.program, complaint);
    status = EXIT_FAILURE;
  }
  /* Writing errors show here at the latest. */
  if (guestfs_shutdown (o.g) == -1)
    status = EXIT_FAILURE;
  options_finish (&o);
  progress_free (progress);
  return status;
}
