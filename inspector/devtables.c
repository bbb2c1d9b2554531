/* crypttab and mdadm.conf: see devtables.h.  Pure; the texts come from
 * guests. */

#include <config.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cleanup.h"
#include "devtables.h"

#define ENTRIES_MAX 2048

/* The next word of a line, or NULL. */
static char *
word (const char **p)
{
  size_t len;
  char *ret;

  *p += strspn (*p, " \t");
  len = strcspn (*p, " \t\r\n");
  if (len == 0 || **p == '#')
    return NULL;
  ret = strndup (*p, len);
  *p += len;
  return ret;
}

/* Call for every line; stops at the first that fails. */
static int
each_line (const char *text, struct strlist *ret,
           int (*line) (const char *p, struct strlist *ret))
{
  while (*text && ret->len < ENTRIES_MAX) {
    if (line (text, ret) == -1)
      return -1;
    text += strcspn (text, "\n");
    text += *text == '\n';
  }
  return 0;
}

static int
crypttab_line (const char *p, struct strlist *ret)
{
  CLEANUP_FREE char *name = word (&p);
  CLEANUP_FREE char *device = name ? word (&p) : NULL;

  if (!device)
    return 0;
  return strlist_add (ret, name) | strlist_add (ret, device) ? -1 : 0;
}

int
devtables_crypttab (const char *text, struct strlist *ret)
{
  return each_line (text, ret, crypttab_line);
}

/* "ARRAY /dev/md0 metadata=1.2 UUID=... name=..." */
static int
mdadm_line (const char *p, struct strlist *ret)
{
  CLEANUP_FREE char *keyword = word (&p);
  CLEANUP_FREE char *device = NULL;
  char *more;

  if (!keyword || strcasecmp (keyword, "ARRAY") != 0)
    return 0;
  device = word (&p);
  while (device && (more = word (&p)) != NULL) {
    CLEANUP_FREE char *tag = more;
    char *c;

    if (strncasecmp (tag, "UUID=", 5) != 0)
      continue;
    for (c = tag; *c; ++c)
      *c = (char) tolower ((unsigned char) *c);
    return strlist_add (ret, device) | strlist_add (ret, tag + 5) ? -1 : 0;
  }
  return 0;
}

int
devtables_mdadm (const char *text, struct strlist *ret)
{
  return each_line (text, ret, mdadm_line);
}
