/* Directories that are remembered for mount_local: see fuse-cache.h. */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fuse-cache.h"
#include "hash.h"
#include "impl.h"
#include "strlist.h"
#include "structs.h"

#define MAX_LISTINGS 64
#define MAX_FILES 500000 /* in all listings but the newest */

static int64_t
now (void)
{
  struct timespec ts;

  clock_gettime (CLOCK_MONOTONIC, &ts);
  return ts.tv_sec;
}

static void
listing_free (struct listing *l)
{
  if (!l)
    return;
  for (size_t i = 0; i < l->nr_files; ++i) {
    free (l->files[i].name);
    free (l->files[i].link);
  }
  free (l->files);
  free (l->table);
  struct_free_xattr_list (l->xattrs);
  free (l->path);
  free (l);
}

static void
cleanup_listing (struct listing **l)
{
  listing_free (*l);
}

void
dir_cache_init (struct dir_cache *c, int timeout)
{
  *c = (struct dir_cache) { .timeout = timeout };
}

void
dir_cache_forget_all (struct dir_cache *c)
{
  while (c->first) {
    struct listing *l = c->first;

    c->first = l->next;
    listing_free (l);
  }
  c->nr_files = 0;
}

void
dir_cache_release (struct dir_cache *c)
{
  dir_cache_forget_all (c);
}

/* Take a listing out of the list. */
static struct listing *
detach (struct dir_cache *c, struct listing **p)
{
  struct listing *l = *p;

  *p = l->next;
  l->next = NULL;
  c->nr_files -= l->nr_files;
  return l;
}

static void
attach (struct dir_cache *c, struct listing *l)
{
  l->next = c->first;
  c->first = l;
  c->nr_files += l->nr_files;
}

static struct listing **
find_listing (struct dir_cache *c, const char *path)
{
  uint64_t hash = hash_string (path);
  struct listing **p;

  for (p = &c->first; *p; p = &(*p)->next)
    if ((*p)->hash == hash && strcmp ((*p)->path, path) == 0)
      return p;
  return NULL;
}

struct listing *
dir_cache_get (struct dir_cache *c, const char *path)
{
  struct listing **p = find_listing (c, path), *l;

  if (!p)
    return NULL;
  l = detach (c, p);
  if (l->expires < now ()) {
    listing_free (l);
    return NULL;
  }
  attach (c, l);
  return l;
}

/* Make room: the listings used last stay. */
static void
shrink (struct dir_cache *c)
{
  size_t n = 0, files = 0;
  struct listing **p = &c->first;

  while (*p) {
    if (n > 0 && (n >= MAX_LISTINGS
                  || files + (*p)->nr_files > MAX_FILES)) {
      listing_free (detach (c, p));
      continue;
    }
    files += (*p)->nr_files;
    ++n;
    p = &(*p)->next;
  }
}

/* --- one listing ------------------------------------------------------------ */

static int
make_table (struct listing *l)
{
  size_t size = 16;

  while (size < l->nr_files * 2)
    size *= 2;
  l->table = calloc (size, sizeof *l->table);
  if (!l->table)
    return -1;
  l->table_size = size;
  for (size_t i = 0; i < l->nr_files; ++i) {
    size_t slot = hash_string (l->files[i].name) & (size - 1);

    while (l->table[slot])
      slot = (slot + 1) & (size - 1);
    l->table[slot] = i + 1;
  }
  return 0;
}

static struct cached_file *
find_file (struct listing *l, const char *name)
{
  size_t slot = hash_string (name) & (l->table_size - 1);

  for (; l->table[slot]; slot = (slot + 1) & (l->table_size - 1)) {
    struct cached_file *f = &l->files[l->table[slot] - 1];

    if (strcmp (f->name, name) == 0)
      return f;
  }
  return NULL;
}

/* The names of the files of a type ('?': of any), as a list whose strings
 * belong to the listing. */
static char **
borrow_names (const struct listing *l, char type)
{
  char **ret = calloc (l->nr_files + 1, sizeof *ret);
  size_t n = 0;

  for (size_t i = 0; ret && i < l->nr_files; ++i)
    if (type == '?' || l->files[i].type == type)
      ret[n++] = l->files[i].name;
  return ret;
}

static char
type_of (const struct guestfs_statns *s, char fallback)
{
  switch (s->st_mode & 0170000) {
  case 0120000: return 'l';
  case 0040000: return 'd';
  case 0100000: return 'r';
  default: return fallback;
  }
}

static int
read_attributes (struct listing *l, guestfs_h *g, struct error *err)
{
  CLEANUP_FREE char **names = borrow_names (l, '?');
  CLEANUP (cleanup_struct_statns_list) struct guestfs_statns_list *stats = NULL;

  if (!names)
    return error_errno (err, "%s", l->path);
  if (l->nr_files == 0)
    return 0;
  stats = impl_lstatnslist (g, l->path, names, err);
  if (!stats)
    return -1;
  for (size_t i = 0; i < l->nr_files && i < stats->len; ++i)
    if (stats->val[i].st_ino != -1) {
      l->files[i].stat = stats->val[i];
      l->files[i].has_stat = true;
      l->files[i].type = type_of (&stats->val[i], l->files[i].type);
    }
  return 0;
}

static int
read_names (struct listing *l, guestfs_h *g, struct error *err)
{
  CLEANUP (cleanup_struct_dirent_list) struct guestfs_dirent_list *entries
    = impl_readdir (g, l->path, err);

  if (!entries)
    return -1;
  l->files = calloc ((size_t) entries->len + 1, sizeof *l->files);
  if (!l->files)
    return error_errno (err, "%s", l->path);
  for (uint32_t i = 0; i < entries->len; ++i) {
    const char *name = entries->val[i].name;

    /* The daemon is not trusted: the kernel must not see such names. */
    if (strcmp (name, ".") == 0 || strcmp (name, "..") == 0 || !*name
        || strchr (name, '/'))
      continue;
    l->files[l->nr_files].name = TAKE_PTR (entries->val[i].name);
    l->files[l->nr_files++].type = entries->val[i].ftyp;
  }
  return 0;
}

struct listing *
dir_cache_read (struct dir_cache *c, guestfs_h *g, const char *path,
                struct error *err)
{
  CLEANUP (cleanup_listing) struct listing *l = calloc (1, sizeof *l);
  struct listing **old;

  if (!l || !(l->path = strdup (path))) {
    error_errno (err, "%s", path);
    return NULL;
  }
  l->hash = hash_string (path);
  if (read_names (l, g, err) == -1 || read_attributes (l, g, err) == -1)
    return NULL;
  if (make_table (l) == -1) {
    error_errno (err, "%s", path);
    return NULL;
  }
  l->expires = now () + c->timeout;
  old = find_listing (c, path);
  if (old)
    listing_free (detach (c, old));
  attach (c, l);
  shrink (c);
  return TAKE_PTR (l);
}

int
listing_read_links (struct listing *l, guestfs_h *g, struct error *err)
{
  CLEANUP_FREE char **names = borrow_names (l, 'l');
  CLEANUP_STRINGS char **links = NULL;
  size_t n = 0, count;

  if (l->links_read)
    return 0;
  if (!names)
    return error_errno (err, "%s", l->path);
  links = impl_readlinklist (g, l->path, names, err);
  if (!links)
    return -1;
  count = strings_count (links);
  for (size_t i = 0; i < l->nr_files; ++i) {
    struct cached_file *f = &l->files[i];

    if (f->type != 'l' || n >= count)
      continue;
    free (f->link);
    f->link = *links[n] ? strdup (links[n]) : NULL;
    f->has_link = f->link != NULL;
    ++n;
  }
  l->links_read = true;
  return 0;
}

/* The list is flat: a header with the number of attributes, then these. */
int
listing_read_xattrs (struct listing *l, guestfs_h *g, struct error *err)
{
  CLEANUP_FREE char **names = borrow_names (l, '?');
  struct guestfs_xattr_list *all;
  uint32_t pos = 0;

  if (l->xattrs_read)
    return 0;
  if (!names)
    return error_errno (err, "%s", l->path);
  all = impl_lxattrlist (g, l->path, names, err);
  if (!all)
    return -1;
  struct_free_xattr_list (l->xattrs);
  l->xattrs = all;
  for (size_t i = 0; i < l->nr_files && pos < all->len; ++i) {
    struct cached_file *f = &l->files[i];
    const struct guestfs_xattr *head = &all->val[pos++];
    char number[16] = "";
    unsigned long n;

    if (head->attrval_len < sizeof number)
      memcpy (number, head->attrval, head->attrval_len);
    n = strtoul (number, NULL, 10);
    if (head->attrname[0] || n > all->len - pos)
      return error_set (err, EBADMSG, "%s: a list of extended attributes that "
                        "makes no sense", l->path);
    f->xattrs_failed = head->attrval_len == 0;
    f->xattrs.len = n;
    f->xattrs.val = &all->val[pos];
    f->has_xattrs = true;
    pos += n;
  }
  l->xattrs_read = true;
  return 0;
}

/* --- paths ------------------------------------------------------------------ */

/* Directory and name of a path; "/" has none. */
static struct listing *
find_parent (struct dir_cache *c, const char *path, const char **ret_name)
{
  const char *slash = strrchr (path, '/');
  CLEANUP_FREE char *dir = NULL;

  if (!slash || !slash[1])
    return NULL;
  *ret_name = slash + 1;
  dir = strndup (path, slash > path ? slash - path : 1);
  return dir ? dir_cache_get (c, dir) : NULL;
}

int
dir_cache_find (struct dir_cache *c, const char *path,
                struct listing **ret_listing, struct cached_file **ret)
{
  const char *name;
  struct listing *l = find_parent (c, path, &name);
  struct cached_file *f;

  if (!l)
    return 0;
  f = find_file (l, name);
  if (!f)
    return -1;
  *ret_listing = l;
  *ret = f;
  return 1;
}

void
dir_cache_forget_file (struct dir_cache *c, const char *path)
{
  struct listing *l;
  struct cached_file *f;

  if (dir_cache_find (c, path, &l, &f) == 1)
    f->has_stat = f->has_xattrs = false;
}

static void
forget_listing (struct dir_cache *c, const char *path)
{
  struct listing **p = find_listing (c, path);

  if (p)
    listing_free (detach (c, p));
}

void
dir_cache_forget_name (struct dir_cache *c, const char *path)
{
  const char *slash = strrchr (path, '/');
  CLEANUP_FREE char *dir = strndup (path, slash > path ? slash - path : 1);

  if (!dir) {
    dir_cache_forget_all (c);
    return;
  }
  forget_listing (c, dir);
  forget_listing (c, path);
  /* Its own times and number of links have changed, too. */
  dir_cache_forget_file (c, dir);
}
