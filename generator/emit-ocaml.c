/* bindings/ocaml: the pieces that go into guestfs.mli and guestfs.ml, and
 * stubs.c, the C functions behind the externals. */

#include <config.h>

#include <ctype.h>
#include <string.h>

#include "bindings.h"
#include "output.h"
#include "pod.h"

/* Text inside of a comment: neither markup, nor what OCaml takes for strings and
 * for the end of the comment. */
static void
emit_text (struct out *o, const char *text)
{
  for (const char *p = text; *p; p++)
    if (strchr ("{}[]@\\", *p))
      emit (o, "\\%c", *p);
    else if (*p == '"')
      emit (o, "''");
    else if ((*p == '*' && p[1] == ')') || (*p == '(' && p[1] == '*'))
      emit (o, "%c ", *p);
    else
      emit (o, "%c", *p);
}

static void
emit_comment (struct out *o, const struct call *c, const char *indent)
{
  const char *use = binding_replacement (c);
  CLEANUP_FREE char *doc = c->doc ? pod_to_text (c->doc, POD_METHOD, 4, 76)
                                  : NULL;

  emit (o, "%s(** ", indent);
  emit_text (o, c->summary ? c->summary : c->name);
  emit (o, ".\n\n");
  if (doc)
    emit_text (o, doc);
  if (c->deprecated)
    emit (o, "\n    @deprecated %s%s%s\n", use ? "Use {!" : "It has "
          "no replacement.", use ? use : "",
          use ? "}." : "");
  if (c->since)
    emit (o, "\n    @since %s\n", c->since);
  emit (o, "%s*)\n", indent);
}

static const char *
arg_ocaml (const struct arg *a)
{
  static const char *const types[] = {
    [KIND_STRING] = "string", [KIND_OPTSTRING] = "string option",
    [KIND_STRINGS] = "string array", [KIND_INT] = "int",
    [KIND_INT64] = "int64", [KIND_BOOL] = "bool", [KIND_BUFFER] = "string",
    [KIND_POINTER] = "int64",
  };

  return types[binding_kind (a)];
}

static void
emit_ret (struct out *o, const struct call *c)
{
  static const char *const types[] = {
    [R_ERR] = "unit", [R_INT] = "int", [R_INT64] = "int64", [R_BOOL] = "bool",
    [R_CONSTSTRING] = "string", [R_CONSTOPTSTRING] = "string option",
    [R_STRING] = "string", [R_DEVICE] = "string", [R_MOUNTABLE] = "string",
    [R_STRINGS] = "string array", [R_DEVICES] = "string array",
    [R_MOUNTABLES] = "string array", [R_HASH] = "(string * string) list",
    [R_BUFFER] = "string",
  };

  if (c->ret_struct)
    emit (o, "%s%s", c->ret_struct->name, c->ret == R_STRUCTS ? " array" : "");
  else
    emit (o, "%s", types[c->ret]);
}

/* "?label:string -> string -> unit".  A method without arguments takes (). */
static void
emit_type (struct out *o, const struct call *c, bool is_method)
{
  for (size_t i = 0; i < c->opts.len; i++)
    emit (o, "?%s:%s -> ", c->opts.ptr[i].name, arg_ocaml (&c->opts.ptr[i]));
  for (size_t i = 0; i < c->args.len; i++)
    emit (o, "%s -> ", arg_ocaml (&c->args.ptr[i]));
  if (is_method && c->args.len == 0)
    emit (o, "unit -> ");
  emit_ret (o, c);
}

static void
emit_structs (const struct api *api, const char *dir)
{
  static const char *const types[] = {
    [F_CHAR] = "char", [F_INT32] = "int32", [F_UINT32] = "int32",
    [F_INT64] = "int64", [F_UINT64] = "int64", [F_BYTES] = "int64",
    [F_STRING] = "string", [F_DEVICE] = "string", [F_BUFFER] = "string",
    [F_UUID] = "string", [F_PERCENT] = "float option",
  };
  struct out o = { STRBUF_INIT };

  for (size_t i = 0; i < api->structs.len; i++) {
    const struct structure *s = api->structs.ptr[i];

    if (!binding_returns_struct (api, s))
      continue;
    emit (&o, "type %s = {\n", s->name);
    for (size_t j = 0; j < s->fields.len; j++)
      emit (&o, "  %s : %s;\n", s->fields.ptr[j].name,
            types[s->fields.ptr[j].type]);
    emit (&o, "}\n\n");
  }
  output_write (&o, dir, "structs.inc");
}

static void
emit_val (struct out *o, const struct call *c, const char *name)
{
  emit (o, "val %s : t -> ", name);
  emit_type (o, c, false);
  emit (o, "\n");
  emit_comment (o, c, "");
  emit (o, "\n");
}

static void
emit_external (struct out *o, const struct call *c)
{
  emit (o, "external %s : t -> ", c->name);
  emit_type (o, c, false);
  /* With more than five arguments byte code passes an array. */
  if (c->args.len + c->opts.len + 1 > 5)
    emit (o, "\n  = \"guestfs_ocaml_%s_byte\"", c->name);
  else
    emit (o, "\n  =");
  emit (o, " \"guestfs_ocaml_%s\"\n", c->name);
  if (c->plain)
    emit (o, "let %s = %s\n", c->cname, c->name);
}

static void
emit_method_type (struct out *o, const struct call *c, const char *name)
{
  emit (o, "  method %s : ", name);
  emit_type (o, c, true);
  emit (o, "\n  (** See {!Guestfs.%s}. *)\n", name);
}

static void
emit_method (struct out *o, const struct call *c, const char *name)
{
  emit (o, "  method %s", name);
  for (size_t i = 0; i < c->opts.len; i++)
    emit (o, " ?%s", c->opts.ptr[i].name);
  for (size_t i = 0; i < c->args.len; i++)
    emit (o, " a%zu", i);
  emit (o, c->args.len == 0 ? " () = %s g" : " = %s g", name);
  for (size_t i = 0; i < c->opts.len; i++)
    emit (o, " ?%s", c->opts.ptr[i].name);
  for (size_t i = 0; i < c->args.len; i++)
    emit (o, " a%zu", i);
  emit (o, "\n");
}

static void
emit_stub (struct out *o, const struct call *c, size_t index)
{
  size_t nr = c->args.len + c->opts.len;

  emit (o, "value guestfs_ocaml_%s (value g", c->name);
  for (size_t i = 0; i < nr; i++)
    emit (o, ", value v%zu", i);
  emit (o, ");\nvalue\nguestfs_ocaml_%s (value g", c->name);
  for (size_t i = 0; i < nr; i++)
    emit (o, ", value v%zu", i);
  emit (o, ")\n{\n");
  if (nr > 0) {
    emit (o, "  const value v[] = {");
    for (size_t i = 0; i < nr; i++)
      emit (o, "%s v%zu", i > 0 ? "," : "", i);
    emit (o, " };\n\n");
  }
  emit (o, "  return ocaml_call (&binding_calls[%zu], g, %s);\n}\n\n", index,
        nr > 0 ? "v" : "NULL");
  if (nr + 1 > 5)
    emit (o, "value guestfs_ocaml_%s_byte (value *argv, int argn);\nvalue\n"
             "guestfs_ocaml_%s_byte (value *argv, int argn)\n{\n  return "
             "ocaml_call (&binding_calls[%zu], argv[0], argv + 1);\n}\n\n",
          c->name, c->name, index);
}

void
emit_ocaml (const struct api *api, const char *top)
{
  CLEANUP_FREE char *dir = format_string ("%s/bindings/ocaml", top);
  struct out vals = { STRBUF_INIT }, externals = { STRBUF_INIT },
             method_types = { STRBUF_INIT }, methods = { STRBUF_INIT },
             stubs = { STRBUF_INIT };
  size_t index = 0;

  emit_structs (api, dir);
  emit_c_head (&stubs, "The functions behind the externals of guestfs.ml.");
  emit (&stubs, "#include \"binding.h\"\n\n");
  for (size_t i = 0; i < api->calls.len; i++) {
    const struct call *c = api->calls.ptr[i];
    const char *names[] = { c->name, c->plain ? c->cname : NULL };

    if (!binding_has (c))
      continue;
    emit_external (&externals, c);
    emit_stub (&stubs, c, index++);
    for (size_t j = 0; j < 2 && names[j]; j++) {
      emit_val (&vals, c, names[j]);
      emit_method_type (&method_types, c, names[j]);
      emit_method (&methods, c, names[j]);
    }
  }
  output_write (&vals, dir, "vals.inc");
  output_write (&externals, dir, "externals.inc");
  output_write (&method_types, dir, "method-types.inc");
  output_write (&methods, dir, "methods.inc");
  output_write (&stubs, dir, "stubs.c");
}
