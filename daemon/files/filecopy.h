/* Copying file contents and attributes between descriptors. */
#ifndef BATHYSCOPE_FILECOPY_H
#define BATHYSCOPE_FILECOPY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "error.h"

/* Copy up to `len` bytes (UINT64_MAX: all) from `in` at `in_offset` to `out` at
 * `out_offset`.  Sparse: pieces of zeroes are not written, but the file becomes
 * as long as it should.  `total` is for progress, 0 where unknown.  Returns how
 * much was copied, less than `len` only at end of file. */
struct copy {
  int in, out;
  const char *what; /* for errors */
  uint64_t in_offset, out_offset, len, total;
  bool sparse, append; /* append: `out` has O_APPEND */
};
int64_t copy_data (const struct copy *c, struct error *err);

/* Copy a whole regular file; its holes stay holes. */
int copy_file (int in, const struct stat *st, int out, const char *what,
               struct error *err);

/* Copy extended attributes; both may be O_PATH descriptors, also of links.
 * Filesystems that have none are not an error. */
int copy_xattrs (int in, int out, const char *what, struct error *err);

#endif
