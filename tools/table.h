/* A table of text: aligned columns for people, or CSV. */
#ifndef BATHYSCOPE_TABLE_H
#define BATHYSCOPE_TABLE_H

#include <stdbool.h>
#include <stddef.h>

struct table {
  size_t columns;
  char **cells; /* rows * columns, owned; NULL for an empty cell */
  size_t nr_cells, alloc;
};

void table_init (struct table *t, size_t columns);
void table_release (struct table *t);
/* Add a cell in row-major order; text is copied, NULL makes it empty. */
void table_add (struct table *t, const char *text);
/* Print all: padded, with "-" for empty cells, or as CSV. */
void table_print (const struct table *t, bool csv);

#endif
