/* The error object: see error.h. */

#include <config.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"

/* Stands in for a message when memory for the real one is missing.  It is
 * never freed. */
static char out_of_memory[] = "out of memory";

static void
set_message (struct error *err, char *message)
{
  if (err->message != out_of_memory)
    free (err->message);
  err->message = message ? message : out_of_memory;
}

/* Messages quote names and output of programs, which may be of any size. */
static char *
format_message (const char *fmt, va_list args)
{
  char *ret, *cut;

  if (vasprintf (&ret, fmt, args) < 0)
    return NULL;
  if (strlen (ret) < ERROR_SIZE_MAX)
    return ret;
  memcpy (ret + ERROR_SIZE_MAX - 4, "...", 4);
  cut = realloc (ret, ERROR_SIZE_MAX);
  return cut ? cut : ret;
}

int
error_set (struct error *err, int errnum, const char *fmt, ...)
{
  va_list args;

  if (!err || err->message)
    return -1;

  va_start (args, fmt);
  set_message (err, format_message (fmt, args));
  va_end (args);
  err->errnum = errnum;
  return -1;
}

int
error_errno (struct error *err, const char *fmt, ...)
{
  int saved_errno = errno;
  CLEANUP_FREE char *text = NULL;
  va_list args;

  if (!err || err->message)
    return -1;

  va_start (args, fmt);
  text = format_message (fmt, args);
  va_end (args);
  return error_set (err, saved_errno, "%s: %s",
                    text ? text : out_of_memory, strerror (saved_errno));
}

int
error_prefix (struct error *err, const char *fmt, ...)
{
  CLEANUP_FREE char *prefix = NULL;
  char *joined;
  va_list args;

  if (!error_is_set (err))
    return -1;

  va_start (args, fmt);
  prefix = format_message (fmt, args);
  va_end (args);
  if (prefix && asprintf (&joined, "%s: %s", prefix, err->message) >= 0)
    set_message (err, joined);
  return -1;
}

void
error_move (struct error *to, struct error *from)
{
  if (to && !to->message) {
    *to = *from;
    from->message = NULL;
  }
  error_clear (from);
}

void
error_clear (struct error *err)
{
  if (!err)
    return;
  if (err->message != out_of_memory)
    free (err->message);
  err->message = NULL;
  err->errnum = 0;
}
