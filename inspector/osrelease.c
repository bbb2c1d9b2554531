/* Assignments and version numbers: see osrelease.h.  Pure; the text comes from
 * the guest. */

#include <config.h>

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "osrelease.h"
#include "strbuf.h"

#define VERSION_MAX 99999999 /* some count days: 20240131 */

/* What a shell would make of a word up to the end of its line: os-release(5)
 * allows single and double quotes, and a backslash. */
static char *
unquote (const char *p, size_t len)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;
  const char *end = p + len;
  char quote = '\0';

  for (; p < end; ++p) {
    if (quote ? *p == quote : *p == '"' || *p == '\'')
      quote = quote ? '\0' : *p;
    else if (!quote && isspace ((unsigned char) *p))
      break;
    else {
      if (*p == '\\' && quote != '\'' && p + 1 < end)
        ++p;
      if (strbuf_addch (&b, *p) == -1)
        return NULL;
    }
  }
  return strbuf_take (&b);
}

char *
osrelease_get (const char *text, const char *key)
{
  size_t key_len = strlen (key);
  const char *found = NULL;
  size_t found_len = 0;

  while (*text) {
    size_t len = strcspn (text, "\n");
    size_t blank = strspn (text, " \t");

    if (len > blank + key_len && text[blank + key_len] == '='
        && strncmp (text + blank, key, key_len) == 0) {
      found = text + blank + key_len + 1;
      found_len = len - blank - key_len - 1;
    }
    text += len;
    text += *text == '\n';
  }
  if (!found) {
    errno = ENOENT;
    return NULL;
  }
  return unquote (found, found_len);
}

/* Digits at *p, which is moved behind them. */
static int
number (const char **p)
{
  long ret = 0;

  for (; isdigit ((unsigned char) **p); ++*p)
    if (ret <= VERSION_MAX)
      ret = ret * 10 + (**p - '0');
  return ret > VERSION_MAX ? 0 : (int) ret;
}

int
osrelease_version (const char *text, int *ret_major, int *ret_minor)
{
  const char *p = text + strcspn (text, "0123456789");
  int major_number, minor_number = 0;

  if (!*p)
    return -1;
  major_number = number (&p);
  if (p[0] == '.' && isdigit ((unsigned char) p[1])) {
    ++p;
    minor_number = number (&p);
  }
  *ret_major = major_number;
  *ret_minor = minor_number;
  return 0;
}
