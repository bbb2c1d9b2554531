/* bindings/ruby/methods.c: a function for each method; documentation.rb: what
 * YARD reads of them. */

#include <config.h>

#include <string.h>

#include "bindings.h"
#include "output.h"
#include "pod.h"

static const char *
arg_ruby (const struct arg *a)
{
  static const char *const types[] = {
    [KIND_STRING] = "String", [KIND_OPTSTRING] = "String, nil",
    [KIND_STRINGS] = "Array<String>", [KIND_INT] = "Integer",
    [KIND_INT64] = "Integer", [KIND_BOOL] = "Boolean", [KIND_BUFFER] = "String",
    [KIND_POINTER] = "Integer",
  };

  return types[binding_kind (a)];
}

static const char *
ret_ruby (const struct call *c)
{
  switch (c->ret) {
  case R_ERR:
    return "nil";
  case R_INT:
  case R_INT64:
    return "Integer";
  case R_BOOL:
    return "Integer] [0 or 1";
  case R_CONSTOPTSTRING:
    return "String, nil";
  case R_STRINGS:
  case R_DEVICES:
  case R_MOUNTABLES:
    return "Array<String>";
  case R_HASH:
    return "Hash{String => String}";
  case R_STRUCT:
    return "Hash{String => Object}";
  case R_STRUCTS:
    return "Array<Hash{String => Object}>";
  default:
    return "String";
  }
}

static void
emit_indented (struct out *o, const char *text)
{
  bool begin = true;

  for (const char *p = text; *p; p++) {
    if (begin)
      emit (o, *p == '\n' ? "    #" : "    #   ");
    emit (o, "%c", *p);
    begin = *p == '\n';
  }
}

static void
emit_documentation (struct out *o, const struct call *c, const char *name)
{
  const char *use = binding_replacement (c);
  CLEANUP_FREE char *doc = pod_to_text (c->doc, POD_METHOD, 0, 72);

  emit (o, "    # @!method %s(", name);
  for (size_t i = 0; i < c->args.len; i++)
    emit (o, "%s%s", i > 0 ? ", " : "", c->args.ptr[i].name);
  if (c->opts.len > 0)
    emit (o, "%sopts = {}", c->args.len > 0 ? ", " : "");
  emit (o, ")\n    #   %s\n    #\n", c->summary);
  emit_indented (o, doc);
  for (size_t i = 0; i < c->args.len; i++)
    emit (o, "    #   @param %s [%s]\n", c->args.ptr[i].name,
          arg_ruby (&c->args.ptr[i]));
  for (size_t i = 0; i < c->opts.len; i++)
    emit (o, "    #   @option opts [%s] :%s\n", arg_ruby (&c->opts.ptr[i]),
          c->opts.ptr[i].name);
  emit (o, "    #   @return [%s]\n    #   @raise [Error]\n", ret_ruby (c));
  if (c->deprecated)
    emit (o, "    #   @deprecated %s%s\n", use ? "Use " : "",
          use ? use : "");
  if (c->since)
    emit (o, "    #   @since %s\n", c->since);
  emit (o, "\n");
}

void
emit_ruby (const struct api *api, const char *top)
{
  CLEANUP_FREE char *dir = format_string ("%s/bindings/ruby", top);
  struct out methods = { STRBUF_INIT }, table = { STRBUF_INIT },
             documentation = { STRBUF_INIT };
  size_t index = 0;

  emit_c_head (&methods, "Methods of the Ruby binding.");
  emit (&methods, "#include \"binding.h\"\n\n");
  emit (&documentation, "# What YARD reads; programs do not load this file.\n"
                        "#\n# Made by the generator from generator/api; changes"
                        " here are lost.\n\nmodule Guestfs\n  class Guestfs\n");
  for (size_t i = 0; i < api->calls.len; i++) {
    const struct call *c = api->calls.ptr[i];

    if (!binding_has (c))
      continue;
    emit (&methods, "static VALUE\nmethod_%s (int argc, VALUE *argv, VALUE self)"
                    "\n{\n  return ruby_call (&binding_calls[%zu], argc, argv, "
                    "self);\n}\n\n", c->name, index++);
    emit (&table, "  method_%s,\n", c->name);
    if (!c->doc || (c->flags & CALL_INTERNAL))
      continue;
    emit_documentation (&documentation, c, c->name);
    if (c->plain)
      emit_documentation (&documentation, c, c->cname);
  }
  emit (&methods, "ruby_method *const ruby_methods[] = {\n%s};\n",
        table.text.data);
  strbuf_release (&table.text);
  emit (&documentation, "  end\nend\n");
  output_write (&methods, dir, "methods.c");
  output_write (&documentation, dir, "documentation.rb");
}
