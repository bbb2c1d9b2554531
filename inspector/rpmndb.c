/* rpm's own database "ndb", the file Packages.db: pages of slots, each naming a
 * package and the blocks its header is in.  All integers little-endian. */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "apps-rpm.h"
#include "bytes.h"

#define PAGE 4096
#define SLOT 16        /* size of a slot; the file's header takes two */
#define BLOCK 16
#define BLOB_HEAD 16   /* magic, package, generation, length */
#define SLOT_PAGES_MAX 2048
#define FILE_MAGIC 0x506d7052 /* "RpmP" */
#define SLOT_MAGIC 0x746f6c53 /* "Slot" */
#define BLOB_MAGIC 0x53626c42 /* "BlbS" */

struct ndb {
  struct dbfile *f;
  struct app_list *list;
  rpm_blob_fn *fn;
  char *blob;
  size_t alloc;
};

static int
read_blob (struct ndb *db, uint32_t package, uint64_t offset, uint64_t room,
           size_t *ret_len, struct error *err)
{
  unsigned char head[BLOB_HEAD];
  uint32_t len;

  if (dbfile_read (db->f, offset, head, sizeof head, err) == -1)
    return -1;
  len = get_le32 (head + 12);
  if (get_le32 (head) != BLOB_MAGIC || get_le32 (head + 4) != package
      || room < sizeof head || len > room - sizeof head)
    return error_set (err, EINVAL, "its place holds something else");
  if (len > RPM_HEADER_MAX || len > db->f->size)
    return error_set (err, EFBIG, "its header is too large");
  if (len > db->alloc) {
    char *blob = realloc (db->blob, len);

    if (!blob)
      return error_errno (err, "header");
    db->blob = blob;
    db->alloc = len;
  }
  *ret_len = len;
  return dbfile_read (db->f, offset + sizeof head, db->blob, len, err);
}

static int
read_slot (struct ndb *db, const unsigned char *slot, struct error *err)
{
  CLEANUP_ERROR struct error why = ERROR_INIT;
  uint32_t package = get_le32 (slot + 4), blocks = get_le32 (slot + 12);
  size_t len = 0;

  if (package == 0)
    return 0;
  if (get_le32 (slot) != SLOT_MAGIC)
    return app_list_warn (db->list, err, "a slot of Packages.db is damaged");
  if (read_blob (db, package, (uint64_t) get_le32 (slot + 8) * BLOCK,
                 (uint64_t) blocks * BLOCK, &len, &why) == -1)
    return app_list_warn (db->list, err, "package %u of Packages.db: %s",
                          (unsigned) package, why.message);
  return db->fn (db->blob, len, db->list, err);
}

int
rpm_ndb_read (struct dbfile *f, rpm_blob_fn *fn, struct app_list *list,
              struct error *err)
{
  struct ndb db = { .f = f, .list = list, .fn = fn };
  unsigned char page[PAGE];
  uint32_t nr_pages = 1, i;
  int r = 0;

  for (i = 0; r == 0 && i < nr_pages; ++i) {
    size_t at = 0;

    r = dbfile_read (f, (uint64_t) i * PAGE, page, PAGE, err);
    if (r == 0 && i == 0) {
      nr_pages = get_le32 (page + 12);
      at = 2 * SLOT;
      if (get_le32 (page) != FILE_MAGIC || get_le32 (page + 4) != 0 || nr_pages == 0
          || nr_pages > SLOT_PAGES_MAX)
        r = error_set (err, EINVAL, "it is no database of rpm's ndb, or of an "
                       "unknown version");
    }
    for (; r == 0 && at < PAGE; at += SLOT)
      r = read_slot (&db, page + at, err);
  }
  free (db.blob);
  return r;
}
