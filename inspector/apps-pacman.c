/* pacman's packages: a folder NAME-VERSION below /var/lib/pacman/local for each,
 * whose file desc has "%KEY%" lines, each with lines of values up to an empty
 * one. */

#include <config.h>

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "applications.h"
#include "guestdir.h"

#define LOCAL "/var/lib/pacman/local"
#define DESC_MAX (1024 * 1024)

static const struct {
  const char *key;
  enum app_field field;
} fields[] = {
  { "%ARCH%", APP_ARCH },
  { "%BASE%", APP_SOURCE_PACKAGE },
  { "%DESC%", APP_DESCRIPTION },
  { "%NAME%", APP_NAME },
  { "%PACKAGER%", APP_PUBLISHER },
  { "%URL%", APP_URL },
};

static int
set_value (struct application *app, const char *key, const char *value)
{
  size_t len = strlen (value), i;

  if (strcmp (key, "%VERSION%") == 0)
    return app_set_version (app, value, len);
  if (strcmp (key, "%DESC%") == 0
      && app_set (app, APP_SUMMARY, value, len) == -1)
    return -1;
  for (i = 0; i < sizeof fields / sizeof fields[0]; ++i)
    if (strcmp (fields[i].key, key) == 0)
      return app_set (app, fields[i].field, value, len);
  return 0;
}

/* The first value of each key; `text` is taken apart. */
static int
parse_desc (struct application *app, char *text)
{
  const char *key = NULL;
  char *line, *rest = text;

  while ((line = strsep (&rest, "\n"))) {
    size_t len = strlen (line);

    if (len > 2 && line[0] == '%' && line[len - 1] == '%')
      key = line;
    else if (key && len > 0) {
      if (set_value (app, key, line) == -1)
        return -1;
      key = NULL;
    }
  }
  return 0;
}

static int
read_package (const struct guestdir *dir, const char *name, void *data,
              struct error *err)
{
  CLEANUP_APPLICATION struct application app = APPLICATION_INIT;
  CLEANUP_FREE char *text = NULL;
  struct app_list *list = data;
  char path[NAME_MAX + 8];

  if (strcmp (name, "ALPM_DB_VERSION") == 0)
    return 0;
  snprintf (path, sizeof path, "%s/desc", name);
  text = guestdir_read (dir, path, DESC_MAX, NULL);
  if (!text)
    return app_list_warn (list, err, LOCAL "/%s: %s", path, strerror (errno));
  if (parse_desc (&app, text) == -1)
    return error_errno (err, LOCAL);
  if (!app.text[APP_NAME])
    return app_list_warn (list, err, LOCAL "/%s names no package", path);
  return app_list_add (list, &app, err);
}

int
apps_pacman (int root, const struct app_hints *hints, struct app_list *list,
             struct error *err)
{
  (void) hints;
  return guestdir_each (root, LOCAL, read_package, list, err);
}
