/* The Ruby binding: what its C files share. */
#ifndef BATHYSCOPE_RUBY_BINDING_H
#define BATHYSCOPE_RUBY_BINDING_H

#include <ruby.h>

#include "table.h"
#include "temporary.h"

typedef VALUE ruby_method (int argc, VALUE *argv, VALUE self);

/* Make a call. */
VALUE ruby_call (const struct binding_call *c, int argc, VALUE *argv,
                 VALUE self);

/* methods.c, generated: in the order of binding_calls. */
extern ruby_method *const ruby_methods[];

/* Convert argument `i` (required ones first); raises.  What the value points to
 * belongs to objects in the array *keep, made when it is nil. */
void ruby_take (const struct binding_call *c, size_t i, VALUE v, VALUE *keep,
                union binding_value *ret);

/* receive.c: a string that a call writes.  On the stack, where the collector sees
 * it. */
struct ruby_receiver {
  struct receiver base;
  VALUE string; /* nil until something has come */
  char *data;
  VALUE error;  /* why there is no memory, or nil */
};

void ruby_receiver_init (struct ruby_receiver *r);

/* guestfs.c: run a function with the lock of the VM, in a call that may have let go
 * of it. */
void ruby_locked (void *(*fn) (void *), void *data);

/* The result as an object. */
VALUE ruby_give (const struct binding_call *c,
                 const union binding_result *result);

#endif
