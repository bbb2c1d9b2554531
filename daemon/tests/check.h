/* For the unit tests of this folder. */
#ifndef BATHYSCOPE_DAEMON_CHECK_H
#define BATHYSCOPE_DAEMON_CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

/* A string that was allocated is this one; frees it. */
#define CHECK_STRING(expression, expected)                              \
  do {                                                                  \
    char *got_ = (expression);                                          \
                                                                        \
    if (!got_ || strcmp (got_, (expected)) != 0) {                      \
      fprintf (stderr, "%s:%d: \"%s\", not \"%s\"\n", __FILE__,         \
               __LINE__, got_ ? got_ : "(null)", (expected));           \
      exit (1);                                                         \
    }                                                                   \
    free (got_);                                                        \
  } while (0)

/* A list, its items with "|" between them, is this; frees it. */
static inline void
check_list (const char *file, int line, char **list, const char *expected)
{
  char joined[4096] = "";
  size_t i, len = 0;

  for (i = 0; list && list[i] && len < sizeof joined; i++) {
    len += snprintf (joined + len, sizeof joined - len, "%s%s", i ? "|" : "",
                     list[i]);
    free (list[i]);
  }
  if (!list || strcmp (joined, expected) != 0) {
    fprintf (stderr, "%s:%d: [%s], not [%s]\n", file, line,
             list ? joined : "(null)", expected);
    exit (1);
  }
  free (list);
}

#define CHECK_LIST(expression, expected) \
  check_list (__FILE__, __LINE__, (expression), (expected))

#endif
