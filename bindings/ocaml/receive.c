/* Large buffers: a call writes them into a string, each part with OCaml's lock, as
 * the string moves when the heap is compacted.  See receiver.h.
 *
 * Another thread of OCaml that computes gives the lock away after some time only.
 * When that happens parts are collected, twice as many each time, and written at
 * once.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <caml/callback.h>
#include <caml/mlvalues.h>

#include "binding.h"
#include "largepages.h"

#define SLOW 2000000 /* ns */
#define FIRST_WINDOW ((size_t) 1 << 20)

static int64_t
now (void)
{
  struct timespec t;

  clock_gettime (CLOCK_MONOTONIC, &t);
  return (int64_t) t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Where there is no memory for a larger window the one at hand will do. */
static void
grow_window (struct ocaml_receiver *r)
{
  size_t room = r->room ? r->room * 2 : FIRST_WINDOW;
  char *window = realloc (r->window, room);

  if (!window)
    return;
  r->window = window;
  r->room = room;
}

/* With the lock. */
static void
put (struct ocaml_receiver *r, const void *data, size_t len)
{
  memcpy (Bytes_val (*r->string) + r->written, data, len);
  r->written += len;
}

static void
put_window (struct ocaml_receiver *r)
{
  if (r->waiting > 0)
    put (r, r->window, r->waiting);
  r->waiting = 0;
}

/* As Bytes.create; only OCaml can catch what that raises. */
static bool
create (struct ocaml_receiver *r, size_t size)
{
  const value *function = caml_named_value ("guestfs_bytes_create");
  value string = caml_callback_exn (*function, Val_long (size));

  if (Is_exception_result (string)) {
    *r->error = Extract_exception (string);
    return false;
  }
  if (*r->string != Val_unit) {
    if (r->written > size)
      r->written = size;
    memcpy (Bytes_val (string), Bytes_val (*r->string), r->written);
  }
  largepages_want (Bytes_val (string), size);
  *r->string = string;
  return true;
}

static int
resize (struct receiver *base, size_t size)
{
  struct ocaml_receiver *r = (struct ocaml_receiver *) base;
  bool was_unlocked = ocaml_lock ();
  bool done;

  put_window (r);
  done = create (r, size < (size_t) Max_long ? size : (size_t) Max_long);
  ocaml_unlock (was_unlocked);
  return done ? 0 : -1;
}

static void
write_bytes (struct receiver *base, size_t offset, const void *data, size_t len)
{
  struct ocaml_receiver *r = (struct ocaml_receiver *) base;
  bool was_unlocked;
  int64_t began;

  if (r->room - r->waiting >= len) {
    memcpy (r->window + r->waiting, data, len);
    r->waiting += len;
    return;
  }
  began = now ();
  was_unlocked = ocaml_lock ();
  began = now () - began;
  put_window (r);
  put (r, data, len);
  ocaml_unlock (was_unlocked);
  if (began > SLOW)
    grow_window (r);
}

void
ocaml_receiver_init (struct ocaml_receiver *r, value *string, value *error)
{
  *r = (struct ocaml_receiver) { .base = { resize, write_bytes },
                                 .string = string, .error = error };
}

void
ocaml_receiver_end (struct ocaml_receiver *r)
{
  if (*r->string != Val_unit)
    put_window (r);
  free (r->window);
}
