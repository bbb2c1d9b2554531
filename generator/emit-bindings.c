/* bindings/common/calls.c: the table of calls from which the bindings work. */

#include <config.h>

#include <string.h>

#include "bindings.h"
#include "output.h"
#include "prefix.h"

bool
binding_has (const struct call *c)
{
  return !(c->flags & CALL_NOBIND);
}

const char *
binding_replacement (const struct call *c)
{
  return c->replacement && !has_prefix (c->replacement, "internal_")
         ? c->replacement : NULL;
}

bool
binding_returns_struct (const struct api *api, const struct structure *s)
{
  for (size_t i = 0; i < api->calls.len; i++)
    if (binding_has (api->calls.ptr[i]) && api->calls.ptr[i]->ret_struct == s)
      return true;
  return false;
}

enum binding_kind
binding_kind (const struct arg *a)
{
  if (a->type == A_OPTSTRING)
    return KIND_OPTSTRING;
  if (a->type == A_BOOL)
    return KIND_BOOL;
  switch (arg_class (a)) {
  case C_STRING:
    return KIND_STRING;
  case C_STRINGS:
    return KIND_STRINGS;
  case C_INT:
    return KIND_INT;
  case C_INT64:
    return KIND_INT64;
  case C_BUFFER:
    return KIND_BUFFER;
  default:
    return KIND_POINTER;
  }
}

static void
emit_struct (struct out *o, const struct structure *s)
{
  static const char *const types[] = {
    [F_CHAR] = "CHAR", [F_INT32] = "INT32", [F_UINT32] = "UINT32",
    [F_INT64] = "INT64", [F_UINT64] = "UINT64", [F_BYTES] = "UINT64",
    [F_STRING] = "STRING", [F_DEVICE] = "STRING", [F_BUFFER] = "BUFFER",
    [F_UUID] = "UUID", [F_PERCENT] = "PERCENT",
  };

  emit (o, "static void\nfree_%s (void *p)\n{\n  guestfs_free_%s (p);\n}\n\n"
           "static void\nfree_%s_list (void *p)\n{\n  guestfs_free_%s_list (p);"
           "\n}\n\nstatic const struct binding_field fields_%s[] = {\n",
        s->name, s->name, s->name, s->name, s->name);
  for (size_t i = 0; i < s->fields.len; i++) {
    const struct field *f = &s->fields.ptr[i];

    emit (o, "  { \"%s\", BINDING_FIELD_%s,\n    offsetof (struct guestfs_%s, "
             "%s)", f->name, types[f->type], s->name, f->name);
    if (f->type == F_BUFFER)
      emit (o, ",\n    offsetof (struct guestfs_%s, %s_len) },\n", s->name,
            f->name);
    else
      emit (o, ", 0 },\n");
  }
  emit (o, "};\n\nstatic const struct binding_struct struct_%s = {\n"
           "  \"%s\", \"%s\", sizeof (struct guestfs_%s), %zu, fields_%s,\n"
           "  free_%s, free_%s_list,\n};\n\n", s->name, s->name, s->camel,
        s->name, s->fields.len, s->name, s->name, s->name);
}

static void
emit_arg (struct out *o, const struct call *c, const struct arg *a, bool opt)
{
  static const char *const types[] = {
    "STRING", "OPTSTRING", "STRINGS", "INT", "INT64", "BOOL", "BUFFER",
    "POINTER",
  };

  emit (o, "  { \"%s\", BINDING_%s", a->name, types[binding_kind (a)]);
  if (opt)
    emit (o, ",\n    offsetof (struct guestfs_%s_argv, %s) },\n", c->cname,
          a->name);
  else
    emit (o, ", 0 },\n");
}

static void
emit_invoke (struct out *o, const struct call *c)
{
  static const char *const values[] = {
    "string", "string", "strings", "number", "number", "number", NULL,
    "pointer",
  };
  static const char *const results[] = {
    [R_ERR] = "number", [R_INT] = "number", [R_INT64] = "number",
    [R_BOOL] = "number", [R_CONSTSTRING] = "constant",
    [R_CONSTOPTSTRING] = "constant", [R_STRING] = "string",
    [R_DEVICE] = "string", [R_MOUNTABLE] = "string", [R_STRINGS] = "strings",
    [R_DEVICES] = "strings", [R_MOUNTABLES] = "strings", [R_HASH] = "strings",
    [R_BUFFER] = "buffer.data", [R_STRUCT] = "structure",
    [R_STRUCTS] = "structure",
  };

  emit (o, "static void\ninvoke_%s (guestfs_h *g, const union binding_value *a,"
           "\n  const void *o, union binding_result *r)\n{\n  r->%s = "
           "guestfs_%s%s (g", c->name, results[c->ret], c->cname,
        c->opts.len > 0 ? "_argv" : "");
  for (size_t i = 0; i < c->args.len; i++) {
    enum binding_kind kind = binding_kind (&c->args.ptr[i]);

    if (kind == KIND_BUFFER)
      emit (o, ", a[%zu].buffer.data, a[%zu].buffer.size", i, i);
    else
      emit (o, ", a[%zu].%s", i, values[kind]);
  }
  emit (o, "%s%s);\n}\n\n", c->ret == R_BUFFER ? ", &r->buffer.size" : "",
        c->opts.len > 0 ? ", o" : "");
}

static void
emit_call (struct out *o, const struct call *c)
{
  if (c->args.len + c->opts.len > 0) {
    emit (o, "static const struct binding_arg args_%s[] = {\n", c->name);
    for (size_t i = 0; i < c->args.len; i++)
      emit_arg (o, c, &c->args.ptr[i], false);
    for (size_t i = 0; i < c->opts.len; i++)
      emit_arg (o, c, &c->opts.ptr[i], true);
    emit (o, "};\n_Static_assert (%zu <= BINDING_MAX_ARGS, \"\");\n",
          c->args.len);
    if (c->opts.len > 0)
      emit (o, "_Static_assert (sizeof (struct guestfs_%s_argv)\n"
               "                <= BINDING_OPTARGS_SIZE, \"\");\n", c->cname);
    emit (o, "\n");
  }
  emit_invoke (o, c);
}

static void
emit_entry (struct out *o, const struct call *c)
{
  static const char *const returns[] = {
    [R_ERR] = "ERR", [R_INT] = "INT", [R_INT64] = "INT64", [R_BOOL] = "BOOL",
    [R_CONSTSTRING] = "CONST", [R_CONSTOPTSTRING] = "OPTCONST",
    [R_STRING] = "STRING", [R_DEVICE] = "STRING", [R_MOUNTABLE] = "STRING",
    [R_STRINGS] = "STRINGS", [R_DEVICES] = "STRINGS",
    [R_MOUNTABLES] = "STRINGS", [R_HASH] = "HASH", [R_BUFFER] = "BUFFER",
    [R_STRUCT] = "STRUCT", [R_STRUCTS] = "STRUCTS",
  };

  emit (o, "  { \"%s\", ", c->name);
  emit (o, c->plain ? "\"%s\", " : "NULL, ", c->cname);
  emit (o, "%zu, %zu, ", c->args.len, c->opts.len);
  emit (o, c->args.len + c->opts.len > 0 ? "args_%s, " : "NULL, ", c->name);
  emit (o, "BINDING_RETURN_%s, ", returns[c->ret]);
  emit (o, c->ret_struct ? "&struct_%s, " : "NULL, ",
        c->ret_struct ? c->ret_struct->name : "");
  emit (o, "%s,\n    invoke_%s },\n",
        c->flags & CALL_NONBLOCKING ? "true" : "false", c->name);
}

void
emit_bindings (const struct api *api, const char *top)
{
  CLEANUP_FREE char *dir = format_string ("%s/bindings/common", top);
  struct out o = { STRBUF_INIT };
  size_t nr = 0;

  emit_c_head (&o, "The calls, for the bindings.");
  emit (&o, "#include <config.h>\n\n#include \"table.h\"\n\n");
  for (size_t i = 0; i < api->structs.len; i++)
    if (binding_returns_struct (api, api->structs.ptr[i]))
      emit_struct (&o, api->structs.ptr[i]);
  for (size_t i = 0; i < api->calls.len; i++)
    if (binding_has (api->calls.ptr[i]))
      emit_call (&o, api->calls.ptr[i]);
  emit (&o, "const struct binding_call binding_calls[] = {\n");
  for (size_t i = 0; i < api->calls.len; i++)
    if (binding_has (api->calls.ptr[i])) {
      emit_entry (&o, api->calls.ptr[i]);
      nr++;
    }
  emit (&o, "};\n\nconst size_t binding_nr_calls = %zu;\n", nr);
  output_write (&o, dir, "calls.c");
}
