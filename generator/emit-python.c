/* bindings/python: methods.inc, the methods of the class GuestFS, and stubs.inc
 * and structs.inc, their types. */

#include <config.h>

#include <string.h>

#include "bindings.h"
#include "output.h"
#include "pod.h"

static const char *
arg_hint (const struct arg *a)
{
  static const char *const hints[] = {
    [KIND_STRING] = "str", [KIND_OPTSTRING] = "Optional[str]",
    [KIND_STRINGS] = "Iterable[str]", [KIND_INT] = "int",
    [KIND_INT64] = "int", [KIND_BOOL] = "bool",
    [KIND_BUFFER] = "Union[bytes, str]", [KIND_POINTER] = "int",
  };

  return hints[binding_kind (a)];
}

static void
emit_ret_hint (struct out *o, const struct call *c)
{
  static const char *const hints[] = {
    [R_ERR] = "None", [R_INT] = "int", [R_INT64] = "int", [R_BOOL] = "int",
    [R_CONSTSTRING] = "str", [R_CONSTOPTSTRING] = "Optional[str]",
    [R_STRING] = "str", [R_DEVICE] = "str", [R_MOUNTABLE] = "str",
    [R_STRINGS] = "List[str]", [R_DEVICES] = "List[str]",
    [R_MOUNTABLES] = "List[str]", [R_HASH] = "Dict[str, str]",
    [R_BUFFER] = "bytes",
  };

  if (c->ret == R_STRUCT)
    emit (o, "%s", c->ret_struct->camel);
  else if (c->ret == R_STRUCTS)
    emit (o, "List[%s]", c->ret_struct->camel);
  else
    emit (o, "%s", hints[c->ret]);
}

/* Names that Python does not allow for arguments get an underscore. */
static const char *
python_name (const char *name)
{
  static const char *const keywords[][2] = {
    { "from", "from_" }, { "in", "in_" }, { "is", "is_" }, { "class", "class_" },
    { "def", "def_" }, { "del", "del_" }, { "global", "global_" },
    { "import", "import_" }, { "lambda", "lambda_" }, { "pass", "pass_" },
    { "raise", "raise_" }, { "self", "self_" }, { "with", "with_" },
  };

  for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++)
    if (strcmp (name, keywords[i][0]) == 0)
      return keywords[i][1];
  return name;
}

static void
emit_docstring (struct out *o, const struct call *c)
{
  const char *use = binding_replacement (c);
  CLEANUP_FREE char *text = c->doc ? pod_to_text (c->doc, POD_METHOD, 8, 76)
                                   : NULL;

  if (!c->summary)
    return;
  emit (o, "        \"\"\"%s\n\n", c->summary);
  for (const char *p = text ? text : ""; *p; p++)
    emit (o, *p == '\\' || *p == '"' ? "\\%c" : "%c", *p);
  if (c->deprecated)
    emit (o, "\n        Deprecated%s%s.\n", use ? ": use g." : "",
          use ? use : "");
  emit (o, "        \"\"\"\n");
}

static void
emit_method (struct out *o, const struct call *c)
{
  emit (o, "\n    def %s(self", c->name);
  for (size_t i = 0; i < c->args.len; i++)
    emit (o, ", %s", python_name (c->args.ptr[i].name));
  for (size_t i = 0; i < c->opts.len; i++)
    emit (o, ", %s=None", python_name (c->opts.ptr[i].name));
  emit (o, "):\n");
  emit_docstring (o, c);
  emit (o, "        %s libguestfsmod.%s(self._o or self._closed()",
        c->ret == R_HASH ? "r =" : "return", c->name);
  for (size_t i = 0; i < c->args.len; i++)
    emit (o, ", %s", python_name (c->args.ptr[i].name));
  for (size_t i = 0; i < c->opts.len; i++)
    emit (o, ", %s", python_name (c->opts.ptr[i].name));
  emit (o, ")\n");
  if (c->ret == R_HASH)
    emit (o, "        return self._maybe_convert_to_dict(r)\n");
  if (c->plain)
    emit (o, "\n    %s = %s\n", c->cname, c->name);
}

static void
emit_stub (struct out *o, const struct call *c, const char *name)
{
  emit (o, "    def %s(self", name);
  for (size_t i = 0; i < c->args.len; i++)
    emit (o, ", %s: %s", python_name (c->args.ptr[i].name),
          arg_hint (&c->args.ptr[i]));
  for (size_t i = 0; i < c->opts.len; i++)
    emit (o, ", %s: Optional[%s] = ...", python_name (c->opts.ptr[i].name),
          arg_hint (&c->opts.ptr[i]));
  emit (o, ") -> ");
  emit_ret_hint (o, c);
  emit (o, ": ...\n");
}

static void
emit_struct (struct out *o, const struct structure *s)
{
  static const char *const hints[] = {
    [F_CHAR] = "str", [F_INT32] = "int", [F_UINT32] = "int",
    [F_INT64] = "int", [F_UINT64] = "int", [F_BYTES] = "int",
    [F_STRING] = "str", [F_DEVICE] = "str", [F_BUFFER] = "bytes",
    [F_UUID] = "str", [F_PERCENT] = "Optional[float]",
  };

  emit (o, "class %s(TypedDict):\n", s->camel);
  for (size_t i = 0; i < s->fields.len; i++)
    emit (o, "    %s: %s\n", s->fields.ptr[i].name,
          hints[s->fields.ptr[i].type]);
  emit (o, "\n");
}

void
emit_python (const struct api *api, const char *top)
{
  CLEANUP_FREE char *dir = format_string ("%s/bindings/python", top);
  struct out methods = { STRBUF_INIT }, stubs = { STRBUF_INIT },
             structs = { STRBUF_INIT };

  for (size_t i = 0; i < api->structs.len; i++)
    if (binding_returns_struct (api, api->structs.ptr[i]))
      emit_struct (&structs, api->structs.ptr[i]);
  for (size_t i = 0; i < api->calls.len; i++) {
    const struct call *c = api->calls.ptr[i];

    if (!binding_has (c))
      continue;
    emit_method (&methods, c);
    emit_stub (&stubs, c, c->name);
    if (c->plain)
      emit_stub (&stubs, c, c->cname);
  }
  output_write (&methods, dir, "methods.inc");
  output_write (&stubs, dir, "stubs.inc");
  output_write (&structs, dir, "structs.inc");
}
