/* What both ends know of a call: the tables that the generator writes into
 * rpc/protocol.c, as `const struct call_info call_info_NAME`, and the messages
 * made by them.
 *
 * The arguments of a call are a struct args_NAME (rpc/protocol.h), the optional
 * ones a struct guestfs_NAME_argv.
 */
#ifndef BATHYSCOPE_CALL_H
#define BATHYSCOPE_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "layout.h"

enum call_returns {
  CALL_RETURNS_ERR,
  CALL_RETURNS_INT,
  CALL_RETURNS_INT64,
  CALL_RETURNS_BOOL,
  CALL_RETURNS_CONSTSTRING,
  CALL_RETURNS_CONSTOPTSTRING,
  CALL_RETURNS_STRING,
  CALL_RETURNS_STRINGS,
  CALL_RETURNS_HASH,
  CALL_RETURNS_BUFFER,
  CALL_RETURNS_STRUCT,
  CALL_RETURNS_STRUCTS,
};

enum call_info_flags {
  CALL_INFO_CONFIG = 1, /* only before launch */
};

struct call_info {
  const char *name;
  uint32_t proc;  /* 0: done by the library */
  unsigned flags; /* enum call_info_flags */
  const struct layout *args;
  const struct layout *optargs; /* NULL: takes none */
  enum call_returns returns;
  const struct layout *structure; /* that it returns, or NULL */
};

/* The body of a CALL frame.  `optargs` may be NULL. */
int call_encode_args (struct strbuf *b, const struct call_info *info,
                      const void *args, const void *optargs,
                      struct error *err);

/* Read it again: fills *args and, if there are any, *optargs (with the bitmask
 * at its start).  On failure both are zero.  Release with call_release_args. */
int call_decode_args (const void *body, size_t len,
                      const struct call_info *info, void *args, void *optargs,
                      struct error *err);
void call_release_args (const struct call_info *info, void *args,
                        void *optargs);

/* Has it an argument that is a key?  Then what holds its arguments is kept as
 * carefully (secret.h). */
bool call_has_key (const struct call_info *info);

/* Bits of optional arguments that the call does not have. */
uint64_t call_unknown_bits (const struct call_info *info, uint64_t bitmask);

#endif
