/* Many guests in one command: see guests.h. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "guests.h"
#include "jobs.h"
#include "json.h"
#include "prefix.h"

bool
guests_option (struct guests *g, int c)
{
  switch (c) {
  case OPTION_JOBS:
    g->jobs = jobs_parse (optarg);
    if (g->jobs == 0)
      die (g->o, "--jobs takes a number from 1 to 1000, not \"%s\"", optarg);
    g->each = true;
    return true;
  case OPTION_JSON:
    g->json = true;
    return true;
  }
  return false;
}

void
guests_threads (struct guests *g, const char *arg)
{
  g->jobs = strcmp (arg, "0") == 0 ? jobs_default () : jobs_parse (arg);
  if (g->jobs == 0)
    die (g->o, "-P takes a number of guests, not \"%s\"", arg);
}

static void
add_drive (struct guest *guest, const struct drive_option *drive)
{
  guest->drives = xrealloc (guest->drives, guest->nr_drives + 1,
                            sizeof *guest->drives);
  guest->drives[guest->nr_drives++] = *drive;
}

void
guests_list (struct guests *g)
{
  size_t i, first = SIZE_MAX; /* the guest that has the images */

  if (g->o->nr_drives == 0)
    die (g->o, "give a disk image with -a, or a domain with -d");
  for (i = 0; i < g->o->nr_drives; ++i) {
    const struct drive_option *drive = &g->o->drives[i];
    bool shared = !drive->is_domain && !g->each
      && i < g->o->nr_drives - g->nr_each;

    if (shared && first != SIZE_MAX) {
      add_drive (&g->list[first], drive);
      continue;
    }
    if (shared)
      first = g->nr;
    g->list = xrealloc (g->list, g->nr + 1, sizeof *g->list);
    g->list[g->nr] = (struct guest) { .name = drive->image };
    add_drive (&g->list[g->nr++], drive);
  }
  if (g->nr > 1 && g->o->keys_from_stdin)
    die (g->o, "the keys of several guests are given with --key");
}

struct short_name {
  char *name; /* owned */
  size_t guest;
};

static int
by_name (const void *a, const void *b)
{
  const struct short_name *x = a, *y = b;
  int r = strcmp (x->name, y->name);

  return r != 0 ? r : x->guest < y->guest ? -1 : 1;
}

void
guests_check_names (const struct guests *g)
{
  struct short_name *names = xrealloc (NULL, g->nr, sizeof *names);
  size_t i;

  for (i = 0; i < g->nr; ++i) {
    struct options o = guests_options (g, i);

    names[i] = (struct short_name) { guest_short_name (&o), i };
  }
  qsort (names, g->nr, sizeof *names, by_name);
  for (i = 1; i < g->nr; ++i)
    if (strcmp (names[i - 1].name, names[i].name) == 0)
      die (g->o, "%s, %s: what is copied out of both would have the same name",
           g->list[names[i - 1].guest].name, g->list[names[i].guest].name);
  for (i = 0; i < g->nr; ++i)
    free (names[i].name);
  free (names);
}

struct options
guests_options (const struct guests *g, size_t i)
{
  struct options o = *g->o;

  o.drives = g->list[i].drives;
  o.nr_drives = g->list[i].nr_drives;
  return o;
}

/* --- running ------------------------------------------------------------------ */

struct run {
  struct guests *g;
  guest_fn *fn;
  void *data;
  int status; /* of all until now */
};

static int
run_one (size_t i, void *data)
{
  const struct run *run = data;
  struct options o = guests_options (run->g, i);

  return run->fn (&o, run->g->list[i].name, run->data);
}

void
guests_print_errors (const char *name, const char *errors)
{
  while (*errors) {
    size_t len = strcspn (errors, "\n");

    if (memmem (errors, len, name, strlen (name)))
      fprintf (stderr, "%.*s\n", (int) len, errors);
    else if (len > 0)
      fprintf (stderr, "%s: %.*s\n", name, (int) len, errors);
    errors += len + (errors[len] == '\n');
  }
}

struct line {
  const char *text;
  size_t len;
};

/* The last line that names the program or calls itself an error says most; else
 * the last line. */
static struct line
best_line (const char *program, const char *errors)
{
  struct line best = { "it could not be read", 20 };
  bool named = false;

  while (*errors) {
    size_t len = strcspn (errors, "\n");
    bool names = has_prefix (errors, program)
                 || memmem (errors, len, "error: ", 7);

    if (len > 0 && (names || !named)) {
      best = (struct line) { errors, len };
      named = names;
    }
    errors += len + (errors[len] == '\n');
  }
  return best;
}

/* For programs that read the output: what became of the guest. */
static void
print_json_error (const char *program, const char *name, const char *errors)
{
  struct line line = best_line (program, errors);
  struct json j;

  json_begin (&j, stdout);
  json_text (&j, "image", name);
  json_text_len (&j, "error", line.text, line.len);
  json_end (&j);
}

void
guests_print_failure (const struct guests *g, size_t i, const char *errors)
{
  if (g->json)
    print_json_error (g->o->program, g->list[i].name, errors);
  else if (!*errors)
    fprintf (stderr, "%s: %s: it could not be read\n", g->o->program,
             g->list[i].name);
}

static void
one_done (size_t i, const struct job_result *result, void *data)
{
  struct run *run = data;
  const char *name = run->g->list[i].name;
  bool failed = result->status == 1 || result->status > run->g->worst_is_good;

  if (failed)
    run->status = EXIT_FAILURE;
  else if (run->status != EXIT_FAILURE && result->status > run->status)
    run->status = result->status;
  guests_print_errors (name, result->errors);
  fwrite (result->output, 1, result->output_len, stdout);
  if (failed)
    guests_print_failure (run->g, i, result->errors);
  fflush (stdout);
}

int
guests_run (struct guests *g, guest_fn *fn, void *data)
{
  struct run run = { .g = g, .fn = fn, .data = data };
  struct jobs_settings settings;

  if (g->nr == 1)
    return run_one (0, &run);
  if (g->jobs == 0)
    g->jobs = jobs_default ();
  settings = (struct jobs_settings) {
    .max = g->jobs, .live = g->o->verbose || g->o->trace, .stream = true,
  };
  (void) jobs_run (g->nr, &settings, run_one, one_done, &run);
  return run.status;
}

char *
guest_short_name (const struct options *o)
{
  const char *base = strrchr (o->drives[0].image, '/');
  char *name;

  base = base && !o->drives[0].is_domain ? base + 1 : o->drives[0].image;
  if (asprintf (&name, "%s%s", base, o->nr_drives > 1 ? "+" : "") == -1)
    die (o, "out of memory");
  return name;
}

void
guests_release (struct guests *g)
{
  size_t i;

  for (i = 0; i < g->nr; ++i)
    free (g->list[i].drives);
  free (g->list);
}
