/* What long work is at, as lines on standard output with the seconds since the
 * program began to tell, and warnings on standard error. */
#ifndef BATHYSCOPE_MESSAGE_H
#define BATHYSCOPE_MESSAGE_H

#include "options.h"

/* "[   1.5] text", unless --quiet is given. */
void message (const struct options *o, const char *fmt, ...)
  __attribute__ ((format (printf, 2, 3)));

/* "text", unless --quiet is given. */
void tell (const struct options *o, const char *fmt, ...)
  __attribute__ ((format (printf, 2, 3)));

/* "program: text", also with --quiet: what the user must know. */
void notice (const struct options *o, const char *fmt, ...)
  __attribute__ ((format (printf, 2, 3)));

/* "program: warning: text" on stderr. */
void warning (const struct options *o, const char *fmt, ...)
  __attribute__ ((format (printf, 2, 3)));

#endif
