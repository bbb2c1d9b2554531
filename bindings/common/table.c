/* What the bindings do with the table of calls: see table.h. */

#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "table.h"

void
binding_set_optarg (const struct binding_call *c, union binding_optargs *o,
                    size_t i, const union binding_value *value)
{
  const struct binding_arg *a = &c->args[c->nr_args + i];
  char *to = o->space + a->offset;
  int number = value->number;

  switch (a->type) {
  case BINDING_INT:
  case BINDING_BOOL:
    memcpy (to, &number, sizeof number);
    break;
  case BINDING_INT64:
    memcpy (to, &value->number, sizeof value->number);
    break;
  case BINDING_STRINGS:
    memcpy (to, &value->strings, sizeof value->strings);
    break;
  default:
    memcpy (to, &value->string, sizeof value->string);
  }
  o->bitmask |= UINT64_C (1) << i;
}

bool
binding_invoke_into (const struct binding_call *c, guestfs_h *g,
                     const union binding_value *args, const void *optargs,
                     struct receiver *r, union binding_result *ret)
{
  guestfs_int_set_receiver (r);
  c->invoke (g, args, optargs, ret);
  guestfs_int_set_receiver (NULL);
  return ret->buffer.data == (const char *) r;
}

void
binding_invoke_copying (const struct binding_call *c, guestfs_h *g,
                        const union binding_value *args, const void *optargs,
                        union binding_result *ret, char **ret_copy)
{
  *ret_copy = NULL;
  if (c->ret != BINDING_RETURN_CONST && c->ret != BINDING_RETURN_OPTCONST) {
    c->invoke (g, args, optargs, ret);
    return;
  }
  guestfs_int_lock_handle (g);
  c->invoke (g, args, optargs, ret);
  if (ret->constant)
    *ret_copy = strdup (ret->constant);
  if (*ret_copy)
    ret->constant = *ret_copy;
  guestfs_int_unlock_handle (g);
}

bool
binding_other_failed (const struct binding_call *c,
                      const union binding_result *ret)
{
  switch (c->ret) {
  case BINDING_RETURN_OPTCONST:
    return false;
  case BINDING_RETURN_CONST:
    return ret->constant == NULL;
  case BINDING_RETURN_STRING:
    return ret->string == NULL;
  case BINDING_RETURN_STRINGS:
  case BINDING_RETURN_HASH:
    return ret->strings == NULL;
  case BINDING_RETURN_BUFFER:
    return ret->buffer.data == NULL;
  default:
    return ret->structure == NULL;
  }
}

void
binding_free_other_result (const struct binding_call *c,
                           union binding_result *ret)
{
  if (binding_failed (c, ret))
    return;
  switch (c->ret) {
  case BINDING_RETURN_STRING:
    free (ret->string);
    break;
  case BINDING_RETURN_STRINGS:
  case BINDING_RETURN_HASH:
    for (size_t i = 0; ret->strings[i]; i++)
      free (ret->strings[i]);
    free (ret->strings);
    break;
  case BINDING_RETURN_BUFFER:
    free (ret->buffer.data);
    break;
  case BINDING_RETURN_STRUCT:
    c->ret_struct->free (ret->structure);
    break;
  case BINDING_RETURN_STRUCTS:
    c->ret_struct->free_list (ret->structure);
    break;
  default:
    break;
  }
}

int64_t
binding_field_number (const struct binding_field *f, const void *base)
{
  const char *at = (const char *) base + f->offset;
  uint32_t u32;
  int32_t i32;
  int64_t i64;

  switch (f->type) {
  case BINDING_FIELD_CHAR:
    return *at;
  case BINDING_FIELD_INT32:
    memcpy (&i32, at, sizeof i32);
    return i32;
  case BINDING_FIELD_UINT32:
    memcpy (&u32, at, sizeof u32);
    return u32;
  default:
    memcpy (&i64, at, sizeof i64);
    return i64;
  }
}

const char *
binding_field_bytes (const struct binding_field *f, const void *base,
                     size_t *ret_size)
{
  const char *at = (const char *) base + f->offset;
  const char *text;
  uint32_t len;

  if (f->type == BINDING_FIELD_UUID) {
    *ret_size = 32;
    return at;
  }
  memcpy (&text, at, sizeof text);
  if (f->type == BINDING_FIELD_BUFFER) {
    memcpy (&len, (const char *) base + f->len_offset, sizeof len);
    *ret_size = text ? len : 0;
  }
  else
    *ret_size = text ? strlen (text) : 0;
  return text ? text : "";
}

double
binding_field_percent (const struct binding_field *f, const void *base)
{
  float value;

  memcpy (&value, (const char *) base + f->offset, sizeof value);
  return value;
}
