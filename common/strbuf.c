/* Growing byte buffer: see strbuf.h. */

#include <config.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checked.h"
#include "secret.h"
#include "strbuf.h"

void
strbuf_release (struct strbuf *b)
{
  if (b->secret)
    secret_free (b->data);
  else
    free (b->data);
  *b = (struct strbuf) { .secret = b->secret };
}

/* realloc, but no copy of a secret is left behind. */
static char *
resize (struct strbuf *b, size_t size)
{
  char *data;

  if (!b->secret)
    return realloc (b->data, size);
  data = secret_alloc (size);
  if (data && b->len > 0)
    memcpy (data, b->data, b->len);
  if (data)
    secret_free (b->data);
  return data;
}

int
strbuf_reserve (struct strbuf *b, size_t extra)
{
  size_t needed, grown;
  char *data;

  if (!checked_add_size (b->len, extra, &needed)
      || !checked_add_size (needed, 1, &needed)) {
    errno = ENOMEM;
    return -1;
  }
  if (needed <= b->alloc)
    return 0;
  grown = b->alloc < 64 ? 64 : b->alloc;
  while (grown < needed)
    if (!checked_mul_size (grown, 2, &grown))
      grown = needed;
  data = resize (b, grown);
  if (!data)
    return -1;
  b->data = data;
  b->alloc = grown;
  b->data[b->len] = '\0';
  return 0;
}

int
strbuf_add (struct strbuf *b, const void *data, size_t len)
{
  if (strbuf_reserve (b, len) == -1)
    return -1;
  if (len > 0)
    memcpy (b->data + b->len, data, len);
  b->len += len;
  b->data[b->len] = '\0';
  return 0;
}

int
strbuf_addstr (struct strbuf *b, const char *str)
{
  return strbuf_add (b, str, strlen (str));
}

int
strbuf_addch (struct strbuf *b, char c)
{
  return strbuf_add (b, &c, 1);
}

int
strbuf_addf (struct strbuf *b, const char *fmt, ...)
{
  CLEANUP_FREE char *text = NULL;
  va_list args;
  int n;

  va_start (args, fmt);
  n = vasprintf (&text, fmt, args);
  va_end (args);
  if (n < 0) {
    text = NULL;
    errno = ENOMEM;
    return -1;
  }
  return strbuf_add (b, text, n);
}

char *
strbuf_take (struct strbuf *b)
{
  char *ret;

  if (strbuf_reserve (b, 0) == -1)
    return NULL;
  ret = b->data;
  *b = (struct strbuf) { .secret = b->secret };
  return ret;
}
