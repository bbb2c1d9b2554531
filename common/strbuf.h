/* A growing byte buffer that is always NUL-terminated.
 *
 * `struct strbuf b = STRBUF_INIT;` then strbuf_add*; strbuf_take gives the
 * bytes to the caller (free, or secret_free), strbuf_release frees them.  Every function that
 * allocates returns 0, or -1 with errno ENOMEM and the buffer unchanged.
 */
#ifndef BATHYSCOPE_STRBUF_H
#define BATHYSCOPE_STRBUF_H

#include <stdbool.h>
#include <stddef.h>

#include "cleanup.h"

struct strbuf {
  char *data; /* NULL until something was added */
  size_t len, alloc;
  bool secret; /* data is in memory of secret.h, for secret_free */
};

#define STRBUF_INIT { NULL, 0, 0, false }
#define STRBUF_SECRET_INIT { NULL, 0, 0, true }

void strbuf_release (struct strbuf *b);
int strbuf_reserve (struct strbuf *b, size_t extra);
int strbuf_add (struct strbuf *b, const void *data, size_t len);
int strbuf_addstr (struct strbuf *b, const char *str);
int strbuf_addch (struct strbuf *b, char c);
int strbuf_addf (struct strbuf *b, const char *fmt, ...)
  __attribute__ ((format (printf, 2, 3)));

/* Never NULL except when memory for an empty string is missing. */
char *strbuf_take (struct strbuf *b);

#define CLEANUP_STRBUF CLEANUP (strbuf_release)

#endif
