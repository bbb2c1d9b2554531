/* Parsers for what is printed about arrays: see mdtext.h. */

#include <config.h>

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mdtext.h"
#include "prefix.h"
#include "strlist.h"

#define MEMBERS_MAX 4096

static int
detail_line (struct strlist *ret, const char *line, size_t len)
{
  const char *equals = memchr (line, '=', len);
  CLEANUP_FREE char *key = NULL;
  CLEANUP_FREE char *value = NULL;
  char *p;

  if (len < 3 || !has_prefix (line, "MD_") || !equals
      || has_prefix (line, "MD_DEVICE_"))
    return 0;
  key = strndup (line + 3, equals - line - 3);
  value = strndup (equals + 1, len - (equals + 1 - line));
  if (!key || !value)
    return -1;
  for (p = key; *p; ++p)
    *p = tolower ((unsigned char) *p);
  if (strlist_add_taken (ret, TAKE_PTR (key)) == -1)
    return -1;
  return strlist_add_taken (ret, TAKE_PTR (value));
}

char **
mdtext_detail (const char *text)
{
  CLEANUP_STRLIST struct strlist ret = STRLIST_INIT;

  while (*text) {
    size_t len = strcspn (text, "\n");

    if (detail_line (&ret, text, len) == -1)
      return NULL;
    text += len;
    text += *text == '\n';
  }
  return strlist_take (&ret);
}

/* One word of a line: "sda1[0]" or "sda1[2](F)(S)".  1 when it is a member, 0
 * when it is something else, -1 without memory. */
static int
parse_member (const char *word, size_t len, struct mdtext_member *ret)
{
  const char *open = memchr (word, '[', len);
  const char *end = word + len;
  CLEANUP_FREE char *flags = NULL;
  char *rest, *device;
  size_t n = 0;
  long index;

  if (!open || open == word || !isdigit ((unsigned char) open[1]))
    return 0;
  index = strtol (open + 1, &rest, 10);
  if (rest >= end || *rest != ']' || index > INT32_MAX)
    return 0;
  flags = calloc (1, len);
  if (!flags || asprintf (&device, "/dev/%.*s", (int) (open - word), word) < 0)
    return -1;
  for (++rest; rest < end; ++rest)
    if (isalpha ((unsigned char) *rest))
      flags[n++] = *rest;
  ret->device = device;
  ret->index = index;
  ret->flags = TAKE_PTR (flags);
  return 1;
}

static int
parse_members (const char *line, struct mdtext_members *ret)
{
  size_t end = strcspn (line, "\n");
  const char *stop = line + end;

  while (line < stop) {
    size_t len;
    struct mdtext_member m;
    int r;

    line += strspn (line, " ");
    len = strcspn (line, " \n");
    if (len == 0)
      break;
    r = parse_member (line, len, &m);
    if (r == 1 && (ret->len == MEMBERS_MAX
                   || mdtext_members_append (ret, m) == -1)) {
      free (m.device);
      free (m.flags);
      r = -1;
    }
    if (r == -1) {
      mdtext_members_free (ret);
      errno = ENOMEM;
      return -1;
    }
    line += len;
  }
  return 0;
}

int
mdtext_members (const char *text, const char *array,
                struct mdtext_members *ret)
{
  size_t len = strlen (array);
  const char *line = text;

  while (*line) {
    if (strncmp (line, array, len) == 0 && has_prefix (line + len, " : "))
      return parse_members (line + len + 3, ret);
    line = strchrnul (line, '\n');
    line += *line == '\n';
  }
  errno = ENOENT;
  return -1;
}

void
mdtext_members_free (struct mdtext_members *members)
{
  size_t i;

  for (i = 0; i < members->len; ++i) {
    free (members->ptr[i].device);
    free (members->ptr[i].flags);
  }
  mdtext_members_release (members);
}
