/* Operations that stand in a file. */
#ifndef BATHYSCOPE_CUSTOMIZE_COMMANDSFILE_H
#define BATHYSCOPE_CUSTOMIZE_COMMANDSFILE_H

#include "error.h"
#include "operations.h"

/* Add what the file says: an operation a line, "name argument"; empty lines and
 * those that begin with # are skipped; a backslash at the end joins the next
 * line, without the blanks it begins with. */
int commands_from_file (struct customize *c, const char *file,
                        struct error *err);

#endif
