/* The calls as a table, from which the bindings work.
 *
 * A method converts its arguments into a row of union binding_value, puts the
 * optional ones that are there into an optargs structure, lets `invoke` call
 * the library and converts the result.  calls.c is generated.
 */
#ifndef BATHYSCOPE_BINDING_CALL_H
#define BATHYSCOPE_BINDING_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "guestfs.h"
#include "receiver.h"

/* How arguments look. */
enum binding_type {
  BINDING_STRING, BINDING_OPTSTRING, BINDING_STRINGS, BINDING_INT,
  BINDING_INT64, BINDING_BOOL, BINDING_BUFFER, BINDING_POINTER,
};

/* How results look; first those that are numbers. */
enum binding_return {
  BINDING_RETURN_ERR, BINDING_RETURN_INT, BINDING_RETURN_INT64,
  BINDING_RETURN_BOOL, BINDING_RETURN_CONST, BINDING_RETURN_OPTCONST,
  BINDING_RETURN_STRING, BINDING_RETURN_STRINGS, BINDING_RETURN_HASH,
  BINDING_RETURN_BUFFER, BINDING_RETURN_STRUCT, BINDING_RETURN_STRUCTS,
};

/* Fields of structs. */
enum binding_field_type {
  BINDING_FIELD_CHAR, BINDING_FIELD_INT32, BINDING_FIELD_UINT32,
  BINDING_FIELD_INT64, BINDING_FIELD_UINT64, BINDING_FIELD_STRING,
  BINDING_FIELD_BUFFER, BINDING_FIELD_UUID, BINDING_FIELD_PERCENT,
};

struct binding_arg {
  const char *name;
  enum binding_type type;
  size_t offset; /* of optional ones: in the optargs structure */
};

struct binding_field {
  const char *name;
  enum binding_field_type type;
  size_t offset;
  size_t len_offset; /* of buffers: of their uint32_t */
};

struct binding_struct {
  const char *name, *camel;
  size_t size;
  size_t nr_fields;
  const struct binding_field *fields;
  void (*free) (void *one);
  void (*free_list) (void *list);
};

/* What every list of structs looks like. */
struct binding_struct_list {
  uint32_t len;
  const char *val; /* of elements of `size` */
};

union binding_value {
  const char *string;   /* also optional ones, NULL */
  char *const *strings; /* up to NULL */
  int64_t number;       /* int, int64, bool */
  struct {
    const char *data;
    size_t size;
  } buffer;
  void *pointer;
};

/* Who owns it is as in C. */
union binding_result {
  int64_t number; /* err, int, int64, bool; -1 is an error */
  const char *constant;
  char *string;
  char **strings; /* also hash: key, value, ... */
  struct {
    char *data;
    size_t size;
  } buffer;
  void *structure; /* also a list */
};

enum {
  BINDING_MAX_ARGS = 24,
  BINDING_MAX_OPTS = 64,
  BINDING_OPTARGS_SIZE = 520,
};

struct binding_call {
  const char *name;
  const char *alias; /* another name, or NULL */
  size_t nr_args, nr_opts;
  const struct binding_arg *args; /* required ones, then optional ones */
  enum binding_return ret;
  const struct binding_struct *ret_struct;
  bool quick; /* it waits for nothing: threads need not be let in */
  void (*invoke) (guestfs_h *g, const union binding_value *args,
                  const void *optargs, union binding_result *ret);
};

/* An optargs structure of any call. */
union binding_optargs {
  uint64_t bitmask;
  char space[BINDING_OPTARGS_SIZE];
};

/* Put optional argument `i` (from 0) in. */
void binding_set_optarg (const struct binding_call *c, union binding_optargs *o,
                         size_t i, const union binding_value *value);

/* As c->invoke.  True: the call, which returns a buffer, was made, and *r has that,
 * so that there is no result; false: the result is as always. */
bool binding_invoke_into (const struct binding_call *c, guestfs_h *g,
                          const union binding_value *args,
                          const void *optargs, struct receiver *r,
                          union binding_result *ret);

/* As c->invoke, while other threads of the language run: a string that the handle
 * owns, which one of them may replace, is a copy.  *ret_copy is to be
 * freed after the result. */
void binding_invoke_copying (const struct binding_call *c, guestfs_h *g,
                             const union binding_value *args,
                             const void *optargs, union binding_result *ret,
                             char **ret_copy);

/* For those that are not numbers. */
bool binding_other_failed (const struct binding_call *c,
                           const union binding_result *ret);
void binding_free_other_result (const struct binding_call *c,
                                union binding_result *ret);

/* Does the result say that the call has failed? */
static inline bool
binding_failed (const struct binding_call *c, const union binding_result *ret)
{
  return c->ret <= BINDING_RETURN_BOOL ? ret->number == -1
                                       : binding_other_failed (c, ret);
}

/* Free what the result holds, if it holds anything. */
static inline void
binding_free_result (const struct binding_call *c, union binding_result *ret)
{
  if (c->ret > BINDING_RETURN_BOOL)
    binding_free_other_result (c, ret);
}

/* Read a field of an integral type out of a struct. */
int64_t binding_field_number (const struct binding_field *f, const void *base);
/* Text, bytes and uuids; NULL is empty. */
const char *binding_field_bytes (const struct binding_field *f,
                                 const void *base, size_t *ret_size);
double binding_field_percent (const struct binding_field *f, const void *base);

/* calls.c, generated; both in the order of names. */
extern const struct binding_call binding_calls[];
extern const size_t binding_nr_calls;

#endif
