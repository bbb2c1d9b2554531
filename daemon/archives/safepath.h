/* Paths of archive members, and opening them below one directory. */
#ifndef BATHYSCOPE_SAFEPATH_H
#define BATHYSCOPE_SAFEPATH_H

#include <stdbool.h>
#include <sys/types.h>

#include "error.h"

/* Make a member's name relative and plain, in place: no leading slash, no empty
 * or "." components, no slash at the end.  "" stands for the top.  -1 when it
 * has a ".." component. */
int member_path_clean (char *path);

/* Open `path` below directory `dirfd`.  Symbolic links are followed, but may
 * not lead out of it (EXDEV); when the directory is the guest's root
 * (`is_root`), they are resolved as the guest would.  O_CLOEXEC is implied.
 * -1 with errno. */
int open_beneath (int dirfd, const char *path, int flags, bool is_root);

#endif
