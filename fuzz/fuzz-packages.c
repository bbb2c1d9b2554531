/* The files of rpm's and FreeBSD's databases.  The first byte chooses the
 * reader. */

#include <config.h>

#include "apps-rpm.h"
#include "fuzz.h"
#include "sqlitefile.h"

static int
add_header (const void *blob, size_t len, void *data, struct error *err)
{
  CLEANUP_APPLICATION struct application app = APPLICATION_INIT;

  return rpm_header_parse (blob, len, &app) == -1
    ? 0 : app_list_add (data, &app, err);
}

static int
look_at_row (const struct sqlite_row *row, void *data, struct error *err)
{
  static volatile char sum;
  size_t i, j;

  (void) data;
  (void) err;
  (void) sum;
  for (i = 0; i < SQLITE_COLUMNS_MAX; ++i)
    for (j = 0; j < row->columns[i].len; ++j)
      sum ^= row->columns[i].bytes[j];
  return 0;
}

/* `log_len` of the bytes are the write-ahead log. */
static void
run_sqlite (const uint8_t *data, size_t size, size_t log_len,
            struct app_list *list)
{
  CLEANUP_SQLITE_FILE struct sqlite_file s = SQLITE_FILE_INIT;
  CLEANUP_DBFILE struct dbfile f = DBFILE_INIT;
  CLEANUP_DBFILE struct dbfile log = DBFILE_INIT;
  CLEANUP_FREE char *sql = NULL;
  uint32_t page;

  dbfile_memory (&log, data, log_len);
  dbfile_memory (&f, data + log_len, size - log_len);
  if (sqlite_file_init (&s, &f, log_len ? &log : NULL, list, NULL) == -1
      || sqlite_find_table (&s, "Packages", &page, &sql, NULL) == -1)
    return;
  (void) sqlite_column (sql, "blob");
  (void) sqlite_each_row (&s, page, look_at_row, NULL, NULL);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  CLEANUP_APP_LIST struct app_list list = APP_LIST_INIT;
  CLEANUP_DBFILE struct dbfile f = DBFILE_INIT;
  size_t log_len;

  if (size < 3)
    return 0;
  dbfile_memory (&f, data + 1, size - 1);
  switch (data[0]) {
  case 'b': (void) rpm_bdb_read (&f, add_header, &list, NULL); break;
  case 'n': (void) rpm_ndb_read (&f, add_header, &list, NULL); break;
  case 'h': (void) add_header (data + 1, size - 1, &list, NULL); break;
  case 's': run_sqlite (data + 1, size - 1, 0, &list); break;
  case 'w': /* the log has as many times 256 bytes as the second byte says */
    log_len = data[1] * (size_t) 256 + 32;
    if (log_len < size - 2)
      run_sqlite (data + 2, size - 2, log_len, &list);
    break;
  }
  return 0;
}
