/* Does a text begin with another one? */
#ifndef BATHYSCOPE_PREFIX_H
#define BATHYSCOPE_PREFIX_H

#include <stdbool.h>
#include <string.h>

static inline bool
has_prefix (const char *text, const char *prefix)
{
  return strncmp (text, prefix, strlen (prefix)) == 0;
}

#endif
