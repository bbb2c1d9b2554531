/* What the programs that print facts for the tests have in common. */
#ifndef BATHYSCOPE_SHOW_H
#define BATHYSCOPE_SHOW_H

#include "inspector.h"

/* "PROGRAM DIRECTORY FILESYSTEM-TYPE": recognise and describe the system in the
 * directory, and give it to `show`, which returns 0 or -1.  Returns what main
 * returns.  No system: success, and nothing is shown. */
int show_main (int argc, char *argv[],
               int (*show) (int root, const struct system_info *info));

#endif
