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


static const char *const folders[] = {
  "/var/db/pkg", "/usr/pkg/pkgdb",
};

static const struct app_file files[] = {
  { "+COMMENT", APP_SUMMARY },
  { "+DESC", APP_DESCRIPTION },
  { "+DESCR", APP_DESCRIPTION },
};

static int
read_package (const struct guestdir *dir, const char *name, void *data,
              struct error *err)
{
  CLEANUP_APPLICATION struct application app = APPLICATION_INIT;
  const char *dash = strrchr (name, '-');
  int r;

  if (!dash || dash == name)
    return 0;
  r = app_set_files (&app, dir, name, files,
                     sizeof files / sizeof files[0]);
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
