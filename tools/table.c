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

void
table_print (const struct table *t, bool csv)
{
  size_t *width = xrealloc (NULL, t->columns + 1, sizeof *width);
  size_t i, column;

  memset (width, 0, (t->columns + 1) * sizeof *width);
  for (i = 0; i < t->nr_cells; ++i) {
    size_t len = strlen (shown (t, i, false));

    if (len > width[i % t->columns])
      width[i % t->columns] = len;
  }
  for (i = 0; i < t->nr_cells; ++i) {
    column = i % t->columns;
    if (csv) {
      if (column > 0)
        putchar (',');
      csv_print (stdout, shown (t, i, true));
    }
    else if (column + 1 < t->columns)
      printf ("%-*s ", (int) width[column], shown (t, i, false));
    else
      fputs (shown (t, i, false), stdout);
    if (column + 1 == t->columns)
      putchar ('\n');
  }
  free (width);
}
