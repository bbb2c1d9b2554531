/* The lines in which two texts differ, as hunks of a unified diff.
 *
 * The texts are bytes of guests: they may hold anything.  Memory is bounded by
 * LINE_DIFF_LINES_MAX, and time as well: where texts differ too much for the
 * shortest list of changes, a longer one is found.
 */
#ifndef BATHYSCOPE_LINE_DIFF_H
#define BATHYSCOPE_LINE_DIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define LINE_DIFF_CONTEXT 3
#define LINE_DIFF_LINES_MAX 2000000 /* of each, between equal beginnings and ends */

struct text {
  const char *data;
  size_t len; /* below 4 GiB */
};

/* Print the hunks; nothing where the texts are the same.  0; 1 where there are too
 * many lines, and nothing has been printed; -1 for lack of memory. */
int line_diff_print (FILE *fp, struct text a, struct text b);

/* Which lines of two lists, given by numbers of their contents below
 * `nr_classes`, are in one only: sets `changed` of both.  0 or -1 for lack of
 * memory. */
struct line_list {
  const uint32_t *classes;
  bool *changed;
  size_t n;
};
int line_diff_compare (struct line_list *a, struct line_list *b,
                       size_t nr_classes);

#endif
