/* Lines of text, without touching files: pure functions for tests. */
#ifndef BATHYSCOPE_LINES_H
#define BATHYSCOPE_LINES_H

#include <stdbool.h>
#include <stddef.h>

/* The lines of `text`, without their newlines (and, with `crlf`, without a
 * carriage return before it).  A last line without newline counts, an empty
 * rest does not.  A list for strings_free, or NULL without memory. */
char **lines_split (const char *text, size_t len, bool crlf);

/* Where line number `n` from the end starts: 1 is the last one. */
size_t lines_tail_offset (const char *text, size_t len, size_t n);

/* Words as wc counts them: runs of bytes that are not white space.  Goes on
 * over pieces through *in_word, false at the start. */
size_t words_count (const char *text, size_t len, bool *in_word);

#endif
