/* Answers of inspection. */
#ifndef BATHYSCOPE_KNOWN_H
#define BATHYSCOPE_KNOWN_H

#include <stdlib.h>
#include <string.h>

/* What a call says; NULL, and freed, where it says that it does not know. */
static inline char *
known (char *text)
{
  if (text && (!*text || strcmp (text, "unknown") == 0)) {
    free (text);
    return NULL;
  }
  return text;
}

#endif
