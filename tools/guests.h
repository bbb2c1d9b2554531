/* One or many guests in one command.
 *
 * All images of -a are the disks of one guest, as they always were; with --jobs
 * each is a guest of its own.  Each domain of -d is a guest.  One guest is
 * looked at in this process, several by a child process each (jobs.h); one that
 * fails is reported, and the others go on.
 */
#ifndef BATHYSCOPE_GUESTS_H
#define BATHYSCOPE_GUESTS_H

#include "options.h"

struct guest {
  const char *name;            /* of its first image, or of the domain */
  struct drive_option *drives; /* owned; their strings are the options' */
  size_t nr_drives;
};

struct guests {
  struct options *o;
  bool each;    /* --jobs: every image is a guest */
  size_t nr_each; /* so many of the last images are, in any case */
  bool json;    /* --json */
  size_t jobs;
  int worst_is_good; /* statuses from 2 up to this tell something, no failure */
  struct guest *list; /* owned */
  size_t nr;
};

/* For the own_long of programs that take them. */
#define OPTION_JOBS 900
#define OPTION_JSON 901
#define GUESTS_LONG_OPTIONS                             \
  { "jobs", required_argument, NULL, OPTION_JOBS },     \
  { "json", no_argument, NULL, OPTION_JSON }
#define GUESTS_HELP                                                          \
  "      --jobs NUMBER      every image is a guest; look at so many at a time\n" \
  "      --json             print JSON, an object a line\n"

/* Deal with one of these options; false when it is another. */
bool guests_option (struct guests *g, int c);

/* The argument of -P: 0 for as many as there are processors. */
void guests_threads (struct guests *g, const char *arg);

/* Divide the drives of the options into guests; exits where there is none. */
void guests_list (struct guests *g);

/* For programs that make files named by guest_short_name: exits where two guests have
 * the same. */
void guests_check_names (const struct guests *g);

/* The options with the drives of guest number `i` alone. */
struct options guests_options (const struct guests *g, size_t i);

/* What is done with each guest: `o` has its drives alone, which are not added
 * to the handle yet, and `name` is how it is to be called.  The exit status. */
typedef int guest_fn (const struct options *o, const char *name, void *data);

/* The exit status: 1 when any guest failed, else the largest of theirs. */
int guests_run (struct guests *g, guest_fn *fn, void *data);

/* Messages of a child (jobs.h), each line with its guest's name in front where
 * that is not in it. */
void guests_print_errors (const char *name, const char *errors);

/* That guest number `i` has failed, after its messages: as JSON, where that is
 * wanted; else in words, where it had none itself. */
void guests_print_failure (const struct guests *g, size_t i,
                           const char *errors);

/* The guest's short name, as virt-df prints it: the image's file name, with a
 * "+" when there are more.  Heap memory. */
char *guest_short_name (const struct options *o);

void guests_release (struct guests *g);

#endif
