/* NULL-terminated lists of heap strings, as the public API uses them, and a
 * builder for them.
 *
 * The builder's strlist_take never returns NULL except for lack of memory: an
 * empty list is a list of one NULL.  Adding functions return 0, or -1 with
 * errno ENOMEM.
 */
#ifndef BATHYSCOPE_STRLIST_H
#define BATHYSCOPE_STRLIST_H

#include <stdbool.h>
#include <stddef.h>

#include "cleanup.h"

struct strlist {
  char **items; /* NULL until something was added */
  size_t len, alloc;
};

#define STRLIST_INIT { NULL, 0, 0 }

void strlist_release (struct strlist *l);
int strlist_add (struct strlist *l, const char *str);
int strlist_addf (struct strlist *l, const char *fmt, ...)
  __attribute__ ((format (printf, 2, 3)));
/* Takes ownership of `str`, also on failure. */
int strlist_add_taken (struct strlist *l, char *str);
char **strlist_take (struct strlist *l);
void strlist_sort (struct strlist *l);

/* On finished lists. */
void strings_free (char **strings);
size_t strings_count (char *const *strings);
char **strings_copy (char *const *strings);
void strings_sort (char **strings);
bool strings_contain (char *const *strings, const char *str);

static inline void
cleanup_strings (char ***strings)
{
  strings_free (*strings);
}

#define CLEANUP_STRLIST CLEANUP (strlist_release)
#define CLEANUP_STRINGS CLEANUP (cleanup_strings)

#endif
