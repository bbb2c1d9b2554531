/* Printing results: see print.h. */

#include <config.h>

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "print.h"
#include "strlist.h"

int
print_err (int ret)
{
  return ret;
}

int
print_int (int64_t ret, enum print_base base)
{
  if (ret == -1)
    return -1;
  switch (base) {
  case PRINT_OCTAL:
    printf ("%s%" PRIo64 "\n", ret != 0 ? "0" : "", ret);
    break;
  case PRINT_HEXADECIMAL:
    printf ("%s%" PRIx64 "\n", ret != 0 ? "0x" : "", ret);
    break;
  default:
    printf ("%" PRIi64 "\n", ret);
  }
  return 0;
}

int
print_bool (int ret)
{
  if (ret == -1)
    return -1;
  puts (ret ? "true" : "false");
  return 0;
}

int
print_const_string (const char *ret)
{
  if (!ret)
    return -1;
  puts (ret);
  return 0;
}

int
print_const_optstring (const char *ret)
{
  puts (ret ? ret : "(null)");
  return 0;
}

int
print_string (char *ret)
{
  int r = print_const_string (ret);

  free (ret);
  return r;
}

int
print_strings (char **ret)
{
  if (!ret)
    return -1;
  for (size_t i = 0; ret[i]; i++)
    puts (ret[i]);
  strings_free (ret);
  return 0;
}

int
print_hash (char **ret)
{
  if (!ret)
    return -1;
  for (size_t i = 0; ret[i] && ret[i + 1]; i += 2)
    printf ("%s: %s\n", ret[i], ret[i + 1]);
  strings_free (ret);
  return 0;
}

int
print_buffer (char *ret, size_t size)
{
  size_t written;

  if (!ret)
    return -1;
  written = fwrite (ret, 1, size, stdout);
  free (ret);
  if (written != size) {
    perror ("write");
    return -1;
  }
  return 0;
}

static void
print_bytes (const char *data, size_t size)
{
  for (size_t i = 0; i < size; i++)
    if (isprint ((unsigned char) data[i]))
      putchar (data[i]);
    else
      printf ("\\x%02x", (unsigned char) data[i]);
}

static const char *
pointer_at (const char *at)
{
  const char *ret;

  memcpy (&ret, at, sizeof ret);
  return ret;
}

static void
print_value (const struct print_field *f, const char *base)
{
  const char *at = base + f->offset;
  uint64_t wide = 0;
  uint32_t narrow = 0;
  float number;

  switch (f->type) {
  case PRINT_CHAR:
    putchar (*at);
    break;
  case PRINT_STRING:
    fputs (pointer_at (at), stdout);
    break;
  case PRINT_UUID:
    printf ("%.32s", at);
    break;
  case PRINT_BUFFER32:
    memcpy (&narrow, base + f->size_offset, sizeof narrow);
    print_bytes (pointer_at (at), narrow);
    break;
  case PRINT_FLOAT:
    memcpy (&number, at, sizeof number);
    if (number >= 0)
      printf ("%g %%", number);
    break;
  case PRINT_INT32:
  case PRINT_UINT32:
    memcpy (&narrow, at, sizeof narrow);
    if (f->type == PRINT_INT32)
      printf ("%" PRIi32, (int32_t) narrow);
    else
      printf ("%" PRIu32, narrow);
    break;
  case PRINT_INT64:
  case PRINT_UINT64:
    memcpy (&wide, at, sizeof wide);
    if (f->type == PRINT_INT64)
      printf ("%" PRIi64, (int64_t) wide);
    else
      printf ("%" PRIu64, wide);
  }
}

void
print_struct (const struct print_struct *type, const void *base,
              const char *indent)
{
  for (size_t i = 0; i < type->nr_fields; i++) {
    printf ("%s%s: ", indent, type->fields[i].name);
    print_value (&type->fields[i], base);
    putchar ('\n');
  }
}

void
print_struct_list (const struct print_struct *type, uint32_t len,
                   const void *val)
{
  for (uint32_t i = 0; i < len; i++) {
    printf ("[%" PRIu32 "] = {\n", i);
    print_struct (type, (const char *) val + i * type->size, "  ");
    printf ("}\n");
  }
}
