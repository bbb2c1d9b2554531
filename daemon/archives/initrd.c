/* initrd_list and initrd_cat: the files in a Linux initial ramdisk.
 *
 * An initrd is one or more cpio archives after each other, with zero bytes in
 * between; usually an uncompressed one (CPU microcode) and a compressed one.
 * libarchive reads one at a time; the next starts where that one ended.
 */

#include <config.h>

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>

#include "actions.h"
#include "guestfile.h"
#include "prefix.h"
#include "strbuf.h"
#include "strlist.h"

typedef int visit_fn (void *opaque, struct archive *a,
                      struct archive_entry *entry, struct error *err);

static void
archive_release (struct archive **a)
{
  archive_read_free (*a);
}

/* Go through the archive at the start of `data`; how many of its bytes it
 * took, 0 at a stop wanted by `visit`, -1. */
static ssize_t
read_archive (const char *data, size_t len, const char *path, visit_fn *visit,
              void *opaque, struct error *err)
{
  CLEANUP (archive_release) struct archive *a = archive_read_new ();
  struct archive_entry *entry;
  int r;

  if (!a)
    return error_set (err, ENOMEM, "%s: libarchive", path);
  archive_read_support_filter_all (a);
  archive_read_support_format_cpio (a);
  r = archive_read_open_memory (a, data, len);
  while (r == ARCHIVE_OK
         && (r = archive_read_next_header (a, &entry)) == ARCHIVE_OK) {
    int v = visit (opaque, a, entry, err);

    if (v != 0)
      return v == -1 ? -1 : 0;
  }
  if (r != ARCHIVE_EOF)
    return error_set (err, EINVAL, "%s: not an initrd: %s", path,
                      archive_error_string (a));
  return archive_filter_bytes (a, -1);
}

/* Zero bytes between the archives. */
static size_t
skip_zeroes (const char *data, size_t len)
{
  size_t n = 0;

  while (n < len && data[n] == 0)
    n++;
  return n;
}

static int
read_initrd (const char *path, visit_fn *visit, void *opaque,
             struct error *err)
{
  size_t len, pos = 0;
  CLEANUP_FREE char *data = file_read_all (path, &len, err);

  if (!data)
    return -1;
  do {
    ssize_t n = read_archive (data + pos, len - pos, path, visit, opaque, err);

    if (n <= 0)
      return n;
    pos += n;
    pos += skip_zeroes (data + pos, len - pos);
  } while (pos < len);
  return 0;
}

static int
list_visit (void *opaque, struct archive *a, struct archive_entry *entry,
            struct error *err)
{
  const char *name = archive_entry_pathname (entry);

  (void) a;
  if (name && strlist_add (opaque, name) == -1)
    return error_errno (err, "names");
  return 0;
}

char **
do_initrd_list (const char *path, struct error *err)
{
  CLEANUP_STRLIST struct strlist names = STRLIST_INIT;
  char **ret;

  if (read_initrd (path, list_visit, &names, err) == -1)
    return NULL;
  ret = strlist_take (&names);
  if (!ret)
    error_errno (err, "%s", path);
  return ret;
}

struct wanted {
  const char *name;
  struct strbuf content;
  int found;
};

static int
cat_visit (void *opaque, struct archive *a, struct archive_entry *entry,
           struct error *err)
{
  struct wanted *w = opaque;
  const char *name = archive_entry_pathname (entry);
  const void *data;
  size_t len;
  la_int64_t offset;
  int r;

  if (!name)
    return 0;
  if (has_prefix (name, "./"))
    name += 2;
  if (strcmp (name, w->name) != 0 || archive_entry_filetype (entry) != AE_IFREG)
    return 0;
  while ((r = archive_read_data_block (a, &data, &len, &offset)) == ARCHIVE_OK)
    if (strbuf_add (&w->content, data, len) == -1)
      return error_errno (err, "%s", w->name);
  if (r != ARCHIVE_EOF)
    return error_set (err, EIO, "%s: %s", w->name, archive_error_string (a));
  w->found = 1;
  return 1;
}

static void
wanted_release (struct wanted *w)
{
  strbuf_release (&w->content);
}

char *
do_initrd_cat (const char *initrdpath, const char *filename, size_t *ret_size,
               struct error *err)
{
  CLEANUP (wanted_release) struct wanted w = { .name = filename };

  if (read_initrd (initrdpath, cat_visit, &w, err) == -1)
    return NULL;
  if (!w.found) {
    error_set (err, ENOENT, "%s: no such file in %s", filename, initrdpath);
    return NULL;
  }
  *ret_size = w.content.len;
  return strbuf_take (&w.content);
}
