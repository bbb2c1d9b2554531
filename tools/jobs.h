/* Several guests in one command: a child process for each, some at a time.
 *
 * What a child prints is kept, and given on in the order of the guests.  A
 * child may exit at any point, as die does, without harm to the others.
 */
#ifndef BATHYSCOPE_JOBS_H
#define BATHYSCOPE_JOBS_H

#include <stdbool.h>
#include <stddef.h>

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

/* The number of jobs that did not end well.  Prints a message and exits where
 * no child can be started. */
size_t jobs_run (size_t n, size_t max, bool live, job_fn *fn,
                 job_done_fn *done, void *data);

/* The argument of --jobs: 1 to 1000, or 0 when it is none of these. */
size_t jobs_parse (const char *text);
/* As many as there are processors. */
size_t jobs_default (void);

#endif
