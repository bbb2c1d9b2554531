/* What the generator knows of the interface: every struct and every call of
 * generator/api/X.api, as parse.c reads them and check.c approves them.  The
 * emitters only read.  Everything lives until the program ends.
 */
#ifndef BATHYSCOPE_GENERATOR_API_H
#define BATHYSCOPE_GENERATOR_API_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "strlist.h"
#include "vector.h"

/* Types of struct fields.  The order is that of field_types in types.c. */
enum field_type {
  F_CHAR, F_INT32, F_UINT32, F_INT64, F_UINT64, F_BYTES, F_STRING, F_DEVICE,
  F_BUFFER, F_UUID, F_PERCENT,
};

/* Types of arguments.  The order is that of arg_types in types.c. */
enum arg_type {
  A_STRING, A_PATH, A_DEVICE, A_MOUNTABLE, A_DEVPATH, A_MOUNTPATH, A_FILENAME,
  A_KEY, A_GUID, A_OPTSTRING, A_FILEIN, A_FILEOUT,
  A_STRINGS, A_DEVICES, A_FILENAMES, A_PATHS,
  A_INT, A_INT64, A_BOOL, A_BUFFER, A_POINTER,
};

/* How an argument looks in C. */
enum arg_class {
  C_STRING,  /* const char * */
  C_STRINGS, /* char *const * */
  C_INT,     /* int */
  C_INT64,   /* int64_t */
  C_BUFFER,  /* const char *x, size_t x_size */
  C_POINTER, /* void * */
};

/* What a call returns.  The order is that of ret_types in types.c. */
enum ret_type {
  R_ERR, R_INT, R_INT64, R_BOOL, R_CONSTSTRING, R_CONSTOPTSTRING,
  R_STRING, R_DEVICE, R_MOUNTABLE,
  R_STRINGS, R_DEVICES, R_MOUNTABLES, R_HASH, R_BUFFER, R_STRUCT, R_STRUCTS,
};

enum call_flags {
  CALL_CONFIG = 1, CALL_PROGRESS = 2, CALL_CANCELLABLE = 4, CALL_INTERNAL = 8,
  CALL_DEBUG = 16, CALL_STATE = 32, CALL_NOFISH = 64, CALL_NOBIND = 128,
  CALL_NONBLOCKING = 256, CALL_NOWRAPPER = 512, CALL_UNLOCKED = 1024,
};

struct type_info {
  const char *word; /* as written in the .api files */
  const char *ctype;
  const char *layout; /* its LAYOUT_ type in rpc/layout.h */
  int class;        /* of arguments: enum arg_class */
};

struct location {
  const char *file;
  int line;
};

struct field {
  enum field_type type;
  char *name;
};

DEFINE_VECTOR (field_vector, struct field)

struct structure {
  struct location where;
  char *name, *camel;
  bool internal;
  struct field_vector fields;
};

struct arg {
  enum arg_type type;
  char *name;
};

DEFINE_VECTOR (arg_vector, struct arg)

struct error_doc {
  char *name, *text;
};

DEFINE_VECTOR (error_doc_vector, struct error_doc)

struct example {
  struct location where; /* of the first line */
  char *prep;
  struct strlist lines;
};

DEFINE_VECTOR (example_vector, struct example)

struct call {
  struct location where;
  char *name;
  char *cname;   /* name, or name_opts for `plain` calls */
  char *since;
  uint32_t proc; /* 0: the library does it */
  enum ret_type ret;
  char *ret_name;
  char *ret_struct_name;
  const struct structure *ret_struct;
  bool has_returns;
  struct arg_vector args, opts;
  bool plain;
  char *group;
  struct strlist aliases;
  char *fish_output; /* octal, hexadecimal or NULL */
  unsigned flags;
  bool deprecated;
  char *replacement; /* of a deprecated call, or NULL */
  char *summary;
  char *doc;
  struct error_doc_vector errors;
  struct example_vector examples;
};

DEFINE_VECTOR (structure_vector, struct structure *)
DEFINE_VECTOR (call_vector, struct call *)

struct api {
  struct structure_vector structs;
  struct call_vector calls; /* by name, once check_api has passed */
  int errors;               /* problems told so far */
};

/* types.c */
extern const struct type_info field_types[], arg_types[], ret_types[];
extern const char *const call_flag_names[];
int type_by_word (const struct type_info *types, const char *word);
enum arg_class arg_class (const struct arg *arg);
bool opt_type_allowed (enum arg_type type);

/* Tell a problem: "file:line: message". */
void problem (struct api *api, struct location where, const char *fmt, ...)
  __attribute__ ((format (printf, 3, 4)));

/* parse.c: read one file, adding to api. */
void parse_file (struct api *api, const char *path);

/* check.c: sort, resolve names, and tell what is wrong. */
void check_api (struct api *api);
const struct call *find_call (const struct api *api, const char *name);

/* Heap copies, which end the program when there is no memory. */
char *copy_string (const char *str);
char *copy_upper (const char *str);
char *format_string (const char *fmt, ...)
  __attribute__ ((format (printf, 1, 2)));

#endif
