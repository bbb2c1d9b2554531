/* FreeBSD's packages: table "packages" of /var/db/pkg/local.sqlite. */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "applications.h"
#include "sqlitefile.h"

#define LOCAL "/var/db/pkg/local.sqlite"

static const struct {
  const char *column;
  enum app_field field;
} columns[] = {
  { "name", APP_NAME },
  { "arch", APP_ARCH },
  { "origin", APP_SOURCE_PACKAGE },
  { "comment", APP_SUMMARY },
  { "desc", APP_DESCRIPTION },
  { "maintainer", APP_PUBLISHER },
  { "www", APP_URL },
  { "prefix", APP_INSTALL_PATH },
};

#define NR_COLUMNS (sizeof columns / sizeof columns[0])

struct rows {
  struct app_list *list;
  int version, numbers[NR_COLUMNS];
};

static const struct sqlite_value *
value (const struct sqlite_row *row, int column)
{
  const struct sqlite_value *v
    = column < 0 || column >= SQLITE_COLUMNS_MAX ? NULL
      : &row->columns[column];

  return v && v->kind == SQLITE_VALUE_BYTES ? v : NULL;
}

/* "1.2.3_4,5": revision and epoch of the port, which are FreeBSD's to write. */
static int
set_version (struct application *app, const struct sqlite_value *v)
{
  const char *comma = memchr (v->bytes, ',', v->len);
  size_t len = comma ? (size_t) (comma - v->bytes) : v->len;
  const char *underline = memrchr (v->bytes, '_', len);
  size_t i;

  for (i = len + 1; comma && i < v->len && app->epoch < 100000; ++i)
    if (v->bytes[i] >= '0' && v->bytes[i] <= '9')
      app->epoch = app->epoch * 10 + (v->bytes[i] - '0');
  if (!underline)
    return app_set (app, APP_VERSION, v->bytes, len);
  if (app_set (app, APP_VERSION, v->bytes, underline - v->bytes) == -1)
    return -1;
  return app_set (app, APP_RELEASE, underline + 1,
                  v->bytes + len - (underline + 1));
}

static int
package_row (const struct sqlite_row *row, void *data, struct error *err)
{
  CLEANUP_APPLICATION struct application app = APPLICATION_INIT;
  const struct rows *rows = data;
  const struct sqlite_value *v = value (row, rows->version);
  size_t i;
  int r = v ? set_version (&app, v) : 0;

  for (i = 0; r == 0 && i < NR_COLUMNS; ++i) {
    v = value (row, rows->numbers[i]);
    if (v)
      r = app_set (&app, columns[i].field, v->bytes, v->len);
  }
  return r == -1 ? error_errno (err, LOCAL)
    : app_list_add (rows->list, &app, err);
}

static int
read_database (struct dbfile *f, struct dbfile *log, struct app_list *list,
               struct error *err)
{
  CLEANUP_SQLITE_FILE struct sqlite_file s = SQLITE_FILE_INIT;
  CLEANUP_FREE char *sql = NULL;
  struct rows rows = { .list = list };
  uint32_t page;
  size_t i;

  if (sqlite_file_init (&s, f, log, list, err) == -1
      || sqlite_find_table (&s, "packages", &page, &sql, err) == -1)
    return -1;
  rows.version = sqlite_column (sql, "version");
  for (i = 0; i < NR_COLUMNS; ++i)
    rows.numbers[i] = sqlite_column (sql, columns[i].column);
  if (rows.version == -1 || rows.numbers[0] == -1)
    return error_set (err, EINVAL, "its table has other columns than known");
  return sqlite_each_row (&s, page, package_row, &rows, err);
}

int
apps_freebsd (int root, const struct app_hints *hints, struct app_list *list,
              struct error *err)
{
  CLEANUP_DBFILE struct dbfile f = DBFILE_INIT;
  CLEANUP_DBFILE struct dbfile log = DBFILE_INIT;
  int r = dbfile_open (&f, root, LOCAL, err);

  (void) hints;
  if (r != 1)
    return r;
  r = dbfile_open (&log, root, LOCAL "-wal", err);
  if (r == -1)
    return -1;
  if (read_database (&f, r == 1 ? &log : NULL, list, err) == -1)
    return error_prefix (err, LOCAL);
  return 1;
}
