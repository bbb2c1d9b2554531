/* Going through a directory of a guest. */
#ifndef BATHYSCOPE_GUESTDIR_H
#define BATHYSCOPE_GUESTDIR_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

/* More entries than this are an error, EFBIG. */
#define GUESTDIR_MAX 200000

struct guestdir {
  int fd;
  bool is_nodev; /* see rootfs.h */
};

/* Call fn (directory, name, data, err) for every entry that
 * does not start with a dot, until it returns -1.  1, 0 when there is no such
 * directory, -1 on error. */
typedef int guestdir_fn (const struct guestdir *dir, const char *name, void *data,
                         struct error *err);
int guestdir_each (int root, const char *path, guestdir_fn *fn, void *data,
                   struct error *err);

/* A file below the directory, as rootfs_read. */
char *guestdir_read (const struct guestdir *dir, const char *path,
                     size_t limit, size_t *ret_len);

#endif
