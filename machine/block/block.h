/* The block layer: a stack of nodes from a drive down to its image files.
 *
 * Every node offers the same operations; a filter (overlay) or a format
 * (qcow2) holds the node below and calls it.  All operations are synchronous,
 * may be called from many threads at once, and take offsets and lengths in
 * bytes that the caller has checked to lie within the size.  Errors carry an
 * errno.  Nodes are owned by their opener; block_free also frees what is below.
 */
#ifndef BATHYSCOPE_BLOCK_H
#define BATHYSCOPE_BLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

#include "error.h"

struct block;

enum block_zero_flags {
  BLOCK_MAY_UNMAP = 1, /* zeroes may deallocate */
};

struct block_ops {
  const char *name; /* "file", "qcow2", "overlay" */
  int (*preadv) (struct block *b, const struct iovec *iov, int iovcnt,
                 uint64_t offset, struct error *err);
  int (*pwritev) (struct block *b, const struct iovec *iov, int iovcnt,
                  uint64_t offset, struct error *err);
  int (*flush) (struct block *b, struct error *err);
  int (*discard) (struct block *b, uint64_t offset, uint64_t len,
                  struct error *err);
  int (*write_zeroes) (struct block *b, uint64_t offset, uint64_t len,
                       int flags, struct error *err);
  /* Release what the node holds; errors while writing metadata are reported.
   * Called once, by block_free. */
  int (*close) (struct block *b, struct error *err);
};

struct block {
  const struct block_ops *ops;
  uint64_t size; /* virtual size in bytes */
  bool readonly;
  struct block *next; /* the node below, or NULL */
};

/* How a format asks for the image that its header names (a backing file).  The
 * machine has no access to file names: the library opens it.  `name` is what
 * the header says, `parent` the name of the image that says it.  Returns a
 * descriptor that the caller owns, or -1. */
struct block_opener {
  int (*open_backing) (void *opaque, const char *name, const char *parent,
                       char **ret_name, struct error *err);
  void *opaque;
};

/* Open `fd` (taken, also on failure) as `format`: "raw", "qcow2", or NULL to
 * look at the contents.  `name` serves messages and relative backing names. */
struct block *block_open (int fd, const char *name, const char *format,
                          bool readonly, const struct block_opener *opener,
                          struct error *err);

/* A private copy-on-write layer in an unlinked temporary file `scratch_fd`
 * (taken): all writes stay there.  Takes `below` on success. */
struct block *overlay_new (struct block *below, int scratch_fd,
                           struct error *err);

/* The name of the format that the first bytes of an image show; "raw" when
 * none is known.  Pure. */
const char *block_probe_format (const void *head, size_t len);

int block_pread (struct block *b, void *buf, size_t len, uint64_t offset,
                 struct error *err);
int block_pwrite (struct block *b, const void *buf, size_t len,
                  uint64_t offset, struct error *err);

/* NULL is allowed.  -1 when closing could not write everything. */
int block_free (struct block *b, struct error *err);

#endif
