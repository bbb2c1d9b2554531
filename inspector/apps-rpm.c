/* RPM packages: finds the database, in the folder and form that it has on this
 * guest, and lists what its headers say.
 *
 * The files are read here rather than with librpm: that would add 2.5 MB to the
 * appliance, has no database "ndb" in Debian's build, and writes lock files next
 * to the guest's database.
 */

#include <config.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "apps-rpm.h"
#include "rootfs.h"
#include "sqlitefile.h"

static int
add_package (const void *blob, size_t len, void *data, struct error *err)
{
  struct app_list *list = data;
  CLEANUP_APPLICATION struct application app = APPLICATION_INIT;

  if (rpm_header_parse (blob, len, &app) == 0)
    return app_list_add (list, &app, err);
  if (errno != EINVAL)
    return error_errno (err, "header of a package");
  return app_list_warn (list, err, "the header of a package is damaged");
}

/* --- rpmdb.sqlite --------------------------------------------------------------- */

struct sqlite_rows {
  rpm_blob_fn *fn;
  struct app_list *list;
};

/* Packages (hnum, blob). */
static int
package_row (const struct sqlite_row *row, void *data, struct error *err)
{
  const struct sqlite_rows *rows = data;
  const struct sqlite_value *v = &row->columns[1];

  if (v->kind != SQLITE_VALUE_BYTES)
    return app_list_warn (rows->list, err, "a package has no header");
  return rows->fn (v->bytes, v->len, rows->list, err);
}

static int
read_sqlite (struct dbfile *f, struct dbfile *log, rpm_blob_fn *fn,
             struct app_list *list, struct error *err)
{
  struct sqlite_rows rows = { fn, list };
  CLEANUP_SQLITE_FILE struct sqlite_file s = SQLITE_FILE_INIT;
  uint32_t page;

  if (sqlite_file_init (&s, f, log, list, err) == -1
      || sqlite_find_table (&s, "Packages", &page, NULL, err) == -1)
    return -1;
  return sqlite_each_row (&s, page, package_row, &rows, err);
}

/* --- which there is ---------------------------------------------------------------- */

/* Where a folder has several, the others are left from before a conversion, and
 * rpm uses the first of these. */
static const struct {
  const char *name;
  rpm_db_reader *read; /* NULL: SQLite */
} files[] = {
  { "rpmdb.sqlite", NULL },
  { "Packages.db", rpm_ndb_read },
  { "Packages", rpm_bdb_read },
};

static const char *const folders[] = {
  "/var/lib/rpm", "/usr/lib/sysimage/rpm", "/usr/share/rpm",
};

/* 1, 0 when it is not there, -1. */
static int
read_file (int root, const char *folder, size_t i, struct app_list *list,
           struct error *err)
{
  CLEANUP_DBFILE struct dbfile f = DBFILE_INIT;
  CLEANUP_DBFILE struct dbfile log = DBFILE_INIT;
  char path[64];
  int r;

  snprintf (path, sizeof path, "%s/%s", folder, files[i].name);
  r = dbfile_open (&f, root, path, err);
  if (r != 1)
    return r;
  if (files[i].read)
    r = files[i].read (&f, add_package, list, err);
  else {
    snprintf (path, sizeof path, "%s/%s-wal", folder, files[i].name);
    r = dbfile_open (&log, root, path, err);
    if (r != -1)
      r = read_sqlite (&f, r == 1 ? &log : NULL, add_package, list, err);
  }
  if (r == -1)
    return error_prefix (err, "%s/%s", folder, files[i].name);
  return 1;
}

int
apps_rpm (int root, const struct app_hints *hints, struct app_list *list,
          struct error *err)
{
  size_t i, j;

  (void) hints;
  for (i = 0; i < sizeof folders / sizeof folders[0]; ++i)
    for (j = 0; j < sizeof files / sizeof files[0]; ++j) {
      int r = read_file (root, folders[i], j, list, err);

      if (r != 0)
        return r;
    }
  return 0;
}
