/* Names in directories and in trees: ls, readdir, find.
 *
 * The variants that end in 0 stream NUL-terminated names to a file and need no
 * memory for the list.
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "actions.h"
#include "dirscan.h"
#include "guestfile.h"
#include "guestpath.h"
#include "strlist.h"
#include "transfer.h"
#include "vector.h"

static char **
take_sorted (struct strlist *names, const char *directory, struct error *err)
{
  char **ret;

  strlist_sort (names);
  ret = strlist_take (names);
  if (!ret)
    error_errno (err, "%s", directory);
  return ret;
}

char **
do_ls (const char *directory, struct error *err)
{
  CLEANUP_CLOSE int fd = file_open_dir (directory, err);
  CLEANUP_DIRSCAN struct dirscan scan = { .buf = NULL };
  CLEANUP_STRLIST struct strlist names = STRLIST_INIT;
  struct dirent64 *d;

  if (fd == -1 || dirscan_init (&scan, fd, DIRSCAN_SIZE, err) == -1)
    return NULL;
  while ((d = dirscan_next (&scan)) != NULL)
    if (strlist_add (&names, d->d_name) == -1)
      break;
  if (errno) {
    error_errno (err, "%s", directory);
    return NULL;
  }
  return take_sorted (&names, directory, err);
}

/* Collects names until there are enough for a chunk. */
static int
stream_name (struct strbuf *b, const char *name, struct error *err)
{
  if (strbuf_add (b, name, strlen (name) + 1) == -1)
    return error_errno (err, "names");
  if (b->len >= IO_PIECE / 4) {
    if (send_chunk (b->data, b->len, err) == -1)
      return -1;
    b->len = 0;
  }
  return 0;
}

static int
stream_end (struct strbuf *b, struct error *err)
{
  if (b->len > 0 && send_chunk (b->data, b->len, err) == -1)
    return -1;
  return send_end (err);
}

int
do_ls0 (const char *dir, struct error *err)
{
  CLEANUP_CLOSE int fd = file_open_dir (dir, err);
  CLEANUP_DIRSCAN struct dirscan scan = { .buf = NULL };
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;
  struct dirent64 *d;

  if (fd == -1 || dirscan_init (&scan, fd, DIRSCAN_SIZE, err) == -1)
    return -1;
  while ((d = dirscan_next (&scan)) != NULL)
    if (stream_name (&b, d->d_name, err) == -1)
      return -1;
  if (errno)
    return error_errno (err, "%s", dir);
  return stream_end (&b, err);
}

static char
type_letter (unsigned char type)
{
  switch (type) {
  case DT_BLK: return 'b';
  case DT_CHR: return 'c';
  case DT_DIR: return 'd';
  case DT_FIFO: return 'f';
  case DT_LNK: return 'l';
  case DT_REG: return 'r';
  case DT_SOCK: return 's';
  case DT_UNKNOWN: return 'u';
  default: return '?';
  }
}

DEFINE_VECTOR (dirent_vector, struct guestfs_dirent)

static void
dirents_release (struct dirent_vector *v)
{
  size_t i;

  for (i = 0; i < v->len; i++)
    free (v->ptr[i].name);
  dirent_vector_release (v);
}

struct guestfs_dirent_list *
do_readdir (const char *dir, struct error *err)
{
  CLEANUP_CLOSE int fd = file_open_dir (dir, err);
  CLEANUP_DIRSCAN struct dirscan scan = { .buf = NULL };
  CLEANUP (dirents_release) struct dirent_vector v = VECTOR_INIT;
  struct guestfs_dirent_list *ret;
  struct dirent64 *d;

  if (fd == -1 || dirscan_init (&scan, fd, DIRSCAN_SIZE, err) == -1)
    return NULL;
  while ((d = dirscan_next_all (&scan)) != NULL) {
    struct guestfs_dirent e = { .ino = d->d_ino,
                                .ftyp = type_letter (d->d_type),
                                .name = strdup (d->d_name) };

    if (!e.name || dirent_vector_append (&v, e) == -1) {
      error_errno (err, "%s", dir);
      free (e.name);
      return NULL;
    }
  }
  if (errno || !(ret = malloc (sizeof *ret))) {
    error_errno (err, "%s", dir);
    return NULL;
  }
  ret->len = v.len;
  ret->val = v.ptr;
  v = (struct dirent_vector) VECTOR_INIT;
  return ret;
}

/* ---- find ---------------------------------------------------------------- */

/* What a name begins with: programs for libguestfs expect what is left of
 * DIRECTORY/NAME without the directory, just as the caller has spelt it. */
static const char *
find_prefix (const char *directory)
{
  size_t len = strlen (directory);

  return len > 0 && directory[len - 1] == '/' ? "" : "/";
}

static int
find0_visit (void *opaque, const struct walk_entry *e, struct error *err)
{
  return stream_name (opaque, e->path, err);
}

int
do_find0 (const char *directory, struct error *err)
{
  CLEANUP_CLOSE int fd = file_open_dir (directory, err);
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;
  struct walk w = { .visit = find0_visit, .opaque = &b };

  if (fd == -1
      || walk_tree (&w, fd, directory, find_prefix (directory), err) == -1)
    return -1;
  return stream_end (&b, err);
}
