/* Read ahead for mount_local: see fuse-readahead.h. */

#include <config.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "fuse-readahead.h"
#include "handle.h"
#include "impl.h"

#define WINDOW_MIN (512 * 1024)
#define WINDOW_MAX (4 * 1024 * 1024)

static void
chunk_clear (struct chunk *c)
{
  free (c->data);
  *c = (struct chunk) { .data = NULL };
}

static bool
chunk_has (const struct chunk *c, int64_t offset)
{
  return c->data && offset >= c->offset
         && offset - c->offset < (int64_t) c->size;
}

/* One call to the daemon. */
static int
fetch (guestfs_h *g, const char *path, int64_t offset, size_t count,
       struct chunk *ret, struct error *err)
{
  size_t size;
  char *data;
  CLEANUP_UNLOCK_HANDLE (g);

  if (g->state != STATE_READY)
    return error_set (err, EIO, "the appliance does not run any more");
  data = impl_pread (g, path, count, offset, &size, err);
  if (!data)
    return -1;
  /* The daemon is not trusted. */
  if (size > count) {
    free (data);
    return error_set (err, EBADMSG, "%s: more bytes than asked for", path);
  }
  *ret = (struct chunk) {
    .data = data, .size = size, .offset = offset, .at_end = size < count,
  };
  return 0;
}

/* --- the thread ------------------------------------------------------------- */

static void
do_job (struct readahead *r)
{
  CLEANUP_ERROR struct error ignored = ERROR_INIT;
  struct chunk c = { .data = NULL };
  unsigned generation = r->job->generation;

  pthread_mutex_unlock (&r->lock);
  /* On error the file is read again when someone wants it. */
  (void) fetch (r->g, r->path, r->offset, r->count, &c, &ignored);
  pthread_mutex_lock (&r->lock);
  if (r->job->generation == generation) {
    chunk_clear (&r->job->ahead);
    r->job->ahead = c;
  }
  else
    chunk_clear (&c);
  free (r->path);
  r->path = NULL;
  r->job = NULL;
  pthread_cond_broadcast (&r->changed);
}

static void *
thread_main (void *opaque)
{
  struct readahead *r = opaque;
  CLEANUP_UNLOCK (&r->lock);

  while (!r->stop)
    if (r->job)
      do_job (r);
    else
      pthread_cond_wait (&r->changed, &r->lock);
  return NULL;
}

static void
start_thread (struct readahead *r)
{
  sigset_t all, old;

  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &old);
  r->started = pthread_create (&r->thread, NULL, thread_main, r) == 0;
  pthread_sigmask (SIG_SETMASK, &old, NULL);
}

/* --- files ------------------------------------------------------------------ */

void
readahead_init (struct readahead *r, guestfs_h *g)
{
  *r = (struct readahead) { .g = g };
  pthread_mutex_init (&r->lock, NULL);
  pthread_cond_init (&r->changed, NULL);
}

struct open_file *
readahead_open (struct readahead *r, int64_t dev, int64_t ino)
{
  struct open_file *f = calloc (1, sizeof *f);
  CLEANUP_UNLOCK (&r->lock);

  if (!f)
    return NULL;
  f->dev = dev;
  f->ino = ino;
  f->window = WINDOW_MIN;
  f->next = r->files;
  r->files = f;
  return f;
}

static void
wait_for_job (struct readahead *r, const struct open_file *f)
{
  while (r->job == f)
    pthread_cond_wait (&r->changed, &r->lock);
}

void
readahead_close (struct readahead *r, struct open_file *f)
{
  struct open_file **p;
  CLEANUP_UNLOCK (&r->lock);

  wait_for_job (r, f);
  for (p = &r->files; *p != f; p = &(*p)->next)
    ;
  *p = f->next;
  chunk_clear (&f->current);
  chunk_clear (&f->ahead);
  free (f);
}

void
readahead_forget (struct readahead *r, int64_t dev, int64_t ino)
{
  struct open_file *f;
  CLEANUP_UNLOCK (&r->lock);

  for (f = r->files; f; f = f->next)
    if (ino == -1 || (f->ino == ino && f->dev == dev)) {
      chunk_clear (&f->current);
      chunk_clear (&f->ahead);
      ++f->generation;
    }
}

void
readahead_release (struct readahead *r)
{
  pthread_mutex_lock (&r->lock);
  r->stop = true;
  pthread_cond_broadcast (&r->changed);
  pthread_mutex_unlock (&r->lock);
  if (r->started)
    pthread_join (r->thread, NULL);
  r->started = false;
  while (r->files)
    readahead_close (r, r->files);
  free (r->path);
  pthread_cond_destroy (&r->changed);
  pthread_mutex_destroy (&r->lock);
}

/* --- reading ---------------------------------------------------------------- */

/* Have the piece after the present one fetched, if there is one to come and the
 * thread has nothing else to do. */
static void
plan (struct readahead *r, struct open_file *f, const char *path)
{
  if (f->current.at_end || f->ahead.data || r->job || r->stop)
    return;
  if (!r->started)
    start_thread (r);
  if (!r->started)
    return;
  r->path = strdup (path);
  if (!r->path)
    return;
  r->job = f;
  r->offset = f->current.offset + f->current.size;
  r->count = f->window;
  if (f->window < WINDOW_MAX)
    f->window *= 2;
  pthread_cond_broadcast (&r->changed);
}

/* Make current the piece with this offset; r->lock is held, but for the
 * call. */
static int
get_piece (struct readahead *r, struct open_file *f, const char *path,
           int64_t offset, size_t size, bool sequential, struct error *err)
{
  struct chunk c;
  size_t count;
  int ret;

  if (chunk_has (&f->current, offset))
    return 0;
  if (sequential)
    wait_for_job (r, f);
  if (chunk_has (&f->ahead, offset)) {
    chunk_clear (&f->current);
    f->current = f->ahead;
    f->ahead = (struct chunk) { .data = NULL };
    return 0;
  }
  if (!sequential)
    f->window = WINDOW_MIN;
  count = sequential && f->window > size ? f->window : size;
  pthread_mutex_unlock (&r->lock);
  ret = fetch (r->g, path, offset, count, &c, err);
  pthread_mutex_lock (&r->lock);
  if (ret == -1)
    return -1;
  chunk_clear (&f->current);
  chunk_clear (&f->ahead);
  f->current = c;
  return 0;
}

int64_t
readahead_read (struct readahead *r, struct open_file *f, const char *path,
                char *buf, size_t size, int64_t offset, struct error *err)
{
  size_t done = 0;
  bool sequential;
  CLEANUP_UNLOCK (&r->lock);

  sequential = offset == f->expected && offset > 0;
  while (done < size) {
    const struct chunk *c = &f->current;
    size_t skip, n;

    if (done > 0 && c->at_end && !chunk_has (c, offset + done))
      break;
    if (get_piece (r, f, path, offset + done, size - done, sequential,
                   err) == -1)
      return -1;
    if (!chunk_has (c, offset + done))
      break; /* the end of the file */
    skip = offset + done - c->offset;
    n = c->size - skip < size - done ? c->size - skip : size - done;
    memcpy (buf + done, c->data + skip, n);
    done += n;
  }
  f->expected = offset + done;
  if (sequential)
    plan (r, f, path);
  return done;
}
