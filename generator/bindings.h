/* What the emitters of the bindings share. */
#ifndef BATHYSCOPE_GENERATOR_BINDINGS_H
#define BATHYSCOPE_GENERATOR_BINDINGS_H

#include "api.h"

/* Do bindings have this call? */
bool binding_has (const struct call *c);
/* What replaces a deprecated call, or NULL when bindings have nothing. */
const char *binding_replacement (const struct call *c);
/* Does one of their calls return this struct, or a list of it? */
bool binding_returns_struct (const struct api *api, const struct structure *s);

/* How an argument looks to a language; the order is that of enum binding_type
 * in bindings/common/table.h. */
enum binding_kind {
  KIND_STRING, KIND_OPTSTRING, KIND_STRINGS, KIND_INT, KIND_INT64, KIND_BOOL,
  KIND_BUFFER, KIND_POINTER,
};

enum binding_kind binding_kind (const struct arg *a);

#endif
