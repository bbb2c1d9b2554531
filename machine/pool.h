/* A few threads for what a loop must not wait for: reading what is not in
 * memory, flushing, and large copies that can run beside each other.
 *
 * All but `work` belongs to the loop's thread: it submits jobs, and on it the
 * `done` of each job runs, in the order in which they finish.  So what a job's
 * owner keeps needs no locks.  Threads are started when there is work for
 * them.
 */
#ifndef BATHYSCOPE_POOL_H
#define BATHYSCOPE_POOL_H

#include <stdbool.h>

#include "error.h"

struct loop;
struct pool;

/* Jobs of one lane are done one after the other, while the loop goes on: for what
 * would only wait for each other.  All zeroes at first, and the pool's then. */
struct pool_lane {
  struct pool_job *first, *last; /* those that wait for the one before */
  bool busy;
};

struct pool_job {
  void (*work) (struct pool_job *job); /* on any thread of the pool */
  void (*done) (struct pool_job *job); /* on the loop's; it may free the job */
  struct pool_lane *lane; /* or NULL */
  struct pool_job *next;
};

enum pool_kind {
  POOL_WAITS,    /* for a disk: gets a thread at once, as far as there are any */
  POOL_COMPUTES, /* more of these than processors are no use */
};

struct pool *pool_new (struct loop *loop, struct error *err);

/* Ends the threads when all jobs are done, `done` included.  The loop has
 * ended, or this is its thread.  NULL is allowed. */
void pool_free (struct pool *pool);

void pool_submit (struct pool *pool, struct pool_job *job,
                  enum pool_kind kind);

/* How many processors its threads can have. */
unsigned pool_processors (const struct pool *pool);

/* Run what is to be done now: for a loop that is long in one callback. */
void pool_look (struct pool *pool);

/* Wait until a job has finished, whose it may be, and run what is to be done.
 * There must be one. */
void pool_wait (struct pool *pool);

#endif
