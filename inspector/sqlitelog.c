/* The write-ahead log of an SQLite database (fileformat2.html, section 4): pages
 * that were committed but are not in the database yet. */

#include <config.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "sqlitefile.h"

#define LOG_HEAD 32
#define FRAME_HEAD 24
#define LOG_MAGIC 0x377f0682 /* the lowest bit: checksums are big-endian */

struct sum {
  bool is_big_endian;
  uint32_t a, b;
};

static void
add (struct sum *s, const unsigned char *p, size_t len)
{
  size_t i;

  for (i = 0; i + 8 <= len; i += 8) {
    s->a += (s->is_big_endian ? get_be32 (p + i) : get_le32 (p + i)) + s->b;
    s->b += (s->is_big_endian ? get_be32 (p + i + 4) : get_le32 (p + i + 4)) + s->a;
  }
}

static int
compare (const void *a, const void *b)
{
  const struct sqlite_frame *x = a, *y = b;

  if (x->page != y->page)
    return x->page < y->page ? -1 : 1;
  return x->offset < y->offset ? -1 : x->offset > y->offset;
}

/* Of several frames of a page the last counts. */
static void
keep_last (struct sqlite_frames *v)
{
  size_t i, n = 0;

  if (v->len == 0)
    return;
  qsort (v->ptr, v->len, sizeof *v->ptr, compare);
  for (i = 0; i < v->len; ++i)
    if (i + 1 == v->len || v->ptr[i + 1].page != v->ptr[i].page)
      v->ptr[n++] = v->ptr[i];
  v->len = n;
}

/* Frames up to the last that ends a transaction; the log ends at the first that
 * is not of this run of it, or has a wrong checksum. */
static int
read_frames (struct sqlite_file *s, struct sum sum, const unsigned char *salt,
             unsigned char *page, struct error *err)
{
  uint64_t offset = LOG_HEAD;
  size_t committed = 0;

  while (offset + FRAME_HEAD + s->page_size <= s->log->size) {
    struct sqlite_frame frame;
    unsigned char head[FRAME_HEAD];

    if (dbfile_read (s->log, offset, head, sizeof head, err) == -1
        || dbfile_read (s->log, offset + FRAME_HEAD, page, s->page_size,
                        err) == -1)
      return -1;
    add (&sum, head, 8);
    add (&sum, page, s->page_size);
    if (memcmp (head + 8, salt, 8) != 0 || get_be32 (head + 16) != sum.a
        || get_be32 (head + 20) != sum.b)
      break;
    frame.page = get_be32 (head);
    frame.offset = offset + FRAME_HEAD;
    if (sqlite_frames_append (&s->frames, frame) == -1)
      return error_errno (err, "write-ahead log");
    if (get_be32 (head + 4) != 0) {
      committed = s->frames.len;
      s->nr_pages = get_be32 (head + 4);
    }
    offset += FRAME_HEAD + s->page_size;
  }
  s->frames.len = committed;
  keep_last (&s->frames);
  return 0;
}

int
sqlite_read_log (struct sqlite_file *s, struct error *err)
{
  unsigned char head[LOG_HEAD];
  CLEANUP_FREE unsigned char *page = NULL;
  struct sum sum = { 0 };

  if (s->log->size < LOG_HEAD)
    return 0;
  if (dbfile_read (s->log, 0, head, sizeof head, err) == -1)
    return -1;
  sum.is_big_endian = get_be32 (head) & 1;
  add (&sum, head, 24);
  /* A log that was begun and not written yet has no valid head. */
  if ((get_be32 (head) & ~1U) != LOG_MAGIC || get_be32 (head + 8) != s->page_size
      || get_be32 (head + 24) != sum.a || get_be32 (head + 28) != sum.b)
    return 0;
  page = malloc (s->page_size);
  if (!page)
    return error_errno (err, "write-ahead log");
  return read_frames (s, sum, head + 16, page, err);
}
