/* A table of text: see table.h. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "options.h"
#include "table.h"

void
table_init (struct table *t, size_t columns)
{
  *t = (struct table) { .columns = columns };
}

void
table_release (struct table *t)
{
  size_t i;

  for (i = 0; i < t->nr_cells; ++i)
    free (t->cells[i]);
  free (t->cells);
  t->cells = NULL;
  t->nr_cells = t->alloc = 0;
}

void
table_add (struct table *t, const char *text)
{
  if (t->nr_cells == t->alloc) {
    t->alloc = t->alloc ? t->alloc * 2 : 64;
    t->cells = xrealloc (t->cells, t->alloc, sizeof *t->cells);
  }
  t->cells[t->nr_cells++] = text ? xstrdup (text) : NULL;
}

static const char *
shown (const struct table *t, size_t cell, bool csv)
{
  if (t->cells[cell] && t->cells[cell][0])
    return t->cells[cell];
  return csv ? "" : "-";
}

/* As libguestfs does it: a table that is not wide has two blanks between its
 * columns. */
#define NOT_WIDE 56

static size_t
last_column (const struct table *t, const size_t *width)
{
  size_t i, ret = 0;

  for (i = 0; i < t->columns; ++i)
    if (width[i] > 0)
      ret = i;
  return ret;
}

static int
gap (const struct table *t, const size_t *width)
{
  size_t i, sum = 0;

  for (i = 0; i < t->columns; ++i)
    sum += width[i];
  return sum <= NOT_WIDE ? 2 : 1;
}

void
table_print (const struct table *t, bool csv)
{
  size_t *width = xrealloc (NULL, t->columns + 1, sizeof *width);
  size_t i, column, last;
  int blanks;

  memset (width, 0, (t->columns + 1) * sizeof *width);
  for (i = 0; i < t->nr_cells; ++i) {
    size_t len = t->cells[i] ? strlen (t->cells[i]) : 0;

    if (len > width[i % t->columns])
      width[i % t->columns] = len;
  }
  blanks = gap (t, width);
  last = last_column (t, width);
  for (i = 0; i < t->nr_cells; ++i) {
    column = i % t->columns;
    if (csv) {
      if (column > 0)
        putchar (',');
      csv_print (stdout, shown (t, i, true));
    }
    else if (width[column] == 0)
      ; /* nothing is in this column */
    else if (column < last)
      printf ("%-*s%*s", (int) width[column], shown (t, i, false), blanks, "");
    else
      fputs (shown (t, i, false), stdout);
    if (column + 1 == t->columns)
      putchar ('\n');
  }
  free (width);
}
