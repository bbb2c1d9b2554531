/* Output files, and the pieces of C that several emitters write.
 *
 * A file is collected in memory and replaces the old one only when it differs,
 * so that nothing is compiled again without need.
 */
#ifndef BATHYSCOPE_GENERATOR_OUTPUT_H
#define BATHYSCOPE_GENERATOR_OUTPUT_H

#include "api.h"
#include "strbuf.h"

struct out {
  struct strbuf text;
};

void emit (struct out *o, const char *fmt, ...)
  __attribute__ ((format (printf, 2, 3)));
/* `str` as the inside of a C string. */
void emit_c_string (struct out *o, const char *str);
/* Write to dir/name unless it holds the same; releases the text.  Ends the
 * program when it cannot. */
void output_write (struct out *o, const char *dir, const char *name);

/* The head of a generated file of C: what it is. */
void emit_c_head (struct out *o, const char *what);

/* "int ", "struct guestfs_stat *": what a call returns in C. */
char *ret_ctype (const struct call *c);

/* ", const char *fstype, const char *device" */
void emit_params (struct out *o, const struct call *c);
/* The same as arguments: ", fstype, device" */
void emit_args (struct out *o, const struct call *c);

/* struct guestfs_X_argv and GUESTFS_X_Y, GUESTFS_X_Y_BITMASK. */
void emit_optargs_types (struct out *o, const struct call *c);
/* struct guestfs_X and struct guestfs_X_list. */
void emit_struct_types (struct out *o, const struct structure *s);
/* All of these, between guards that the two headers share. */
void emit_shared_types (struct out *o, const struct api *api);

/* The rows of a table of members: { "NAME", PREFIX_TYPE, its offset in struct
 * guestfs_NAME, the offset of its length }. */
void emit_member_rows (struct out *o, const struct structure *s,
                       const char *prefix);

/* emit-fish.c: a name with dashes; is the call a command of the shell; its
 * arguments on one line, behind `name`. */
char *shell_name (const char *name);
bool is_command (const struct call *c);
void emit_synopsis (struct out *o, const struct call *c, const char *name);

/* Emitters: each writes its files below `top`. */
typedef void emitter_fn (const struct api *api, const char *top);

emitter_fn emit_header, emit_lib, emit_rpc, emit_daemon, emit_fish,
  emit_bindings, emit_java, emit_ocaml, emit_perl, emit_python, emit_ruby,
  emit_tests, emit_inputs, emit_docs;

#endif
