/* Directories that were read, for a short time: names, attributes, where links
 * point and extended attributes, so that a listing of n files takes a few calls
 * to the daemon and not 3n.
 *
 * Attributes come with a listing.  Links and extended attributes are fetched
 * for a whole directory when one of them is first asked for.  Not shared
 * between threads.
 */
#ifndef BATHYSCOPE_FUSE_CACHE_H
#define BATHYSCOPE_FUSE_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "guestfs.h"

struct cached_file {
  char *name;
  char type;                    /* as in guestfs_dirent */
  bool has_stat;                /* false: ask the daemon */
  struct guestfs_statns stat;
  bool has_link;
  char *link;                   /* NULL: it is not a link */
  bool has_xattrs;
  bool xattrs_failed;           /* they cannot be read */
  struct guestfs_xattr_list xattrs; /* into the listing's xattrs */
};

/* A directory. */
struct listing {
  struct listing *next;
  char *path;
  uint64_t hash; /* of path */
  int64_t expires;
  struct cached_file *files; /* without . and .. */
  size_t nr_files;
  uint32_t *table; /* open addressing: index + 1, or 0 */
  size_t table_size;
  struct guestfs_xattr_list *xattrs; /* owned: what files point into */
  bool links_read, xattrs_read;
};

struct dir_cache {
  struct listing *first; /* most recently used first */
  size_t nr_files;
  int timeout; /* seconds */
};

void dir_cache_init (struct dir_cache *c, int timeout);
void dir_cache_release (struct dir_cache *c);

/* The listing of a directory that is remembered, or NULL. */
struct listing *dir_cache_get (struct dir_cache *c, const char *path);
/* Read a directory from the guest: one call for names, one for attributes.
 * NULL on error.  The listing belongs to the cache and lives until the next
 * call of a dir_cache function. */
struct listing *dir_cache_read (struct dir_cache *c, guestfs_h *g,
                                const char *path, struct error *err);

/* What is known about a path: 1 with *ret_listing and *ret_file, 0 when nothing
 * is known, -1 when it is known that there is no such file. */
int dir_cache_find (struct dir_cache *c, const char *path,
                    struct listing **ret_listing, struct cached_file **ret);

/* Fetch what is missing for all files of the listing. */
int listing_read_links (struct listing *l, guestfs_h *g, struct error *err);
int listing_read_xattrs (struct listing *l, guestfs_h *g, struct error *err);

/* The attributes of `path` have changed. */
void dir_cache_forget_file (struct dir_cache *c, const char *path);
/* A name has come or gone: forget its directory. */
void dir_cache_forget_name (struct dir_cache *c, const char *path);
void dir_cache_forget_all (struct dir_cache *c);

#endif
