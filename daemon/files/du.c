/* du: the space that a tree takes, hard links counted once. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <string.h>
#include <sys/stat.h>

#include "actions.h"
#include "dirscan.h"
#include "guestfile.h"

struct usage {
  uint64_t blocks; /* of 512 bytes */
  void *seen;      /* tsearch tree of struct seen */
  const char *path;
};

struct seen {
  dev_t dev;
  ino_t ino;
};

static int
compare_seen (const void *a, const void *b)
{
  const struct seen *x = a, *y = b;

  if (x->dev != y->dev)
    return x->dev < y->dev ? -1 : 1;
  return x->ino < y->ino ? -1 : x->ino > y->ino;
}

static void
usage_release (struct usage *u)
{
  tdestroy (u->seen, free);
}

/* 1 when this file was counted under another name, -1 without memory. */
static int
was_seen (struct usage *u, const struct stat *st)
{
  struct seen **found, *s;

  if (S_ISDIR (st->st_mode) || st->st_nlink < 2)
    return 0;
  s = malloc (sizeof *s);
  if (!s)
    return -1;
  *s = (struct seen) { .dev = st->st_dev, .ino = st->st_ino };
  found = tsearch (s, &u->seen, compare_seen);
  if (!found || *found != s) {
    free (s);
    return found ? 1 : -1;
  }
  return 0;
}

static int
du_visit (void *opaque, const struct walk_entry *e, struct error *err)
{
  struct usage *u = opaque;
  struct stat st;
  int seen;

  if (fstatat (e->dirfd, e->name, &st, AT_SYMLINK_NOFOLLOW) == -1)
    return error_errno (err, "%s/%s", u->path, e->path);
  seen = was_seen (u, &st);
  if (seen == -1)
    return error_errno (err, "%s", u->path);
  if (!seen)
    u->blocks += st.st_blocks;
  return 0;
}

int64_t
do_du (const char *path, struct error *err)
{
  CLEANUP (usage_release) struct usage u = { .path = path };
  struct walk w = { .visit = du_visit, .opaque = &u };
  CLEANUP_CLOSE int fd = file_open_meta (path, false, err), dir = -1;
  struct stat st;

  if (fd == -1)
    return -1;
  if (fstat (fd, &st) == -1)
    return error_errno (err, "%s", path);
  u.blocks = st.st_blocks;
  if (S_ISDIR (st.st_mode)) {
    dir = openat (fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir == -1)
      return error_errno (err, "%s", path);
    if (walk_tree (&w, dir, path, "", err) == -1)
      return -1;
  }
  return (u.blocks + 1) / 2;
}
