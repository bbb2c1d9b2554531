/* Several guests in one command: a child process for each, some at a time.
 *
 * What a child prints comes through pipes, is kept until it is the child's
 * turn, and is given on in the order of the guests.  Memory and descriptors do
 * not depend on the number of guests: when much is being kept, no further child
 * starts until that has been given on.  A child may exit at any point, as die
 * does, without harm to the others.
 */
#ifndef BATHYSCOPE_JOBS_H
#define BATHYSCOPE_JOBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Runs in the child, with stdout (and stderr, unless `live`) being kept; the
 * exit status. */
typedef int job_fn (size_t i, void *data);

/* Runs in the parent, in order: what the child printed, and how it ended (0:
 * well). */
struct job_result {
  int status;
  const char *output, *errors; /* NUL-terminated */
  size_t output_len;
};
typedef void job_done_fn (size_t i, const struct job_result *result,
                          void *data);

struct jobs_settings {
  size_t max; /* children at a time */
  bool live;  /* stderr is not kept */
  /* Long output goes to stdout while its child runs, once that is the first
   * one, and waits in the child until then; `done` gets the rest of it.  Without
   * this a child that prints over 1 GiB has failed. */
  bool stream;
};

/* The number of jobs that did not end well.  Prints a message and exits where
 * no child can be started. */
size_t jobs_run (size_t n, const struct jobs_settings *settings, job_fn *fn,
                 job_done_fn *done, void *data);

/* The argument of --jobs: 1 to 1000, or 0 when it is none of these. */
size_t jobs_parse (const char *text);

/* As many as there are processors for this process, or fewer where the memory
 * would not suffice for that many appliances; at least 1. */
size_t jobs_default (void);

/* Bytes of memory that this process and its children may use: what is
 * available, and at most the limits of control groups. */
uint64_t jobs_memory (void);

#endif
