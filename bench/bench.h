/* What the programs that measure have in common. */
#ifndef BATHYSCOPE_BENCH_H
#define BATHYSCOPE_BENCH_H

#include <stdlib.h>
#include <time.h>

/* Seconds, by a clock that only goes on. */
static inline double
now (void)
{
  struct timespec t;

  clock_gettime (CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

/* The error has been printed by the library. */
static inline void
check (int r)
{
  if (r == -1)
    exit (EXIT_FAILURE);
}

static inline void
check_ptr (const void *p)
{
  if (!p)
    exit (EXIT_FAILURE);
}

#endif
