/* Values of OCaml and values of calls: see binding.h. */

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <caml/alloc.h>
#include <caml/memory.h>

#include "binding.h"

/* A copy of the bytes, as OCaml may move the string while other threads run. */
static const char *
take_bytes (value v, struct binding_temporary **temporary, const char **ret)
{
  size_t len = caml_string_length (v);
  char *copy = binding_allocate (temporary, len + 1);

  if (!copy)
    return "out of memory";
  memcpy (copy, String_val (v), len + 1);
  *ret = copy;
  return NULL;
}

static const char *
take_string (value v, struct binding_temporary **temporary, const char **ret)
{
  if (!caml_string_is_c_safe (v))
    return "a string must not contain NUL characters";
  return take_bytes (v, temporary, ret);
}

static const char *
take_strings (value v, struct binding_temporary **temporary, char *const **ret)
{
  size_t nr = Wosize_val (v);
  const char **strings = binding_allocate (temporary, (nr + 1) * sizeof *strings);
  const char *problem = NULL;

  if (!strings)
    return "out of memory";
  for (size_t i = 0; i < nr && !problem; i++)
    problem = take_string (Field (v, i), temporary, &strings[i]);
  strings[nr] = NULL;
  *ret = (char *const *) strings;
  return problem;
}

const char *
ocaml_take (const struct binding_call *c, size_t i, value v,
            struct binding_temporary **temporary, union binding_value *ret)
{
  switch (c->args[i].type) {
  case BINDING_OPTSTRING:
    if (v == Val_none) {
      ret->string = NULL;
      return NULL;
    }
    return take_string (Field (v, 0), temporary, &ret->string);
  case BINDING_STRING:
    return take_string (v, temporary, &ret->string);
  case BINDING_STRINGS:
    return take_strings (v, temporary, &ret->strings);
  case BINDING_BUFFER:
    ret->buffer.size = caml_string_length (v);
    return take_bytes (v, temporary, &ret->buffer.data);
  case BINDING_BOOL:
    ret->number = Bool_val (v);
    return NULL;
  case BINDING_INT:
    ret->number = Long_val (v);
    return ret->number < INT_MIN || ret->number > INT_MAX
           ? "an int must not have more than 32 bits" : NULL;
  case BINDING_INT64:
    ret->number = Int64_val (v);
    return NULL;
  case BINDING_POINTER:
    ret->pointer = (void *) (intptr_t) Int64_val (v);
    return NULL;
  }
  return NULL;
}

static value
some (value v)
{
  CAMLparam1 (v);
  CAMLlocal1 (ret);

  ret = caml_alloc (1, 0);
  Store_field (ret, 0, v);
  CAMLreturn (ret);
}

static value
give_field (const struct binding_field *f, const void *base)
{
  const char *bytes;
  double percent;
  size_t size;

  switch (f->type) {
  case BINDING_FIELD_CHAR:
    return Val_int ((unsigned char) binding_field_number (f, base));
  case BINDING_FIELD_INT32:
  case BINDING_FIELD_UINT32:
    return caml_copy_int32 ((int32_t) binding_field_number (f, base));
  case BINDING_FIELD_INT64:
  case BINDING_FIELD_UINT64:
    return caml_copy_int64 (binding_field_number (f, base));
  case BINDING_FIELD_PERCENT:
    percent = binding_field_percent (f, base);
    return percent < 0 ? Val_none : some (caml_copy_double (percent));
  default:
    bytes = binding_field_bytes (f, base, &size);
    return caml_alloc_initialized_string (size, bytes);
  }
}

static value
give_struct (const struct binding_struct *s, const void *base)
{
  CAMLparam0 ();
  CAMLlocal2 (ret, field);

  ret = caml_alloc (s->nr_fields, 0);
  for (size_t i = 0; i < s->nr_fields; i++) {
    field = give_field (&s->fields[i], base);
    Store_field (ret, i, field);
  }
  CAMLreturn (ret);
}

static value
give_structs (const struct binding_struct *s,
              const struct binding_struct_list *list)
{
  CAMLparam0 ();
  CAMLlocal2 (ret, one);

  ret = caml_alloc (list->len, 0);
  for (uint32_t i = 0; i < list->len; i++) {
    one = give_struct (s, list->val + i * s->size);
    Store_field (ret, i, one);
  }
  CAMLreturn (ret);
}

/* A list of pairs, made from its end. */
static value
give_hash (char *const *strings)
{
  CAMLparam0 ();
  CAMLlocal3 (ret, pair, text);
  value cell;
  size_t nr = 0;

  while (strings[nr])
    nr += 2;
  ret = Val_emptylist;
  while (nr > 0) {
    nr -= 2;
    pair = caml_alloc (2, 0);
    text = caml_copy_string (strings[nr]);
    Store_field (pair, 0, text);
    text = caml_copy_string (strings[nr + 1]);
    Store_field (pair, 1, text);
    cell = caml_alloc (2, 0);
    Store_field (cell, 0, pair);
    Store_field (cell, 1, ret);
    ret = cell;
  }
  CAMLreturn (ret);
}

value
ocaml_give (const struct binding_call *c, const union binding_result *result)
{
  switch (c->ret) {
  case BINDING_RETURN_ERR:
    return Val_unit;
  case BINDING_RETURN_INT:
    return Val_int (result->number);
  case BINDING_RETURN_INT64:
    return caml_copy_int64 (result->number);
  case BINDING_RETURN_BOOL:
    return Val_bool (result->number);
  case BINDING_RETURN_CONST:
    return caml_copy_string (result->constant);
  case BINDING_RETURN_OPTCONST:
    return result->constant ? some (caml_copy_string (result->constant))
                            : Val_none;
  case BINDING_RETURN_STRING:
    return caml_copy_string (result->string);
  case BINDING_RETURN_STRINGS:
    return caml_copy_string_array ((const char **) result->strings);
  case BINDING_RETURN_HASH:
    return give_hash (result->strings);
  case BINDING_RETURN_BUFFER:
    return caml_alloc_initialized_string (result->buffer.size,
                                          result->buffer.data);
  case BINDING_RETURN_STRUCT:
    return give_struct (c->ret_struct, result->structure);
  case BINDING_RETURN_STRUCTS:
    return give_structs (c->ret_struct, result->structure);
  }
  return Val_unit;
}
