/* tests/api-inputs.c: every call behind one kind of function, with the types
 * and names of its arguments, so that a test can feed anything to all of them
 * (tests/inputs.h). */

#include <config.h>

#include <string.h>

#include "output.h"

/* How the argument of number `i` is read from v[i]. */
static void
emit_value (struct out *o, const struct arg *a, size_t i)
{
  switch (arg_class (a)) {
  case C_STRINGS:
    emit (o, "v[%zu].strings", i);
    break;
  case C_INT:
  case C_INT64:
    emit (o, "v[%zu].number", i);
    break;
  case C_BUFFER:
    emit (o, "v[%zu].string, v[%zu].size", i, i);
    break;
  case C_POINTER:
    emit (o, "NULL");
    break;
  default:
    emit (o, "v[%zu].string", i);
  }
}

static void
emit_optargs (struct out *o, const struct call *c)
{
  emit (o, "  const struct guestfs_%s_argv optargs = {\n"
           "    .bitmask = bitmask,\n", c->cname);
  for (size_t i = 0; i < c->opts.len; i++) {
    emit (o, "    .%s = ", c->opts.ptr[i].name);
    emit_value (o, &c->opts.ptr[i], c->args.len + i);
    emit (o, ",\n");
  }
  emit (o, "  };\n");
}

/* Free the result; its end is `ok`. */
static void
emit_release (struct out *o, const struct call *c)
{
  switch (c->ret) {
  case R_ERR:
  case R_INT:
  case R_INT64:
  case R_BOOL:
    emit (o, "  return ret != -1;\n");
    return;
  case R_CONSTSTRING:
    emit (o, "  return ret != NULL;\n");
    return;
  case R_CONSTOPTSTRING:
    emit (o, "  (void) ret;\n  return true;\n");
    return;
  case R_STRUCT:
    emit (o, "  guestfs_free_%s (ret);\n", c->ret_struct->name);
    break;
  case R_STRUCTS:
    emit (o, "  guestfs_free_%s_list (ret);\n", c->ret_struct->name);
    break;
  case R_STRINGS:
  case R_DEVICES:
  case R_MOUNTABLES:
  case R_HASH:
    emit (o, "  release_strings (ret);\n");
    break;
  default:
    emit (o, "  free (ret);\n");
  }
  emit (o, "  return ok;\n");
}

static void
emit_call (struct out *o, const struct call *c)
{
  CLEANUP_FREE char *ret = ret_ctype (c);
  bool opts = c->opts.len > 0, pointer = strchr (ret, '*') != NULL;

  emit (o, "static bool\ncall_%s (guestfs_h *g, const struct input *v, "
           "uint64_t bitmask)\n{\n", c->name);
  if (opts)
    emit_optargs (o, c);
  if (c->ret == R_BUFFER)
    emit (o, "  size_t size = 0;\n");
  emit (o, "  %sret = guestfs_%s%s (g", ret, c->cname, opts ? "_argv" : "");
  for (size_t i = 0; i < c->args.len; i++) {
    emit (o, ", ");
    emit_value (o, &c->args.ptr[i], i);
  }
  emit (o, "%s%s);\n", c->ret == R_BUFFER ? ", &size" : "",
        opts ? ", &optargs" : "");
  if (pointer && c->ret != R_CONSTSTRING && c->ret != R_CONSTOPTSTRING)
    emit (o, "  const bool ok = ret != NULL;\n");
  emit (o, "\n");
  emit_release (o, c);
  emit (o, "}\n\n");
}

static void
emit_arguments (struct out *o, const struct call *c)
{
  emit (o, "static const struct input_argument arguments_%s[] = {\n", c->name);
  for (size_t i = 0; i < c->args.len + c->opts.len; i++) {
    const struct arg *a = i < c->args.len ? &c->args.ptr[i]
                                          : &c->opts.ptr[i - c->args.len];

    emit (o, "  { \"%s\", \"%s\" },\n", a->name, arg_types[a->type].word);
  }
  emit (o, "  { NULL, NULL },\n};\n\n");
}

void
emit_inputs (const struct api *api, const char *top)
{
  CLEANUP_FREE char *dir = format_string ("%s/tests", top);
  struct out o = { STRBUF_INIT };

  emit_c_head (&o, "Every call, to be fed with anything.");
  emit (&o, "#include <config.h>\n\n#include <stdlib.h>\n\n"
            "#include \"inputs.h\"\n\n");
  for (size_t i = 0; i < api->calls.len; i++)
    if (!(api->calls.ptr[i]->flags & CALL_NOWRAPPER)) {
      emit_call (&o, api->calls.ptr[i]);
      emit_arguments (&o, api->calls.ptr[i]);
    }
  emit (&o, "const struct input_call input_calls[] = {\n");
  for (size_t i = 0; i < api->calls.len; i++) {
    const struct call *c = api->calls.ptr[i];

    if (!(c->flags & CALL_NOWRAPPER))
      emit (&o, "  { \"%s\", %s, %zu, %zu, arguments_%s, call_%s },\n", c->name,
            c->proc ? "true" : "false", c->args.len, c->opts.len, c->name,
            c->name);
  }
  emit (&o, "  { NULL, false, 0, 0, NULL, NULL },\n};\n");
  output_write (&o, dir, "api-inputs.c");
}
