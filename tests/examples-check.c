/* Comparing results with what examples say: see examples.h. */

#include <config.h>

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "examples.h"
#include "strlist.h"

static void fail (struct example_run *x, const char *fmt, ...)
  __attribute__ ((format (printf, 2, 3)));

static void
fail (struct example_run *x, const char *fmt, ...)
{
  va_list args;

  if (!x->failed)
    printf ("%s:%d: %s\n", x->file, x->line, x->text);
  x->failed = true;
  printf ("    ");
  va_start (args, fmt);
  vprintf (fmt, args);
  va_end (args);
  printf ("\n");
}

bool
example_line (struct example_run *x, int line, const char *text)
{
  x->line = line;
  x->text = text;
  return !x->failed;
}

void
want_success (struct example_run *x, bool succeeded)
{
  if (!succeeded)
    fail (x, "failed: %s", guestfs_last_error (x->g));
}

void
want_error (struct example_run *x, int errnum, const char *name, bool failed)
{
  int got = guestfs_last_errno (x->g);

  if (!failed)
    fail (x, "succeeded, but should fail with %s", name);
  else if (got != errnum)
    fail (x, "should fail with %s, and not with %d: %s", name, got,
          guestfs_last_error (x->g));
}

void
want_int (struct example_run *x, int64_t got, int64_t wanted)
{
  want_success (x, got != -1);
  if (got != -1 && got != wanted)
    fail (x, "got %" PRIi64 " (0%" PRIo64 ")", got, got);
}

void
want_const (struct example_run *x, const char *got, const char *wanted)
{
  if (!wanted) {
    if (got)
      fail (x, "got \"%s\"", got);
    return;
  }
  want_success (x, got != NULL);
  if (got && strcmp (got, wanted) != 0)
    fail (x, "got \"%s\"", got);
}

void
want_string (struct example_run *x, char *got, const char *wanted)
{
  want_const (x, got, wanted);
  free (got);
}

void
want_buffer (struct example_run *x, char *got, size_t size, const char *wanted,
             size_t wanted_size)
{
  want_success (x, got != NULL);
  if (got && (size != wanted_size || memcmp (got, wanted, size) != 0))
    fail (x, "got %zu bytes: \"%.*s\"", size, (int) size, got);
  free (got);
}

void
want_strings (struct example_run *x, char **got, char *const *wanted)
{
  size_t i = 0;

  want_success (x, got != NULL);
  if (!got)
    return;
  while (got[i] && wanted[i] && strcmp (got[i], wanted[i]) == 0)
    i++;
  if (got[i] || wanted[i]) {
    fail (x, "got %zu strings:", strings_count (got));
    for (i = 0; got[i]; i++)
      printf ("      \"%s\"\n", got[i]);
  }
  strings_free (got);
}

static const char *
find_value (char *const *hash, const char *key)
{
  for (size_t i = 0; hash[i] && hash[i + 1]; i += 2)
    if (strcmp (hash[i], key) == 0)
      return hash[i + 1];
  return NULL;
}

void
want_hash (struct example_run *x, char **got, char *const *wanted)
{
  want_success (x, got != NULL);
  if (!got)
    return;
  if (!wanted[0] && got[0])
    fail (x, "got the key \"%s\" with \"%s\"", got[0], got[1]);
  for (size_t i = 0; wanted[i]; i += 2) {
    const char *value = find_value (got, wanted[i]);

    if (!value)
      fail (x, "the key \"%s\" is not there", wanted[i]);
    else if (strcmp (value, wanted[i + 1]) != 0)
      fail (x, "the key \"%s\" has \"%s\"", wanted[i], value);
  }
  strings_free (got);
}

void
ignore_int (struct example_run *x, int64_t got)
{
  want_success (x, got != -1);
}

void
ignore_const (struct example_run *x, const char *got)
{
}

void
ignore_string (struct example_run *x, char *got)
{
  want_success (x, got != NULL);
  free (got);
}

void
ignore_buffer (struct example_run *x, char *got, size_t size)
{
  ignore_string (x, got);
}

void
ignore_strings (struct example_run *x, char **got)
{
  want_success (x, got != NULL);
  strings_free (got);
}

void
ignore_hash (struct example_run *x, char **got)
{
  ignore_strings (x, got);
}

void
want_number (struct example_run *x, const char *name, double got,
             double wanted)
{
  if (got < wanted || got > wanted)
    fail (x, "%s is %.15g", name, got);
}

void
want_text (struct example_run *x, const char *name, const char *got,
           size_t len, const char *wanted, size_t wanted_len)
{
  if (len != wanted_len || (len > 0 && memcmp (got, wanted, len) != 0))
    fail (x, "%s is \"%.*s\"", name, (int) len, got);
}

void
want_count (struct example_run *x, size_t got, size_t wanted)
{
  if (got != wanted)
    fail (x, "got %zu items", got);
}
