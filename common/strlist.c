/* Lists of strings: see strlist.h. */

#include <config.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "strlist.h"

void
strlist_release (struct strlist *l)
{
  size_t i;

  for (i = 0; i < l->len; ++i)
    free (l->items[i]);
  free (l->items);
  *l = (struct strlist) STRLIST_INIT;
}

/* Make room for one more string and the final NULL. */
static int
reserve (struct strlist *l)
{
  size_t alloc;
  char **items;

  if (l->len + 2 <= l->alloc)
    return 0;
  alloc = l->alloc ? l->alloc * 2 : 16;
  items = reallocarray (l->items, alloc, sizeof *items);
  if (!items)
    return -1;
  l->items = items;
  l->alloc = alloc;
  return 0;
}

int
strlist_add_taken (struct strlist *l, char *str)
{
  if (!str || reserve (l) == -1) {
    free (str);
    errno = ENOMEM;
    return -1;
  }
  l->items[l->len++] = str;
  l->items[l->len] = NULL;
  return 0;
}

int
strlist_add (struct strlist *l, const char *str)
{
  return strlist_add_taken (l, strdup (str));
}

int
strlist_addf (struct strlist *l, const char *fmt, ...)
{
  char *str;
  va_list args;
  int n;

  va_start (args, fmt);
  n = vasprintf (&str, fmt, args);
  va_end (args);
  return strlist_add_taken (l, n < 0 ? NULL : str);
}

char **
strlist_take (struct strlist *l)
{
  char **ret;

  if (reserve (l) == -1)
    return NULL;
  l->items[l->len] = NULL;
  ret = l->items;
  *l = (struct strlist) STRLIST_INIT;
  return ret;
}

static int
compare (const void *a, const void *b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

void
strlist_sort (struct strlist *l)
{
  if (l->len > 1)
    qsort (l->items, l->len, sizeof *l->items, compare);
}

void
strings_sort (char **strings)
{
  qsort (strings, strings_count (strings), sizeof *strings, compare);
}

void
strings_free (char **strings)
{
  size_t i;

  if (!strings)
    return;
  for (i = 0; strings[i]; ++i)
    free (strings[i]);
  free (strings);
}

size_t
strings_count (char *const *strings)
{
  size_t n = 0;

  while (strings && strings[n])
    ++n;
  return n;
}

char **
strings_copy (char *const *strings)
{
  CLEANUP_STRLIST struct strlist copy = STRLIST_INIT;
  size_t i;

  for (i = 0; strings && strings[i]; ++i)
    if (strlist_add (&copy, strings[i]) == -1)
      return NULL;
  return strlist_take (&copy);
}

bool
strings_contain (char *const *strings, const char *str)
{
  size_t i;

  for (i = 0; strings && strings[i]; ++i)
    if (strcmp (strings[i], str) == 0)
      return true;
  return false;
}
