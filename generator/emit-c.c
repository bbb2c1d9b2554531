/* Pieces of C that several emitters write: see output.h. */

#include <config.h>

#include <string.h>

#include "output.h"

void
emit_c_head (struct out *o, const char *what)
{
  emit (o, "/* %s\n *\n * Made by the generator from generator/api; changes "
           "here are lost. */\n\n", what);
}

char *
ret_ctype (const struct call *c)
{
  if (c->ret == R_STRUCT)
    return format_string ("struct guestfs_%s *", c->ret_struct->name);
  if (c->ret == R_STRUCTS)
    return format_string ("struct guestfs_%s_list *", c->ret_struct->name);
  return copy_string (ret_types[c->ret].ctype);
}

void
emit_params (struct out *o, const struct call *c)
{
  for (size_t i = 0; i < c->args.len; i++) {
    const struct arg *a = &c->args.ptr[i];

    emit (o, ", %s%s", arg_types[a->type].ctype, a->name);
    if (arg_class (a) == C_BUFFER)
      emit (o, ", size_t %s_size", a->name);
  }
}

void
emit_args (struct out *o, const struct call *c)
{
  for (size_t i = 0; i < c->args.len; i++) {
    const struct arg *a = &c->args.ptr[i];

    emit (o, ", %s", a->name);
    if (arg_class (a) == C_BUFFER)
      emit (o, ", %s_size", a->name);
  }
}

void
emit_optargs_types (struct out *o, const struct call *c)
{
  CLEANUP_FREE char *prefix = copy_upper (c->cname);

  for (size_t i = 0; i < c->opts.len; i++) {
    CLEANUP_FREE char *name = copy_upper (c->opts.ptr[i].name);

    emit (o, "#define GUESTFS_%s_%s %zu\n", prefix, name, i);
    emit (o, "#define GUESTFS_%s_%s_BITMASK (UINT64_C (1) << %zu)\n", prefix,
          name, i);
  }
  emit (o, "struct guestfs_%s_argv {\n  uint64_t bitmask;\n", c->cname);
  for (size_t i = 0; i < c->opts.len; i++)
    emit (o, "  %s%s;\n", arg_types[c->opts.ptr[i].type].ctype,
          c->opts.ptr[i].name);
  emit (o, "};\n\n");
}

void
emit_struct_types (struct out *o, const struct structure *s)
{
  emit (o, "struct guestfs_%s {\n", s->name);
  for (size_t i = 0; i < s->fields.len; i++) {
    const struct field *f = &s->fields.ptr[i];

    if (f->type == F_BUFFER)
      emit (o, "  uint32_t %s_len;\n", f->name);
    emit (o, "  %s%s%s;\n", field_types[f->type].ctype, f->name,
          f->type == F_UUID ? "[32]" : "");
  }
  emit (o, "};\n\nstruct guestfs_%s_list {\n  uint32_t len;\n"
           "  struct guestfs_%s *val;\n};\n\n", s->name, s->name);
}

void
emit_shared_types (struct out *o, const struct api *api)
{
  emit (o, "#ifndef GUESTFS_TYPES_\n#define GUESTFS_TYPES_ 1\n\n");
  for (size_t i = 0; i < api->structs.len; i++)
    emit_struct_types (o, api->structs.ptr[i]);
  for (size_t i = 0; i < api->calls.len; i++)
    if (api->calls.ptr[i]->opts.len > 0)
      emit_optargs_types (o, api->calls.ptr[i]);
  emit (o, "#endif /* GUESTFS_TYPES_ */\n\n");
}

void
emit_member_rows (struct out *o, const struct structure *s, const char *prefix)
{
  for (size_t i = 0; i < s->fields.len; i++) {
    const struct field *f = &s->fields.ptr[i];

    emit (o, "  { \"%s\", %s_%s, offsetof (struct guestfs_%s, %s)", f->name,
          prefix, field_types[f->type].layout, s->name, f->name);
    if (f->type == F_BUFFER)
      emit (o, ",\n    offsetof (struct guestfs_%s, %s_len)", s->name, f->name);
    else
      emit (o, ", 0");
    emit (o, " },\n");
  }
}
