/* A buffer that the daemon sends, piece by piece: it is collected in malloc'ed
 * memory, or by the caller's receiver.
 */
#ifndef BATHYSCOPE_INCOMING_H
#define BATHYSCOPE_INCOMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cleanup.h"
#include "receiver.h"

struct incoming {
  struct receiver *receiver; /* for a buffer that is expected and large; or NULL */
  bool received;             /* it has the bytes, data has not */
  char *data;
  size_t expected; /* what was told, or 0 */
  size_t room, used;
};

/* A guest's file may never end, or say that it has a petabyte: more than what an
 * answer can have (FRAME_MAX) is refused. */
#define INCOMING_MAX ((uint64_t) 2047 << 20)

#define INCOMING_INIT(receiver) { (receiver), false, NULL, 0, 0, 0 }

void incoming_release (struct incoming *in);

/* Before the first byte: there will be about that many. */
void incoming_expect (struct incoming *in, uint64_t size);

/* 0, or -1 with errno ENOMEM, or EFBIG beyond INCOMING_MAX. */
int incoming_add (struct incoming *in, const void *data, size_t len);

/* All is there.  The memory, with a NUL behind the bytes, or the address of the
 * receiver; NULL with errno ENOMEM. */
char *incoming_take (struct incoming *in, size_t *ret_size);

/* --- the answer to a call: XDR of the buffer, in any parts ----------------- */

struct incoming_reply {
  struct incoming *in;
  unsigned char head[4]; /* the buffer's length */
  uint64_t pos;          /* bytes of the answer so far */
};

/* 0, or -1 with errno ENOMEM, or EBADMSG. */
int incoming_reply_add (struct incoming_reply *r, const void *data,
                        size_t len);
/* Was that all?  0, or -1 with errno EBADMSG. */
int incoming_reply_end (const struct incoming_reply *r);

#define CLEANUP_INCOMING CLEANUP (incoming_release)

#endif
