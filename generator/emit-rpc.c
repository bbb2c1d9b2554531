/* rpc/structs.h, rpc/structs.c, rpc/protocol.h and rpc/protocol.c: the types
 * and the tables of rpc/layout.h and rpc/call.h. */

#include <config.h>

#include <string.h>

#include "output.h"

static void
emit_structs_h (const struct api *api, const char *dir)
{
  struct out o = { STRBUF_INIT };

  emit_c_head (&o, "The structs of the API, for use inside the project.\n"
               " * Includes well together with guestfs.h.");
  emit (&o, "#ifndef BATHYSCOPE_STRUCTS_H\n#define BATHYSCOPE_STRUCTS_H\n\n"
            "#include <stdint.h>\n\n#include \"layout.h\"\n\n");
  emit_shared_types (&o, api);
  for (size_t i = 0; i < api->structs.len; i++) {
    const char *name = api->structs.ptr[i]->name;

    emit (&o, "extern const struct layout layout_%s;\n", name);
    emit (&o, "void struct_free_%s (struct guestfs_%s *p);\n", name, name);
    emit (&o, "void struct_free_%s_list (struct guestfs_%s_list *p);\n", name,
          name);
    emit (&o, "static inline void\ncleanup_struct_%s (struct guestfs_%s **p)\n"
              "{\n  struct_free_%s (*p);\n}\n\n", name, name, name);
    emit (&o, "static inline void\ncleanup_struct_%s_list (struct "
              "guestfs_%s_list **p)\n{\n  struct_free_%s_list (*p);\n}\n\n",
          name, name, name);
  }
  emit (&o, "#endif\n");
  output_write (&o, dir, "structs.h");
}

static void
emit_struct_layout (struct out *o, const struct structure *s)
{
  emit (o, "static const struct layout_field fields_%s[] = {\n", s->name);
  emit_member_rows (o, s, "LAYOUT");
  emit (o, "};\n\nconst struct layout layout_%s = {\n  \"%s\", sizeof (struct "
           "guestfs_%s), %zu, fields_%s,\n};\n\n", s->name, s->name, s->name,
        s->fields.len, s->name);
}

static void
emit_structs_c (const struct api *api, const char *dir)
{
  struct out o = { STRBUF_INIT };

  emit_c_head (&o, "Tables of the structs of the API.");
  emit (&o, "#include <config.h>\n\n#include <stddef.h>\n\n"
            "#include \"structs.h\"\n\n");
  for (size_t i = 0; i < api->structs.len; i++) {
    const char *name = api->structs.ptr[i]->name;

    emit_struct_layout (&o, api->structs.ptr[i]);
    emit (&o, "void\nstruct_free_%s (struct guestfs_%s *p)\n{\n"
              "  layout_free (&layout_%s, p);\n}\n\n", name, name, name);
    emit (&o, "void\nstruct_free_%s_list (struct guestfs_%s_list *p)\n{\n"
              "  layout_free_list (&layout_%s, (struct layout_list *) p);\n"
              "}\n\n", name, name, name);
  }
  output_write (&o, dir, "structs.c");
}

static void
emit_args_struct (struct out *o, const struct call *c)
{
  emit (o, "struct args_%s {\n", c->name);
  if (c->args.len == 0)
    emit (o, "  char none;\n");
  for (size_t i = 0; i < c->args.len; i++) {
    const struct arg *a = &c->args.ptr[i];

    emit (o, "  %s%s;\n", arg_types[a->type].ctype, a->name);
    if (arg_class (a) == C_BUFFER)
      emit (o, "  size_t %s_size;\n", a->name);
  }
  emit (o, "};\nextern const struct call_info call_info_%s;\n\n", c->name);
}

static void
emit_protocol_h (const struct api *api, const char *dir)
{
  struct out o = { STRBUF_INIT };

  emit_c_head (&o, "The arguments and the tables of every call.");
  emit (&o, "#ifndef BATHYSCOPE_PROTOCOL_H\n#define BATHYSCOPE_PROTOCOL_H\n\n"
            "#include \"call.h\"\n#include \"structs.h\"\n\n");
  for (size_t i = 0; i < api->calls.len; i++)
    emit_args_struct (&o, api->calls.ptr[i]);
  emit (&o, "/* All of them, in the order of their names. */\n"
            "extern const struct call_info *const all_calls[];\n"
            "#define NR_CALLS %zu\n\n", api->calls.len);
  emit (&o, "extern const struct layout *const all_structs[];\n"
            "#define NR_STRUCTS %zu\n\n#endif\n", api->structs.len);
  output_write (&o, dir, "protocol.h");
}

static void
emit_args_layout (struct out *o, const struct call *c)
{
  if (c->args.len > 0)
    emit (o, "static const struct layout_field args_fields_%s[] = {\n",
          c->name);
  for (size_t i = 0; i < c->args.len; i++) {
    const struct arg *a = &c->args.ptr[i];

    emit (o, "  { \"%s\", LAYOUT_%s, offsetof (struct args_%s, %s)", a->name,
          arg_types[a->type].layout, c->name, a->name);
    if (arg_class (a) == C_BUFFER)
      emit (o, ",\n    offsetof (struct args_%s, %s_size)", c->name, a->name);
    else
      emit (o, ", 0");
    emit (o, " },\n");
  }
  if (c->args.len > 0)
    emit (o, "};\n\n");
  emit (o, "static const struct layout args_layout_%s = {\n  \"%s\", "
           "sizeof (struct args_%s), %zu, ", c->name, c->name, c->name,
        c->args.len);
  if (c->args.len > 0)
    emit (o, "args_fields_%s,\n};\n\n", c->name);
  else
    emit (o, "NULL,\n};\n\n");
}

static void
emit_opts_layout (struct out *o, const struct call *c)
{
  emit (o, "static const struct layout_field opts_fields_%s[] = {\n", c->name);
  for (size_t i = 0; i < c->opts.len; i++)
    emit (o, "  { \"%s\", LAYOUT_%s, offsetof (struct guestfs_%s_argv, %s), 0 "
             "},\n", c->opts.ptr[i].name,
          arg_types[c->opts.ptr[i].type].layout, c->cname,
          c->opts.ptr[i].name);
  emit (o, "};\n\nstatic const struct layout opts_layout_%s = {\n  \"%s\", "
           "sizeof (struct guestfs_%s_argv), %zu, opts_fields_%s,\n};\n\n",
        c->name, c->name, c->cname, c->opts.len, c->name);
}

static void
emit_call_info (struct out *o, const struct call *c)
{
  emit (o, "const struct call_info call_info_%s = {\n", c->name);
  emit (o, "  .name = \"%s\",\n", c->name);
  if (c->proc)
    emit (o, "  .proc = %u,\n", c->proc);
  if (c->flags & CALL_CONFIG)
    emit (o, "  .flags = CALL_INFO_CONFIG,\n");
  emit (o, "  .args = &args_layout_%s,\n", c->name);
  if (c->opts.len > 0)
    emit (o, "  .optargs = &opts_layout_%s,\n", c->name);
  emit (o, "  .returns = CALL_RETURNS_%s,\n", ret_types[c->ret].layout);
  if (c->ret_struct)
    emit (o, "  .structure = &layout_%s,\n", c->ret_struct->name);
  emit (o, "};\n\n");
}

static void
emit_protocol_c (const struct api *api, const char *dir)
{
  struct out o = { STRBUF_INIT };

  emit_c_head (&o, "The tables of every call.");
  emit (&o, "#include <config.h>\n\n#include <stddef.h>\n\n"
            "#include \"protocol.h\"\n\n");
  for (size_t i = 0; i < api->calls.len; i++) {
    emit_args_layout (&o, api->calls.ptr[i]);
    if (api->calls.ptr[i]->opts.len > 0)
      emit_opts_layout (&o, api->calls.ptr[i]);
    emit_call_info (&o, api->calls.ptr[i]);
  }
  emit (&o, "const struct call_info *const all_calls[NR_CALLS] = {\n");
  for (size_t i = 0; i < api->calls.len; i++)
    emit (&o, "  &call_info_%s,\n", api->calls.ptr[i]->name);
  emit (&o, "};\n\nconst struct layout *const all_structs[NR_STRUCTS] = {\n");
  for (size_t i = 0; i < api->structs.len; i++)
    emit (&o, "  &layout_%s,\n", api->structs.ptr[i]->name);
  emit (&o, "};\n");
  output_write (&o, dir, "protocol.c");
}

void
emit_rpc (const struct api *api, const char *top)
{
  CLEANUP_FREE char *dir = format_string ("%s/rpc", top);

  emit_structs_h (api, dir);
  emit_structs_c (api, dir);
  emit_protocol_h (api, dir);
  emit_protocol_c (api, dir);
}
