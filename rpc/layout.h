/* Tables that say where the members of a C struct are, and functions that
 * encode, decode, free, copy and compare any struct that has such a table.
 *
 * The generator writes the tables (rpc/protocol.c): one for each struct of the
 * API, one for the arguments and one for the optional arguments of each call.
 * The code that handles bytes from outside is thereby all in layout.c and
 * xdr.c.
 */
#ifndef BATHYSCOPE_LAYOUT_H
#define BATHYSCOPE_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "strbuf.h"
#include "xdr.h"

enum layout_type {
  LAYOUT_CHAR,
  LAYOUT_INT32,     /* also int */
  LAYOUT_UINT32,
  LAYOUT_INT64,
  LAYOUT_UINT64,
  LAYOUT_BOOL,      /* int: 0 or 1 */
  LAYOUT_FLOAT,
  LAYOUT_UUID,      /* char[32] without NUL */
  LAYOUT_STRING,    /* char * */
  LAYOUT_KEY,       /* char *, which no log shows */
  LAYOUT_OPTSTRING, /* char *, may be NULL */
  LAYOUT_STRINGS,   /* char ** */
  LAYOUT_BUFFER,    /* char *x; size_t x_size */
  LAYOUT_BUFFER32,  /* uint32_t x_len; char *x */
  LAYOUT_FILEIN,    /* char *: a local file; not on the wire */
  LAYOUT_FILEOUT,   /* the same */
  LAYOUT_POINTER,   /* void *; not on the wire */
};

struct layout_field {
  const char *name;
  enum layout_type type;
  uint32_t offset;
  uint32_t size_offset; /* of the length of a buffer */
};

struct layout {
  const char *name;
  size_t size;
  size_t nr_fields;
  const struct layout_field *fields;
};

/* Any list of structs of the API: struct guestfs_X_list. */
struct layout_list {
  uint32_t len;
  void *val;
};

/* Members, read and written wherever they are. */
const char *layout_string (const void *base, const struct layout_field *f);
char **layout_strings (const void *base, const struct layout_field *f);
int64_t layout_number (const void *base, const struct layout_field *f);
size_t layout_buffer_size (const void *base, const struct layout_field *f);

/* Append the members.  0, or -1 with err.  NULL strings are EINVAL. */
int layout_encode (struct strbuf *b, const struct layout *l, const void *base,
                   struct error *err);

/* Read the members into *base, which is overwritten.  On failure it is all
 * zero and owns nothing. */
int layout_decode (struct xdr_reader *r, const struct layout *l, void *base,
                   struct error *err);

/* Optional arguments: a struct that begins with a uint64_t bitmask, in which
 * only members whose bit is set exist.  `base` may be NULL.  Encoding writes
 * the members only: the bitmask goes at the start of the message. */
int layout_encode_optargs (struct strbuf *b, const struct layout *l,
                           const void *base, struct error *err);

/* Lists. */
int layout_encode_list (struct strbuf *b, const struct layout *l,
                        const struct layout_list *list, struct error *err);
int layout_decode_list (struct xdr_reader *r, const struct layout *l,
                        struct layout_list **ret, struct error *err);

/* Free what the members own. */
void layout_release (const struct layout *l, void *base);
/* Free struct and members, or list and elements.  NULL is allowed. */
void layout_free (const struct layout *l, void *base);
void layout_free_list (const struct layout *l, struct layout_list *list);

/* NULL with errno ENOMEM. */
void *layout_copy (const struct layout *l, const void *base);
struct layout_list *layout_copy_list (const struct layout *l,
                                      const struct layout_list *list);

/* An order: negative, 0 or positive. */
int layout_compare (const struct layout *l, const void *a, const void *b);
int layout_compare_list (const struct layout *l, const struct layout_list *a,
                         const struct layout_list *b);

#endif
