/* The OCaml binding: what its C files share.
 *
 * Its headers name functions that config.h bans, so config.h is not included.
 */
#ifndef BATHYSCOPE_OCAML_BINDING_H
#define BATHYSCOPE_OCAML_BINDING_H

#include <caml/mlvalues.h>

#include <stdbool.h>

#include "table.h"
#include "temporary.h"

/* Make a call: `v` has its optional arguments, then the required ones. */
value ocaml_call (const struct binding_call *c, value g, const value *v);

/* receive.c: a string that a call writes.  The values are local roots of the
 * function that makes the call. */
struct ocaml_receiver {
  struct receiver base;
  value *string; /* unit until something has come */
  value *error;  /* the exception that came in place of memory, or unit */
  size_t written;
  /* Bytes that wait until OCaml's lock is held again. */
  char *window;
  size_t room, waiting;
};

void ocaml_receiver_init (struct ocaml_receiver *r, value *string,
                          value *error);
/* The call has returned: write what waits, and free the window. */
void ocaml_receiver_end (struct ocaml_receiver *r);

/* methods.c: hold OCaml's lock in a call that may have let go of it. */
bool ocaml_lock (void);
void ocaml_unlock (bool was_unlocked);

/* Convert argument `i` (required ones first).  NULL, or what is wrong. */
const char *ocaml_take (const struct binding_call *c, size_t i, value v,
                        struct binding_temporary **temporary,
                        union binding_value *ret);

/* The result as a value; allocates. */
value ocaml_give (const struct binding_call *c,
                  const union binding_result *result);

#endif
