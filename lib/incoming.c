/* Buffers from the daemon: see incoming.h.
 *
 * What the daemon tells of a length is taken for true in steps: never is there
 * room for more than WORD bytes, or TRUST times what has come.  A receiver, whose
 * memory may not grow in place, is asked for all of it when so much has come.
 */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "checked.h"
#include "incoming.h"
#include "largepages.h"

#define WORD ((size_t) 64 << 20)
#define TRUST 16
/* Smaller buffers are not worth the receiver's trouble. */
#define LARGE ((size_t) 64 << 10)
/* The least room. */
#define LEAST ((size_t) 256)

#define PADDING(len) (-(len) & 3)

void
incoming_release (struct incoming *in)
{
  free (in->data);
  in->data = NULL;
}

void
incoming_expect (struct incoming *in, uint64_t size)
{
  in->expected = size < SIZE_MAX ? size : 0;
  if (in->expected < LARGE)
    in->receiver = NULL;
}

static int
no_memory (void)
{
  errno = ENOMEM;
  return -1;
}

static int
resize (struct incoming *in, size_t size)
{
  size_t with_nul;
  char *data;

  if (in->received) {
    if (in->receiver->resize (in->receiver, size) == -1)
      return no_memory ();
  }
  else {
    if (!checked_add_size (size, 1, &with_nul))
      return no_memory ();
    data = realloc (in->data, with_nul);
    if (!data)
      return -1;
    /* Not while it doubles: memory in parts cannot be moved, only copied. */
    if (size > in->room && size <= in->expected)
      largepages_want (data, size);
    in->data = data;
  }
  in->room = size;
  return 0;
}

/* Hand what has come to the receiver, which has the rest as well. */
static int
begin_receiving (struct incoming *in)
{
  in->received = true;
  if (resize (in, in->expected) == -1)
    return -1;
  if (in->used > 0)
    in->receiver->write (in->receiver, 0, in->data, in->used);
  incoming_release (in);
  return 0;
}

/* How much room to make for `needed` bytes. */
static size_t
room_for (const struct incoming *in, size_t needed)
{
  size_t room = in->expected;

  if (room >= needed) {
    size_t most = in->used > WORD / TRUST ? in->used : WORD / TRUST;

    if (checked_mul_size (most, TRUST, &most) && room > most)
      room = most;
  }
  else if (!checked_mul_size (in->room, 2, &room))
    room = needed;
  if (room < LEAST && in->expected < needed)
    room = LEAST;
  if (room > INCOMING_MAX)
    room = INCOMING_MAX;
  return room < needed ? needed : room;
}

int
incoming_add (struct incoming *in, const void *data, size_t len)
{
  size_t needed;

  if (!checked_add_size (in->used, len, &needed))
    return no_memory ();
  if (needed > INCOMING_MAX) {
    errno = EFBIG;
    return -1;
  }
  if (in->receiver && !in->received && in->expected >= needed
      && (in->expected <= WORD || in->used >= in->expected / TRUST)
      && begin_receiving (in) == -1)
    return -1;
  if (needed > in->room && resize (in, room_for (in, needed)) == -1)
    return -1;
  if (in->received)
    in->receiver->write (in->receiver, in->used, data, len);
  else if (len > 0)
    memcpy (in->data + in->used, data, len);
  in->used = needed;
  return 0;
}

char *
incoming_take (struct incoming *in, size_t *ret_size)
{
  if ((in->used != in->room || in->used == 0) && resize (in, in->used) == -1)
    return NULL;
  *ret_size = in->used;
  if (in->received)
    return (char *) in->receiver;
  in->data[in->used] = '\0';
  return TAKE_PTR (in->data);
}

/* --- answers ---------------------------------------------------------------- */

static int
malformed (void)
{
  errno = EBADMSG;
  return -1;
}

/* One byte of the length. */
static void
add_to_head (struct incoming_reply *r, unsigned char byte)
{
  r->head[r->pos++] = byte;
  if (r->pos == sizeof r->head)
    incoming_expect (r->in, get_be32 (r->head));
}

int
incoming_reply_add (struct incoming_reply *r, const void *data, size_t len)
{
  const unsigned char *bytes = data;
  uint64_t left;
  size_t n;

  for (; len > 0 && r->pos < sizeof r->head; len--)
    add_to_head (r, *bytes++);
  if (len == 0)
    return 0;
  left = get_be32 (r->head) - (uint64_t) r->in->used;
  n = len < left ? len : left;
  if (n > 0 && incoming_add (r->in, bytes, n) == -1)
    return -1;
  r->pos += len;
  for (; n < len; n++)
    if (bytes[n] != 0)
      return malformed (); /* no padding */
  return 0;
}

int
incoming_reply_end (const struct incoming_reply *r)
{
  const uint32_t length = get_be32 (r->head);
  const uint64_t all = sizeof r->head + (uint64_t) length + PADDING (length);

  return r->pos < sizeof r->head || r->pos != all ? malformed () : 0;
}
