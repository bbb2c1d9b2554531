/* Random access to a database file of a guest, through a window that is read
 * at once: its pages mostly follow one another. */
#ifndef BATHYSCOPE_DBFILE_H
#define BATHYSCOPE_DBFILE_H

#include <stddef.h>
#include <stdint.h>

#include "cleanup.h"
#include "error.h"

struct dbfile {
  int fd;        /* owned; -1 where `window` is all there is */
  uint64_t size;
  char *window;  /* owned, unless the file is memory */
  uint64_t start;
  size_t len;
  size_t ahead;  /* how much to read at once: grows while that was of use */
  uint64_t used; /* bytes given to callers */
};

#define DBFILE_INIT { -1, 0, NULL, 0, 0, 0, 0 }

/* Larger files are refused.  Nobody needs to read the same bytes often: a
 * file of which more than a few times its size was read leads in circles, and
 * is refused, too. */
#define DBFILE_MAX (UINT64_C (1) << 30)
#define DBFILE_TIMES 4

/* 1, 0 when there is no such file, -1 on error. */
int dbfile_open (struct dbfile *f, int root, const char *path,
                 struct error *err);
/* The same on bytes that the caller keeps. */
void dbfile_memory (struct dbfile *f, const void *data, size_t size);
void dbfile_release (struct dbfile *f);

/* All of [offset, offset + len); ENODATA when that is not inside the file,
 * ELOOP when too much was read of it. */
int dbfile_read (struct dbfile *f, uint64_t offset, void *buf, size_t len,
                 struct error *err);

#define CLEANUP_DBFILE CLEANUP (dbfile_release)

#endif
