/* Where a call writes the buffer that it returns: memory that its caller makes,
 * such as a string of a language, in place of malloc's.
 *
 * For the bindings, which are built together with the library; this is no part
 * of the API.
 */
#ifndef BATHYSCOPE_RECEIVER_H
#define BATHYSCOPE_RECEIVER_H

#include <stddef.h>

#include "guestfs.h"

struct receiver {
  /* Have room for `size` bytes and keep what was written.  Comes first, with what
   * is expected; again when there is more than that, which is rare, and at last
   * with what has come, if that is another number.  0, or -1: the call fails with
   * ENOMEM. */
  int (*resize) (struct receiver *r, size_t size);
  /* Copy bytes to a place for which there is room: in their order, each once.
   * `data` lives as long as the function runs. */
  void (*write) (struct receiver *r, size_t offset, const void *data,
                 size_t len);
};

/* The call that this thread makes next may write its buffer to *r, which must
 * live until it returns.  If it does it returns, when it succeeds, the address
 * of *r.  It does not when the buffer is small, or the call traced: then it
 * returns memory to be freed, as always.  NULL: none of the next calls may.
 * The functions are called in the middle of the call, by its thread. */
__attribute__ ((visibility ("default")))
void guestfs_int_set_receiver (struct receiver *r);

/* Also for the bindings: no other thread changes the handle, or what it owns and
 * its calls return, until it is unlocked.  Pairs may be nested, and have calls in
 * them. */
__attribute__ ((visibility ("default")))
void guestfs_int_lock_handle (guestfs_h *g);
__attribute__ ((visibility ("default")))
void guestfs_int_unlock_handle (guestfs_h *g);

#endif
