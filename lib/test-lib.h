/* What the unit tests of the library share. */
#ifndef BATHYSCOPE_TEST_LIB_H
#define BATHYSCOPE_TEST_LIB_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guestfs.h"
#include "test.h"

/* The last call on g has failed with this errno, and a message that has
 * `text` in it. */
#define CHECK_ERROR(g, errnum, text)                                    \
  do {                                                                  \
    const char *last_ = guestfs_last_error (g);                         \
    if (guestfs_last_errno (g) != (errnum) || !last_                    \
        || !strstr (last_, (text))) {                                   \
      fprintf (stderr, "%s:%d: wrong error: %d, %s\n", __FILE__,        \
               __LINE__, guestfs_last_errno (g), last_);                \
      exit (1);                                                         \
    }                                                                   \
  } while (0)

/* A handle that prints no errors and looks at no environment. */
static inline guestfs_h *
quiet_handle (void)
{
  guestfs_h *g = guestfs_create_flags (GUESTFS_CREATE_NO_ENVIRONMENT);

  CHECK (g != NULL);
  guestfs_set_error_handler (g, NULL, NULL);
  return g;
}

/* Make a file of `size` zero bytes. */
static inline void
make_file (const char *name, long size)
{
  FILE *fp = fopen (name, "w");

  CHECK (fp != NULL);
  CHECK (ftruncate (fileno (fp), size) == 0);
  fclose (fp);
}

#endif
