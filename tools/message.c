/* Messages of programs that work for a while: see message.h. */

#include <config.h>

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "message.h"

static double
elapsed (void)
{
  static struct timespec start;
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  if (start.tv_sec == 0 && start.tv_nsec == 0)
    start = now;
  return now.tv_sec - start.tv_sec + (now.tv_nsec - start.tv_nsec) / 1e9;
}

/* A line that is seen at once, in a pipe too. */
static void
print_line (const char *fmt, va_list args)
{
  vprintf (fmt, args);
  putchar ('\n');
  fflush (stdout);
}

void
message (const struct options *o, const char *fmt, ...)
{
  double seconds = elapsed ();
  va_list args;

  if (o->quiet)
    return;
  printf ("[%6.1f] ", seconds);
  va_start (args, fmt);
  print_line (fmt, args);
  va_end (args);
}

void
notice (const struct options *o, const char *fmt, ...)
{
  va_list args;

  printf ("%s: ", o->program);
  va_start (args, fmt);
  print_line (fmt, args);
  va_end (args);
}

void
tell (const struct options *o, const char *fmt, ...)
{
  va_list args;

  if (o->quiet)
    return;
  va_start (args, fmt);
  print_line (fmt, args);
  va_end (args);
}

void
warning (const struct options *o, const char *fmt, ...)
{
  va_list args;

  fflush (stdout);
  fprintf (stderr, "%s: warning: ", o->program);
  va_start (args, fmt);
  vfprintf (stderr, fmt, args);
  va_end (args);
  fputc ('\n', stderr);
}
