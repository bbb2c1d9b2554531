/* Directories and trees: see dirscan.h. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "dirscan.h"
#include "transfer.h"

int
dirscan_init (struct dirscan *d, int fd, size_t size, struct error *err)
{
  *d = (struct dirscan) { .fd = fd, .size = size, .next_mark = 1 };
  d->buf = malloc (size);
  return d->buf ? 0 : error_errno (err, "directory buffer");
}

void
dirscan_release (struct dirscan *d)
{
  free (d->buf);
  d->buf = NULL;
}

/* An entry that comes again from the same position: ntfs3 goes back to where a call
 * began when it finds no block of the index, so that the end never comes.  Brent's
 * way: the mark moves to the 1st, 2nd, 4th, ... entry. */
static bool
repeats (struct dirscan *d, const struct dirent64 *e)
{
  const size_t len = strnlen (e->d_name, sizeof e->d_name - 1);

  if (d->mark.d_reclen && e->d_off == d->mark.d_off
      && e->d_ino == d->mark.d_ino && strcmp (e->d_name, d->mark.d_name) == 0)
    return true;
  if (++d->entries == d->next_mark) {
    d->next_mark *= 2;
    d->mark.d_off = e->d_off;
    d->mark.d_ino = e->d_ino;
    d->mark.d_reclen = e->d_reclen;
    memcpy (d->mark.d_name, e->d_name, len);
    d->mark.d_name[len] = '\0';
  }
  return false;
}

struct dirent64 *
dirscan_next_all (struct dirscan *d)
{
  struct dirent64 *e;

  if (d->pos == d->len) {
    ssize_t n = getdents64 (d->fd, d->buf, d->size);

    if (n == 0)
      errno = 0;
    if (n <= 0)
      return NULL;
    d->pos = 0;
    d->len = n;
  }
  e = (struct dirent64 *) (d->buf + d->pos);
  d->pos += e->d_reclen;
  if (repeats (d, e)) {
    errno = EUCLEAN;
    return NULL;
  }
  return e;
}

struct dirent64 *
dirscan_next (struct dirscan *d)
{
  struct dirent64 *e;

  do
    e = dirscan_next_all (d);
  while (e && (strcmp (e->d_name, ".") == 0 || strcmp (e->d_name, "..") == 0));
  return e;
}

struct walker {
  const struct walk *w;
  const char *what;
  unsigned visited;
  struct strbuf path;
};

/* A deep tree needs one descriptor a level. */
static void
raise_descriptor_limit (void)
{
  static int done;
  struct rlimit limit;

  if (done++ || getrlimit (RLIMIT_NOFILE, &limit) == -1
      || limit.rlim_cur >= 2 * WALK_MAX_DEPTH)
    return;
  limit.rlim_cur = 2 * WALK_MAX_DEPTH;
  if (limit.rlim_max < limit.rlim_cur)
    limit.rlim_max = limit.rlim_cur;
  (void) setrlimit (RLIMIT_NOFILE, &limit);
}

static unsigned char
entry_type (int fd, const struct dirent64 *e)
{
  struct stat st;

  if (e->d_type != DT_UNKNOWN)
    return e->d_type;
  if (fstatat (fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == -1)
    return DT_REG; /* gone or unreadable: whoever visits it will see */
  return IFTODT (st.st_mode);
}

static int walk_level (struct walker *k, int fd, unsigned depth,
                       struct error *err);

static int
walk_entry (struct walker *k, int fd, unsigned depth, struct dirent64 *d,
            struct error *err)
{
  CLEANUP_CLOSE int child = -1;
  struct walk_entry e = { .dirfd = fd, .name = d->d_name,
                          .path = k->path.data, .ino = d->d_ino };
  int r;

  /* Looking for a cancellation is a system call: not for every file. */
  if (++k->visited % 256 == 0 && is_cancelled ())
    return error_set (err, ECANCELED, "%s: cancelled", k->what);
  e.type = entry_type (fd, d);
  r = k->w->visit (k->w->opaque, &e, err);
  if (r != 0 || e.type != DT_DIR)
    return r == -1 ? -1 : 0;
  child = openat (fd, d->d_name,
                  O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (child == -1)
    return error_errno (err, "%s/%s", k->what, k->path.data);
  if (strbuf_addch (&k->path, '/') == -1)
    return error_errno (err, "path");
  if (walk_level (k, child, depth + 1, err) == -1)
    return -1;
  k->path.data[--k->path.len] = '\0';
  if (!k->w->leave)
    return 0;
  e.path = k->path.data; /* the buffer may have moved */
  return k->w->leave (k->w->opaque, &e, err) == -1 ? -1 : 0;
}

static int
walk_level (struct walker *k, int fd, unsigned depth, struct error *err)
{
  CLEANUP_DIRSCAN struct dirscan scan = { .buf = NULL };
  size_t len = k->path.len;
  struct dirent64 *d;

  if (depth > WALK_MAX_DEPTH)
    return error_set (err, ENAMETOOLONG, "%s: deeper than %d directories",
                      k->what, WALK_MAX_DEPTH);
  if (dirscan_init (&scan, fd, depth < 32 ? DIRSCAN_SIZE : 4096, err) == -1)
    return -1;
  while ((d = dirscan_next (&scan)) != NULL) {
    if (strbuf_addstr (&k->path, d->d_name) == -1)
      return error_errno (err, "path");
    if (walk_entry (k, fd, depth, d, err) == -1)
      return -1;
    k->path.len = len;
    k->path.data[len] = '\0';
  }
  if (errno)
    return error_errno (err, "%s/%s", k->what,
                        k->path.data ? k->path.data : "");
  return 0;
}

int
walk_tree (const struct walk *w, int fd, const char *what, const char *prefix,
           struct error *err)
{
  struct walker k = { .w = w, .what = what };
  int r;

  raise_descriptor_limit ();
  if (strbuf_addstr (&k.path, prefix) == -1)
    return error_errno (err, "path");
  r = walk_level (&k, fd, 0, err);
  strbuf_release (&k.path);
  return r;
}
