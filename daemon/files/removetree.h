/* Removing a tree, for other calls (mv across filesystems). */
#ifndef BATHYSCOPE_REMOVETREE_H
#define BATHYSCOPE_REMOVETREE_H

#include "error.h"

/* Remove `name` in directory `dirfd` and all below it; no symbolic link is
 * followed.  `what` is its path for errors.  A missing file is no error. */
int remove_tree (int dirfd, const char *name, const char *what,
                 struct error *err);

#endif
