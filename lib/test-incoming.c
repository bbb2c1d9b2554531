/* Buffers from the daemon, into memory and to a receiver. */

#include <config.h>

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "incoming.h"
#include "test-lib.h"

#define MIB ((size_t) 1 << 20)

/* Counts, checks the order, and keeps the bytes when `data` has room. */
struct recorder {
  struct receiver base;
  size_t sizes[4];
  unsigned nr_sizes;
  size_t refuse; /* sizes above this; 0: none */
  size_t written;
  char data[256];
};

static int
resize (struct receiver *base, size_t size)
{
  struct recorder *r = (struct recorder *) base;

  if (r->refuse > 0 && size > r->refuse)
    return -1;
  CHECK (r->nr_sizes < 4);
  r->sizes[r->nr_sizes++] = size;
  return 0;
}

static void
write_bytes (struct receiver *base, size_t offset, const void *data, size_t len)
{
  struct recorder *r = (struct recorder *) base;

  CHECK (offset == r->written && r->nr_sizes > 0);
  CHECK (offset + len <= r->sizes[r->nr_sizes - 1]);
  for (size_t i = 0; i < len && offset + i < sizeof r->data; i++)
    r->data[offset + i] = ((const char *) data)[i];
  r->written += len;
}

static struct recorder
recorder (size_t refuse)
{
  return (struct recorder) { .base = { resize, write_bytes },
                             .refuse = refuse };
}

static char block[MIB];

static int
add_blocks (struct incoming *in, size_t nr)
{
  for (size_t i = 0; i < nr; i++)
    if (incoming_add (in, block, sizeof block) == -1)
      return -1;
  return 0;
}

static void
test_memory (void)
{
  CLEANUP_INCOMING struct incoming in = INCOMING_INIT (NULL);
  CLEANUP_FREE char *data = NULL;
  size_t size;

  CHECK (incoming_add (&in, "hello ", 6) == 0);
  CHECK (incoming_add (&in, "world", 5) == 0);
  data = incoming_take (&in, &size);
  CHECK (data && size == 11 && strcmp (data, "hello world") == 0);
}

/* What was told is wrong: less comes, or more. */
static void
test_expectations (void)
{
  static const uint64_t told[] = { 0, 1, 5 * MIB, 6 * MIB, 7 * MIB,
                                   UINT64_C (1) << 50, UINT64_MAX };

  for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
    CLEANUP_INCOMING struct incoming in = INCOMING_INIT (NULL);
    CLEANUP_FREE char *data = NULL;
    size_t size;

    incoming_expect (&in, told[i]);
    CHECK (add_blocks (&in, 6) == 0);
    CHECK (in.room <= 64 * MIB);
    data = incoming_take (&in, &size);
    CHECK (data && size == 6 * MIB && in.room == size && data[size] == '\0');
  }
}

/* What never ends. */
static void
test_most (void)
{
  struct incoming in = INCOMING_INIT (NULL);
  char byte = 'x';

  in.used = in.room = INCOMING_MAX; /* as if */
  errno = 0;
  CHECK (incoming_add (&in, &byte, 1) == -1 && errno == EFBIG
         && in.used == INCOMING_MAX);
}

static void
test_small (void)
{
  struct recorder r = recorder (0);
  CLEANUP_INCOMING struct incoming in = INCOMING_INIT (&r.base);
  CLEANUP_FREE char *data = NULL;
  size_t size;

  incoming_expect (&in, 5);
  CHECK (incoming_add (&in, "small", 5) == 0);
  data = incoming_take (&in, &size);
  CHECK (r.nr_sizes == 0 && data != (char *) &r && strcmp (data, "small") == 0);
}

static void
test_receiver (void)
{
  struct recorder r = recorder (0), less = recorder (0), more = recorder (0);
  CLEANUP_INCOMING struct incoming in = INCOMING_INIT (&r.base);
  CLEANUP_INCOMING struct incoming in_less = INCOMING_INIT (&less.base);
  CLEANUP_INCOMING struct incoming in_more = INCOMING_INIT (&more.base);
  size_t size;

  memcpy (block, "abc", 3);
  incoming_expect (&in, 3 * MIB);
  CHECK (add_blocks (&in, 3) == 0);
  CHECK (incoming_take (&in, &size) == (char *) &r && size == 3 * MIB);
  CHECK (r.nr_sizes == 1 && r.sizes[0] == size && r.written == size);
  CHECK (memcmp (r.data, "abc", 3) == 0);

  incoming_expect (&in_less, 5 * MIB);
  CHECK (add_blocks (&in_less, 3) == 0);
  CHECK (incoming_take (&in_less, &size) == (char *) &less);
  CHECK (less.nr_sizes == 2 && less.sizes[0] == 5 * MIB
         && less.sizes[1] == 3 * MIB);

  incoming_expect (&in_more, 2 * MIB);
  CHECK (add_blocks (&in_more, 3) == 0);
  CHECK (incoming_take (&in_more, &size) == (char *) &more);
  CHECK (more.nr_sizes == 3 && more.sizes[0] == 2 * MIB
         && more.sizes[1] == 4 * MIB && more.sizes[2] == 3 * MIB);
  CHECK (more.written == size);
}

/* A length that nobody would believe: the receiver hears of it when a sixteenth
 * of it has come. */
static void
test_trust (void)
{
  struct recorder r = recorder (0);
  CLEANUP_INCOMING struct incoming in = INCOMING_INIT (&r.base);
  size_t size;

  incoming_expect (&in, 160 * MIB);
  CHECK (add_blocks (&in, 10) == 0 && r.nr_sizes == 0);
  CHECK (add_blocks (&in, 1) == 0 && r.nr_sizes == 1);
  CHECK (r.sizes[0] == 160 * MIB && r.written == 11 * MIB && !in.data);
  CHECK (memcmp (r.data, "abc", 3) == 0);
  CHECK (incoming_take (&in, &size) == (char *) &r && size == 11 * MIB);
}

static void
test_refused (void)
{
  struct recorder first = recorder (MIB), later = recorder (2 * MIB);
  CLEANUP_INCOMING struct incoming in = INCOMING_INIT (&first.base);
  CLEANUP_INCOMING struct incoming in_later = INCOMING_INIT (&later.base);

  incoming_expect (&in, 2 * MIB);
  CHECK (add_blocks (&in, 1) == -1 && errno == ENOMEM && first.written == 0);
  incoming_expect (&in_later, 2 * MIB);
  CHECK (add_blocks (&in_later, 2) == 0);
  CHECK (add_blocks (&in_later, 1) == -1 && errno == ENOMEM);
}

/* XDR of a buffer in pieces of every size; then what is none. */
static void
test_reply (void)
{
  static const char good[] = "\0\0\0\5hello\0\0";
  static const struct {
    size_t len;
    const char *bytes;
  } bad[] = {
    { 3, "\0\0\0" }, { 4, "\0\0\0\1" }, { 11, "\0\0\0\5hello\0" },
    { 12, "\0\0\0\5hello\0\0x" }, { 16, "\0\0\0\5hello\0\0\0\0\0\0" },
    { 8, "\377\377\377\377hell" }, { 0, "" },
  };

  for (size_t step = 1; step <= sizeof good; step++) {
    CLEANUP_INCOMING struct incoming in = INCOMING_INIT (NULL);
    struct incoming_reply r = { .in = &in };
    CLEANUP_FREE char *data = NULL;
    size_t size;

    for (size_t i = 0; i < sizeof good; i += step)
      CHECK (incoming_reply_add (&r, good + i,
                                 i + step < sizeof good ? step
                                 : sizeof good - i) == 0);
    CHECK (incoming_reply_end (&r) == 0);
    data = incoming_take (&in, &size);
    CHECK (size == 5 && strcmp (data, "hello") == 0);
  }
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    CLEANUP_INCOMING struct incoming in = INCOMING_INIT (NULL);
    struct incoming_reply r = { .in = &in };

    errno = 0;
    CHECK (incoming_reply_add (&r, bad[i].bytes, bad[i].len) == -1
           || incoming_reply_end (&r) == -1);
    CHECK (errno == EBADMSG);
  }
}

int
main (void)
{
  test_memory ();
  test_expectations ();
  test_most ();
  test_small ();
  test_receiver ();
  test_trust ();
  test_refused ();
  test_reply ();
  return 0;
}
