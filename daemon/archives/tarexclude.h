/* Exclusion of files from an archive by patterns. */
#ifndef BATHYSCOPE_TAREXCLUDE_H
#define BATHYSCOPE_TAREXCLUDE_H

#include <stdbool.h>

/* Does `path` ("./a/b") match one of the wildcard patterns?  As for tar's
 * --exclude, a pattern may match from the start of any component, and its
 * wildcards match slashes. */
bool is_excluded (const char *path, char *const *patterns);

#endif
