/* bindings/python/actions.c: one function of libguestfsmod for each call. */

#include <config.h>

#include <string.h>

#include "output.h"
#include "python.h"

bool
python_has (const struct call *c)
{
  return !(c->flags & CALL_NOBIND);
}

static void
emit_struct (struct out *o, const struct structure *s)
{
  static const char *const makers[] = {
    [F_CHAR] = "binding_text (&p->%s, 1)",
    [F_INT32] = "PyLong_FromLong (p->%s)",
    [F_UINT32] = "PyLong_FromUnsignedLong (p->%s)",
    [F_INT64] = "PyLong_FromLongLong (p->%s)",
    [F_UINT64] = "PyLong_FromUnsignedLongLong (p->%s)",
    [F_BYTES] = "PyLong_FromUnsignedLongLong (p->%s)",
    [F_STRING] = "binding_text (p->%s, strlen (p->%s))",
    [F_DEVICE] = "binding_text (p->%s, strlen (p->%s))",
    [F_BUFFER] = "PyBytes_FromStringAndSize (p->%s, p->%s_len)",
    [F_UUID] = "binding_text (p->%s, 32)",
    [F_PERCENT] = "p->%s >= 0 ? PyFloat_FromDouble (p->%s)\n"
                  "                      : (Py_INCREF (Py_None), Py_None)",
  };

  emit (o, "static PyObject *\nfrom_%s (const struct guestfs_%s *p)\n{\n"
           "  PyObject *d = PyDict_New ();\n\n  if (!d", s->name, s->name);
  for (size_t i = 0; i < s->fields.len; i++) {
    const struct field *f = &s->fields.ptr[i];

    emit (o, "\n      || binding_set (d, \"%s\", ", f->name);
    emit (o, makers[f->type], f->name, f->name);
    emit (o, ") == -1");
  }
  emit (o, ")\n    Py_CLEAR (d);\n  return d;\n}\n\n");
  emit (o, "static PyObject *from_%s_list (const struct guestfs_%s_list *p) "
           "__attribute__ ((unused));\nstatic PyObject *\nfrom_%s_list (const "
           "struct guestfs_%s_list *p)\n{\n  PyObject *list = PyList_New "
           "(p->len);\n\n  for (uint32_t i = 0; list && i < p->len; i++) {\n"
           "    PyObject *item = from_%s (&p->val[i]);\n\n    if (!item || "
           "PyList_SetItem (list, i, item) == -1)\n      Py_CLEAR (list);\n"
           "  }\n  return list;\n}\n\n", s->name, s->name, s->name, s->name,
        s->name);
}

static const char *
taker (const struct arg *a)
{
  if (a->type == A_OPTSTRING)
    return "optstring";
  if (a->type == A_BOOL)
    return "bool";
  switch (arg_class (a)) {
  case C_STRING:
    return "string";
  case C_STRINGS:
    return "strings";
  case C_INT:
    return "int";
  case C_INT64:
    return "int64";
  case C_BUFFER:
    return "buffer";
  default:
    return "pointer";
  }
}

static void
emit_variables (struct out *o, const struct call *c)
{
  CLEANUP_FREE char *ret = ret_ctype (c);

  if (c->opts.len > 0)
    emit (o, "  struct guestfs_%s_argv optargs = { .bitmask = 0 };\n",
          c->cname);
  for (size_t i = 0; i < c->args.len; i++) {
    const struct arg *a = &c->args.ptr[i];

    emit (o, "  %s%s;\n", arg_types[a->type].ctype, a->name);
    if (arg_class (a) == C_BUFFER)
      emit (o, "  size_t %s_size;\n", a->name);
  }
  if (c->ret == R_BUFFER)
    emit (o, "  size_t size_ = 0;\n");
  emit (o, "  PyObject *object_ = NULL;\n  %sret_;\n", ret);
}

static void
emit_conversions (struct out *o, const struct call *c)
{
  CLEANUP_FREE char *prefix = copy_upper (c->cname);

  emit (o, "  if (binding_begin (&call_, \"%s\", args_, %zu) == -1", c->name,
        c->args.len + c->opts.len);
  for (size_t i = 0; i < c->args.len; i++) {
    const struct arg *a = &c->args.ptr[i];

    emit (o, "\n      || binding_%s (&call_, %zu, &%s", taker (a), i, a->name);
    if (arg_class (a) == C_BUFFER)
      emit (o, ", &%s_size", a->name);
    emit (o, ") == -1");
  }
  emit (o, ")\n    goto out_;\n");
  for (size_t i = 0; i < c->opts.len; i++) {
    const struct arg *a = &c->opts.ptr[i];
    CLEANUP_FREE char *name = copy_upper (a->name);
    size_t at = c->args.len + i;

    emit (o, "  if (binding_has (&call_, %zu)) {\n"
             "    if (binding_%s (&call_, %zu, &optargs.%s) == -1)\n"
             "      goto out_;\n"
             "    optargs.bitmask |= GUESTFS_%s_%s_BITMASK;\n  }\n", at,
          taker (a), at, a->name, prefix, name);
  }
}

static void
emit_result (struct out *o, const struct call *c)
{
  static const char *const names[] = {
    [R_ERR] = "err", [R_INT] = "int", [R_INT64] = "int", [R_BOOL] = "int",
    [R_CONSTSTRING] = "const", [R_CONSTOPTSTRING] = "optconst",
    [R_STRING] = "string", [R_DEVICE] = "string", [R_MOUNTABLE] = "string",
    [R_STRINGS] = "strings", [R_DEVICES] = "strings",
    [R_MOUNTABLES] = "strings", [R_HASH] = "hash", [R_BUFFER] = "buffer",
  };

  if (c->ret_struct) {
    const char *list = c->ret == R_STRUCTS ? "_list" : "";

    emit (o, "  if (!ret_)\n    binding_raise (&call_);\n  else {\n"
             "    object_ = from_%s%s (ret_);\n    guestfs_free_%s%s (ret_);\n"
             "  }\n", c->ret_struct->name, list, c->ret_struct->name, list);
  }
  else
    emit (o, "  object_ = binding_return_%s (&call_, ret_%s);\n", names[c->ret],
          c->ret == R_BUFFER ? ", size_" : "");
}

static void
emit_method (struct out *o, const struct call *c)
{
  emit (o, "static PyObject *\nmethod_%s (PyObject *self_, PyObject *args_)\n"
           "{\n  struct binding_call call_;\n", c->name);
  emit_variables (o, c);
  emit (o, "\n");
  emit_conversions (o, c);
  emit (o, "  Py_BEGIN_ALLOW_THREADS\n  ret_ = guestfs_%s%s (call_.g", c->cname,
        c->opts.len > 0 ? "_argv" : "");
  emit_args (o, c);
  emit (o, "%s%s);\n  Py_END_ALLOW_THREADS\n",
        c->ret == R_BUFFER ? ", &size_" : "",
        c->opts.len > 0 ? ", &optargs" : "");
  emit_result (o, c);
  emit (o, " out_:\n  binding_end (&call_);\n  return object_;\n}\n\n");
}

static bool
is_returned (const struct api *api, const struct structure *s)
{
  for (size_t i = 0; i < api->calls.len; i++)
    if (python_has (api->calls.ptr[i]) && api->calls.ptr[i]->ret_struct == s)
      return true;
  return false;
}

void
emit_python (const struct api *api, const char *top)
{
  static const char *const by_hand[] = {
    "create", "close", "last_errno", "set_event_callback",
    "delete_event_callback", "event_to_string",
  };
  CLEANUP_FREE char *dir = format_string ("%s/bindings/python", top);
  struct out o = { STRBUF_INIT };

  emit_c_head (&o, "Methods of the Python binding.");
  emit (&o, "#include <config.h>\n\n#include <string.h>\n\n"
            "#include \"binding.h\"\n\n");
  for (size_t i = 0; i < api->structs.len; i++)
    if (is_returned (api, api->structs.ptr[i]))
      emit_struct (&o, api->structs.ptr[i]);
  for (size_t i = 0; i < api->calls.len; i++)
    if (python_has (api->calls.ptr[i]))
      emit_method (&o, api->calls.ptr[i]);
  emit (&o, "PyMethodDef binding_methods[] = {\n");
  for (size_t i = 0; i < sizeof by_hand / sizeof by_hand[0]; i++)
    emit (&o, "  { \"%s\", binding_%s, METH_VARARGS, NULL },\n", by_hand[i],
          by_hand[i]);
  for (size_t i = 0; i < api->calls.len; i++)
    if (python_has (api->calls.ptr[i]))
      emit (&o, "  { \"%s\", method_%s, METH_VARARGS, NULL },\n",
            api->calls.ptr[i]->name, api->calls.ptr[i]->name);
  emit (&o, "  { NULL, NULL, 0, NULL },\n};\n");
  output_write (&o, dir, "actions.c");
  emit_python_class (api, dir);
}
