/* A disk behind an NBD server: the protocol of the NetworkBlockDevice
 * project's doc/proto.md, "fixed newstyle" negotiation, simple replies.
 *
 * The connection is made by the library, which may resolve names and connect;
 * everything that the server says is read here, in the sandbox, and bounded.
 * Requests of several threads are under way at the same time.
 */
#ifndef BATHYSCOPE_NBD_H
#define BATHYSCOPE_NBD_H

#include "block.h"

#define NBD_MAX_EXPORT_NAME 4096

/* What the negotiation finds. */
struct nbd_export {
  uint64_t size;
  uint16_t flags; /* NBD_FLAG_* */
};

enum {
  NBD_FLAG_READ_ONLY = 1 << 1,
  NBD_FLAG_SEND_FLUSH = 1 << 2,
  NBD_FLAG_SEND_TRIM = 1 << 5,
  NBD_FLAG_SEND_WRITE_ZEROES = 1 << 6,
};

/* Moves all `len` bytes through the connection; -1 with errno. */
struct nbd_stream {
  int fd;
  int life_fd; /* transfers end with ECANCELED when it hangs up; -1: none */
};
int nbd_send (const struct nbd_stream *s, const struct iovec *iov, int iovcnt,
              size_t len);
int nbd_receive (const struct nbd_stream *s, const struct iovec *iov,
                 int iovcnt, size_t len);

/* Agree with the server on the export. */
int nbd_negotiate (const struct nbd_stream *s, const char *name,
                   const char *export_name, struct nbd_export *ret,
                   struct error *err);

/* Takes `sock`, a connected stream socket, also on failure.  When `life_fd`
 * (of which the caller remains the owner, or -1) hangs up, requests that wait for
 * the server fail. */
struct block *nbd_new (int sock, int life_fd, const char *name,
                       const char *export_name, bool readonly,
                       struct error *err);

#endif
