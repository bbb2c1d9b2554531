/* Lists of templates. */
#ifndef BATHYSCOPE_BUILDER_LIST_H
#define BATHYSCOPE_BUILDER_LIST_H

#include "builder.h"

enum list_format { LIST_SHORT, LIST_LONG, LIST_JSON };

/* All that are not hidden, or those of these names. */
void builder_list (const struct builder *b, enum list_format format,
                   char **names, size_t nr);
void builder_notes (const struct index_entry *e);

#endif
