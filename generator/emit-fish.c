/* fish/commands-table.c: the commands of the shell that are calls of the
 * library (fish/commands.h, fish/calls.h). */

#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "pod.h"

char *
shell_name (const char *name)
{
  char *ret = copy_string (name);

  for (char *p = ret; *p; p++)
    if (*p == '_')
      *p = '-';
  return ret;
}

bool
is_command (const struct call *c)
{
  if (c->flags & (CALL_NOFISH | CALL_INTERNAL | CALL_STATE))
    return false;
  for (size_t i = 0; i < c->args.len; i++)
    if (c->args.ptr[i].type == A_POINTER)
      return false;
  return true;
}

static void
emit_print_struct (struct out *o, const struct structure *s)
{
  emit (o, "static const struct print_field fields_%s[] = {\n", s->name);
  emit_member_rows (o, s, "PRINT");
  emit (o, "};\n\nstatic const struct print_struct struct_%s "
           "__attribute__ ((unused)) = {\n  sizeof (struct guestfs_%s), %zu, "
           "fields_%s,\n};\n\n", s->name, s->name, s->fields.len, s->name);
}

static void
emit_values (struct out *o, const struct call *c)
{
  for (size_t i = 0; i < c->args.len; i++) {
    emit (o, ", ");
    switch (arg_class (&c->args.ptr[i])) {
    case C_STRINGS:
      emit (o, "v->args[%zu].strings", i);
      break;
    case C_INT:
    case C_INT64:
      emit (o, "v->args[%zu].number", i);
      break;
    case C_BUFFER:
      emit (o, "v->args[%zu].string, strlen (v->args[%zu].string)", i, i);
      break;
    default:
      emit (o, "v->args[%zu].string", i);
    }
  }
}

static void
emit_optargs (struct out *o, const struct call *c)
{
  emit (o, "  const struct guestfs_%s_argv optargs = {\n"
           "    .bitmask = v->bitmask,\n", c->cname);
  for (size_t i = 0; i < c->opts.len; i++) {
    const struct arg *a = &c->opts.ptr[i];

    emit (o, "    .%s = v->opts[%zu].%s,\n", a->name, i,
          arg_class (a) == C_STRING ? "string"
          : arg_class (a) == C_STRINGS ? "strings" : "number");
  }
  emit (o, "  };\n");
}

static void
emit_public_call (struct out *o, const struct call *c)
{
  emit (o, "guestfs_%s%s (g", c->cname, c->opts.len > 0 ? "_argv" : "");
  emit_values (o, c);
  if (c->ret == R_BUFFER)
    emit (o, ", &size");
  emit (o, "%s)", c->opts.len > 0 ? ", &optargs" : "");
}

/* The function that prints, and what it gets after the result. */
static const char *
printer (const struct call *c)
{
  static const char *const names[] = {
    [R_ERR] = "err", [R_INT] = "int", [R_INT64] = "int", [R_BOOL] = "bool",
    [R_CONSTSTRING] = "const_string", [R_CONSTOPTSTRING] = "const_optstring",
    [R_STRING] = "string", [R_DEVICE] = "string", [R_MOUNTABLE] = "string",
    [R_STRINGS] = "strings", [R_DEVICES] = "strings",
    [R_MOUNTABLES] = "strings", [R_HASH] = "hash",
  };

  return names[c->ret];
}

static void
emit_struct_result (struct out *o, const struct call *c)
{
  CLEANUP_FREE char *ret = ret_ctype (c);
  const char *name = c->ret_struct->name;
  bool list = c->ret == R_STRUCTS;

  emit (o, "  %sret = ", ret);
  emit_public_call (o, c);
  emit (o, ";\n\n  if (!ret)\n    return -1;\n");
  if (list)
    emit (o, "  print_struct_list (&struct_%s, ret->len, ret->val);\n", name);
  else
    emit (o, "  print_struct (&struct_%s, ret, \"\");\n", name);
  emit (o, "  guestfs_free_%s%s (ret);\n  return 0;\n", name,
        list ? "_list" : "");
}

static void
emit_make (struct out *o, const struct call *c)
{
  emit (o, "static int\nmake_%s (guestfs_h *g, const struct call_values *v)\n"
           "{\n", c->name);
  if (c->opts.len > 0)
    emit_optargs (o, c);
  if (c->ret == R_STRUCT || c->ret == R_STRUCTS)
    emit_struct_result (o, c);
  else if (c->ret == R_BUFFER) {
    emit (o, "  size_t size = 0;\n  char *ret = ");
    emit_public_call (o, c);
    emit (o, ";\n\n  return print_buffer (ret, size);\n");
  }
  else {
    emit (o, "%s  return print_%s (", c->opts.len > 0 ? "\n" : "",
          printer (c));
    emit_public_call (o, c);
    if (c->ret == R_INT || c->ret == R_INT64)
      emit (o, ", PRINT_%s", !c->fish_output ? "DECIMAL"
            : strcmp (c->fish_output, "octal") == 0 ? "OCTAL" : "HEXADECIMAL");
    emit (o, ");\n");
  }
  emit (o, "}\n\n");
}

static void
emit_words (struct out *o, const struct call *c, const char *what,
            const struct arg_vector *args)
{
  if (args->len == 0)
    return;
  emit (o, "static const struct call_word %s_%s[] = {\n", what, c->name);
  for (size_t i = 0; i < args->len; i++) {
    CLEANUP_FREE char *type = copy_upper (arg_types[args->ptr[i].type].word);

    emit (o, "  { \"%s\", ARG_%s },\n", args->ptr[i].name, type);
  }
  emit (o, "};\n");
}

/* The kind of an argument for completion, or NULL when it is no word. */
static const char *
completion_kind (enum arg_type type)
{
  switch (type) {
  case A_PATH:
    return "PATH";
  case A_DEVICE:
    return "DEVICE";
  case A_MOUNTABLE:
    return "MOUNTABLE";
  case A_DEVPATH:
  case A_MOUNTPATH:
    return "DEVICE_OR_PATH";
  case A_FILEIN:
  case A_FILEOUT:
    return "LOCAL_FILE";
  case A_STRINGS:
  case A_FILENAMES:
  case A_PATHS:
    return "LIST";
  case A_DEVICES:
    return "DEVICE_LIST";
  case A_INT:
  case A_INT64:
    return "NUMBER";
  case A_BOOL:
    return "BOOL";
  case A_KEY:
    return NULL;
  default:
    return "STRING";
  }
}

static void
emit_completion (struct out *o, const struct call *c)
{
  emit (o, "static const enum fish_argument arguments_%s[] = {\n", c->name);
  for (size_t i = 0; i < c->args.len; i++)
    if (completion_kind (c->args.ptr[i].type))
      emit (o, "  FISH_%s,\n", completion_kind (c->args.ptr[i].type));
  emit (o, "  FISH_END\n};\n");
  if (c->opts.len == 0)
    return;
  emit (o, "static const struct fish_option options_%s[] = {\n", c->name);
  for (size_t i = 0; i < c->opts.len; i++)
    emit (o, "  { \"%s\", FISH_%s },\n", c->opts.ptr[i].name,
          completion_kind (c->opts.ptr[i].type));
  emit (o, "  { NULL, FISH_END }\n};\n");
}

static void
emit_tables (struct out *o, const struct call *c)
{
  emit_words (o, c, "args", &c->args);
  emit_words (o, c, "opts", &c->opts);
  emit_completion (o, c);
  emit (o, "static const char *const aliases_%s[] = { ", c->name);
  for (size_t i = 0; i < c->aliases.len; i++) {
    CLEANUP_FREE char *alias = shell_name (c->aliases.items[i]);

    emit (o, "\"%s\", ", alias);
  }
  if (c->plain) {
    CLEANUP_FREE char *alias = shell_name (c->cname);

    emit (o, "\"%s\", ", alias);
  }
  emit (o, "NULL };\n\n");
}

void
emit_synopsis (struct out *o, const struct call *c, const char *name)
{
  emit (o, "%s", name);
  for (size_t i = 0; i < c->args.len; i++)
    if (c->args.ptr[i].type != A_KEY)
      emit (o, " %s", c->args.ptr[i].name);
  for (size_t i = 0; i < c->opts.len; i++) {
    enum arg_type type = c->opts.ptr[i].type;

    emit (o, " [%s:%s]", c->opts.ptr[i].name,
          type == A_INT || type == A_INT64 ? "N"
          : type == A_BOOL ? "true|false" : "..");
  }
}

static void
emit_c_lines (struct out *o, const char *text)
{
  const char *p = text;

  while (*p) {
    const char *end = strchrnul (p, '\n');
    CLEANUP_FREE char *line = strndup (p, *end ? end - p + 1 : end - p);

    emit (o, "\n    \"");
    emit_c_string (o, line);
    emit (o, "\"");
    p = *end ? end + 1 : end;
  }
}

/* The manual of a command, without its name, synopsis and summary. */
static char *
help_text (const struct call *c)
{
  CLEANUP_STRBUF struct strbuf pod = STRBUF_INIT;

  (void) strbuf_addf (&pod, "%s\n", c->doc);
  for (size_t i = 0; i < c->args.len; i++)
    if (c->args.ptr[i].type == A_KEY)
      (void) strbuf_addf (&pod, "The command asks for C<%s>, which is not "
                          "echoed.\n\n", c->args.ptr[i].name);
  if (c->deprecated && c->replacement)
    (void) strbuf_addf (&pod, "This command is deprecated: use "
                        "C<guestfs_%s> instead.\n\n", c->replacement);
  else if (c->deprecated)
    (void) strbuf_addstr (&pod, "This command is deprecated.\n\n");
  return pod_to_text (pod.data, POD_SHELL, 4, 76);
}

static void
emit_command (struct out *o, const struct call *c)
{
  CLEANUP_FREE char *name = shell_name (c->name);
  CLEANUP_FREE char *help = help_text (c);

  emit (o, "  {\n    .name = \"%s\",\n    .aliases = aliases_%s,\n", name,
        c->name);
  emit (o, "    .synopsis = \"");
  emit_synopsis (o, c, name);
  emit (o, "\",\n    .summary = \"");
  emit_c_string (o, c->summary);
  emit (o, "\",\n    .help =");
  emit_c_lines (o, help);
  emit (o, ",\n    .arguments = arguments_%s,\n", c->name);
  if (c->opts.len > 0)
    emit (o, "    .options = options_%s,\n", c->name);
  emit (o, "    .flags = %s%s,\n", c->deprecated ? "FISH_DEPRECATED | " : "",
        c->flags & CALL_PROGRESS ? "FISH_PROGRESS" : "0");
  emit (o, "    .run = fish_run_call,\n  },\n");
}

static void
emit_call (struct out *o, const struct call *c)
{
  CLEANUP_FREE char *name = shell_name (c->name);

  emit (o, "  { \"%s\", %s%s, %s%s, %zu, %zu, make_%s },\n", name,
        c->args.len > 0 ? "args_" : "NULL", c->args.len > 0 ? c->name : "",
        c->opts.len > 0 ? "opts_" : "NULL", c->opts.len > 0 ? c->name : "",
        c->args.len, c->opts.len, c->name);
}

/* Commands in the order of their names with dashes. */
static int
compare_commands (const void *a, const void *b)
{
  CLEANUP_FREE char *x = shell_name ((*(const struct call *const *) a)->name);
  CLEANUP_FREE char *y = shell_name ((*(const struct call *const *) b)->name);

  return strcmp (x, y);
}

void
emit_fish (const struct api *api, const char *top)
{
  CLEANUP_FREE char *dir = format_string ("%s/fish", top);
  struct call_vector commands = VECTOR_INIT;
  struct out o = { STRBUF_INIT };

  for (size_t i = 0; i < api->calls.len; i++)
    if (is_command (api->calls.ptr[i])
        && call_vector_append (&commands, api->calls.ptr[i]) == -1)
      abort ();
  if (commands.len > 0)
    qsort (commands.ptr, commands.len, sizeof commands.ptr[0],
           compare_commands);

  emit_c_head (&o, "The commands of the shell that are calls of the library.");
  emit (&o, "#include <config.h>\n\n#include <stddef.h>\n#include <string.h>\n"
            "\n#include \"calls.h\"\n#include \"print.h\"\n\n");
  for (size_t i = 0; i < api->structs.len; i++)
    emit_print_struct (&o, api->structs.ptr[i]);
  for (size_t i = 0; i < commands.len; i++) {
    emit_make (&o, commands.ptr[i]);
    emit_tables (&o, commands.ptr[i]);
  }
  emit (&o, "const struct fish_call fish_calls[] = {\n");
  for (size_t i = 0; i < commands.len; i++)
    emit_call (&o, commands.ptr[i]);
  emit (&o, "};\n\nconst size_t nr_fish_calls = %zu;\n\n", commands.len);
  emit (&o, "const struct fish_command fish_api_commands[] = {\n");
  for (size_t i = 0; i < commands.len; i++)
    emit_command (&o, commands.ptr[i]);
  emit (&o, "};\n\nconst size_t nr_fish_api_commands = %zu;\n", commands.len);
  output_write (&o, dir, "commands-table.c");
  call_vector_release (&commands);
}
