/* What every unit test uses. */
#ifndef BATHYSCOPE_TEST_H
#define BATHYSCOPE_TEST_H

#include <stdio.h>
#include <stdlib.h>

/* As assert, but never compiled out. */
#define CHECK(condition)                                                \
  do {                                                                  \
    if (!(condition)) {                                                 \
      fprintf (stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__,     \
               #condition);                                             \
      exit (1);                                                         \
    }                                                                   \
  } while (0)

#endif
