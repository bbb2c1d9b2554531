/* lib/impl.h and lib/actions-N.c: the public calls.
 *
 * guestfs_X is a wrapper made of lib/api-support.h around impl_X, which the
 * library has in a hand-written file, or, for calls of the daemon, which is
 * made here as well.  The functions are spread over a fixed number of files by
 * their names, so that a new call changes one of them.
 */

#include <config.h>

#include <string.h>

#include "output.h"

#define NR_FILES 8

/* The kind of value a call returns, as api-support.h tells them apart. */
static const char *
leave_kind (const struct call *c)
{
  switch (c->ret) {
  case R_ERR:
  case R_INT:
  case R_BOOL:
    return "int";
  case R_INT64:
    return "int64";
  case R_CONSTOPTSTRING:
    return "optstring";
  case R_STRUCT:
  case R_STRUCTS:
    return "struct";
  case R_STRINGS:
  case R_DEVICES:
  case R_MOUNTABLES:
  case R_HASH:
    return "strings";
  case R_BUFFER:
    return "buffer";
  default:
    return "string";
  }
}

static const char *
error_value (const struct call *c)
{
  return c->ret <= R_BOOL ? "-1" : "NULL";
}

static void
emit_impl_prototype (struct out *o, const struct call *c, const char *between)
{
  CLEANUP_FREE char *ret = ret_ctype (c);

  emit (o, "%s%simpl_%s (guestfs_h *g", ret, between, c->name);
  emit_params (o, c);
  if (c->opts.len > 0)
    emit (o, ", const struct guestfs_%s_argv *optargs", c->cname);
  if (c->ret == R_BUFFER)
    emit (o, ", size_t *ret_size");
  emit (o, ", struct error *err)");
}

static void
emit_impl_h (const struct api *api, const char *dir)
{
  struct out o = { STRBUF_INIT };

  emit_c_head (&o, "What the public calls do, without lock, trace and error "
               "report.\n *\n * Also for use inside the library: the caller "
               "holds the handle's lock.\n * optargs may be NULL for calls "
               "that the daemon does.");
  emit (&o, "#ifndef BATHYSCOPE_IMPL_H\n#define BATHYSCOPE_IMPL_H\n\n"
            "#include \"error.h\"\n#include \"guestfs.h\"\n\n");
  for (size_t i = 0; i < api->calls.len; i++) {
    if (api->calls.ptr[i]->flags & CALL_NOWRAPPER)
      continue;
    emit_impl_prototype (&o, api->calls.ptr[i], "");
    emit (&o, ";\n");
  }
  emit (&o, "\n#endif\n");
  output_write (&o, dir, "impl.h");
}

/* const struct args_X args = { .a = a, ... }; */
static void
emit_args_value (struct out *o, const struct call *c)
{
  if (c->args.len == 0) {
    emit (o, "  static const struct args_%s args;\n", c->name);
    return;
  }
  emit (o, "  const struct args_%s args = {\n", c->name);
  for (size_t i = 0; i < c->args.len; i++) {
    const struct arg *a = &c->args.ptr[i];

    emit (o, "    .%s = %s,\n", a->name, a->name);
    if (arg_class (a) == C_BUFFER)
      emit (o, "    .%s_size = %s_size,\n", a->name, a->name);
  }
  emit (o, "  };\n");
}

static void
emit_daemon_impl (struct out *o, const struct call *c)
{
  const char *kind = c->ret == R_STRUCTS ? "structs" : leave_kind (c);

  emit_impl_prototype (o, c, "\n");
  emit (o, "\n{\n");
  emit_args_value (o, c);
  emit (o, "\n  return api_rpc_%s (g, &call_info_%s, &args, %s%s, err);\n}\n\n",
        kind, c->name, c->opts.len > 0 ? "optargs" : "NULL",
        c->ret == R_BUFFER ? ", ret_size" : "");
}

/* The wrapper itself: guestfs_X, or guestfs_X_argv. */
static void
emit_wrapper (struct out *o, const struct call *c)
{
  CLEANUP_FREE char *ret = ret_ctype (c);
  bool opts = c->opts.len > 0;

  emit (o, "%s\nguestfs_%s%s (guestfs_h *g", ret, c->cname,
        opts ? "_argv" : "");
  emit_params (o, c);
  if (c->ret == R_BUFFER)
    emit (o, ", size_t *size_r");
  if (opts)
    emit (o, ", const struct guestfs_%s_argv *optargs", c->cname);
  emit (o, ")\n{\n");
  if (opts)
    emit (o, "  static const struct guestfs_%s_argv no_optargs;\n", c->cname);
  emit_args_value (o, c);
  emit (o, "  struct api_call call;\n  %sret = %s;\n\n", ret, error_value (c));
  if (c->flags & CALL_UNLOCKED)
    emit (o, "  if (api_is_unwatched (g))\n    return impl_%s (g, NULL);\n",
          c->name);
  if (opts)
    emit (o, "  if (!optargs)\n    optargs = &no_optargs;\n");
  emit (o, "  if (api_enter (&call, g, &call_info_%s, &args, %s) == 0", c->name,
        opts ? "optargs" : "NULL");
  /* Paths that go to the daemon are checked there. */
  for (size_t i = 0; i < c->args.len && !c->proc; i++)
    if (c->args.ptr[i].type == A_PATH)
      emit (o, "\n      && api_check_path (&call, \"%s\", %s) == 0",
            c->args.ptr[i].name, c->args.ptr[i].name);
  emit (o, ")\n    ret = impl_%s (g", c->name);
  emit_args (o, c);
  if (opts)
    emit (o, ", optargs");
  if (c->ret == R_BUFFER)
    emit (o, ", size_r");
  emit (o, ", &call.err);\n");
  if (c->ret == R_BUFFER)
    emit (o, "  api_leave_buffer (&call, ret, size_r);\n");
  else
    emit (o, "  api_leave_%s (&call, ret);\n", leave_kind (c));
  emit (o, "  return ret;\n}\n\n");
}

static void
emit_plain (struct out *o, const struct call *c)
{
  CLEANUP_FREE char *ret = ret_ctype (c);

  emit (o, "%s\nguestfs_%s (guestfs_h *g", ret, c->name);
  emit_params (o, c);
  emit (o, "%s)\n{\n  return guestfs_%s_argv (g",
        c->ret == R_BUFFER ? ", size_t *size_r" : "", c->cname);
  emit_args (o, c);
  emit (o, "%s, NULL);\n}\n\n", c->ret == R_BUFFER ? ", size_r" : "");
}

static void
emit_va (struct out *o, const struct call *c)
{
  CLEANUP_FREE char *ret = ret_ctype (c);
  const char *size = c->ret == R_BUFFER ? ", size_r" : "";
  const char *last = "g";

  if (c->args.len > 0)
    last = c->args.ptr[c->args.len - 1].name;

  emit (o, "%s\nguestfs_%s_va (guestfs_h *g", ret, c->cname);
  emit_params (o, c);
  emit (o, "%s, va_list args)\n{\n  struct guestfs_%s_argv optargs;\n\n"
           "  if (api_collect_optargs (g, &call_info_%s, &optargs, args) == -1)"
           "\n    return %s;\n  return guestfs_%s_argv (g",
        c->ret == R_BUFFER ? ", size_t *size_r" : "", c->cname, c->name,
        error_value (c), c->cname);
  emit_args (o, c);
  emit (o, "%s, &optargs);\n}\n\n", size);

  emit (o, "%s\nguestfs_%s (guestfs_h *g", ret, c->cname);
  emit_params (o, c);
  emit (o, "%s, ...)\n{\n  va_list args;\n  %sret;\n\n  va_start (args, %s%s);\n"
           "  ret = guestfs_%s_va (g", c->ret == R_BUFFER ? ", size_t *size_r"
           : "", ret, c->ret == R_BUFFER ? "size_r" : last,
        c->ret != R_BUFFER && c->args.len > 0
        && arg_class (&c->args.ptr[c->args.len - 1]) == C_BUFFER ? "_size" : "",
        c->cname);
  emit_args (o, c);
  emit (o, "%s, args);\n  va_end (args);\n  return ret;\n}\n\n", size);
}

static void
emit_action (struct out *o, const struct call *c)
{
  if (c->flags & CALL_NOWRAPPER)
    return;
  if (c->proc)
    emit_daemon_impl (o, c);
  emit_wrapper (o, c);
  if (c->opts.len > 0)
    emit_va (o, c);
  if (c->plain)
    emit_plain (o, c);
}

static unsigned
file_of (const char *name)
{
  unsigned hash = 5381;

  for (const char *p = name; *p; p++)
    hash = hash * 33 + (unsigned char) *p;
  return hash % NR_FILES;
}

static void
emit_actions (const struct api *api, const char *dir, unsigned nr)
{
  CLEANUP_FREE char *name = format_string ("actions-%u.c", nr);
  struct out o = { STRBUF_INIT };

  emit_c_head (&o, "Public calls.");
  emit (&o, "#include <config.h>\n\n#include <stdarg.h>\n\n"
            "#define GUESTFS_NO_WARN_DEPRECATED 1\n"
            "#include \"api-support.h\"\n#include \"impl.h\"\n"
            "#include \"protocol.h\"\n\n");
  for (size_t i = 0; i < api->calls.len; i++)
    if (file_of (api->calls.ptr[i]->name) == nr)
      emit_action (&o, api->calls.ptr[i]);
  output_write (&o, dir, name);
}

static void
emit_lib_structs (const struct api *api, const char *dir)
{
  struct out o = { STRBUF_INIT };

  emit_c_head (&o, "Public functions for structs.");
  emit (&o, "#include <config.h>\n\n#include \"guestfs.h\"\n"
            "#include \"structs.h\"\n\n"
            "#define LIST(p) ((const struct layout_list *) (p))\n\n");
  for (size_t i = 0; i < api->structs.len; i++) {
    const char *n = api->structs.ptr[i]->name;

    emit (&o, "void\nguestfs_free_%s (struct guestfs_%s *p)\n{\n"
              "  struct_free_%s (p);\n}\n\n", n, n, n);
    emit (&o, "void\nguestfs_free_%s_list (struct guestfs_%s_list *p)\n{\n"
              "  struct_free_%s_list (p);\n}\n\n", n, n, n);
    emit (&o, "struct guestfs_%s *\nguestfs_copy_%s (const struct guestfs_%s "
              "*p)\n{\n  return layout_copy (&layout_%s, p);\n}\n\n", n, n, n,
          n);
    emit (&o, "struct guestfs_%s_list *\nguestfs_copy_%s_list (const struct "
              "guestfs_%s_list *p)\n{\n  return (struct guestfs_%s_list *) "
              "layout_copy_list (&layout_%s, LIST (p));\n}\n\n", n, n, n, n, n);
    emit (&o, "int\nguestfs_compare_%s (const struct guestfs_%s *a, const "
              "struct guestfs_%s *b)\n{\n  return layout_compare (&layout_%s, "
              "a, b);\n}\n\n", n, n, n, n);
    emit (&o, "int\nguestfs_compare_%s_list (const struct guestfs_%s_list *a, "
              "const struct guestfs_%s_list *b)\n{\n  return "
              "layout_compare_list (&layout_%s, LIST (a), LIST (b));\n}\n\n", n,
          n, n, n);
  }
  output_write (&o, dir, "actions-structs.c");
}

void
emit_lib (const struct api *api, const char *top)
{
  CLEANUP_FREE char *dir = format_string ("%s/lib", top);

  emit_impl_h (api, dir);
  emit_lib_structs (api, dir);
  for (unsigned i = 0; i < NR_FILES; i++)
    emit_actions (api, dir, i);
}
