/* Memory for secrets: see secret.h.
 *
 * Each has its own mapping, as locks and advice are for whole pages and do not
 * nest; the pages begin with the length of the mapping. */

#include <config.h>

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "checked.h"
#include "io.h"
#include "secret.h"
#include "strbuf.h"

#define HEADER 16 /* keeps what follows aligned */

void *
secret_alloc (size_t size)
{
  size_t page = sysconf (_SC_PAGESIZE), len;
  char *map;

  if (!checked_add_size (size, HEADER + page - 1, &len)) {
    errno = ENOMEM;
    return NULL;
  }
  len -= len % page;
  map = mmap (NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
              -1, 0);
  if (map == MAP_FAILED)
    return NULL;
  (void) madvise (map, len, MADV_DONTDUMP);
  (void) mlock (map, len);
  memcpy (map, &len, sizeof len);
  return map + HEADER;
}

char *
secret_dup_bytes (const void *data, size_t len)
{
  char *copy = len < SIZE_MAX ? secret_alloc (len + 1) : NULL;

  if (copy && len > 0)
    memcpy (copy, data, len);
  return copy;
}

char *
secret_dup (const char *text)
{
  return secret_dup_bytes (text, strlen (text));
}

void
secret_free (void *secret)
{
  char *map;
  size_t len;

  if (!secret)
    return;
  map = (char *) secret - HEADER;
  memcpy (&len, map, sizeof len);
  explicit_bzero (map, len);
  (void) munmap (map, len); /* unlocks as well */
}

char *
secret_read_fd (int fd, size_t limit, size_t *ret_len)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_SECRET_INIT;

  if (read_rest (fd, limit, &b) == -1)
    return NULL;
  *ret_len = b.len;
  return strbuf_take (&b);
}

void
secret_wipe (char *text)
{
  if (text)
    explicit_bzero (text, strlen (text));
}
