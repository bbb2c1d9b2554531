/* What differs between the contents of a file of two guests. */
#ifndef BATHYSCOPE_DIFF_CONTENTS_H
#define BATHYSCOPE_DIFF_CONTENTS_H

#include <stdint.h>

#include <guestfs.h>

/* Larger files are not compared line by line. */
#define DIFF_CONTENTS_MAX ((int64_t) 64 << 20)

/* Print the hunks of a unified diff to stdout; nothing where one of the files is
 * binary: has a NUL near its beginning.  Where they are too large, a remark says so,
 * if they differ.  On a terminal, control characters of the guest become "?".  -1
 * when a call failed. */
int diff_contents (guestfs_h *a, guestfs_h *b, const char *path, int64_t size_a,
                   int64_t size_b);

#endif
