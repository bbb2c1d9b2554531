/* Does a text begin with another one, and what is behind that? */
#ifndef BATHYSCOPE_PREFIX_H
#define BATHYSCOPE_PREFIX_H

#include <stdbool.h>
#include <string.h>

static inline bool
has_prefix (const char *text, const char *prefix)
{
  return strncmp (text, prefix, strlen (prefix)) == 0;
}

/* What is behind it, as modifiable as the text is; or NULL. */
static inline char *
skip_prefix (const char *text, const char *prefix)
{
  return has_prefix (text, prefix) ? (char *) text + strlen (prefix) : NULL;
}

#endif
