/* virt-tail: follow files of a guest as they grow.
 *
 * The guest may be running: what is in its files changes below an appliance
 * that has them mounted.  So every look is a fresh appliance, which starts in a
 * few hundredths of a second.
 */

#include <config.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "options.h"
#include "strlist.h"

#define FIRST_LINES 10
#define PIECE (1024 * 1024)

static const char usage[] =
  "Follow files of a virtual machine as they grow, until Ctrl-C.\n"
  "\n"
  "  virt-tail [options] -a disk.img [-a disk.img ...] FILE [FILE ...]\n"
  "  virt-tail [options] -d domain FILE [FILE ...]\n"
  "\n"
  "  -f, --follow           accepted, as by tail; it always follows\n";

struct followed {
  const char *path;
  bool found;
  int64_t size, mtime, mtime_nsec; /* when it was looked at last */
};

struct tail {
  struct options *o;
  struct followed *files;
  size_t nr_files, nr_found;
  const struct followed *last; /* whose lines were printed last */
  bool failed;
};

static volatile sig_atomic_t interrupted;

static void
interrupt (int sig)
{
  interrupted = 1;
}

static void
print_header (struct tail *t, const struct followed *f)
{
  if (t->last != f)
    printf ("\n\n--- %s ---\n\n", f->path);
  t->last = f;
}

static int
print_last_lines (struct tail *t, guestfs_h *g, const struct followed *f)
{
  CLEANUP_STRINGS char **lines = guestfs_tail_n (g, FIRST_LINES, f->path);
  size_t i;

  if (!lines)
    return -1;
  print_header (t, f);
  for (i = 0; lines[i]; ++i)
    puts (lines[i]);
  return 0;
}

/* What has been added since. */
static int
print_addition (struct tail *t, guestfs_h *g, const struct followed *f,
                int64_t size)
{
  int64_t offset = f->size;

  print_header (t, f);
  if (size < offset) {
    printf ("[%s has become shorter]\n", f->path);
    offset = 0;
  }
  while (offset < size) {
    int64_t want = size - offset < PIECE ? size - offset : PIECE;
    size_t n;
    CLEANUP_FREE char *data = guestfs_pread (g, f->path, want, offset, &n);

    if (!data)
      return -1;
    if (n == 0)
      break;
    fwrite (data, 1, n, stdout);
    offset += n;
  }
  return 0;
}

static int
look_at_file (struct tail *t, guestfs_h *g, struct followed *f)
{
  struct guestfs_statns *s;
  int r = 0;

  guestfs_push_error_handler (g, NULL, NULL);
  s = guestfs_lstatns (g, f->path);
  if (s && (s->st_mode & 0170000) == 0120000) {
    guestfs_free_statns (s);
    s = guestfs_statns (g, f->path);
  }
  guestfs_pop_error_handler (g);
  if (!s) {
    if (f->found || t->nr_found == 0)
      fprintf (stderr, "%s: %s\n", t->o->program, guestfs_last_error (g));
    f->found = false;
    return 0;
  }
  if (!f->found)
    r = print_last_lines (t, g, f);
  else if (s->st_size != f->size || s->st_mtime_sec != f->mtime
           || s->st_mtime_nsec != f->mtime_nsec)
    r = print_addition (t, g, f, s->st_size);
  f->found = true;
  f->size = s->st_size;
  f->mtime = s->st_mtime_sec;
  f->mtime_nsec = s->st_mtime_nsec;
  guestfs_free_statns (s);
  fflush (stdout);
  return r;
}

/* One fresh look at all files; how many of them are there. */
static size_t
look (struct tail *t)
{
  struct options o = *t->o;
  size_t i, found = 0;

  o.g = options_new_handle (t->o);
  options_open (&o);
  for (i = 0; i < t->nr_files; ++i) {
    if (look_at_file (t, o.g, &t->files[i]) == -1)
      t->failed = true;
    found += t->files[i].found;
  }
  t->nr_found += found;
  guestfs_close (o.g);
  return found;
}

static void
follow (struct tail *t)
{
  struct sigaction action = { .sa_handler = interrupt };

  sigaction (SIGINT, &action, NULL);
  sigaction (SIGTERM, &action, NULL);
  while (look (t) > 0 && !t->failed && !interrupted)
    sleep (1);
  if (t->nr_found == 0)
    t->failed = true;
}

int
main (int argc, char *argv[])
{
  static const struct option own_long[] = {
    { "follow", no_argument, NULL, 'f' },
    { NULL, 0, NULL, 0 },
  };
  struct options o = {
    .program = "virt-tail", .takes = TAKES_MOUNT | TAKES_KEYS, .usage = usage,
    .help_shared = true, .own_short = "f", .own_long = own_long,
    .readonly = true, .inspector = true,
  };
  struct tail t = { .o = &o };
  size_t i;

  options_start (&o);
  while (options_next (&o, argc, argv) != -1)
    ;
  options_check (&o);
  if (o.nr_drives == 0)
    die (&o, "give a disk image with -a, or a domain with -d");
  if (optind >= argc)
    die (&o, "give the name of at least one file");
  if (o.keys_from_stdin)
    die (&o, "the keys are needed again and again: give them with --key");

  t.nr_files = argc - optind;
  t.files = xrealloc (NULL, t.nr_files, sizeof *t.files);
  for (i = 0; i < t.nr_files; ++i)
    t.files[i] = (struct followed) { .path = argv[optind + i] };
  follow (&t);
  free (t.files);
  options_finish (&o);
  return t.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
