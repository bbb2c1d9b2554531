/* Void Linux: /var/db/xbps/pkgdb-0.38.plist, a property list with a dictionary
 * for each package.  It is written by proplib, with an element on each line:
 * proplib(3), prop_dictionary_externalize(3). */

#include <config.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "applications.h"
#include "linereader.h"
#include "prefix.h"
#include "rootfs.h"

#define DATABASE "/var/db/xbps/pkgdb-0.38.plist"
#define PACKAGE_DEPTH 2 /* a dictionary in that of all packages */

struct plist {
  struct application app;
  struct app_list *list;
  char key[64];
  int depth;
};

static const struct {
  const char *key;
  enum app_field field;
} fields[] = {
  { "architecture", APP_ARCH },
  { "homepage", APP_URL },
  { "maintainer", APP_PUBLISHER },
  { "short_desc", APP_SUMMARY },
  { "sourcepkg", APP_SOURCE_PACKAGE },
};

/* Replace the five entities of XML, in place. */
static void
unescape (char *text)
{
  static const struct {
    const char *entity;
    char c;
  } entities[] = {
    { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' },
    { "&apos;", '\'' },
  };
  char *to = text;
  size_t i;

  while (*text) {
    size_t len = 1;

    *to = *text;
    for (i = 0; *text == '&' && i < sizeof entities / sizeof entities[0]; ++i)
      if (has_prefix (text, entities[i].entity)) {
        *to = entities[i].c;
        len = strlen (entities[i].entity);
        break;
      }
    text += len;
    ++to;
  }
  *to = '\0';
}

/* The text of "<NAME>text</NAME>", unescaped; NULL when it is another line. */
static char *
element (char *line, const char *name)
{
  size_t len = strlen (name);
  char *end;

  if (*line != '<' || strncmp (line + 1, name, len) != 0
      || line[len + 1] != '>')
    return NULL;
  line += len + 2;
  end = strstr (line, "</");
  if (!end)
    return NULL;
  *end = '\0';
  unescape (line);
  return line;
}

/* "name-1.2_3". */
static int
set_pkgver (struct application *app, const char *text)
{
  const char *dash = strrchr (text, '-');
  const char *revision = dash ? strrchr (dash, '_') : NULL;

  if (!dash)
    return app_set (app, APP_NAME, text, strlen (text));
  if (app_set (app, APP_NAME, text, dash - text) == -1
      || app_set (app, APP_VERSION, dash + 1,
                  revision ? (size_t) (revision - dash - 1)
                  : strlen (dash + 1)) == -1)
    return -1;
  return revision
    ? app_set (app, APP_RELEASE, revision + 1, strlen (revision + 1)) : 0;
}

static int
set_value (struct plist *p, const char *value)
{
  size_t i;

  if (strcmp (p->key, "pkgver") == 0)
    return set_pkgver (&p->app, value);
  for (i = 0; i < sizeof fields / sizeof fields[0]; ++i)
    if (strcmp (fields[i].key, p->key) == 0)
      return app_set (&p->app, fields[i].field, value, strlen (value));
  return 0;
}

static int
read_line (struct plist *p, char *line, struct error *err)
{
  char *text;

  line += strspn (line, " \t");
  if (has_prefix (line, "<dict>") || has_prefix (line, "<array>"))
    ++p->depth;
  else if (has_prefix (line, "</dict>")
           || has_prefix (line, "</array>")) {
    if (p->depth-- == PACKAGE_DEPTH)
      return app_list_add (p->list, &p->app, err);
  }
  else if (p->depth != PACKAGE_DEPTH)
    return 0;
  else if ((text = element (line, "key")) && strlen (text) < sizeof p->key)
    memcpy (p->key, text, strlen (text) + 1);
  else if ((text = element (line, "string")) && set_value (p, text) == -1)
    return error_errno (err, DATABASE);
  return 0;
}

int
apps_xbps (int root, const struct app_hints *hints, struct app_list *list,
           struct error *err)
{
  CLEANUP_CLOSE int fd = rootfs_open (root, DATABASE);
  CLEANUP_LINE_READER struct line_reader lines = LINE_READER_INIT (fd);
  struct plist p = { .app = APPLICATION_INIT, .list = list };
  size_t len, before = list->apps.len;
  char *line;
  int r = 0;

  (void) hints;
  if (fd == -1 && (errno == ENOENT || errno == ENOTDIR))
    return 0;
  if (fd == -1)
    return error_errno (err, DATABASE);
  while (r == 0 && (line = line_reader_next (&lines, &len)))
    r = read_line (&p, line, err);
  application_release (&p.app);
  if (r == 0 && lines.errnum != 0) {
    errno = lines.errnum;
    r = error_errno (err, DATABASE);
  }
  if (r == 0 && lines.total > 0 && list->apps.len == before)
    r = app_list_warn (list, err, DATABASE " names no package");
  return r == -1 ? -1 : 1;
}
