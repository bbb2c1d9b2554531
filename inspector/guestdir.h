/* Going through a directory of a guest. */
#ifndef BATHYSCOPE_GUESTDIR_H
#define BATHYSCOPE_GUESTDIR_H

#include "error.h"

/* More entries than this are an error, EFBIG. */
#define GUESTDIR_MAX 200000

/* Call fn (descriptor of the directory, name, data, err) for every entry that
 * does not start with a dot, until it returns -1.  1, 0 when there is no such
 * directory, -1 on error. */
typedef int guestdir_fn (int dir, const char *name, void *data,
                         struct error *err);
int guestdir_each (int root, const char *path, guestdir_fn *fn, void *data,
                   struct error *err);

#endif
