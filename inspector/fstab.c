/* fstab(5): see fstab.h.  Pure; the text comes from the guest. */

#include <config.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "fstab.h"

#define ENTRIES_MAX 4096

static void
entry_release (struct fstab_entry *e)
{
  free (e->spec);
  free (e->file);
  free (e->type);
  free (e->options);
}

void
fstab_free (struct fstab *f)
{
  size_t i;

  for (i = 0; i < f->len; ++i)
    entry_release (&f->ptr[i]);
  fstab_release (f);
}

static int
is_octal (char c)
{
  return c >= '0' && c <= '7';
}

/* Copy a field, in which \040 stands for a space. */
static char *
copy_field (const char *p, size_t len)
{
  char *ret = malloc (len + 1);
  const char *end = p + len;
  char *out = ret;

  if (!ret)
    return NULL;
  while (p < end)
    if (end - p >= 4 && p[0] == '\\' && p[1] >= '0' && p[1] <= '3'
        && is_octal (p[2]) && is_octal (p[3])) {
      char c = (char) ((p[1] - '0') << 6 | (p[2] - '0') << 3 | (p[3] - '0'));

      if (c != '\0')
        *out++ = c;
      p += 4;
    } else
      *out++ = *p++;
  *out = '\0';
  return ret;
}

/* The next field of a line that ends at `end`: 1, 0 when there is none, -1
 * without memory. */
static int
next_field (const char **p, const char *end, char **ret)
{
  const char *start;

  while (*p < end && (**p == ' ' || **p == '\t'))
    ++*p;
  start = *p;
  while (*p < end && **p != ' ' && **p != '\t' && **p != '\r')
    ++*p;
  if (*p == start)
    return 0;
  *ret = copy_field (start, *p - start);
  return *ret ? 1 : -1;
}

/* 1 with an entry, 0 where the line has none (*bad where it should have one),
 * -1 without memory. */
static int
parse_line (const char *p, const char *end, struct fstab_entry *ret,
            bool *bad)
{
  struct fstab_entry e = { NULL, NULL, NULL, NULL };
  int r;

  while (p < end && (*p == ' ' || *p == '\t'))
    ++p;
  if (p == end || *p == '#' || *p == '\r')
    return 0;
  r = next_field (&p, end, &e.spec);
  if (r == 1)
    r = next_field (&p, end, &e.file);
  if (r == 1)
    r = next_field (&p, end, &e.type);
  if (r == 1) {
    r = next_field (&p, end, &e.options);
    if (r == 0) {
      e.options = strdup ("defaults");
      r = e.options ? 1 : -1;
    }
  }
  if (r != 1) {
    entry_release (&e);
    *bad = r == 0;
    return r;
  }
  *ret = e;
  return 1;
}

int
fstab_parse (const char *text, struct fstab *ret, size_t *ret_bad)
{
  CLEANUP_FSTAB struct fstab f = FSTAB_INIT;
  size_t line, first_bad = 0;

  for (line = 1; *text && f.len < ENTRIES_MAX; ++line) {
    size_t len = strcspn (text, "\n");
    struct fstab_entry e = { NULL, NULL, NULL, NULL };
    bool bad = false;
    int r = parse_line (text, text + len, &e, &bad);

    if (bad && first_bad == 0)
      first_bad = line;

    if (r == 1 && fstab_append (&f, e) == -1) {
      entry_release (&e);
      r = -1;
    }
    if (r == -1) {
      errno = ENOMEM;
      return -1;
    }
    text += len;
    text += *text == '\n';
  }
  *ret = f;
  *ret_bad = first_bad;
  f = (struct fstab) FSTAB_INIT;
  return 0;
}

char *
fstab_option (const struct fstab_entry *e, const char *name)
{
  size_t name_len = strlen (name);
  const char *p = e->options;

  while (*p) {
    size_t len = strcspn (p, ",");

    if (len > name_len + 1 && p[name_len] == '='
        && strncmp (p, name, name_len) == 0)
      return strndup (p + name_len + 1, len - name_len - 1);
    p += len;
    p += *p == ',';
  }
  return NULL;
}
