/* The OCaml binding: what its C files share.
 *
 * Its headers name functions that config.h bans, so config.h is not included.
 */
#ifndef BATHYSCOPE_OCAML_BINDING_H
#define BATHYSCOPE_OCAML_BINDING_H

#include <caml/mlvalues.h>

#include "table.h"
#include "temporary.h"

/* Make a call: `v` has its optional arguments, then the required ones. */
value ocaml_call (const struct binding_call *c, value g, const value *v);

/* Convert argument `i` (required ones first).  NULL, or what is wrong. */
const char *ocaml_take (const struct binding_call *c, size_t i, value v,
                        struct binding_temporary **temporary,
                        union binding_value *ret);

/* The result as a value; allocates. */
value ocaml_give (const struct binding_call *c,
                  const union binding_result *result);

#endif
