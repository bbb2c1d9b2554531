/* virt-tail: follow files of guests as they grow.
 *
 * The guest may be running: what is in its files changes below an appliance
 * that has them mounted.  So every look is a fresh appliance, which starts in a
 * few hundredths of a second.  Of several guests each look is a child process
 * (jobs.h); what it has seen stays in memory that is shared with it.
 */

#include <config.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cleanup.h"
#include "guests.h"
#include "jobs.h"
#include "json.h"
#include "options.h"
#include "strlist.h"

#define FIRST_LINES 10
#define SMALL 10000 /* bytes: all of such a file comes first */
#define PIECE (1024 * 1024)

static const char usage[] =
  "Follow files of virtual machines as they grow, until Ctrl-C.\n"
  "\n"
  "  virt-tail [options] -a disk.img [-a disk.img ...] FILE [FILE ...]\n"
  "  virt-tail [options] -d domain FILE [FILE ...]\n"
  "\n"
  "  -f, --follow           accepted, as by tail; it always follows\n"
  GUESTS_HELP;

/* A file of a guest, as it was when it was looked at last. */
struct followed {
  bool found;
  int64_t size; /* so much has been printed */
  int64_t mtime, mtime_nsec;
};

#define NO_FILE SIZE_MAX

/* What a look at a guest leaves behind, shared with the child that looks. */
struct seen {
  bool found;          /* one of its files has been there */
  bool over;           /* none is any more, or the guest failed */
  size_t first, last;  /* files whose lines this look printed first and last */
};

struct tail {
  struct guests guests;
  char **paths;
  size_t nr_paths;
  struct seen *seen;       /* of each guest */
  struct followed *files;  /* nr_paths of each guest */
  size_t last;             /* file of which lines were printed last, or NO_FILE */
  bool failed;
};

/* One look at one guest. */
struct look {
  const struct tail *t;
  guestfs_h *g;
  const char *image;
  struct seen *seen;
  struct followed *files;
};

static volatile sig_atomic_t interrupted;

static void
interrupt (int sig)
{
  interrupted = 1;
}

/* --- what is printed ---------------------------------------------------------------- */

/* Before the lines of another file than before. */
static void
print_header (const struct tail *t, size_t guest, size_t file)
{
  printf ("\n\n--- %s%s%s ---\n\n",
          t->guests.nr > 1 ? t->guests.list[guest].name : "",
          t->guests.nr > 1 ? ": " : "", t->paths[file]);
}

/* The first one of a look is printed by the parent, who knows what came before. */
static void
begin_file (struct look *l, size_t file)
{
  if (l->t->guests.json)
    return;
  if (l->seen->first == NO_FILE)
    l->seen->first = file;
  else if (l->seen->last != file)
    print_header (l->t, l->seen - l->t->seen, file);
  l->seen->last = file;
}

static void
print_object (const struct look *l, size_t file, const char *line, size_t len)
{
  struct json j;

  json_begin (&j, stdout);
  json_text (&j, "image", l->image);
  json_text (&j, "path", l->t->paths[file]);
  if (line)
    json_text_len (&j, "line", line, len);
  else
    json_bool (&j, "shorter", true);
  json_end (&j);
}

static int
print_last_lines (struct look *l, size_t file)
{
  CLEANUP_STRINGS char **lines = guestfs_tail_n (l->g, FIRST_LINES,
                                                 l->t->paths[file]);
  size_t i;

  if (!lines)
    return -1;
  begin_file (l, file);
  for (i = 0; lines[i]; ++i)
    if (l->t->guests.json)
      print_object (l, file, lines[i], strlen (lines[i]));
    else
      puts (lines[i]);
  return 0;
}

/* Complete lines only; how many bytes these are. */
static size_t
print_objects (const struct look *l, size_t file, const char *data, size_t len,
               bool full)
{
  size_t done = 0;

  while (done < len) {
    const char *newline = memchr (data + done, '\n', len - done);
    size_t end = newline ? (size_t) (newline - data) : len;

    /* A line that is as long as what is read at once is cut. */
    if (!newline && !(full && done == 0))
      break;
    print_object (l, file, data + done, end - done);
    done = end + (newline != NULL);
  }
  return done;
}

static void
print_shorter (struct look *l, size_t file)
{
  if (l->t->guests.json)
    print_object (l, file, NULL, 0);
  else
    printf ("[%s has become shorter]\n", l->t->paths[file]);
}

/* What has been added since. */
static int
print_addition (struct look *l, size_t file, int64_t size)
{
  struct followed *f = &l->files[file];
  const bool json = l->t->guests.json;

  begin_file (l, file);
  if (size < f->size) {
    print_shorter (l, file);
    f->size = 0;
  }
  while (f->size < size) {
    int64_t want = size - f->size < PIECE ? size - f->size : PIECE;
    size_t n, done;
    CLEANUP_FREE char *data = guestfs_pread (l->g, l->t->paths[file], want,
                                             f->size, &n);

    if (!data)
      return -1;
    done = json ? print_objects (l, file, data, n, n == PIECE)
      : fwrite (data, 1, n, stdout);
    if (done == 0)
      break;
    f->size += done;
  }
  return 0;
}

/* --- looking ------------------------------------------------------------------------- */

static struct guestfs_statns *
stat_file (struct look *l, const char *path)
{
  struct guestfs_statns *s;

  guestfs_push_error_handler (l->g, NULL, NULL);
  s = guestfs_lstatns (l->g, path);
  if (s && (s->st_mode & 0170000) == 0120000) {
    guestfs_free_statns (s);
    s = guestfs_statns (l->g, path);
  }
  guestfs_pop_error_handler (l->g);
  return s;
}

static int
look_at_file (struct look *l, size_t file)
{
  struct followed *f = &l->files[file];
  struct guestfs_statns *s = stat_file (l, l->t->paths[file]);
  int r = 0;

  if (!s) {
    if (f->found || !l->seen->found)
      fprintf (stderr, "virt-tail: %s\n", guestfs_last_error (l->g));
    f->found = false;
    return 0;
  }
  if (!f->found && s->st_size <= SMALL) {
    f->size = 0;
    r = print_addition (l, file, s->st_size);
  }
  else if (!f->found) {
    r = print_last_lines (l, file);
    f->size = s->st_size;
  }
  else if (s->st_size != f->size || s->st_mtime_sec != f->mtime
           || s->st_mtime_nsec != f->mtime_nsec)
    r = print_addition (l, file, s->st_size);
  f->found = true;
  f->mtime = s->st_mtime_sec;
  f->mtime_nsec = s->st_mtime_nsec;
  guestfs_free_statns (s);
  return r;
}

/* One fresh look at all files of guest number `i`: an exit status. */
static int
look_at_guest (const struct tail *t, size_t i)
{
  struct options o = guests_options (&t->guests, i);
  struct look l = { .t = t, .image = t->guests.list[i].name,
                    .seen = &t->seen[i], .files = &t->files[i * t->nr_paths] };
  int status = EXIT_SUCCESS;
  size_t file, found = 0;

  l.seen->first = l.seen->last = NO_FILE;
  l.g = o.g = options_new_handle (t->guests.o);
  options_open (&o);
  for (file = 0; file < t->nr_paths; ++file) {
    if (look_at_file (&l, file) == -1)
      status = EXIT_FAILURE;
    found += l.files[file].found;
  }
  if (found == 0 && !l.seen->found)
    status = EXIT_FAILURE;
  l.seen->found |= found > 0;
  l.seen->over = found == 0;
  guestfs_close (o.g);
  return status;
}

/* --- all guests ------------------------------------------------------------------------ */

struct round {
  struct tail *t;
  size_t *guests; /* their numbers: those that are not over */
  size_t n;
};

static int
look_in_child (size_t i, void *data)
{
  const struct round *r = data;

  return look_at_guest (r->t, r->guests[i]);
}

static void
print_look (struct tail *t, size_t guest, const char *output, size_t len)
{
  const struct seen *s = &t->seen[guest];

  if (len == 0)
    return;
  if (s->first != NO_FILE && t->last != guest * t->nr_paths + s->first)
    print_header (t, guest, s->first);
  fwrite (output, 1, len, stdout);
  fflush (stdout);
  if (s->last != NO_FILE)
    t->last = guest * t->nr_paths + s->last;
}

static void
look_done (size_t i, const struct job_result *result, void *data)
{
  struct round *r = data;
  struct tail *t = r->t;
  const size_t guest = r->guests[i];

  print_look (t, guest, result->output, result->output_len);
  if (interrupted)
    return;
  guests_print_errors (t->guests.list[guest].name, result->errors);
  if (result->status == EXIT_SUCCESS)
    return;
  if (t->guests.nr > 1)
    guests_print_failure (&t->guests, guest, result->errors);
  t->seen[guest].over = t->failed = true;
}

/* Look at each guest that is not over; false when there is none. */
static bool
look_at_all (struct tail *t)
{
  const struct jobs_settings settings = {
    .max = t->guests.jobs ? t->guests.jobs : jobs_default (),
    .live = t->guests.nr == 1 || t->guests.o->verbose || t->guests.o->trace,
  };
  CLEANUP_FREE size_t *guests = xmalloc (t->guests.nr * sizeof *guests);
  struct round r = { .t = t, .guests = guests };
  size_t i;

  for (i = 0; i < t->guests.nr; ++i)
    if (!t->seen[i].over)
      guests[r.n++] = i;
  if (r.n > 0)
    (void) jobs_run (r.n, &settings, look_in_child, look_done, &r);
  return r.n > 0;
}

static void
follow (struct tail *t)
{
  struct sigaction action = { .sa_handler = interrupt };

  sigaction (SIGINT, &action, NULL);
  sigaction (SIGTERM, &action, NULL);
  while (!interrupted && look_at_all (t) && !interrupted)
    sleep (1);
}

/* Memory that the children write to as well. */
static void
share (struct tail *t)
{
  const size_t size = t->guests.nr * (sizeof *t->seen
                                      + t->nr_paths * sizeof *t->files);
  char *memory = mmap (NULL, size, PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

  if (memory == MAP_FAILED)
    die (t->guests.o, "out of memory");
  t->files = (struct followed *) memory;
  t->seen = (struct seen *) (memory + t->guests.nr * t->nr_paths
                                        * sizeof *t->files);
}

int
main (int argc, char *argv[])
{
  static const struct option own_long[] = {
    { "follow", no_argument, NULL, 'f' },
    GUESTS_LONG_OPTIONS,
    { NULL, 0, NULL, 0 },
  };
  struct options o = {
    .program = "virt-tail", .takes = TAKES_MOUNT | TAKES_KEYS, .usage = usage,
    .help_shared = true, .own_short = "f", .own_long = own_long,
    .readonly = true, .inspector = true,
  };
  struct tail t = { .guests.o = &o, .last = NO_FILE };
  int c;

  options_start (&o);
  while ((c = options_next (&o, argc, argv)) != -1)
    (void) guests_option (&t.guests, c);
  options_check (&o);
  guests_list (&t.guests);
  if (optind >= argc)
    die (&o, "give the name of at least one file");
  if (o.keys_from_stdin)
    die (&o, "the keys are needed again and again: give them with --key");

  t.paths = &argv[optind];
  t.nr_paths = argc - optind;
  share (&t);
  follow (&t);
  guests_release (&t.guests);
  options_finish (&o);
  return t.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
