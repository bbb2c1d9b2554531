/* Event loops over epoll: see loop.h. */

#include <config.h>

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "cleanup.h"
#include "loop.h"

#define MAX_EVENTS 64

struct loop {
  int epoll_fd;
  struct loop_source wake; /* an eventfd: loop_stop from other threads */
  bool stop;
  bool has_thread;
  const char *name;
  void (*turn) (struct loop *loop, void *opaque); /* NULL: loop_run */
  void *opaque;
  pthread_t thread;
  /* What is being handled now: loop_remove strikes sources out. */
  struct epoll_event events[MAX_EVENTS];
  int nr_events, current;
};

static void
wake_ready (struct loop_source *source, uint32_t events)
{
  uint64_t n;

  (void) !read (source->fd, &n, sizeof n);
}

struct loop *
loop_new (struct error *err)
{
  struct loop *loop = calloc (1, sizeof *loop);

  if (!loop) {
    error_errno (err, "event loop");
    return NULL;
  }
  loop->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  loop->wake.fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  loop->wake.ready = wake_ready;
  if (loop->epoll_fd == -1 || loop->wake.fd == -1) {
    error_errno (err, "event loop");
    loop_free (loop);
    return NULL;
  }
  if (loop_add (loop, &loop->wake, EPOLLIN, err) == -1) {
    loop_free (loop);
    return NULL;
  }
  return loop;
}

void
loop_free (struct loop *loop)
{
  if (!loop)
    return;
  if (loop->epoll_fd >= 0)
    close (loop->epoll_fd);
  if (loop->wake.fd >= 0)
    close (loop->wake.fd);
  free (loop);
}

int
loop_add (struct loop *loop, struct loop_source *source, uint32_t events,
          struct error *err)
{
  struct epoll_event e = { .events = events, .data.ptr = source };
  int op = source->events ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

  if (source->events == events)
    return 0;
  if (epoll_ctl (loop->epoll_fd, op, source->fd, &e) == -1)
    return error_errno (err, "event loop: descriptor %d", source->fd);
  source->events = events;
  return 0;
}

void
loop_remove (struct loop *loop, struct loop_source *source)
{
  int i;

  if (!source->events)
    return;
  (void) epoll_ctl (loop->epoll_fd, EPOLL_CTL_DEL, source->fd, NULL);
  source->events = 0;
  for (i = loop->current + 1; i < loop->nr_events; ++i)
    if (loop->events[i].data.ptr == source)
      loop->events[i].data.ptr = NULL;
}

static void
handle_events (struct loop *loop)
{
  for (loop->current = 0; loop->current < loop->nr_events; loop->current++) {
    struct epoll_event *e = &loop->events[loop->current];
    struct loop_source *source = e->data.ptr;

    if (source)
      source->ready (source, e->events);
  }
  loop->nr_events = 0;
}

void
loop_turn (struct loop *loop, int timeout)
{
  int n = epoll_wait (loop->epoll_fd, loop->events, MAX_EVENTS, timeout);

  loop->nr_events = n > 0 ? n : 0;
  handle_events (loop);
}

void
loop_run (struct loop *loop)
{
  while (!__atomic_load_n (&loop->stop, __ATOMIC_ACQUIRE))
    loop_turn (loop, -1);
}

static void *
thread_main (void *opaque)
{
  struct loop *loop = opaque;

  (void) prctl (PR_SET_NAME, loop->name);
  if (!loop->turn)
    loop_run (loop);
  while (!__atomic_load_n (&loop->stop, __ATOMIC_ACQUIRE))
    loop->turn (loop, loop->opaque);
  return NULL;
}

int
loop_start (struct loop *loop, const char *thread_name, struct error *err)
{
  sigset_t all, old;
  int r;

  loop->name = thread_name;
  /* Signals are for the main thread. */
  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &old);
  r = pthread_create (&loop->thread, NULL, thread_main, loop);
  pthread_sigmask (SIG_SETMASK, &old, NULL);
  if (r != 0)
    return error_set (err, r, "cannot start the thread %s", thread_name);
  loop->has_thread = true;
  return 0;
}

int
loop_start_with (struct loop *loop, const char *thread_name,
                 void (*turn) (struct loop *loop, void *opaque),
                 void *opaque, struct error *err)
{
  loop->turn = turn;
  loop->opaque = opaque;
  return loop_start (loop, thread_name, err);
}

int
loop_descriptor (const struct loop *loop)
{
  return loop->epoll_fd;
}

void
loop_stop (struct loop *loop)
{
  uint64_t one = 1;

  if (!loop)
    return;
  __atomic_store_n (&loop->stop, true, __ATOMIC_RELEASE);
  (void) !write (loop->wake.fd, &one, sizeof one);
  if (loop->has_thread && !pthread_equal (loop->thread, pthread_self ())) {
    loop->has_thread = false;
    (void) pthread_join (loop->thread, NULL);
  }
}
