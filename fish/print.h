/* Printing what calls return, as users of the shell know it.
 *
 * Every function takes ownership of a heap result, and returns 0, or -1 when
 * the result says that the call failed.
 */
#ifndef BATHYSCOPE_FISH_PRINT_H
#define BATHYSCOPE_FISH_PRINT_H

#include <stddef.h>
#include <stdint.h>

enum print_base { PRINT_DECIMAL, PRINT_OCTAL, PRINT_HEXADECIMAL };

enum print_type {
  PRINT_CHAR, PRINT_INT32, PRINT_UINT32, PRINT_INT64, PRINT_UINT64,
  PRINT_STRING, PRINT_BUFFER32, PRINT_UUID, PRINT_FLOAT,
};

struct print_field {
  const char *name;
  enum print_type type;
  size_t offset, size_offset;
};

struct print_struct {
  size_t size, nr_fields;
  const struct print_field *fields;
};

int print_err (int ret);
int print_int (int64_t ret, enum print_base base);
int print_bool (int ret);
int print_string (char *ret);
int print_const_string (const char *ret);
int print_const_optstring (const char *ret);
int print_strings (char **ret);
int print_hash (char **ret);
int print_buffer (char *ret, size_t size);
/* These do not free: what is inside belongs to the library. */
void print_struct (const struct print_struct *type, const void *base,
                   const char *indent);
void print_struct_list (const struct print_struct *type, uint32_t len,
                        const void *val);

#endif
