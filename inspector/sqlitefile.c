/* Tables of SQLite databases: see sqlitefile.h.  Section numbers are those of
 * fileformat2.html. */

#include <config.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bytes.h"
#include "sqlitefile.h"

#define FILE_HEAD 100
#define DEPTH_MAX 20

enum { PAGE_INTERIOR = 5, PAGE_LEAF = 13 };

/* --- pages ------------------------------------------------------------------------ */

static int
compare_page (const void *key, const void *frame)
{
  uint32_t page = *(const uint32_t *) key;
  const struct sqlite_frame *f = frame;

  return page < f->page ? -1 : page > f->page;
}

/* `len` bytes from the start of a page, which are numbered from 1. */
static int
read_page (struct sqlite_file *s, uint32_t page, unsigned char *buf,
           struct error *err)
{
  const struct sqlite_frame *f = NULL;

  if (page == 0 || page > s->nr_pages)
    return error_set (err, EINVAL, "it refers to page %u, which it does not "
                      "have", (unsigned) page);
  if (s->frames.len > 0)
    f = bsearch (&page, s->frames.ptr, s->frames.len, sizeof *f, compare_page);
  if (f)
    return dbfile_read (s->log, f->offset, buf, s->page_size, err);
  return dbfile_read (s->f, (uint64_t) (page - 1) * s->page_size, buf,
                      s->page_size, err);
}

void
sqlite_file_release (struct sqlite_file *s)
{
  sqlite_frames_release (&s->frames);
  free (s->row);
  s->row = NULL;
  s->alloc = 0;
}

/* Section 1.3. */
int
sqlite_file_init (struct sqlite_file *s, struct dbfile *f, struct dbfile *log,
                  struct app_list *list, struct error *err)
{
  unsigned char head[FILE_HEAD];

  *s = (struct sqlite_file) { .f = f, .log = log, .list = list };
  if (dbfile_read (f, 0, head, sizeof head, err) == -1)
    return -1;
  s->page_size = get_be16 (head + 16) == 1 ? 65536 : get_be16 (head + 16);
  if (memcmp (head, "SQLite format 3", 16) != 0 || s->page_size < 512
      || (s->page_size & (s->page_size - 1)) != 0
      || s->page_size - head[20] < 480)
    return error_set (err, EINVAL, "it is no SQLite database");
  if (head[19] > 2)
    return error_set (err, ENOTSUP, "its format is newer than 2");
  if (get_be32 (head + 56) > 1)
    return error_set (err, ENOTSUP, "its text is not UTF-8");
  s->usable = s->page_size - head[20];
  s->nr_pages = f->size / s->page_size;
  return log ? sqlite_read_log (s, err) : 0;
}

/* --- records ---------------------------------------------------------------------- */

/* Section 1.6: up to 9 bytes.  The number of bytes, 0 when they are missing. */
static size_t
varint (const unsigned char *p, size_t len, uint64_t *ret)
{
  uint64_t value = 0;
  size_t i;

  for (i = 0; i < len && i < 8; ++i) {
    value = value << 7 | (p[i] & 0x7f);
    if (!(p[i] & 0x80)) {
      *ret = value;
      return i + 1;
    }
  }
  if (len < 9)
    return 0;
  *ret = value << 8 | p[8];
  return 9;
}

static int64_t
integer (const unsigned char *p, size_t len)
{
  uint64_t value = len > 0 && (p[0] & 0x80) ? UINT64_MAX : 0;
  size_t i;

  for (i = 0; i < len; ++i)
    value = value << 8 | p[i];
  return (int64_t) value;
}

/* A value by its serial type (section 2.1); its length in the record. */
static uint64_t
decode (uint64_t type, const unsigned char *p, size_t len,
        struct sqlite_value *ret)
{
  static const unsigned char sizes[] = { 0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0 };
  uint64_t n = type < 12 ? sizes[type] : (type - 12) / 2;

  if (n > len)
    return n;
  if (type >= 12)
    *ret = (struct sqlite_value) {
      .kind = SQLITE_VALUE_BYTES, .bytes = (const char *) p, .len = n,
    };
  else if (type >= 1 && type != 7 && type < 10)
    *ret = (struct sqlite_value) {
      .kind = SQLITE_VALUE_INTEGER,
      .integer = type >= 8 ? (int64_t) type - 8 : integer (p, n),
    };
  return n;
}

/* Columns beyond those that fit in *ret are left out. */
static int
parse_record (const unsigned char *p, size_t len, struct sqlite_row *ret)
{
  uint64_t head_len, type;
  size_t at = varint (p, len, &head_len), body, i;

  memset (ret, 0, sizeof *ret);
  if (at == 0 || head_len > len || head_len < at)
    return -1;
  body = head_len;
  for (i = 0; at < head_len && i < SQLITE_COLUMNS_MAX; ++i) {
    size_t n = varint (p + at, head_len - at, &type);
    uint64_t size;

    if (n == 0)
      return -1;
    size = decode (type, p + body, len - body, &ret->columns[i]);
    if (size > len - body)
      return -1;
    body += size;
    at += n;
  }
  return 0;
}

/* --- the tree of a table ------------------------------------------------------------ */

static int
reserve (struct sqlite_file *s, size_t len, struct error *err)
{
  size_t alloc = s->alloc ? s->alloc : 65536;
  unsigned char *row;

  if (len <= s->alloc)
    return 0;
  while (alloc < len)
    alloc *= 2;
  row = realloc (s->row, alloc);
  if (!row)
    return error_errno (err, "row");
  s->row = row;
  s->alloc = alloc;
  return 0;
}

/* The rest of a row: a chain of pages that start with the number of the next. */
static int
read_overflow (struct sqlite_file *s, uint32_t page, size_t done, size_t total,
               struct error *err)
{
  CLEANUP_FREE unsigned char *buf = malloc (s->page_size);

  if (!buf)
    return error_errno (err, "row");
  while (done < total) {
    size_t n = s->usable - 4;

    if (n > total - done)
      n = total - done;
    if (read_page (s, page, buf, err) == -1
        || reserve (s, done + n, err) == -1)
      return -1;
    memcpy (s->row + done, buf + 4, n);
    done += n;
    page = get_be32 (buf);
  }
  return 0;
}

/* How much of a row of `total` bytes is in the leaf (section 1.6). */
static size_t
local_size (const struct sqlite_file *s, uint64_t total)
{
  size_t u = s->usable, min = (u - 12) * 32 / 255 - 23, k;

  if (total <= u - 35)
    return total;
  k = min + (total - min) % (u - 4);
  return k <= u - 35 ? k : min;
}

/* Gather a row in s->row. */
static int
read_cell (struct sqlite_file *s, const unsigned char *p, size_t len,
           size_t *ret_len, struct error *err)
{
  uint64_t total, id;
  size_t n = varint (p, len, &total), m, local;

  m = n ? varint (p + n, len - n, &id) : 0;
  if (m == 0)
    return error_set (err, EINVAL, "a row is damaged");
  if (total > SQLITE_ROW_MAX)
    return error_set (err, EFBIG, "a row is too large");
  p += n + m;
  len -= n + m;
  local = local_size (s, total);
  if (local > len || (local < total && len - local < 4))
    return error_set (err, EINVAL, "a row is damaged");
  if (reserve (s, local, err) == -1)
    return -1;
  if (local > 0) /* there may be no memory for nothing */
    memcpy (s->row, p, local);
  *ret_len = total;
  return local == total
    ? 0 : read_overflow (s, get_be32 (p + local), local, total, err);
}

struct walk {
  struct sqlite_file *s;
  sqlite_row_fn *fn;
  void *data;
};

static int
warn (struct sqlite_file *s, const struct error *why, struct error *err)
{
  if (why->errnum == ENOMEM)
    return error_set (err, ENOMEM, "%s", why->message);
  return app_list_warn (s->list, err, "a part of a database: %s",
                        why->message);
}

static int
leaf_cell (struct walk *w, const unsigned char *p, size_t len,
           struct error *err)
{
  CLEANUP_ERROR struct error why = ERROR_INIT;
  struct sqlite_row row;
  size_t row_len = 0;

  if (read_cell (w->s, p, len, &row_len, &why) == -1)
    return warn (w->s, &why, err);
  if (parse_record (w->s->row, row_len, &row) == -1)
    return app_list_warn (w->s->list, err, "a row of a database is damaged");
  return w->fn (&row, w->data, err);
}

static int walk_page (struct walk *w, uint32_t page, int depth,
                      struct error *err);

/* Section 1.6: after a head of 8 or 12 bytes come the offsets of the cells. */
static int
walk_cells (struct walk *w, const unsigned char *buf, size_t head, int depth,
            struct error *err)
{
  bool is_leaf = buf[head] == PAGE_LEAF;
  size_t nr_cells = get_be16 (buf + head + 3), i;
  size_t offsets = head + (is_leaf ? 8 : 12);

  if (nr_cells > (w->s->usable - offsets) / 2)
    return app_list_warn (w->s->list, err, "a page of a database is damaged");
  for (i = 0; i < nr_cells; ++i) {
    size_t at = get_be16 (buf + offsets + 2 * i);
    int r;

    if (at + 4 > w->s->usable)
      r = app_list_warn (w->s->list, err, "a page of a database is damaged");
    else if (is_leaf)
      r = leaf_cell (w, buf + at, w->s->usable - at, err);
    else
      r = walk_page (w, get_be32 (buf + at), depth + 1, err);
    if (r == -1)
      return -1;
  }
  return is_leaf ? 0 : walk_page (w, get_be32 (buf + head + 8), depth + 1, err);
}

static int
walk_page (struct walk *w, uint32_t page, int depth, struct error *err)
{
  CLEANUP_ERROR struct error why = ERROR_INIT;
  CLEANUP_FREE unsigned char *buf = NULL;
  size_t head = page == 1 ? FILE_HEAD : 0;

  if (depth > DEPTH_MAX)
    return error_set (err, ELOOP, "its pages lead in circles");
  buf = malloc (w->s->page_size);
  if (!buf)
    return error_errno (err, "page");
  if (read_page (w->s, page, buf, &why) == -1) {
    if (why.errnum != ELOOP)
      return warn (w->s, &why, err);
    error_move (err, &why);
    return -1;
  }
  if (buf[head] != PAGE_LEAF && buf[head] != PAGE_INTERIOR)
    return app_list_warn (w->s->list, err, "page %u of a database is not of "
                          "its table", (unsigned) page);
  return walk_cells (w, buf, head, depth, err);
}

int
sqlite_each_row (struct sqlite_file *s, uint32_t page, sqlite_row_fn *fn,
                 void *data, struct error *err)
{
  struct walk w = { .s = s, .fn = fn, .data = data };

  return walk_page (&w, page, 0, err);
}

/* --- the schema ----------------------------------------------------------------------- */

struct table_search {
  const char *name;
  uint32_t page;
  char *sql;
};

static bool
is_text (const struct sqlite_value *v, const char *text)
{
  return v->kind == SQLITE_VALUE_BYTES && v->len == strlen (text)
         && strncasecmp (v->bytes, text, v->len) == 0;
}

/* sqlite_schema: type, name, tbl_name, rootpage, sql (section 2.6). */
static int
schema_row (const struct sqlite_row *row, void *data, struct error *err)
{
  struct table_search *t = data;
  const struct sqlite_value *c = row->columns;

  if (t->sql || !is_text (&c[0], "table") || !is_text (&c[1], t->name)
      || c[3].kind != SQLITE_VALUE_INTEGER || c[3].integer < 2
      || c[3].integer > UINT32_MAX || c[4].kind != SQLITE_VALUE_BYTES)
    return 0;
  t->page = c[3].integer;
  t->sql = strndup (c[4].bytes, c[4].len);
  return t->sql ? 0 : error_errno (err, "schema");
}

int
sqlite_find_table (struct sqlite_file *s, const char *name, uint32_t *ret_page,
                   char **ret_sql, struct error *err)
{
  struct table_search t = { .name = name };
  CLEANUP_FREE char *sql = NULL;
  int r = sqlite_each_row (s, 1, schema_row, &t, err);

  sql = t.sql;
  if (r == -1)
    return -1;
  if (!sql)
    return error_set (err, ENOENT, "it has no table %s", name);
  *ret_page = t.page;
  if (ret_sql)
    *ret_sql = TAKE_PTR (sql);
  return 0;
}

/* Names are the first words of what commas outside parentheses separate; what
 * follows the columns are constraints. */
int
sqlite_column (const char *sql, const char *name)
{
  const char *p = strchr (sql, '(');
  size_t len = strlen (name);
  int depth = 0, n = 0;

  for (; p && *p; ++p) {
    const char *word;

    depth += (*p == '(') - (*p == ')');
    if (depth != 1 || (*p != '(' && *p != ','))
      continue;
    if (*p == ',')
      ++n;
    word = p + 1 + strspn (p + 1, " \t\r\n\"`[");
    if (strncasecmp (word, name, len) == 0
        && strchr (" \t\r\n\"`],)", word[len]))
      return n;
  }
  return -1;
}
