/* Compare two trees: see diff-files.h.
 *
 * Both are walked at once, a directory at a time, names in order.  A directory
 * takes two calls on each side: names and attributes.
 */

#include <config.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "diff-files.h"
#include "strbuf.h"
#include "strlist.h"

struct side {
  guestfs_h *g;
  char **names; /* sorted; owned */
  struct guestfs_statns_list *stats;
  char **links; /* where they lead, as many as names; NULL: none is a link */
  size_t pos, count;
};

struct diff {
  guestfs_h *a, *b;
  const struct diff_format *f;
  time_t now;
  int status;
};

static void
side_release (struct side *s)
{
  strings_free (s->names);
  guestfs_free_statns_list (s->stats);
  strings_free (s->links);
}

static bool
has_links (const struct side *s)
{
  size_t i;

  for (i = 0; i < s->count; ++i)
    if (S_ISLNK (s->stats->val[i].st_mode))
      return true;
  return false;
}

/* Read a directory; NULL as path is one that is not there. */
static int
side_read (struct side *s, guestfs_h *g, const char *path)
{
  *s = (struct side) { .g = g };
  if (!path)
    return 0;
  s->names = guestfs_ls (g, path);
  s->stats = s->names ? guestfs_lstatnslist (g, path, s->names) : NULL;
  if (!s->stats)
    return -1;
  s->count = s->stats->len;
  if (has_links (s)) {
    s->links = guestfs_readlinklist (g, path, s->names);
    if (!s->links || strings_count (s->links) != s->count)
      return -1;
  }
  return 0;
}

struct reading {
  struct side *side;
  guestfs_h *g;
  const char *path;
  int result;
};

static void *
read_in_thread (void *opaque)
{
  struct reading *r = opaque;

  r->result = side_read (r->side, r->g, r->path);
  return NULL;
}

/* Both at the same time: each side has an appliance of its own. */
static int
read_both (struct diff *d, struct side *a, struct side *b, const char *path,
           bool in_a, bool in_b)
{
  struct reading second = { b, d->b, in_b ? path : NULL, -1 };
  bool started;
  pthread_t thread;
  int r;

  started = in_a && in_b
    && pthread_create (&thread, NULL, read_in_thread, &second) == 0;
  r = side_read (a, d->a, in_a ? path : NULL);
  if (started)
    pthread_join (thread, NULL);
  else
    read_in_thread (&second);
  return r == -1 ? -1 : second.result;
}

static const struct guestfs_statns *
side_stat (const struct side *s)
{
  return &s->stats->val[s->pos];
}

/* --- what has changed ----------------------------------------------------------- */

static void
add_word (struct strbuf *b, const char *word)
{
  if (strbuf_addf (b, "%s%s", b->len > 0 ? " " : "", word) == -1)
    abort ();
}

static bool
same_time (int64_t as, int64_t an, int64_t bs, int64_t bn)
{
  return as == bs && an == bn;
}

static void
compare_stats (const struct diff *d, const struct guestfs_statns *a,
               const struct guestfs_statns *b, struct strbuf *changed)
{
  const struct diff_format *f = d->f;
  bool is_dir = S_ISDIR (b->st_mode);

  if (a->st_mode != b->st_mode)
    add_word (changed, "mode");
  if (a->st_uid != b->st_uid)
    add_word (changed, "uid");
  if (a->st_gid != b->st_gid)
    add_word (changed, "gid");
  if (a->st_rdev != b->st_rdev)
    add_word (changed, "rdev");
  /* The size of a directory says how it is stored, not what is in it. */
  if (a->st_size != b->st_size && !is_dir)
    add_word (changed, "size");
  if (a->st_nlink != b->st_nlink && (!is_dir || f->dir_links))
    add_word (changed, "nlink");
  if (f->atime && !same_time (a->st_atime_sec, a->st_atime_nsec,
                              b->st_atime_sec, b->st_atime_nsec))
    add_word (changed, "atime");
  if (is_dir && !f->dir_times)
    return;
  if (!same_time (a->st_mtime_sec, a->st_mtime_nsec,
                  b->st_mtime_sec, b->st_mtime_nsec))
    add_word (changed, "mtime");
  if (!same_time (a->st_ctime_sec, a->st_ctime_nsec,
                  b->st_ctime_sec, b->st_ctime_nsec))
    add_word (changed, "ctime");
}

/* Does a call that gives a string give the same on both sides? */
static bool
same_string (struct diff *d, char *a, char *b)
{
  bool ret = a && b && strcmp (a, b) == 0;

  if (!a || !b)
    d->status = -1;
  free (a);
  free (b);
  return ret;
}

static int
by_name (const void *a, const void *b)
{
  const struct guestfs_xattr *x = a, *y = b;

  return strcmp (x->attrname, y->attrname);
}

static bool
same_xattrs (struct diff *d, const char *path)
{
  struct guestfs_xattr_list *a = guestfs_lgetxattrs (d->a, path);
  struct guestfs_xattr_list *b = guestfs_lgetxattrs (d->b, path);
  bool ret = a && b && a->len == b->len;
  uint32_t i;

  if (!a || !b)
    d->status = -1;
  if (ret) {
    qsort (a->val, a->len, sizeof *a->val, by_name);
    qsort (b->val, b->len, sizeof *b->val, by_name);
  }
  for (i = 0; ret && i < a->len; ++i)
    ret = strcmp (a->val[i].attrname, b->val[i].attrname) == 0
          && a->val[i].attrval_len == b->val[i].attrval_len
          && memcmp (a->val[i].attrval, b->val[i].attrval,
                     a->val[i].attrval_len) == 0;
  guestfs_free_xattr_list (a);
  guestfs_free_xattr_list (b);
  return ret;
}

static void
compare_contents (struct diff *d, const char *path, const struct side *sa,
                  const struct side *sb, struct strbuf *changed)
{
  const struct guestfs_statns *a = side_stat (sa), *b = side_stat (sb);
  const char *checksum = d->f->ls.checksum;

  if (S_ISLNK (a->st_mode) && S_ISLNK (b->st_mode)
      && strcmp (sa->links[sa->pos], sb->links[sb->pos]) != 0)
    add_word (changed, "target");
  if (checksum && S_ISREG (a->st_mode) && S_ISREG (b->st_mode)
      && a->st_size == b->st_size
      && !same_string (d, guestfs_checksum (d->a, checksum, path),
                       guestfs_checksum (d->b, checksum, path)))
    add_word (changed, "content");
  if (d->f->xattrs && !same_xattrs (d, path))
    add_word (changed, "xattrs");
}

/* --- printing ----------------------------------------------------------------- */

static void
print (struct diff *d, guestfs_h *g, const char *mark, const char *word,
       const char *path, const struct guestfs_statns *s, const char *changed)
{
  struct json j;

  if (!d->f->ls.json) {
    if (ls_print (g, &d->f->ls, d->now, mark, path, s) == -1)
      d->status = -1;
    if (changed && !d->f->ls.csv)
      printf ("# changed: %s\n", changed);
    return;
  }
  json_begin (&j, stdout);
  json_text (&j, "change", word);
  json_text (&j, "changed", changed);
  if (ls_describe (g, &d->f->ls, &j, path, s) == -1)
    d->status = -1;
  json_end (&j);
}

/* --- walking -------------------------------------------------------------------- */

static void visit (struct diff *d, const char *path, bool in_a, bool in_b);

static void
one_side (struct diff *d, struct side *s, const char *path, bool is_new)
{
  const struct guestfs_statns *st = side_stat (s);

  print (d, s->g, is_new ? "+" : "-", is_new ? "added" : "removed", path, st,
         NULL);
  if (S_ISDIR (st->st_mode))
    visit (d, path, !is_new, is_new);
}

static void
both_sides (struct diff *d, const struct side *a, const struct side *b,
            const char *path)
{
  const struct guestfs_statns *sa = side_stat (a), *sb = side_stat (b);
  CLEANUP_STRBUF struct strbuf changed = STRBUF_INIT;

  if ((sa->st_mode & S_IFMT) != (sb->st_mode & S_IFMT)) {
    print (d, d->a, "-", "removed", path, sa, NULL);
    if (S_ISDIR (sa->st_mode))
      visit (d, path, true, false);
    print (d, d->b, "+", "added", path, sb, NULL);
    if (S_ISDIR (sb->st_mode))
      visit (d, path, false, true);
    return;
  }
  compare_stats (d, sa, sb, &changed);
  compare_contents (d, path, a, b, &changed);
  if (changed.len > 0)
    print (d, d->b, "=", "changed", path, sb, changed.data);
  if (S_ISDIR (sa->st_mode))
    visit (d, path, true, true);
}

/* Skip what has gone since the names were read: an inode number of -1. */
static void
skip_missing (struct side *s)
{
  while (s->pos < s->count && side_stat (s)->st_ino == -1)
    s->pos++;
}

static int
compare_names (const struct side *a, const struct side *b)
{
  if (a->pos == a->count)
    return 1;
  if (b->pos == b->count)
    return -1;
  return strcmp (a->names[a->pos], b->names[b->pos]);
}

/* Directory nesting is bounded by the length of a path that the guest can
 * open. */
static void
visit (struct diff *d, const char *path, bool in_a, bool in_b)
{
  CLEANUP (side_release) struct side a = { .g = d->a };
  CLEANUP (side_release) struct side b = { .g = d->b };
  const char *slash = strcmp (path, "/") == 0 ? "" : path;

  if (read_both (d, &a, &b, path, in_a, in_b) == -1) {
    d->status = -1;
    return;
  }
  for (;;) {
    CLEANUP_FREE char *name = NULL;
    int order;

    skip_missing (&a);
    skip_missing (&b);
    if (a.pos == a.count && b.pos == b.count)
      return;
    order = compare_names (&a, &b);
    if (asprintf (&name, "%s/%s", slash,
                  order <= 0 ? a.names[a.pos] : b.names[b.pos]) == -1)
      abort ();
    if (order < 0)
      one_side (d, &a, name, false);
    else if (order > 0)
      one_side (d, &b, name, true);
    else
      both_sides (d, &a, &b, name);
    a.pos += order <= 0;
    b.pos += order >= 0;
  }
}

int
diff_files (guestfs_h *a, guestfs_h *b, const struct diff_format *f)
{
  struct diff d = { .a = a, .b = b, .f = f, .now = time (NULL) };

  visit (&d, "/", true, true);
  return d.status;
}
