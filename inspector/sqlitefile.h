/* Reading tables of SQLite databases of a guest, without SQLite: the file
 * format is documented at sqlite.org/fileformat2.html, and a walk through a
 * table that bounds depth, sizes and work is small.  What a guest that was not
 * shut down left in its write-ahead log is taken into account. */
#ifndef BATHYSCOPE_SQLITEFILE_H
#define BATHYSCOPE_SQLITEFILE_H

#include <stddef.h>
#include <stdint.h>

#include "applications.h"
#include "dbfile.h"

/* Rows that need more are warnings. */
#define SQLITE_ROW_MAX (32 << 20)
#define SQLITE_COLUMNS_MAX 64

struct sqlite_frame {
  uint32_t page;
  uint64_t offset; /* of the page's bytes in the log */
};

DEFINE_VECTOR (sqlite_frames, struct sqlite_frame)

struct sqlite_file {
  struct dbfile *f;      /* not owned */
  struct dbfile *log;    /* not owned; NULL where there is none */
  struct sqlite_frames frames; /* of the log, by page; owned */
  uint32_t page_size, usable, nr_pages;
  struct app_list *list; /* for warnings */
  unsigned char *row;    /* owned */
  size_t alloc;
};

#define SQLITE_FILE_INIT { .frames = VECTOR_INIT }

/* A column of a row; text that is no UTF-8 is not told apart from a blob. */
struct sqlite_value {
  enum { SQLITE_VALUE_NULL, SQLITE_VALUE_INTEGER, SQLITE_VALUE_BYTES } kind;
  int64_t integer;
  const char *bytes;
  size_t len;
};

struct sqlite_row {
  struct sqlite_value columns[SQLITE_COLUMNS_MAX]; /* NULL beyond the last */
};

/* `log` may be NULL.  0 or -1; sqlite_file_release in both cases. */
int sqlite_file_init (struct sqlite_file *s, struct dbfile *f,
                      struct dbfile *log, struct app_list *list,
                      struct error *err);
void sqlite_file_release (struct sqlite_file *s);

/* The page that the table starts at, and the statement that made it, as a heap
 * string.  ret_sql may be NULL.  ENOENT when there is no such table. */
int sqlite_find_table (struct sqlite_file *s, const char *name,
                       uint32_t *ret_page, char **ret_sql, struct error *err);

/* The number of a column by the statement that made its table; -1. */
int sqlite_column (const char *sql, const char *name);

/* Call for every row until it returns -1.  Parts that are damaged are left
 * out, with a warning. */
typedef int sqlite_row_fn (const struct sqlite_row *row, void *data,
                           struct error *err);
int sqlite_each_row (struct sqlite_file *s, uint32_t page, sqlite_row_fn *fn,
                     void *data, struct error *err);

#define CLEANUP_SQLITE_FILE CLEANUP (sqlite_file_release)

/* --- sqlitelog.c -------------------------------------------------------------- */

/* Fill s->frames, and s->nr_pages, with what the log has committed. */
int sqlite_read_log (struct sqlite_file *s, struct error *err);

#endif
