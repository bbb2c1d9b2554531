/* A thread that makes or unpacks a tar archive on this side, connected by a
 * pipe with a tar_in or tar_out call that the caller makes meanwhile.
 *
 * The thread has a working directory of its own, so names in archives stay
 * relative, and gets no signals.
 */
#ifndef BATHYSCOPE_ARCHIVE_THREAD_H
#define BATHYSCOPE_ARCHIVE_THREAD_H

#include <archive.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "handle.h"

struct archive_thread {
  guestfs_h *g;
  pthread_t thread;
  const char *dir;  /* its working directory */
  const char *name; /* for copy_in: what to pack, in dir */
  int (*run) (struct archive_thread *t);
  int fd;           /* its end of the pipe; it closes it */
  int other_fd;     /* the call's end */
  char filename[32]; /* that end, as the name of a file */
  struct error err; /* why it failed */
  atomic_bool failed; /* it has, and the call is being cancelled */
};

/* Start `run` with one end of a new pipe; `reads` says which.  g, dir, name and
 * run are filled in by the caller. */
int archive_thread_start (struct archive_thread *t, bool reads,
                          struct error *err);

/* In the thread, which has failed: end the call. */
void archive_thread_cancel (struct archive_thread *t);

/* Wait for its end, once the call is over.  `r` is the call's result, and
 * `call_err` its error.  The error of the one that failed first is told: it makes
 * the other fail as well. */
int archive_thread_join (struct archive_thread *t, int r,
                         struct error *call_err, struct error *err);

/* Set the error of libarchive.  Returns -1. */
int archive_thread_error (struct archive *a, const char *what,
                          struct error *err);

#endif
