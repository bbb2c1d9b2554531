/* What the programs that copy in and out have in common: see transfer.h. */

#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "guests.h"
#include "interrupt.h"
#include "options.h"
#include "progress.h"
#include "transfer.h"

struct copying {
  const struct transfer *t;
  size_t argc;
  char **argv;
  bool many; /* guests */
};

/* What is on its way when a signal comes fails in many ways: they do not matter. */
static void
tell_error (const struct options *o)
{
  if (interrupt_came ())
    fprintf (stderr, "%s: interrupted\n", o->program);
  else
    fprintf (stderr, "libguestfs: error: %s\n", guestfs_last_error (o->g));
}

/* --- one guest of several ---------------------------------------------------------- */

/* DIRECTORY/GUEST, which is made. */
static char *
directory_of_guest (const struct options *o, const char *directory)
{
  CLEANUP_FREE char *guest = guest_short_name (o);
  char *ret;

  if (asprintf (&ret, "%s/%s", directory, guest) == -1)
    die (o, "out of memory");
  if (mkdir (ret, 0777) == -1 && errno != EEXIST)
    die (o, "%s: %s", ret, strerror (errno));
  return ret;
}

/* "dir/x.tar" is "dir/GUEST-x.tar". */
static char *
file_of_guest (const struct options *o, const char *file)
{
  CLEANUP_FREE char *guest = guest_short_name (o);
  const char *base = strrchr (file, '/');
  char *ret;

  base = base ? base + 1 : file;
  if (asprintf (&ret, "%.*s%s-%s", (int) (base - file), file, guest, base) == -1)
    die (o, "out of memory");
  return ret;
}

static int
copy (const struct options *o, const struct copying *c)
{
  const char *complaint = NULL;
  int status = EXIT_SUCCESS;

  interrupt_cancels (o->g);
  guestfs_push_error_handler (o->g, NULL, NULL);
  if (c->t->run (o->g, c->argc, c->argv, &complaint) == -1) {
    status = EXIT_FAILURE;
    tell_error (o);
  }
  guestfs_pop_error_handler (o->g);
  interrupt_kills ();
  if (complaint) {
    fprintf (stderr, "%s: %s\n", o->program, complaint);
    status = EXIT_FAILURE;
  }
  /* Writing errors show here at the latest. */
  if (guestfs_shutdown (o->g) == -1)
    status = EXIT_FAILURE;
  return status;
}

/* As a job, where there are several. */
static int
copy_guest (const struct options *o, const char *name, void *data)
{
  struct copying c = *(const struct copying *) data;
  size_t local = c.t->many == EACH_A_DIRECTORY ? c.argc - 1 : 1;
  CLEANUP_FREE char *of_guest = NULL;
  char *given = c.argv[local];
  int status;

  options_open (o);
  if (!c.many)
    return copy (o, &c);
  of_guest = c.t->many == EACH_A_DIRECTORY ? directory_of_guest (o, given)
    : file_of_guest (o, given);
  c.argv[local] = of_guest;
  status = copy (o, &c);
  c.argv[local] = given;
  if (status != EXIT_SUCCESS && c.t->many == EACH_A_DIRECTORY)
    (void) rmdir (of_guest); /* where there is nothing in it */
  return status;
}

/* --- the program ------------------------------------------------------------------- */

static void
check (const struct options *o, const struct copying *c)
{
  const struct transfer *t = c->t;

  if (c->argc < t->min_args || (t->max_args && c->argc > t->max_args))
    die (o, "%s", t->wrong_args);
  if (o->readonly && !t->readonly)
    die (o, "--ro: this program changes the guest");
  if (c->many && t->many == NOT_MANY)
    die (o, "one guest is changed at a time");
  if (c->many && t->many == EACH_A_FILE && strcmp (c->argv[1], "-") == 0)
    die (o, "several archives cannot be written to standard output");
}

int
transfer_main (const struct transfer *t, int argc, char *argv[])
{
  static const struct option own_long[] = {
    { "no-sync", no_argument, NULL, 'n' },
    { NULL, 0, NULL, 0 },
  }, own_long_many[] = {
    { "jobs", required_argument, NULL, OPTION_JOBS },
    { "no-sync", no_argument, NULL, 'n' },
    { NULL, 0, NULL, 0 },
  };
  struct options o = {
    .program = t->program, .usage = t->usage, .help_shared = true,
    .takes = TAKES_MOUNT | TAKES_KEYS | TAKES_INSPECTOR | TAKES_RO_RW
             | TAKES_NETWORK,
    .own_short = "n", .own_long = t->many == NOT_MANY ? own_long
    : own_long_many,
    .readonly = t->readonly, .inspector = true,
  };
  struct guests guests = { .o = &o };
  struct copying copying = { .t = t };
  struct progress *progress = NULL;
  int c, status;

  options_start (&o);
  while ((c = options_next (&o, argc, argv)) != -1)
    if (c == 'n')
      guestfs_set_autosync (o.g, 0);
    else
      (void) guests_option (&guests, c);
  options_check (&o);
  guests_list (&guests);
  copying.argc = argc - optind;
  copying.argv = argv + optind;
  copying.many = guests.nr > 1;
  check (&o, &copying);
  if (copying.many)
    guests_check_names (&guests);
  else {
    progress = progress_new (o.program, true);
    progress_attach (progress, o.g);
  }
  status = guests_run (&guests, copy_guest, &copying);
  guests_release (&guests);
  options_finish (&o);
  progress_free (progress);
  return status;
}
