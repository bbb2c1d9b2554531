/* Frames on the stream between library and daemon (docs/ARCHITECTURE.md, 9.2).
 *
 * frame_send and frame_recv are for blocking descriptors.  They treat the other
 * end as hostile: a kind that does not exist, a CHUNK above CHUNK_MAX or a
 * frame above FRAME_MAX is EPROTO, and memory grows only as bytes arrive.
 */
#ifndef BATHYSCOPE_FRAME_H
#define BATHYSCOPE_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "strbuf.h"

#define RPC_PROTOCOL_VERSION 1

enum frame_kind {
  FRAME_CALL = 1,
  FRAME_REPLY = 2,
  FRAME_ERROR = 3,
  FRAME_CHUNK = 4,
  FRAME_END = 5,
  FRAME_CANCEL = 6,
  FRAME_PROGRESS = 7,
  FRAME_READY = 8,
};

#define FRAME_HEADER_SIZE 16
#define CHUNK_MAX (4U * 1024 * 1024)   /* body of a CHUNK */
#define FRAME_MAX (2047U * 1024 * 1024) /* body of CALL and REPLY */
#define FRAME_SMALL_MAX 65536U          /* body of every other kind */

struct frame_header {
  uint32_t length; /* of the body */
  uint32_t kind, proc, serial;
};

void frame_header_encode (const struct frame_header *h,
                          unsigned char ret[FRAME_HEADER_SIZE]);
void frame_header_decode (const unsigned char data[FRAME_HEADER_SIZE],
                          struct frame_header *ret);
/* Kind exists, and length is within its bounds? */
int frame_header_check (const struct frame_header *h, struct error *err);

/* Send header and body in one go.  0 or -1. */
int frame_send (int fd, uint32_t kind, uint32_t proc, uint32_t serial,
                const void *body, size_t len, struct error *err);

/* Receive and check a header: 1, 0 at the end of the stream, -1. */
int frame_recv_header (int fd, struct frame_header *ret, struct error *err);

/* Receive the body that belongs to a header into *body, which is emptied
 * first; its memory is used again.  0 or -1. */
int frame_recv_body (int fd, const struct frame_header *h, struct strbuf *body,
                     struct error *err);

/* Both: 1, 0 at the end of the stream, -1. */
int frame_recv (int fd, struct frame_header *ret, struct strbuf *body,
                struct error *err);

#endif
