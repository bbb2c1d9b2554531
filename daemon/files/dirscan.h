/* Reading directories, and walking trees, with few system calls.
 *
 * No symbolic link is followed below the directory that the caller opened.
 * "." and ".." are left out.
 */
#ifndef BATHYSCOPE_DIRSCAN_H
#define BATHYSCOPE_DIRSCAN_H

#include <dirent.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "strbuf.h"

struct dirscan {
  int fd; /* the caller's */
  char *buf;
  size_t pos, len, size;
  /* Of the entry that the next ones are compared with; no d_reclen: none yet. */
  struct dirent64 mark;
  uint64_t entries, next_mark;
};

/* `size` is that of the buffer; fails with ENOMEM only. */
int dirscan_init (struct dirscan *d, int fd, size_t size, struct error *err);
/* The next entry, valid until the next call; NULL with errno 0 at the end,
 * or with errno set: EUCLEAN when the directory, which is damaged, begins anew for
 * ever. */
struct dirent64 *dirscan_next (struct dirscan *d);
/* The same, "." and ".." included. */
struct dirent64 *dirscan_next_all (struct dirscan *d);
void dirscan_release (struct dirscan *d);

#define DIRSCAN_SIZE 65536
#define CLEANUP_DIRSCAN CLEANUP (dirscan_release)

struct walk_entry {
  int dirfd;           /* the directory that holds it */
  const char *name;
  const char *path;    /* from the top of the walk: prefix + "a/b" */
  unsigned char type;  /* DT_*, never DT_UNKNOWN */
  uint64_t ino;
};

/* How to go through a tree. */
struct walk {
  /* For every entry, directories before what they hold: 0 go on, 1 do not go
   * into this directory, -1 stop. */
  int (*visit) (void *opaque, const struct walk_entry *e, struct error *err);
  /* For every directory that was gone into, afterwards; may be NULL. */
  int (*leave) (void *opaque, const struct walk_entry *e, struct error *err);
  void *opaque;
};

/* The deepest tree that is walked; a deeper one is ENAMETOOLONG. */
#define WALK_MAX_DEPTH 4000

/* Go through everything below directory `fd` (which is not visited itself); ends
 * with ECANCELED when the library cancels the call.
 * `what` names it in errors, and `prefix` starts every path. */
int walk_tree (const struct walk *w, int fd, const char *what,
               const char *prefix, struct error *err);

#endif
