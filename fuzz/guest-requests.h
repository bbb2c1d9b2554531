/* A guest that talks to a device as the input says: chains of descriptors with
 * bytes in them, for targets that are to get beyond the rings.
 *
 * A request is a byte with the number of its descriptors (1 to 8) and each of
 * them: a byte of flags, two of length, two of place, in units of 16 bytes from
 * DATA_AT; then a byte with the number of bytes that are put into the first one.
 */
#ifndef BATHYSCOPE_GUEST_REQUESTS_H
#define BATHYSCOPE_GUEST_REQUESTS_H

#include <stdbool.h>
#include <stdlib.h>

#include "input.h"
#include "virtio/test-guest-ring.h"

enum { DESC_WRITE = 1, DESC_LONG = 2, DESC_WILD = 4, DESC_STOP = 8 };

/* Set when a descriptor may reach the rings: nothing can be expected then. */
static bool guest_is_wild;

static void
make_descriptor (struct input *in, int queue, int i, bool last)
{
  uint8_t flags = input_byte (in);
  uint64_t len = input_u16 (in), at = DATA_AT + input_u16 (in) * 16;
  bool next = !last && !(flags & DESC_STOP);

  len = flags & DESC_LONG ? len * 256 : len & 0x3ff;
  if (flags & DESC_WILD) {
    at -= DATA_AT;
    guest_is_wild = true;
  }
  /* Two in three sectors are whole, or hardly a transfer would be right. */
  if (i > 0 && len > 512 && !(flags & 0x10))
    len -= len % 512;
  set_desc (queue, i, RAM_START + at, len,
            (next ? D_NEXT : 0) | (flags & DESC_WRITE ? D_WRITE : 0), i + 1);
}

/* Offer one request in `queue`. */
static void
make_request (struct input *in, int queue)
{
  int i, nr = 1 + input_byte (in) % 8;
  const uint8_t *payload;
  size_t len, at;

  for (i = 0; i < nr; ++i)
    make_descriptor (in, queue, i, i == nr - 1);
  payload = input_bytes (in, input_byte (in), &len);
  at = get32 (DESC_AT (queue)) - RAM_START;
  if (at >= DATA_AT && at < RAM_SIZE && len <= RAM_SIZE - at)
    put (at, payload, len);
  offer (queue, 0);
}

#endif
