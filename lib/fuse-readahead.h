/* Reading files of the guest in large pieces, ahead of who reads them.
 *
 * The kernel asks a FUSE filesystem for at most 128 KiB at a time.  Where a
 * file is read from front to back, a thread fetches the next piece, of up to
 * 4 MiB, in one call to the daemon, while the present one is handed out.
 */
#ifndef BATHYSCOPE_FUSE_READAHEAD_H
#define BATHYSCOPE_FUSE_READAHEAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "guestfs.h"

/* A piece of a file. */
struct chunk {
  char *data; /* NULL: none */
  size_t size;
  int64_t offset;
  bool at_end; /* the file ended there */
};

/* A file that a program has opened.  Under the readahead's lock, except `dev`
 * and `ino`, which never change. */
struct open_file {
  struct open_file *next;
  int64_t dev, ino;
  int64_t expected; /* where the next read begins, if it is sequential */
  size_t window;    /* how much to fetch next */
  struct chunk current, ahead;
  unsigned generation; /* changes when what was fetched is out of date */
};

struct readahead {
  guestfs_h *g;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  pthread_t thread;
  bool started, stop;
  struct open_file *files;

  /* What the thread is to do, or does. */
  struct open_file *job; /* NULL: nothing */
  char *path;
  int64_t offset;
  size_t count;
};

void readahead_init (struct readahead *r, guestfs_h *g);
/* Stop the thread and free all files. */
void readahead_release (struct readahead *r);

/* NULL with errno. */
struct open_file *readahead_open (struct readahead *r, int64_t dev,
                                  int64_t ino);
void readahead_close (struct readahead *r, struct open_file *f);

/* Read into buf: the number of bytes, which is less than size at the end of
 * the file only; -1 on error.  The handle's lock must not be held. */
int64_t readahead_read (struct readahead *r, struct open_file *f,
                        const char *path, char *buf, size_t size,
                        int64_t offset, struct error *err);

/* The contents of a file have changed; of any file where ino is -1. */
void readahead_forget (struct readahead *r, int64_t dev, int64_t ino);

#endif
