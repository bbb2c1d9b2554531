/* Archives on this side of a transfer: see archive-thread.h. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "archive-thread.h"

#define PIPE_SIZE (1024 * 1024)

void
archive_thread_cancel (struct archive_thread *t)
{
  atomic_store (&t->failed, true);
  guestfs_user_cancel (t->g);
}

static void *
thread_main (void *opaque)
{
  struct archive_thread *t = opaque;
  int r = 0;

  /* From now on chdir concerns this thread only. */
  if (unshare (CLONE_FS) == -1)
    r = error_errno (&t->err, "unshare");
  else if (chdir (t->dir) == -1)
    r = error_errno (&t->err, "%s", t->dir);
  if (r == 0)
    r = t->run (t);
  if (r == -1)
    archive_thread_cancel (t);
  close (t->fd);
  return NULL;
}

static int
start_thread (struct archive_thread *t, struct error *err)
{
  sigset_t all, old;
  int r;

  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &old);
  r = pthread_create (&t->thread, NULL, thread_main, t);
  pthread_sigmask (SIG_SETMASK, &old, NULL);
  if (r != 0) {
    errno = r;
    return error_errno (err, "pthread_create");
  }
  return 0;
}

int
archive_thread_start (struct archive_thread *t, bool reads, struct error *err)
{
  int fds[2];

  if (pipe2 (fds, O_CLOEXEC) == -1)
    return error_errno (err, "pipe");
  (void) fcntl (fds[0], F_SETPIPE_SZ, PIPE_SIZE);
  t->fd = fds[reads ? 0 : 1];
  t->other_fd = fds[reads ? 1 : 0];
  t->err = (struct error) ERROR_INIT;
  atomic_store (&t->failed, false);
  snprintf (t->filename, sizeof t->filename, "/dev/fd/%d", t->other_fd);
  if (start_thread (t, err) == -1) {
    close (fds[0]);
    close (fds[1]);
    return -1;
  }
  return 0;
}

int
archive_thread_join (struct archive_thread *t, int r, struct error *call_err,
                     struct error *err)
{
  /* What the thread meets once its pipe is closed is not why the call failed. */
  const bool call_first = r == -1 && !atomic_load (&t->failed);

  close (t->other_fd);
  pthread_join (t->thread, NULL);
  if (call_first)
    error_clear (&t->err);
  if (error_is_set (&t->err)) {
    error_move (err, &t->err);
    error_clear (call_err);
    return -1;
  }
  error_move (err, call_err);
  return r;
}

int
archive_thread_error (struct archive *a, const char *what, struct error *err)
{
  const char *text = archive_error_string (a);
  int errnum = archive_errno (a);
  /* "Write failed" does not say that the disk is full. */
  const char *reason = errnum > 0 ? strerror (errnum) : NULL;

  if (text && reason && !strstr (text, reason))
    return error_set (err, errnum, "%s: %s: %s", what, text, reason);
  return error_set (err, errnum > 0 ? errnum : EIO, "%s: %s", what,
                    text ? text : "archive error");
}
