/* Packages of NetBSD (pkgsrc) and OpenBSD: a folder NAME-VERSION for each, with
 * +COMMENT, one line, and +DESC or +DESCR.  pkg_create(1). */

#include <config.h>

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "applications.h"
#include "guestdir.h"

#define TEXT_MAX (64 * 1024)

static const char *const folders[] = {
  "/var/db/pkg", "/usr/pkg/pkgdb",
};

static const struct {
  const char *file;
  enum app_field field;
} files[] = {
  { "+COMMENT", APP_SUMMARY },
  { "+DESC", APP_DESCRIPTION },
  { "+DESCR", APP_DESCRIPTION },
};

/* 1 when there is a file of a package. */
static int
set_files (struct application *app, const struct guestdir *dir,
           const char *name)
{
  int found = 0;
  size_t i;

  for (i = 0; i < sizeof files / sizeof files[0]; ++i) {
    char path[NAME_MAX + 32];
    CLEANUP_FREE char *text = NULL;
    size_t len;

    snprintf (path, sizeof path, "%s/%s", name, files[i].file);
    text = guestdir_read (dir, path, TEXT_MAX, &len);
    if (!text)
      continue;
    found = 1;
    if (app_set (app, files[i].field, text, len) == -1)
      return -1;
  }
  return found;
}

static int
read_package (const struct guestdir *dir, const char *name, void *data,
              struct error *err)
{
  CLEANUP_APPLICATION struct application app = APPLICATION_INIT;
  const char *dash = strrchr (name, '-');
  int r;

  if (!dash || dash == name)
    return 0;
  r = set_files (&app, dir, name);
  if (r == 0)
    return app_list_warn (data, err, "%s is no package", name);
  if (r == -1 || app_set (&app, APP_NAME, name, dash - name) == -1
      || app_set (&app, APP_VERSION, dash + 1, strlen (dash + 1)) == -1)
    return error_errno (err, "%s", name);
  return app_list_add (data, &app, err);
}

int
apps_pkg_dirs (int root, const struct app_hints *hints, struct app_list *list,
               struct error *err)
{
  int ret = 0;
  size_t i;

  (void) hints;
  for (i = 0; i < sizeof folders / sizeof folders[0]; ++i) {
    int r = guestdir_each (root, folders[i], read_package, list, err);

    if (r == -1)
      return error_prefix (err, "%s", folders[i]);
    ret |= r;
  }
  return ret;
}
