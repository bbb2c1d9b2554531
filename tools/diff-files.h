/* The differences between the files of two guests. */
#ifndef BATHYSCOPE_DIFF_FILES_H
#define BATHYSCOPE_DIFF_FILES_H

#include "ls-recursive.h"

struct diff_format {
  struct ls_format ls;       /* how files are printed, and what is compared */
  bool dir_links, dir_times; /* of directories, too */
};

/* Print them; -1 when a call failed, after going on where possible. */
int diff_files (guestfs_h *a, guestfs_h *b, const struct diff_format *f);

#endif
