/* docs/guestfs-actions.pod, docs/guestfish-commands.pod, and docs/calls.list,
 * the names for which the first page gets an alias. */

#include <config.h>

#include <string.h>

#include "output.h"
#include "pod.h"

static bool
is_documented (const struct call *c)
{
  return c->doc && !(c->flags & CALL_INTERNAL);
}

static const char *
ret_text (const struct call *c)
{
  switch (c->ret) {
  case R_ERR:
    return "This call returns 0 on success or -1 on error.";
  case R_INT:
  case R_INT64:
    return "On error this call returns -1.";
  case R_BOOL:
    return "This call returns 1 for true, 0 for false or -1 on error.";
  case R_CONSTSTRING:
    return "This call returns a string that belongs to the handle, or C<NULL> "
           "on error. Do not free it.";
  case R_CONSTOPTSTRING:
    return "This call returns a string that belongs to the handle, or C<NULL> "
           "when there is none. Do not free it.";
  case R_STRINGS:
  case R_DEVICES:
  case R_MOUNTABLES:
    return "This call returns a list of strings that ends in C<NULL>, or "
           "C<NULL> on error. Free the strings and the list.";
  case R_HASH:
    return "This call returns a list of strings that ends in C<NULL>, in which "
           "keys and values alternate, or C<NULL> on error. Free the strings "
           "and the list.";
  case R_BUFFER:
    return "This call returns a buffer, whose size is stored in C<*size_r>, or "
           "C<NULL> on error. Free the buffer.";
  case R_STRUCT:
  case R_STRUCTS:
    return NULL;
  default:
    return "This call returns a string, or C<NULL> on error. Free it.";
  }
}

static void
emit_c_prototype (struct out *o, const struct call *c, const char *name,
                  const char *last)
{
  CLEANUP_FREE char *ret = ret_ctype (c);

  emit (o, " %s\n guestfs_%s (guestfs_h *g", ret, name);
  for (size_t i = 0; i < c->args.len; i++) {
    const struct arg *a = &c->args.ptr[i];

    emit (o, ",\n     %s%s", arg_types[a->type].ctype, a->name);
    if (arg_class (a) == C_BUFFER)
      emit (o, ",\n     size_t %s_size", a->name);
  }
  if (c->ret == R_BUFFER)
    emit (o, ",\n     size_t *size_r");
  if (last)
    emit (o, ",\n     %s", last);
  emit (o, ");\n\n");
}

static void
emit_options (struct out *o, const struct call *c)
{
  CLEANUP_FREE char *prefix = copy_upper (c->cname);

  if (c->opts.len == 0)
    return;
  emit (o, "Optional arguments are pairs of one of these and a value, and then "
           "C<-1>:\n\n");
  for (size_t i = 0; i < c->opts.len; i++) {
    CLEANUP_FREE char *name = copy_upper (c->opts.ptr[i].name);

    emit (o, " GUESTFS_%s_%s, %s%s,\n", prefix, name,
          arg_types[c->opts.ptr[i].type].ctype, c->opts.ptr[i].name);
  }
  emit (o, "\n");
}

static void
emit_errors (struct out *o, const struct call *c)
{
  if (c->errors.len == 0)
    return;
  emit (o, "Errors that L<guestfs(3)/guestfs_last_errno> tells apart:\n\n"
           "=over 4\n\n");
  for (size_t i = 0; i < c->errors.len; i++)
    emit (o, "=item C<%s>\n\n%s.\n\n", c->errors.ptr[i].name,
          c->errors.ptr[i].text);
  emit (o, "=back\n\n");
}

static void
emit_notes (struct out *o, const struct call *c, const char *prefix)
{
  if (c->deprecated && c->replacement)
    emit (o, "I<This call is deprecated.> New programs use C<%s%s>.\n\n",
          prefix, c->replacement);
  else if (c->deprecated)
    emit (o, "I<This call is deprecated.>\n\n");
  if (c->flags & CALL_CONFIG)
    emit (o, "This call is for the time before the appliance is launched.\n\n");
  if (c->group)
    emit (o, "This call needs the feature group C<%s>, which "
             "C<%sfeature_available> tells.\n\n", c->group, prefix);
  if (c->flags & CALL_PROGRESS)
    emit (o, "Progress messages are sent while it runs.\n\n");
  if (c->flags & CALL_CANCELLABLE)
    emit (o, "It can be cancelled with C<%suser_cancel>.\n\n", prefix);
}

static void
emit_examples (struct out *o, const struct call *c)
{
  if (c->examples.len == 0)
    return;
  emit (o, "Example, as commands of the shell:\n\n");
  for (size_t i = 0; i < c->examples.ptr[0].lines.len; i++)
    emit (o, "   %s\n", c->examples.ptr[0].lines.items[i]);
  emit (o, "\n");
}

static void
emit_action (struct out *o, const struct call *c)
{
  emit (o, "=head2 guestfs_%s\n\n", c->name);
  if (c->plain || c->opts.len == 0)
    emit_c_prototype (o, c, c->name, NULL);
  if (c->opts.len > 0) {
    CLEANUP_FREE char *va = format_string ("%s_va", c->cname);
    CLEANUP_FREE char *argv = format_string ("%s_argv", c->cname);
    CLEANUP_FREE char *last = format_string ("const struct guestfs_%s_argv "
                                             "*optargs", c->cname);

    emit_c_prototype (o, c, c->cname, "...");
    emit_c_prototype (o, c, va, "va_list args");
    emit_c_prototype (o, c, argv, last);
  }
  emit (o, "I<%s>\n\n", c->summary);
  emit_options (o, c);
  emit (o, "%s\n", c->doc);
  if (c->ret_struct)
    emit (o, "This call returns a C<struct guestfs_%s%s>, or C<NULL> on error. "
             "Free it with C<guestfs_free_%s%s>. See L</STRUCTS>.\n\n",
          c->ret_struct->name, c->ret == R_STRUCTS ? "_list" : "",
          c->ret_struct->name, c->ret == R_STRUCTS ? "_list" : "");
  else
    emit (o, "%s\n\n", ret_text (c));
  emit_errors (o, c);
  emit_notes (o, c, "guestfs_");
  emit_examples (o, c);
  if (c->since)
    emit (o, "(Since %s)\n\n", c->since);
}

static void
emit_structs (struct out *o, const struct api *api)
{
  emit (o, "=head1 STRUCTS\n\nEvery struct has a list, C<struct "
           "guestfs_X_list>, whose members are C<uint32_t len> and C<struct "
           "guestfs_X *val>, and the functions C<guestfs_free_X>, "
           "C<guestfs_free_X_list>, C<guestfs_copy_X>, C<guestfs_copy_X_list>, "
           "C<guestfs_compare_X> and C<guestfs_compare_X_list>. Strings of 32 "
           "characters in an array do not end in a NUL; a float is negative "
           "where the value is not known.\n\n");
  for (size_t i = 0; i < api->structs.len; i++)
    if (!api->structs.ptr[i]->internal) {
      const struct structure *s = api->structs.ptr[i];

      emit (o, "=head2 guestfs_%s\n\n struct guestfs_%s {\n", s->name, s->name);
      for (size_t j = 0; j < s->fields.len; j++) {
        const struct field *f = &s->fields.ptr[j];

        if (f->type == F_BUFFER)
          emit (o, "   uint32_t %s_len;\n", f->name);
        emit (o, "   %s%s%s;\n", field_types[f->type].ctype, f->name,
              f->type == F_UUID ? "[32]" : "");
      }
      emit (o, " };\n\n");
    }
}

static void
emit_actions_page (const struct api *api, const char *dir)
{
  struct out o = { STRBUF_INIT };

  emit (&o, "=encoding utf8\n\n=head1 NAME\n\nguestfs-actions - the calls of "
            "the library, one by one\n\n=head1 SYNOPSIS\n\n"
            " #include <guestfs.h>\n\n cc prog.c -o prog `pkg-config libguestfs "
            "--cflags --libs`\n\n=head1 DESCRIPTION\n\nL<guestfs(3)> tells how "
            "the library is used. Strings and lists that are passed in must "
            "not be C<NULL> unless that is said.\n\n=head1 CALLS\n\n");
  for (size_t i = 0; i < api->calls.len; i++)
    if (is_documented (api->calls.ptr[i]))
      emit_action (&o, api->calls.ptr[i]);
  emit_structs (&o, api);
  emit (&o, "=head1 SEE ALSO\n\nL<guestfs(3)>, L<guestfish(1)>, "
            "L<guestfs-python(3)>\n\n=cut\n");
  output_write (&o, dir, "guestfs-actions.pod");
}

static void
emit_command (struct out *o, const struct call *c)
{
  CLEANUP_FREE char *doc = pod_rename (c->doc, POD_SHELL);
  CLEANUP_FREE char *name = shell_name (c->name);

  emit (o, "=head2 %s\n\n ", name);
  emit_synopsis (o, c, name);
  emit (o, "\n\nI<%s>\n\n", c->summary);
  for (size_t i = 0; i < c->aliases.len; i++)
    emit (o, "%s%s", i > 0 ? ", " : "Also: ", c->aliases.items[i]);
  emit (o, "%s%s\n", c->aliases.len > 0 ? ".\n\n" : "", doc);
  for (size_t i = 0; i < c->args.len; i++)
    if (c->args.ptr[i].type == A_KEY)
      emit (o, "The command asks for the %s.\n\n", c->args.ptr[i].name);
  if (c->deprecated)
    emit (o, "I<This command is deprecated.>\n\n");
}

static void
emit_commands_page (const struct api *api, const char *dir)
{
  struct out o = { STRBUF_INIT };

  emit (&o, "=encoding utf8\n\n=head1 NAME\n\nguestfish-commands - the commands "
            "of guestfish that are calls of the library\n\n"
            "=head1 DESCRIPTION\n\nL<guestfish(1)> tells how commands are "
            "written, and describes those that only the shell has. Underscores "
            "may stand for the dashes in the names of commands. What stands in "
            "brackets may be left out.\n\n=head1 COMMANDS\n\n");
  for (size_t i = 0; i < api->calls.len; i++)
    if (is_documented (api->calls.ptr[i])
        && is_command (api->calls.ptr[i]))
      emit_command (&o, api->calls.ptr[i]);
  emit (&o, "=head1 SEE ALSO\n\nL<guestfish(1)>, L<guestfs(3)>, "
            "L<guestfs-actions(3)>\n\n=cut\n");
  output_write (&o, dir, "guestfish-commands.pod");
}

void
emit_docs (const struct api *api, const char *top)
{
  CLEANUP_FREE char *dir = format_string ("%s/docs", top);
  struct out o = { STRBUF_INIT };

  emit_actions_page (api, dir);
  emit_commands_page (api, dir);
  for (size_t i = 0; i < api->calls.len; i++)
    if (is_documented (api->calls.ptr[i])) {
      emit (&o, "guestfs_%s\n", api->calls.ptr[i]->name);
      if (api->calls.ptr[i]->plain)
        emit (&o, "guestfs_%s\n", api->calls.ptr[i]->cname);
    }
  output_write (&o, dir, "calls.list");
}
