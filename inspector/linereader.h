/* Reading a guest's text file line by line, in bounded memory. */
#ifndef BATHYSCOPE_LINEREADER_H
#define BATHYSCOPE_LINEREADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cleanup.h"

#define LINE_READER_MAX (64 * 1024)           /* longer lines are cut */
#define LINE_READER_FILE_MAX (256 << 20)      /* larger files are refused */

struct line_reader {
  int fd;    /* not owned */
  char *buf; /* owned */
  size_t start, end;
  uint64_t total;
  bool is_end, is_skipping;
  int errnum; /* why line_reader_next returned NULL; 0 at the end */
};

#define LINE_READER_INIT(fd) { (fd), NULL, 0, 0, 0, false, false, 0 }

/* The next line without its newline, NUL-terminated and valid until the next
 * call; NULL at the end and on errors. */
char *line_reader_next (struct line_reader *r, size_t *ret_len);

void line_reader_release (struct line_reader *r);

#define CLEANUP_LINE_READER CLEANUP (line_reader_release)

#endif
