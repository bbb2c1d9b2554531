/* rpm's database in a hash file of Berkeley DB, the file Packages.
 *
 * Every page of the file is looked at in its turn, rather than bucket by bucket:
 * what hash pages hold is what the database holds, and no chain of pages can
 * lead in a circle.  Values that need more than a page are in a chain of
 * overflow pages, as long as the value's length says.  Integers have the byte
 * order of the machine that made the file.
 */

#include <config.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "apps-rpm.h"
#include "bytes.h"

#define HASH_MAGIC 0x061561
#define PAGE_HEAD 26
#define PAGE_MAX 65536

enum { PAGE_HASH_UNSORTED = 2, PAGE_OVERFLOW = 7, PAGE_HASH = 13 };
enum { ITEM_INLINE = 1, ITEM_OVERFLOW = 3 };

struct bdb {
  struct dbfile *f;
  struct app_list *list;
  rpm_blob_fn *fn;
  bool is_big_endian;
  uint32_t page_size, last_page;
  unsigned char *page, *other; /* the second is for overflow pages */
  unsigned char *value;
  size_t alloc;
};

static uint16_t
get16 (const struct bdb *db, const void *p)
{
  return db->is_big_endian ? get_be16 (p) : get_le16 (p);
}

static uint32_t
get32 (const struct bdb *db, const void *p)
{
  return db->is_big_endian ? get_be32 (p) : get_le32 (p);
}

static int
read_page (struct bdb *db, uint32_t number, unsigned char *page,
           struct error *err)
{
  return dbfile_read (db->f, (uint64_t) number * db->page_size, page,
                      db->page_size, err);
}

/* Grows with what the file really has. */
static int
reserve (struct bdb *db, size_t len, struct error *err)
{
  size_t alloc = db->alloc ? db->alloc : 65536;
  unsigned char *value;

  if (len <= db->alloc)
    return 0;
  while (alloc < len)
    alloc *= 2;
  value = realloc (db->value, alloc);
  if (!value)
    return error_errno (err, "header");
  db->value = value;
  db->alloc = alloc;
  return 0;
}

/* An overflow page has the number of the next one at 16, and at 22 how many
 * bytes it holds. */
static int
read_overflow (struct bdb *db, uint32_t number, uint32_t total,
               struct error *err)
{
  uint32_t done = 0;

  if (total > RPM_HEADER_MAX)
    return error_set (err, EFBIG, "a header is too large");
  while (done < total) {
    uint32_t n;

    if (number == 0 || number > db->last_page)
      return error_set (err, EINVAL, "a header ends too early");
    if (read_page (db, number, db->other, err) == -1)
      return -1;
    n = get16 (db, db->other + 22);
    if (db->other[25] != PAGE_OVERFLOW || n == 0
        || n > db->page_size - PAGE_HEAD || n > total - done)
      return error_set (err, EINVAL, "page %u is damaged", (unsigned) number);
    if (reserve (db, (size_t) done + n, err) == -1)
      return -1;
    memcpy (db->value + done, db->other + PAGE_HEAD, n);
    done += n;
    number = get32 (db, db->other + 16);
  }
  return 0;
}

/* Where item `i` of the page is; items lie one below the other from the end of
 * the page. */
static int
item (const struct bdb *db, unsigned i, const unsigned char **ret,
      size_t *ret_len)
{
  const unsigned char *offsets = db->page + PAGE_HEAD;
  uint32_t start = get16 (db, offsets + 2 * i);
  uint32_t end = i == 0 ? db->page_size : get16 (db, offsets + 2 * (i - 1));

  if (start < PAGE_HEAD || start >= end || end > db->page_size)
    return -1;
  *ret = db->page + start;
  *ret_len = end - start;
  return 0;
}

/* Record 0 has the number of the last package. */
static bool
is_package (const struct bdb *db, unsigned i)
{
  const unsigned char *key;
  size_t len;

  return item (db, i, &key, &len) == 0 && len == 5 && key[0] == ITEM_INLINE
         && get_le32 (key + 1) != 0;
}

static int
read_record (struct bdb *db, unsigned i, struct error *err)
{
  CLEANUP_ERROR struct error why = ERROR_INIT;
  const unsigned char *value;
  size_t len;

  if (!is_package (db, i))
    return 0;
  if (item (db, i + 1, &value, &len) == -1 || len < 2)
    error_set (&why, EINVAL, "a page is damaged");
  else if (value[0] == ITEM_INLINE)
    return db->fn (value + 1, len - 1, db->list, err);
  else if (value[0] != ITEM_OVERFLOW || len < 12)
    error_set (&why, EINVAL, "a page is damaged");
  else {
    uint32_t total = get32 (db, value + 8);

    if (read_overflow (db, get32 (db, value + 4), total, &why) == 0)
      return db->fn (db->value, total, db->list, err);
  }
  return app_list_warn (db->list, err, "Packages: %s", why.message);
}

static int
read_all (struct bdb *db, struct error *err)
{
  uint32_t number;

  for (number = 1; number <= db->last_page; ++number) {
    CLEANUP_ERROR struct error why = ERROR_INIT;
    unsigned i, nr_items;

    if (read_page (db, number, db->page, &why) == -1)
      return app_list_warn (db->list, err, "Packages: page %u: %s",
                            (unsigned) number, why.message);
    if (db->page[25] != PAGE_HASH && db->page[25] != PAGE_HASH_UNSORTED)
      continue;
    nr_items = get16 (db, db->page + 20);
    if (nr_items > (db->page_size - PAGE_HEAD) / 2)
      nr_items = 0;
    for (i = 0; i + 1 < nr_items; i += 2)
      if (read_record (db, i, err) == -1)
        return -1;
  }
  return 0;
}

/* The first page: magic number at 12, page size at 20, cipher at 24, last page
 * at 32. */
static int
read_meta (struct bdb *db, struct error *err)
{
  unsigned char meta[72];
  uint64_t pages;

  if (dbfile_read (db->f, 0, meta, sizeof meta, err) == -1)
    return -1;
  db->is_big_endian = get_be32 (meta + 12) == HASH_MAGIC;
  if (get32 (db, meta + 12) != HASH_MAGIC)
    return error_set (err, EINVAL, "it is no hash file of Berkeley DB");
  db->page_size = get32 (db, meta + 20);
  db->last_page = get32 (db, meta + 32);
  if (db->page_size < 512 || db->page_size > PAGE_MAX
      || (db->page_size & (db->page_size - 1)) != 0)
    return error_set (err, EINVAL, "its page size is wrong");
  if (meta[24] != 0)
    return error_set (err, ENOTSUP, "it is encrypted");
  /* Whatever the head says, what there is gets read. */
  pages = db->f->size / db->page_size;
  if (db->last_page + UINT64_C (1) != pages) {
    db->last_page = pages == 0 ? 0 : pages - 1;
    return app_list_warn (db->list, err, "Packages is not as long as its first "
                          "page says");
  }
  return 0;
}

int
rpm_bdb_read (struct dbfile *f, rpm_blob_fn *fn, struct app_list *list,
              struct error *err)
{
  struct bdb db = { .f = f, .list = list, .fn = fn };
  int r = -1;

  if (read_meta (&db, err) == -1)
    return -1;
  db.page = malloc (db.page_size);
  db.other = malloc (db.page_size);
  if (!db.page || !db.other)
    error_errno (err, "Packages");
  else
    r = read_all (&db, err);
  free (db.page);
  free (db.other);
  free (db.value);
  return r;
}
