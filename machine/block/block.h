/* The block layer: a stack of nodes from a drive down to its image files.
 *
 * Every node offers the same operations; a filter (overlay) or a format
 * (qcow2) holds the node below and calls it.  All operations are synchronous
 * and may be called from many threads at once.  Errors carry an errno (ENOSPC
 * when the host's disk is full).  Nodes are owned by their opener; block_free
 * also frees what is below.
 *
 * Devices call the block_* functions, which check that the range lies within
 * the size and that the node is writable; the operations themselves trust it.
 * The process must ignore SIGXFSZ, so that a file size limit is an error too.
 */
#ifndef BATHYSCOPE_BLOCK_H
#define BATHYSCOPE_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "error.h"

struct block;

enum block_zero_flags {
  BLOCK_MAY_UNMAP = 1, /* zeroes may deallocate */
};

enum block_now {
  BLOCK_DONE,
  BLOCK_WAITS,    /* for a disk, as far as is known */
  BLOCK_COMPUTES, /* takes processor time */
};

struct block_ops {
  const char *name; /* "file", "nbd", "qcow2", "overlay" */
  int (*preadv) (struct block *b, const struct iovec *iov, int iovcnt,
                 uint64_t offset, struct error *err);
  int (*pwritev) (struct block *b, const struct iovec *iov, int iovcnt,
                  uint64_t offset, struct error *err);
  /* Read, if that needs no waiting: what it needs is in memory and no other
   * thread has locked it.  Unless `idle`, it also needs no more processor time
   * than copying.  Where it is not done, it may have read a part, and preadv
   * tells what is wrong, if anything is.  NULL: it always waits. */
  enum block_now (*preadv_now) (struct block *b, const struct iovec *iov,
                                int iovcnt, uint64_t offset, bool idle);
  int (*flush) (struct block *b, struct error *err);
  /* Advice: the contents may become anything that was ever there, or zeroes.
   * NULL: nothing happens. */
  int (*discard) (struct block *b, uint64_t offset, uint64_t len,
                  struct error *err);
  /* NULL: zeroes are written with pwritev. */
  int (*write_zeroes) (struct block *b, uint64_t offset, uint64_t len,
                       int flags, struct error *err);
  /* Where data is: does the range from `offset` on read as zeroes, as is known
   * without looking at it?  *ret_len, more than 0 and up to `len`, is how far
   * that holds.  NULL: nothing is known. */
  int (*extent) (struct block *b, uint64_t offset, uint64_t len,
                 uint64_t *ret_len, bool *ret_zero, struct error *err);
  /* Bytes that really exist below a format: reads beyond give zeroes, writes
   * extend it.  NULL: `size`. */
  uint64_t (*length) (struct block *b);
  /* Write out what is held, and release everything but the node itself and
   * `next`.  Errors while writing are reported.  Called once, by block_free. */
  int (*close) (struct block *b, struct error *err);
};

struct block {
  const struct block_ops *ops;
  char *name;    /* owned: for messages */
  uint64_t size; /* virtual size in bytes, a multiple of 512 */
  bool readonly;
  struct block *next; /* owned: the node below, or NULL */
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

/* Open `fd` (taken, also on failure) as `format`: "raw", "qcow2", or NULL or
 * "" to look at the contents.  `name` serves messages and relative backing
 * names.  Other formats are an error (ENOTSUP) that names the format.  Without
 * an opener an image with a backing file is an error.  Nothing is written to
 * the image before the first write to the node. */
struct block *block_open (int fd, const char *name, const char *format,
                          bool readonly, const struct block_opener *opener,
                          struct error *err);

/* The same for an image whose bytes another node has (nbd.h); it is taken, also
 * on failure.  For "raw" it is the node itself. */
struct block *block_open_on (struct block *ground, const char *format,
                             bool readonly, const struct block_opener *opener,
                             struct error *err);

/* A private copy-on-write layer in an unlinked temporary file `scratch_fd`
 * (taken, also on failure): all writes stay there.  Takes `below` on success.
 * The node is writable whether or not `below` is. */
struct block *overlay_new (struct block *below, int scratch_fd,
                           struct error *err);

/* The format by the contents of a file; NULL when it cannot be read, or is not
 * of a kind that holds an image. */
const char *block_look (int fd, const char *name, struct error *err);

/* A format that is known, but not read here: qemu-storage-daemon may. */
bool block_is_foreign (const char *format);

/* The backing file that an image of such a format names, and the format of that
 * where the image records it; NULL where there is none.  "" is one whose name is not
 * known.  The caller frees the name. */
int block_foreign_backing (int fd, const char *format, const char *name,
                           char **ret, const char **ret_format,
                           struct error *err);

/* The name of the format that the first bytes of an image show; "raw" when
 * none is known.  68 bytes suffice.  Pure. */
#define BLOCK_PROBE_SIZE 512
const char *block_probe_format (const void *head, size_t len);

int block_preadv (struct block *b, const struct iovec *iov, int iovcnt,
                  uint64_t offset, struct error *err);
enum block_now block_preadv_now (struct block *b, const struct iovec *iov,
                                 int iovcnt, uint64_t offset, bool idle);
/* The same for nodes, without checks. */
enum block_now block_read_now (struct block *b, const struct iovec *iov,
                               int iovcnt, uint64_t offset, bool idle);
int block_pwritev (struct block *b, const struct iovec *iov, int iovcnt,
                   uint64_t offset, struct error *err);
int block_pread (struct block *b, void *buf, size_t len, uint64_t offset,
                 struct error *err);
int block_pwrite (struct block *b, const void *buf, size_t len,
                  uint64_t offset, struct error *err);
int block_flush (struct block *b, struct error *err);
int block_discard (struct block *b, uint64_t offset, uint64_t len,
                   struct error *err);
int block_write_zeroes (struct block *b, uint64_t offset, uint64_t len,
                        int flags, struct error *err);

int block_extent (struct block *b, uint64_t offset, uint64_t len,
                  uint64_t *ret_len, bool *ret_zero, struct error *err);

/* For nodes that have no quicker way: write the bytes, without checks. */
int block_write_zero_bytes (struct block *b, uint64_t offset, uint64_t len,
                            struct error *err);

/* NULL is allowed.  -1 when closing could not write everything. */
int block_free (struct block *b, struct error *err);

#endif
