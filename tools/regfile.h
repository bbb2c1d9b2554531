/* Text files as regedit exports them: keys and values of the Windows registry.
 *
 * The parser is pure, and bounded by the size of its input: the file may come from
 * anywhere.  It takes UTF-8 and UTF-16LE (with a byte order mark), lines that end in
 * LF or CRLF, and gives UTF-8.
 */
#ifndef BATHYSCOPE_REGFILE_H
#define BATHYSCOPE_REGFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

#define REGFILE_MAX (64 * 1024 * 1024) /* bytes of a file */

enum reg_type {
  REG_NONE = 0, REG_SZ = 1, REG_EXPAND_SZ = 2, REG_BINARY = 3, REG_DWORD = 4,
  REG_DWORD_BIG_ENDIAN = 5, REG_LINK = 6, REG_MULTI_SZ = 7, REG_QWORD = 11,
};

struct reg_value {
  char *name;        /* owned; "" is the default value */
  bool deleted;
  uint32_t type;
  unsigned char *data; /* owned; strings as they go into the registry */
  size_t len;
};

struct reg_key {
  char *path;        /* owned: "HKEY_LOCAL_MACHINE\\SOFTWARE\\..." as written */
  bool deleted;
  struct reg_value *values; /* owned */
  size_t nr, alloc;
};

struct regfile {
  struct reg_key *keys; /* owned */
  size_t nr, alloc;
};

#define REGFILE_INIT { NULL, 0, 0 }

enum reg_encoding { REG_UTF16LE, REG_ASCII };

/* Strings in quotes get this encoding, and a final zero.  EINVAL, with the number
 * of the line. */
int regfile_parse (const void *text, size_t len, enum reg_encoding encoding,
                   struct regfile *ret, struct error *err);
void regfile_release (struct regfile *r);

/* UTF-16LE to UTF-8 and back; heap memory, NULL when it is out.  What is no UTF-16
 * becomes U+FFFD.  *ret_len is in bytes; a NUL follows. */
char *reg_to_utf8 (const void *utf16, size_t len, size_t *ret_len);
unsigned char *reg_to_utf16 (const char *utf8, size_t *ret_len);

#endif
