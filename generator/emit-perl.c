/* bindings/perl/methods.pod: the methods of Sys::Guestfs in its manual. */

#include <config.h>

#include <string.h>

#include "bindings.h"
#include "output.h"
#include "pod.h"

/* "$size = ", "@names = ", what the method gives. */
static void
emit_result (struct out *o, const struct call *c)
{
  const char *sigil = "$";

  switch (c->ret) {
  case R_ERR:
    return;
  case R_STRINGS:
  case R_DEVICES:
  case R_MOUNTABLES:
  case R_STRUCTS:
    sigil = "@";
    break;
  case R_HASH:
  case R_STRUCT:
    sigil = "%";
    break;
  default:
    break;
  }
  emit (o, "%s%s = ", sigil, c->ret_name ? c->ret_name : "result");
}

static void
emit_synopsis_line (struct out *o, const struct call *c, const char *name)
{
  emit (o, "=item ");
  emit_result (o, c);
  emit (o, "$g->%s (", name);
  for (size_t i = 0; i < c->args.len; i++)
    emit (o, "%s%s%s", i > 0 ? ", " : "",
          binding_kind (&c->args.ptr[i]) == KIND_STRINGS ? "\\@" : "$",
          c->args.ptr[i].name);
  for (size_t i = 0; i < c->opts.len; i++)
    emit (o, " [%s%s => %s%s]", c->args.len + i > 0 ? ", " : "",
          c->opts.ptr[i].name,
          binding_kind (&c->opts.ptr[i]) == KIND_STRINGS ? "\\@" : "$",
          c->opts.ptr[i].name);
  emit (o, ");\n\n");
}

static void
emit_method (struct out *o, const struct call *c)
{
  const char *use = binding_replacement (c);
  CLEANUP_FREE char *doc = pod_rename (c->doc, POD_PERL);

  emit_synopsis_line (o, c, c->name);
  if (c->plain)
    emit_synopsis_line (o, c, c->cname);
  emit (o, "%s\n", doc);
  for (size_t i = 0; i < c->errors.len; i++) {
    CLEANUP_FREE char *text = pod_rename (c->errors.ptr[i].text, POD_PERL);

    emit (o, "C<%s>: %s.\n\n", c->errors.ptr[i].name, text);
  }
  if (c->deprecated)
    emit (o, use ? "I<Deprecated:> use C<$g-E<gt>%s>.\n\n"
                            : "I<Deprecated.>\n\n", use);
}

void
emit_perl (const struct api *api, const char *top)
{
  CLEANUP_FREE char *dir = format_string ("%s/bindings/perl", top);
  struct out o = { STRBUF_INIT };

  for (size_t i = 0; i < api->calls.len; i++) {
    const struct call *c = api->calls.ptr[i];

    if (binding_has (c) && c->doc && !(c->flags & CALL_INTERNAL))
      emit_method (&o, c);
  }
  output_write (&o, dir, "methods.pod");
}
