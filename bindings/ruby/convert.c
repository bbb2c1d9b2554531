/* Objects of Ruby and values of calls: see binding.h.
 *
 * Strings are bytes: they go in whatever their encoding is, and come out as
 * ASCII-8BIT.
 */

#include <string.h>

#include "binding.h"

static void
keep_object (VALUE *keep, VALUE object)
{
  if (NIL_P (*keep))
    *keep = rb_ary_new ();
  rb_ary_push (*keep, object);
}

/* The string, frozen: other threads and callbacks cannot change it. */
static VALUE
frozen (VALUE v, VALUE *keep)
{
  VALUE copy;

  StringValue (v);
  copy = rb_str_new_frozen (v);
  keep_object (keep, copy);
  return copy;
}

static const char *
take_string (VALUE v, VALUE *keep)
{
  VALUE copy;

  StringValueCStr (v); /* raises when there is a NUL inside */
  copy = frozen (v, keep);
  return StringValueCStr (copy);
}

static char *const *
take_strings (VALUE v, VALUE *keep)
{
  const char **strings;
  VALUE list, memory;
  long count;

  Check_Type (v, T_ARRAY);
  list = rb_ary_dup (v);
  count = RARRAY_LEN (list);
  memory = rb_str_buf_new ((count + 1) * sizeof *strings);
  keep_object (keep, list);
  keep_object (keep, memory);
  strings = (const char **) RSTRING_PTR (memory);
  for (long i = 0; i < count; i++)
    strings[i] = take_string (rb_ary_entry (list, i), keep);
  strings[count] = NULL;
  return (char *const *) strings;
}

void
ruby_take (const struct binding_call *c, size_t i, VALUE v, VALUE *keep,
           union binding_value *ret)
{
  VALUE copy;

  switch (c->args[i].type) {
  case BINDING_OPTSTRING:
    ret->string = NIL_P (v) ? NULL : take_string (v, keep);
    break;
  case BINDING_STRING:
    ret->string = take_string (v, keep);
    break;
  case BINDING_STRINGS:
    ret->strings = take_strings (v, keep);
    break;
  case BINDING_BUFFER:
    copy = frozen (v, keep);
    ret->buffer.data = RSTRING_PTR (copy);
    ret->buffer.size = RSTRING_LEN (copy);
    break;
  case BINDING_BOOL:
    ret->number = RTEST (v) ? 1 : 0;
    break;
  case BINDING_INT:
    ret->number = NUM2INT (v);
    break;
  case BINDING_INT64:
    ret->number = NUM2LL (v);
    break;
  case BINDING_POINTER:
    ret->pointer = (void *) (intptr_t) NUM2LL (v);
    break;
  }
}

static VALUE
give_field (const struct binding_field *f, const void *base)
{
  const char *bytes;
  double percent;
  size_t size;
  char one;

  switch (f->type) {
  case BINDING_FIELD_CHAR:
    one = (char) binding_field_number (f, base);
    return rb_str_new (&one, 1);
  case BINDING_FIELD_UINT64:
    return ULL2NUM ((uint64_t) binding_field_number (f, base));
  case BINDING_FIELD_INT32:
  case BINDING_FIELD_UINT32:
  case BINDING_FIELD_INT64:
    return LL2NUM (binding_field_number (f, base));
  case BINDING_FIELD_PERCENT:
    percent = binding_field_percent (f, base);
    return percent < 0 ? Qnil : rb_float_new (percent);
  default:
    bytes = binding_field_bytes (f, base, &size);
    return rb_str_new (bytes, size);
  }
}

static VALUE
give_struct (const struct binding_struct *s, const void *base)
{
  VALUE hash = rb_hash_new ();

  for (size_t i = 0; i < s->nr_fields; i++)
    rb_hash_aset (hash, rb_str_new_cstr (s->fields[i].name),
                  give_field (&s->fields[i], base));
  return hash;
}

static VALUE
give_structs (const struct binding_struct *s,
              const struct binding_struct_list *list)
{
  VALUE ret = rb_ary_new_capa (list->len);

  for (uint32_t i = 0; i < list->len; i++)
    rb_ary_push (ret, give_struct (s, list->val + i * s->size));
  return ret;
}

static VALUE
give_strings (char *const *strings)
{
  VALUE ret = rb_ary_new ();

  for (size_t i = 0; strings[i]; i++)
    rb_ary_push (ret, rb_str_new_cstr (strings[i]));
  return ret;
}

static VALUE
give_hash (char *const *strings)
{
  VALUE hash = rb_hash_new ();

  for (size_t i = 0; strings[i]; i += 2)
    rb_hash_aset (hash, rb_str_new_cstr (strings[i]),
                  rb_str_new_cstr (strings[i + 1]));
  return hash;
}

VALUE
ruby_give (const struct binding_call *c, const union binding_result *result)
{
  switch (c->ret) {
  case BINDING_RETURN_ERR:
    return Qnil;
  case BINDING_RETURN_INT:
  case BINDING_RETURN_INT64:
  case BINDING_RETURN_BOOL:
    return LL2NUM (result->number);
  case BINDING_RETURN_CONST:
    return rb_str_new_cstr (result->constant);
  case BINDING_RETURN_OPTCONST:
    return result->constant ? rb_str_new_cstr (result->constant) : Qnil;
  case BINDING_RETURN_STRING:
    return rb_str_new_cstr (result->string);
  case BINDING_RETURN_STRINGS:
    return give_strings (result->strings);
  case BINDING_RETURN_HASH:
    return give_hash (result->strings);
  case BINDING_RETURN_BUFFER:
    return rb_str_new (result->buffer.data, result->buffer.size);
  case BINDING_RETURN_STRUCT:
    return give_struct (c->ret_struct, result->structure);
  case BINDING_RETURN_STRUCTS:
    return give_structs (c->ret_struct, result->structure);
  }
  return Qnil;
}
