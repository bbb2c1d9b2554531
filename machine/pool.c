/* Threads beside a loop: see pool.h. */

#include <config.h>

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "cleanup.h"
#include "loop.h"
#include "pool.h"

#define MAX_THREADS 16

/* Jobs in order. */
struct job_list {
  struct pool_job *first, **end;
};

struct pool {
  struct loop *loop;
  struct loop_source finished; /* an eventfd: there is something in `done` */
  unsigned nr_processors;

  pthread_mutex_t lock; /* over what follows */
  pthread_cond_t work_there, job_finished;
  struct job_list work, done;
  pthread_t threads[MAX_THREADS];
  unsigned nr_threads, nr_idle;
  unsigned nr_woken; /* of the idle ones, those who will look soon */
  bool end;
};

static void
list_add (struct job_list *l, struct pool_job *job)
{
  job->next = NULL;
  *l->end = job;
  l->end = &job->next;
}

static struct pool_job *
list_take (struct job_list *l)
{
  struct pool_job *job = l->first;

  if (job) {
    l->first = job->next;
    if (!l->first)
      l->end = &l->first;
  }
  return job;
}

/* Is the way free for a job?  Else it waits.  With the lock held. */
static bool
enter_lane (struct pool_job *job)
{
  struct pool_lane *lane = job->lane;

  if (!lane || !lane->busy) {
    if (lane)
      lane->busy = true;
    return true;
  }
  job->next = NULL;
  *(lane->first ? &lane->last->next : &lane->first) = job;
  lane->last = job;
  return false;
}

/* A job has been worked on: the next of its lane is ready, for a thread that
 * comes back for more.  With the lock held. */
static void
leave_lane (struct pool *p, struct pool_lane *lane)
{
  struct pool_job *next;

  if (!lane)
    return;
  next = lane->first;
  lane->busy = next != NULL;
  if (next) {
    lane->first = next->next;
    list_add (&p->work, next);
  }
}

/* Wait for a job; NULL at the end.  With the lock held. */
static struct pool_job *
next_job (struct pool *p)
{
  struct pool_job *job;

  while (!(job = list_take (&p->work)) && !p->end) {
    p->nr_idle++;
    pthread_cond_wait (&p->work_there, &p->lock);
    p->nr_idle--;
    if (p->nr_woken > 0)
      p->nr_woken--;
  }
  return job;
}

static void *
thread_main (void *opaque)
{
  struct pool *p = opaque;
  CLEANUP_UNLOCK (&p->lock);
  struct pool_job *job;
  uint64_t one = 1;

  (void) prctl (PR_SET_NAME, "disks");
  while ((job = next_job (p)) != NULL) {
    bool first;

    pthread_mutex_unlock (&p->lock);
    job->work (job);
    pthread_mutex_lock (&p->lock);
    leave_lane (p, job->lane);
    first = p->done.first == NULL;
    list_add (&p->done, job);
    pthread_cond_signal (&p->job_finished);
    if (first)
      (void) !write (p->finished.fd, &one, sizeof one);
  }
  return NULL;
}

/* With the lock held.  Without a thread, the first job waits for ever: the
 * caller sees to that. */
static bool
start_thread (struct pool *p)
{
  sigset_t all, old;
  int r;

  if (p->nr_threads == MAX_THREADS)
    return false;
  /* Signals are for the main thread. */
  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &old);
  r = pthread_create (&p->threads[p->nr_threads], NULL, thread_main, p);
  pthread_sigmask (SIG_SETMASK, &old, NULL);
  if (r == 0)
    p->nr_threads++;
  return r == 0;
}

/* See that somebody comes for a new job.  With the lock held. */
static void
call_thread (struct pool *p, enum pool_kind kind)
{
  unsigned busy = p->nr_threads - (p->nr_idle - p->nr_woken);

  if (kind == POOL_COMPUTES && busy >= p->nr_processors)
    return; /* one of them takes it next */
  if (p->nr_idle > p->nr_woken) {
    p->nr_woken++;
    pthread_cond_signal (&p->work_there);
  } else
    (void) start_thread (p);
}

/* On the loop's thread. */
static void
run_done (struct pool_job *job)
{
  while (job) {
    struct pool_job *next = job->next;

    job->done (job);
    job = next;
  }
}

static struct pool_job *
take_all_done (struct pool *p)
{
  struct pool_job *job = p->done.first;

  p->done.first = NULL;
  p->done.end = &p->done.first;
  return job;
}

void
pool_look (struct pool *p)
{
  struct pool_job *job;

  pthread_mutex_lock (&p->lock);
  job = take_all_done (p);
  pthread_mutex_unlock (&p->lock);
  run_done (job);
}

static void
finished_ready (struct loop_source *source, uint32_t events)
{
  uint64_t n;

  (void) !read (source->fd, &n, sizeof n);
  pool_look ((struct pool *)
             ((char *) source - offsetof (struct pool, finished)));
}

void
pool_submit (struct pool *p, struct pool_job *job, enum pool_kind kind)
{
  bool lonely;

  pthread_mutex_lock (&p->lock);
  if (!enter_lane (job)) {
    pthread_mutex_unlock (&p->lock);
    return;
  }
  list_add (&p->work, job);
  call_thread (p, kind);
  lonely = p->nr_threads == 0;
  if (lonely)
    (void) list_take (&p->work);
  pthread_mutex_unlock (&p->lock);
  if (lonely) {
    /* No thread can be had: then this one must do. */
    job->work (job);
    pthread_mutex_lock (&p->lock);
    leave_lane (p, job->lane);
    list_add (&p->done, job);
    pthread_mutex_unlock (&p->lock);
    (void) !write (p->finished.fd, &(uint64_t) { 1 }, sizeof (uint64_t));
  }
}

unsigned
pool_processors (const struct pool *p)
{
  return p->nr_processors;
}

void
pool_wait (struct pool *p)
{
  struct pool_job *job;

  pthread_mutex_lock (&p->lock);
  while (!p->done.first)
    pthread_cond_wait (&p->job_finished, &p->lock);
  job = take_all_done (p);
  pthread_mutex_unlock (&p->lock);
  run_done (job);
}

struct pool *
pool_new (struct loop *loop, struct error *err)
{
  struct pool *p = calloc (1, sizeof *p);
  cpu_set_t cpus;

  if (!p) {
    error_errno (err, "threads for disks");
    return NULL;
  }
  p->loop = loop;
  p->work.end = &p->work.first;
  p->done.end = &p->done.first;
  p->nr_processors = sched_getaffinity (0, sizeof cpus, &cpus) == 0
    ? CPU_COUNT (&cpus) : 1;
  pthread_mutex_init (&p->lock, NULL);
  pthread_cond_init (&p->work_there, NULL);
  pthread_cond_init (&p->job_finished, NULL);
  p->finished.ready = finished_ready;
  p->finished.fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (p->finished.fd == -1) {
    error_errno (err, "threads for disks");
    pool_free (p);
    return NULL;
  }
  if (loop_add (loop, &p->finished, EPOLLIN, err) == -1) {
    pool_free (p);
    return NULL;
  }
  return p;
}

void
pool_free (struct pool *p)
{
  if (!p)
    return;
  pthread_mutex_lock (&p->lock);
  p->end = true;
  pthread_cond_broadcast (&p->work_there);
  pthread_mutex_unlock (&p->lock);
  for (unsigned i = 0; i < p->nr_threads; ++i)
    (void) pthread_join (p->threads[i], NULL);
  run_done (take_all_done (p));
  loop_remove (p->loop, &p->finished);
  if (p->finished.fd >= 0)
    close (p->finished.fd);
  pthread_mutex_destroy (&p->lock);
  pthread_cond_destroy (&p->work_there);
  pthread_cond_destroy (&p->job_finished);
  free (p);
}
