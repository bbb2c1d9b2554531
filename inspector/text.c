/* Small texts of a guest: see text.h. */

#include <config.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "osrelease.h"
#include "rootfs.h"
#include "text.h"

char *
text_read (int root, const char *path)
{
  return rootfs_read (root, path, TEXT_MAX, NULL);
}

char *
text_first_line (int root, const char *path)
{
  CLEANUP_FREE char *text = text_read (root, path);
  char *p = text;

  while (p && *p) {
    size_t len = strcspn (p, "\r\n"), blank = strspn (p, " \t");

    if (blank < len && p[blank] != '#') {
      size_t end = len;

      while (p[end - 1] == ' ' || p[end - 1] == '\t')
        --end;
      return strndup (p + blank, end - blank);
    }
    p += len;
    p += strspn (p, "\r\n");
  }
  return NULL;
}

char *
text_assigned (int root, const char *path, const char *key)
{
  CLEANUP_FREE char *text = text_read (root, path);
  CLEANUP_FREE char *value = text ? osrelease_get (text, key) : NULL;

  return value && *value ? TAKE_PTR (value) : NULL;
}

void
text_set (char **field, char *value)
{
  if (!value || !*value) {
    free (value);
    return;
  }
  free (*field);
  *field = value;
}

bool
text_line_begins (const char *text, const char *words)
{
  size_t len = strlen (words);

  while (*text) {
    text += strspn (text, " \t");
    if (strncmp (text, words, len) == 0
        && !isalnum ((unsigned char) text[len]))
      return true;
    text += strcspn (text, "\n");
    text += *text == '\n';
  }
  return false;
}
