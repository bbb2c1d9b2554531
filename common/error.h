/* The error object that functions fill once, where a fault is seen.
 *
 * A function that can fail takes `struct error *err` as its last parameter and
 * returns -1 or NULL after filling it.  Callers add context on the way up with
 * error_prefix.  A second error_set on a filled object is ignored, so the first
 * cause survives clean-up code that fails as well.  `err` may be NULL where the
 * caller does not care.  Not shared between threads.
 */
#ifndef BATHYSCOPE_ERROR_H
#define BATHYSCOPE_ERROR_H

#include "cleanup.h"

struct error {
  int errnum;    /* errno of the cause, 0 when there is none */
  char *message; /* owned; NULL as long as no error is set */
};

#define ERROR_INIT { 0, NULL }

/* A formatted message of this size or more ends in "..." instead. */
#define ERROR_SIZE_MAX 16384

/* Set message and errnum; returns -1 so that callers can return it. */
int error_set (struct error *err, int errnum, const char *fmt, ...)
  __attribute__ ((format (printf, 3, 4)));

/* As error_set with errnum = errno, and ": strerror (errno)" appended. */
int error_errno (struct error *err, const char *fmt, ...)
  __attribute__ ((format (printf, 2, 3)));

/* Put "formatted text: " before the message of an error that is set. */
int error_prefix (struct error *err, const char *fmt, ...)
  __attribute__ ((format (printf, 2, 3)));

/* Move the error of `from` to `to`, leaving `from` clear. */
void error_move (struct error *to, struct error *from);

/* Release the message and make the object usable again.  NULL is allowed. */
void error_clear (struct error *err);

static inline int
error_is_set (const struct error *err)
{
  return err && err->message;
}

#define CLEANUP_ERROR CLEANUP (error_clear)

#endif
