/* Scope-bound release of resources.
 *
 * A variable marked CLEANUP_X is released when its scope ends; it must be
 * initialised where it is declared.  Ownership leaves the scope only through
 * TAKE_PTR or TAKE_FD, which also disarm the cleanup.
 */
#ifndef BATHYSCOPE_CLEANUP_H
#define BATHYSCOPE_CLEANUP_H

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CLEANUP(function) __attribute__ ((cleanup (function)))

static inline void
cleanup_free (void *ptr)
{
  free (*(void **) ptr);
}

static inline void
cleanup_close (int *fd)
{
  if (*fd >= 0)
    close (*fd);
}

static inline void
cleanup_fclose (FILE **fp)
{
  if (*fp)
    fclose (*fp);
}

static inline void
cleanup_closedir (DIR **dir)
{
  if (*dir)
    closedir (*dir);
}

static inline void
cleanup_unlock (pthread_mutex_t **lock)
{
  pthread_mutex_unlock (*lock);
}

#define CLEANUP_FREE CLEANUP (cleanup_free)
#define CLEANUP_CLOSE CLEANUP (cleanup_close)
#define CLEANUP_CLOSEDIR CLEANUP (cleanup_closedir)
#define CLEANUP_FCLOSE CLEANUP (cleanup_fclose)

#define CLEANUP_NAME2(a, b) a##b
#define CLEANUP_NAME(a, b) CLEANUP_NAME2 (a, b)

/* Hold a mutex until the end of the enclosing scope. */
#define CLEANUP_UNLOCK(mutex)                                           \
  CLEANUP (cleanup_unlock) __attribute__ ((unused))                     \
  pthread_mutex_t *CLEANUP_NAME (lock_, __LINE__)                       \
    = (pthread_mutex_lock (mutex), (mutex))

#define TAKE_PTR(ptr)                           \
  ({                                            \
    __typeof__ (ptr) taken_ = (ptr);            \
    (ptr) = NULL;                               \
    taken_;                                     \
  })

#define TAKE_FD(fd)                             \
  ({                                            \
    int taken_ = (fd);                          \
    (fd) = -1;                                  \
    taken_;                                     \
  })

#endif
