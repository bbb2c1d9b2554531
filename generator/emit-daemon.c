/* daemon/actions.h, the prototypes of the do_X functions, and
 * daemon/dispatch.c, which decodes a call, checks what every call of its kind
 * needs, runs do_X and encodes what it returns. */

#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "output.h"

/* Arguments of do_X, before optargs: names as the dispatcher has them when
 * `values`, otherwise declarations. */
static void
emit_do_args (struct out *o, const struct call *c, bool values)
{
  const char *comma = "";

  for (size_t i = 0; i < c->args.len; i++) {
    const struct arg *a = &c->args.ptr[i];
    const char *n = a->name;
    bool mountable = a->type == A_MOUNTABLE || a->type == A_MOUNTPATH;

    if (a->type == A_FILEIN || a->type == A_FILEOUT)
      continue;
    emit (o, "%s", comma);
    comma = ", ";
    if (!values && mountable)
      emit (o, "const struct mountable *%s", n);
    else if (!values)
      emit (o, "%s%s", arg_types[a->type].ctype, n);
    else if (mountable)
      emit (o, "&%s", n);
    else
      emit (o, "args->%s", n);
    if (arg_class (a) == C_BUFFER)
      emit (o, values ? ", args->%s_size" : ", size_t %s_size", n);
  }
  if (c->opts.len > 0) {
    if (values)
      emit (o, "%soptargs", comma);
    else
      emit (o, "%sconst struct guestfs_%s_argv *optargs", comma, c->cname);
    comma = ", ";
  }
  if (c->ret == R_BUFFER) {
    emit (o, values ? "%s&size" : "%ssize_t *ret_size", comma);
    comma = ", ";
  }
  emit (o, values ? "%serr" : "%sstruct error *err", comma);
}

static void
emit_actions_h (const struct api *api, const char *dir)
{
  struct out o = { STRBUF_INIT };

  emit_c_head (&o, "The calls that the daemon does: docs/ARCHITECTURE.md, 9.4."
               );
  emit (&o, "#ifndef BATHYSCOPE_ACTIONS_H\n#define BATHYSCOPE_ACTIONS_H\n\n"
            "#include \"error.h\"\n#include \"mountable.h\"\n"
            "#include \"structs.h\"\n\n");
  for (size_t i = 0; i < api->calls.len; i++) {
    const struct call *c = api->calls.ptr[i];

    if (c->proc) {
      CLEANUP_FREE char *ret = ret_ctype (c);

      emit (&o, "%sdo_%s (", ret, c->name);
      emit_do_args (&o, c, false);
      emit (&o, ");\n");
    }
  }
  emit (&o, "\n#endif\n");
  output_write (&o, dir, "actions.h");
}

/* Checks of arguments.  Some replace a string of the decoded arguments by
 * another, some fill a mountable. */
static const struct {
  enum arg_type type;
  const char *name;   /* only of arguments called so; NULL: of all */
  const char *format; /* the call of the check; %s is the argument's name */
} checks[] = {
  { A_PATH, NULL, "check_path (args->%s, err)" },
  { A_PATHS, NULL, "check_paths (args->%s, err)" },
  { A_DEVICE, NULL, "check_device ((char **) &args->%s, err)" },
  { A_DEVICES, NULL, "check_devices ((char **) args->%s, err)" },
  { A_DEVPATH, NULL, "check_devpath ((char **) &args->%s, err)" },
  { A_MOUNTABLE, NULL, "check_mountable (args->%s, &%s, err)" },
  { A_MOUNTPATH, NULL, "check_mountpath (args->%s, &%s, err)" },
  { A_FILENAME, NULL, "check_filename (args->%s, err)" },
  { A_FILENAMES, NULL, "check_filenames (args->%s, err)" },
  { A_GUID, NULL, "check_guid (args->%s, err)" },
  { A_INT, "partnum", "check_partnum (args->%s, err)" },
};

#define NR_CHECKS (sizeof checks / sizeof checks[0])

static void
emit_mountables (struct out *o, const struct call *c)
{
  for (size_t i = 0; i < c->args.len; i++)
    if (c->args.ptr[i].type == A_MOUNTABLE
        || c->args.ptr[i].type == A_MOUNTPATH)
      emit (o, "  CLEANUP_MOUNTABLE struct mountable %s = MOUNTABLE_INIT;\n",
            c->args.ptr[i].name);
}

static void
emit_checks (struct out *o, const struct call *c)
{
  if (c->group)
    emit (o, "  if (check_group (\"%s\", err) == -1)\n    return -1;\n",
          c->group);
  for (size_t i = 0; i < c->args.len; i++)
    for (size_t j = 0; j < NR_CHECKS; j++) {
      const char *n = c->args.ptr[i].name;

      if (checks[j].type == c->args.ptr[i].type
          && (!checks[j].name || strcmp (checks[j].name, n) == 0)) {
        emit (o, "  if (");
        emit (o, checks[j].format, n, n);
        emit (o, " == -1)\n    return error_prefix (err, \"%s\");\n", n);
      }
    }
}

/* Declaration of the result, and the expression that says it is an error. */
static void
emit_result (struct out *o, const struct call *c)
{
  switch (c->ret) {
  case R_ERR:
  case R_INT:
  case R_BOOL:
    emit (o, "  int");
    break;
  case R_INT64:
    emit (o, "  int64_t");
    break;
  case R_STRUCT:
    emit (o, "  CLEANUP (cleanup_struct_%s) struct guestfs_%s *",
          c->ret_struct->name, c->ret_struct->name);
    break;
  case R_STRUCTS:
    emit (o, "  CLEANUP (cleanup_struct_%s_list) struct guestfs_%s_list *",
          c->ret_struct->name, c->ret_struct->name);
    break;
  case R_STRINGS:
  case R_DEVICES:
  case R_MOUNTABLES:
  case R_HASH:
    emit (o, "  CLEANUP_STRINGS char **");
    break;
  default:
    emit (o, "  CLEANUP_FREE char *");
  }
  emit (o, " ret = %s;\n", c->ret <= R_BOOL ? "-1" : "NULL");
  if (c->ret == R_BUFFER)
    emit (o, "  size_t size = 0;\n");
}

static void
emit_reply (struct out *o, const struct call *c)
{
  emit (o, "  if (ret == %s)\n    return -1;\n", c->ret <= R_BOOL ? "-1"
        : "NULL");
  switch (c->ret) {
  case R_ERR:
    emit (o, "  return 0;\n");
    break;
  case R_INT:
  case R_BOOL:
    emit (o, "  return reply_int (reply, ret, err);\n");
    break;
  case R_INT64:
    emit (o, "  return reply_int64 (reply, ret, err);\n");
    break;
  case R_STRUCT:
    emit (o, "  return layout_encode (reply, &layout_%s, ret, err);\n",
          c->ret_struct->name);
    break;
  case R_STRUCTS:
    emit (o, "  return layout_encode_list (reply, &layout_%s,\n"
             "                             (const struct layout_list *) ret, "
             "err);\n", c->ret_struct->name);
    break;
  case R_STRINGS:
  case R_DEVICES:
  case R_MOUNTABLES:
  case R_HASH:
    emit (o, "  return reply_strings (reply, ret, err);\n");
    break;
  case R_BUFFER:
    emit (o, "  return reply_buffer (reply, ret, size, err);\n");
    break;
  default:
    emit (o, "  return reply_string (reply, ret, err);\n");
  }
}

static void
emit_run (struct out *o, const struct call *c)
{
  emit (o, "static int\nrun_%s (void *args_, const void *optargs_, "
           "struct strbuf *reply,\n      struct error *err)\n{\n", c->name);
  if (c->args.len > 0)
    emit (o, "  struct args_%s *args __attribute__ ((unused)) = args_;\n",
          c->name);
  if (c->opts.len > 0)
    emit (o, "  const struct guestfs_%s_argv *optargs = optargs_;\n", c->cname);
  emit_mountables (o, c);
  emit_result (o, c);
  emit (o, "\n");
  emit_checks (o, c);
  emit (o, "  ret = do_%s (", c->name);
  emit_do_args (o, c, true);
  emit (o, ");\n");
  emit_reply (o, c);
  emit (o, "}\n\n");
}

static int
compare_procs (const void *a, const void *b)
{
  const struct call *const *x = a, *const *y = b;

  return ((*x)->proc > (*y)->proc) - ((*x)->proc < (*y)->proc);
}

static bool
has_type (const struct call *c, enum arg_type type)
{
  for (size_t i = 0; i < c->args.len; i++)
    if (c->args.ptr[i].type == type)
      return true;
  return false;
}

static void
emit_table (struct out *o, const struct api *api)
{
  struct call_vector sorted = VECTOR_INIT;

  for (size_t i = 0; i < api->calls.len; i++)
    if (api->calls.ptr[i]->proc
        && call_vector_append (&sorted, api->calls.ptr[i]) == -1)
      abort ();
  if (sorted.len > 0)
    qsort (sorted.ptr, sorted.len, sizeof sorted.ptr[0], compare_procs);
  emit (o, "const struct dispatch_entry dispatch_table[] = {\n");
  for (size_t i = 0; i < sorted.len; i++) {
    const struct call *c = sorted.ptr[i];

    emit (o, "  { %u, &call_info_%s, run_%s, %s },\n", c->proc, c->name,
          c->name, has_type (c, A_FILEIN) ? "CALL_FILEIN"
          : has_type (c, A_FILEOUT) ? "CALL_FILEOUT" : "0");
  }
  emit (o, "};\n\nconst size_t dispatch_table_len = %zu;\n", sorted.len);
  call_vector_release (&sorted);
}

void
emit_daemon (const struct api *api, const char *top)
{
  CLEANUP_FREE char *dir = format_string ("%s/daemon", top);
  struct out o = { STRBUF_INIT };

  emit_actions_h (api, dir);
  emit_c_head (&o, "What to run for each RPC number: see dispatch.h.");
  emit (&o, "#include <config.h>\n\n#include \"actions.h\"\n"
            "#include \"dispatch-support.h\"\n#include \"protocol.h\"\n"
            "#include \"strlist.h\"\n\n");
  for (size_t i = 0; i < api->calls.len; i++)
    if (api->calls.ptr[i]->proc)
      emit_run (&o, api->calls.ptr[i]);
  emit_table (&o, api);
  output_write (&o, dir, "dispatch.c");
}
