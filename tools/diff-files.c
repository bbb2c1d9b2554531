/* Compare two trees: see diff-files.h.
 *
 * Both are walked at once, a directory at a time, names in order.  A directory
 * takes three calls on each side: names, attributes and extended attributes.
 */

#include <config.h>

#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "diff-contents.h"
#include "diff-files.h"
#include "strbuf.h"
#include "strlist.h"

struct side {
  guestfs_h *g;
  char **names; /* sorted; owned */
  struct guestfs_statns_list *stats;
  char **links; /* where they lead, as many as names; NULL: none is a link */
  struct guestfs_xattr_list *attributes; /* of all; owned */
  struct ls_xattrs *xattrs; /* which of these are each one's; owned */
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
  guestfs_free_xattr_list (s->attributes);
  free (s->xattrs);
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

static int
by_name (const void *a, const void *b)
{
  const struct guestfs_xattr *x = a, *y = b;

  return strcmp (x->attrname, y->attrname);
}

/* One list for all files: before the attributes of each comes an entry without a
 * name, the value of which is their number. */
static int
side_read_xattrs (struct side *s, const char *path)
{
  size_t i, pos = 0;

  s->attributes = guestfs_lxattrlist (s->g, path, s->names);
  s->xattrs = calloc (s->count + 1, sizeof *s->xattrs);
  if (!s->attributes || !s->xattrs)
    return -1;
  for (i = 0; i < s->count && pos < s->attributes->len; ++i) {
    const struct guestfs_xattr *first = &s->attributes->val[pos];
    CLEANUP_FREE char *text = strndup (first->attrval, first->attrval_len);
    size_t n = text ? strtoul (text, NULL, 10) : 0;

    if (n > s->attributes->len - ++pos)
      return -1;
    qsort (&s->attributes->val[pos], n, sizeof *first, by_name);
    s->xattrs[i] = (struct ls_xattrs) { &s->attributes->val[pos], n };
    pos += n;
  }
  return 0;
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
  if (s->count > 0 && side_read_xattrs (s, path) == -1)
    return -1;
  if (has_links (s)) {
    s->links = guestfs_readlinklist (g, path, s->names);
    if (!s->links || strings_count (s->links) != s->count)
      return -1;
  }
  return 0;
}

/* The directory at the top alone. */
static int
side_read_root (struct side *s, guestfs_h *g)
{
  struct guestfs_statns *stat = guestfs_lstatns (g, "/");
  struct guestfs_xattr_list *attributes = guestfs_lgetxattrs (g, "/");

  *s = (struct side) { .g = g, .attributes = attributes, .count = 1 };
  s->stats = calloc (1, sizeof *s->stats);
  s->xattrs = calloc (1, sizeof *s->xattrs);
  if (!s->stats || !s->xattrs)
    abort ();
  s->stats->val = stat;
  s->stats->len = stat != NULL;
  if (!stat || !attributes)
    return -1;
  qsort (attributes->val, attributes->len, sizeof *attributes->val, by_name);
  s->xattrs[0] = (struct ls_xattrs) { attributes->val, attributes->len };
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

/* What is compared, in the order in which it is told. */
static const struct {
  const char *name;
  size_t offset;
  bool fraction; /* of a time: it is compared, and told in JSON only */
} fields[] = {
#define FIELD(name, fraction) { #name, offsetof (struct guestfs_statns, name), fraction }
  FIELD (st_dev, false), FIELD (st_ino, false), FIELD (st_mode, false),
  FIELD (st_nlink, false), FIELD (st_uid, false), FIELD (st_gid, false),
  FIELD (st_rdev, false), FIELD (st_size, false), FIELD (st_blksize, false),
  FIELD (st_blocks, false), FIELD (st_atime_sec, false), FIELD (st_mtime_sec, false),
  FIELD (st_ctime_sec, false), FIELD (st_atime_nsec, true),
  FIELD (st_mtime_nsec, true), FIELD (st_ctime_nsec, true),
#undef FIELD
};

#define NR_FIELDS (sizeof fields / sizeof *fields)

static int64_t
value (const struct guestfs_statns *s, size_t field)
{
  int64_t ret;

  memcpy (&ret, (const char *) s + fields[field].offset, sizeof ret);
  return ret;
}

/* What is of no interest is 0. */
static struct guestfs_statns
of_interest (const struct diff_format *f, const struct guestfs_statns *s)
{
  struct guestfs_statns ret = *s;
  const bool is_dir = S_ISDIR (s->st_mode);

  if (is_dir && !f->dir_links)
    ret.st_nlink = 0;
  if (!f->ls.atime || (is_dir && !f->dir_times))
    ret.st_atime_sec = ret.st_atime_nsec = 0;
  if (is_dir && !f->dir_times) {
    ret.st_mtime_sec = ret.st_mtime_nsec = 0;
    ret.st_ctime_sec = ret.st_ctime_nsec = 0;
  }
  return ret;
}

struct change {
  bool any, content;
  struct strbuf names; /* with a blank or, for CSV, a comma before each */
};

static void
change_release (struct change *c)
{
  strbuf_release (&c->names);
}

static void
add_name (const struct diff *d, struct change *c, const char *name)
{
  const char *before = d->f->ls.csv ? "," : d->f->ls.json && !c->names.len ? ""
    : " ";

  if (strbuf_addf (&c->names, "%s%s", before, name) == -1)
    abort ();
}

static void
compare_stats (const struct diff *d, const struct guestfs_statns *a,
               const struct guestfs_statns *b, struct change *c)
{
  size_t i;

  for (i = 0; i < NR_FIELDS; ++i)
    if (value (a, i) != value (b, i)) {
      c->any = true;
      if (!fields[i].fraction || d->f->ls.json)
        add_name (d, c, fields[i].name);
    }
  /* As in libguestfs, by whole seconds. */
  c->content = a->st_size != b->st_size || a->st_mtime_sec != b->st_mtime_sec
               || a->st_ctime_sec != b->st_ctime_sec;
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

static bool
same_xattrs (struct ls_xattrs a, struct ls_xattrs b)
{
  size_t i;

  if (a.len != b.len)
    return false;
  for (i = 0; i < a.len; ++i)
    if (strcmp (a.val[i].attrname, b.val[i].attrname) != 0
        || a.val[i].attrval_len != b.val[i].attrval_len
        || memcmp (a.val[i].attrval, b.val[i].attrval,
                   a.val[i].attrval_len) != 0)
      return false;
  return true;
}

static void
compare_contents (struct diff *d, const char *path, const struct side *sa,
                  const struct side *sb, struct change *c)
{
  const struct guestfs_statns *a = side_stat (sa), *b = side_stat (sb);
  const char *checksum = d->f->ls.checksum;

  if (S_ISLNK (a->st_mode) && S_ISLNK (b->st_mode)
      && strcmp (sa->links[sa->pos], sb->links[sb->pos]) != 0) {
    c->any = true;
    if (d->f->ls.json)
      add_name (d, c, "target");
  }
  if (!same_xattrs (sa->xattrs[sa->pos], sb->xattrs[sb->pos])) {
    c->any = true;
    add_name (d, c, "xattrs");
  }
  if (checksum && S_ISREG (a->st_mode) && S_ISREG (b->st_mode)
      && a->st_size == b->st_size
      && !same_string (d, guestfs_checksum (d->a, checksum, path),
                       guestfs_checksum (d->b, checksum, path))) {
    /* As in libguestfs: the lines are shown where nothing else differs. */
    c->content |= !c->any;
    c->any = true;
    if (d->f->ls.json)
      add_name (d, c, "checksum");
  }
}

/* --- printing ----------------------------------------------------------------- */

static void
print_object (struct diff *d, const struct side *s, const char *word,
              const char *path, const char *changed)
{
  struct json j;

  json_begin (&j, stdout);
  json_text (&j, "change", word);
  json_text (&j, "changed", changed);
  if (ls_describe (s->g, &d->f->ls, &j, path, side_stat (s)) == -1)
    d->status = -1;
  json_end (&j);
}

static void
print_line (struct diff *d, const struct side *s, const char *mark,
            const char *path)
{
  const struct guestfs_statns shown = of_interest (d->f, side_stat (s));

  if (ls_print (s->g, &d->f->ls, d->now, mark, path, &shown,
                s->xattrs[s->pos]) == -1)
    d->status = -1;
}

/* In one of them only. */
static void
print_one (struct diff *d, const struct side *s, bool is_new, const char *path)
{
  if (d->f->ls.json)
    print_object (d, s, is_new ? "added" : "removed", path, NULL);
  else
    print_line (d, s, is_new ? "+" : "-", path);
}

static void
print_contents (struct diff *d, const struct side *a, const struct side *b,
                const char *path)
{
  print_line (d, a, "=", path);
  if (d->f->ls.csv)
    return;
  if (diff_contents (d->a, d->b, path, side_stat (a)->st_size,
                     side_stat (b)->st_size) == -1)
    d->status = -1;
  puts ("@@ End of diff @@");
}

static void
print_changed (struct diff *d, const struct side *a, const struct side *b,
               const char *path, const struct change *c)
{
  const int64_t mode_a = side_stat (a)->st_mode, mode_b = side_stat (b)->st_mode;
  const char *names = c->names.data ? c->names.data : "";

  if (d->f->ls.json && (mode_a & S_IFMT) == (mode_b & S_IFMT))
    print_object (d, b, "changed", path, names);
  else if (S_ISREG (mode_a) && S_ISREG (mode_b) && c->content)
    print_contents (d, a, b, path);
  else {
    print_one (d, a, false, path);
    print_one (d, b, true, path);
    if (!d->f->ls.json)
      printf ("#%cchanged:%s\n", d->f->ls.csv ? ',' : ' ', names);
  }
}

/* --- walking -------------------------------------------------------------------- */

static void visit (struct diff *d, const char *path, bool in_a, bool in_b);

static void
one_side (struct diff *d, struct side *s, const char *path, bool is_new)
{
  print_one (d, s, is_new, path);
  if (S_ISDIR (side_stat (s)->st_mode))
    visit (d, path, !is_new, is_new);
}

static void
both_sides (struct diff *d, const struct side *a, const struct side *b,
            const char *path)
{
  const struct guestfs_statns sa = of_interest (d->f, side_stat (a));
  const struct guestfs_statns sb = of_interest (d->f, side_stat (b));
  CLEANUP (change_release) struct change c = { .names = STRBUF_INIT };
  const bool in_a = S_ISDIR (sa.st_mode), in_b = S_ISDIR (sb.st_mode);

  compare_stats (d, &sa, &sb, &c);
  compare_contents (d, path, a, b, &c);
  if (c.any)
    print_changed (d, a, b, path, &c);
  if (in_a || in_b)
    visit (d, path, in_a, in_b);
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
diff_files (guestfs_h *ga, guestfs_h *gb, const struct diff_format *f)
{
  struct diff d = { .a = ga, .b = gb, .f = f, .now = time (NULL) };
  CLEANUP (side_release) struct side a = { .g = ga };
  CLEANUP (side_release) struct side b = { .g = gb };

  if (side_read_root (&a, ga) == -1 || side_read_root (&b, gb) == -1)
    return -1;
  both_sides (&d, &a, &b, "/");
  return d.status;
}
