/* Memory for keys and passwords: in pages of its own, which are not swapped out
 * (as far as the limit of locked memory allows), are in no core dump, and are
 * wiped when they are freed.
 *
 * struct strbuf can have its bytes there as well: STRBUF_SECRET_INIT.
 */
#ifndef BATHYSCOPE_SECRET_H
#define BATHYSCOPE_SECRET_H

#include <stddef.h>

#include "cleanup.h"

/* `size` bytes of zeroes; NULL with errno. */
void *secret_alloc (size_t size);

/* A copy of a string, or of the first `len` bytes and a NUL. */
char *secret_dup (const char *text);
char *secret_dup_bytes (const void *data, size_t len);

/* Only for what one of these returned; NULL is allowed. */
void secret_free (void *secret);

/* The contents of a file up to `limit` bytes, NUL-terminated; NULL with errno
 * (EFBIG when there is more).  No copy is left elsewhere. */
char *secret_read_fd (int fd, size_t limit, size_t *ret_len);

/* For secrets that lie elsewhere, such as in argv: make the string empty. */
void secret_wipe (char *text);

static inline void
cleanup_secret (char **secret)
{
  secret_free (*secret);
}

#define CLEANUP_SECRET CLEANUP (cleanup_secret)

#endif
