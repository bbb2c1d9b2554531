/* Lines and words: see lines.h. */

#include <config.h>

#include <string.h>

#include "lines.h"
#include "strlist.h"

char **
lines_split (const char *text, size_t len, bool crlf)
{
  CLEANUP_STRLIST struct strlist lines = STRLIST_INIT;
  const char *p = text, *end = text + len;

  while (p < end) {
    const char *nl = memchr (p, '\n', end - p);
    const char *stop = nl ? nl : end;
    char *line;

    if (crlf && nl && stop > p && stop[-1] == '\r')
      stop--;
    line = strndup (p, stop - p);
    if (!line || strlist_add_taken (&lines, line) == -1)
      return NULL;
    p = nl ? nl + 1 : end;
  }
  return strlist_take (&lines);
}

size_t
lines_tail_offset (const char *text, size_t len, size_t n)
{
  size_t pos = len;

  if (n == 0)
    return len;
  if (pos > 0 && text[pos - 1] == '\n')
    pos--;
  while (pos > 0) {
    const char *nl = memrchr (text, '\n', pos);

    if (!nl)
      return 0;
    if (--n == 0)
      return nl + 1 - text;
    pos = nl - text;
  }
  return 0;
}

static bool
is_white (char c)
{
  return c == ' ' || (c >= '\t' && c <= '\r');
}

size_t
words_count (const char *text, size_t len, bool *in_word)
{
  bool inside = *in_word;
  size_t i, count = 0;

  for (i = 0; i < len; i++) {
    bool white = is_white (text[i]);

    if (!white && !inside)
      count++;
    inside = !white;
  }
  *in_word = inside;
  return count;
}
