/* Gentoo's packages: /var/db/pkg/CATEGORY/NAME-VERSION holds a file for each
 * variable of the package.  PMS, section "VDB"; names and versions: PMS 3.1. */

#include <config.h>

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "applications.h"
#include "guestdir.h"

#define VDB "/var/db/pkg"

struct category {
  const char *name;
  struct app_list *list;
};

static const struct app_file files[] = {
  { "DESCRIPTION", APP_SUMMARY },
  { "HOMEPAGE", APP_URL },
  { "repository", APP_SOURCE_PACKAGE },
};

/* The dash before the version: the last with a digit after it, other than that
 * of a revision "-r1". */
static const char *
version_dash (const char *name)
{
  const char *p, *ret = NULL;

  for (p = name; *p; ++p)
    if (p > name && *p == '-' && isdigit ((unsigned char) p[1]))
      ret = p;
  return ret;
}

static int
set_names (struct application *app, const char *category, const char *name,
           const char *dash)
{
  const char *revision = strstr (dash + 1, "-r");
  size_t len = revision ? (size_t) (revision - dash - 1) : strlen (dash + 1);
  char full[2 * NAME_MAX + 2];

  snprintf (full, sizeof full, "%s/%.*s", category, (int) (dash - name), name);
  if (app_set (app, APP_NAME, full, strlen (full)) == -1
      || app_set (app, APP_VERSION, dash + 1, len) == -1)
    return -1;
  return revision
    ? app_set (app, APP_RELEASE, revision + 1, strlen (revision + 1)) : 0;
}

static int
read_package (const struct guestdir *dir, const char *name, void *data,
              struct error *err)
{
  CLEANUP_APPLICATION struct application app = APPLICATION_INIT;
  const struct category *c = data;
  const char *dash = version_dash (name);

  /* "-MERGING-name" is one whose installation was interrupted. */
  if (!dash || *name == '-' || strlen (name) > NAME_MAX)
    return app_list_warn (c->list, err, VDB "/%s/%s is no package", c->name,
                          name);
  if (set_names (&app, c->name, name, dash) == -1
      || app_set_files (&app, dir, name, files,
                     sizeof files / sizeof files[0]) == -1)
    return error_errno (err, VDB);
  return app_list_add (c->list, &app, err);
}

/* The BSDs have their packages' folders, with versions, in the same place. */
static int
read_category (const struct guestdir *dir, const char *name, void *data,
               struct error *err)
{
  struct category c = { .name = name, .list = data };
  bool is_category = (strchr (name, '-') && !version_dash (name))
    || strcmp (name, "virtual") == 0;

  return is_category && guestdir_each (dir->fd, name, read_package, &c, err) == -1
    ? -1 : 0;
}

int
apps_portage (int root, const struct app_hints *hints, struct app_list *list,
              struct error *err)
{
  (void) hints;
  return guestdir_each (root, VDB, read_category, list, err);
}
