/* What must be true of the whole description before anything is generated:
 * names and RPC numbers are unique, structs exist, public calls are documented,
 * options go together.
 */

#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "api.h"

static int
compare_calls (const void *a, const void *b)
{
  const struct call *const *x = a, *const *y = b;
  int r = strcmp ((*x)->name, (*y)->name);

  return r ? r : (*x)->where.line - (*y)->where.line;
}

const struct call *
find_call (const struct api *api, const char *name)
{
  for (size_t i = 0; i < api->calls.len; i++)
    if (strcmp (api->calls.ptr[i]->name, name) == 0)
      return api->calls.ptr[i];
  return NULL;
}

static const struct structure *
find_struct (const struct api *api, const char *name)
{
  for (size_t i = 0; i < api->structs.len; i++)
    if (strcmp (api->structs.ptr[i]->name, name) == 0)
      return api->structs.ptr[i];
  return NULL;
}

static void
check_struct (struct api *api, const struct structure *s)
{
  if (find_struct (api, s->name) != s)
    problem (api, s->where, "struct %s is there twice", s->name);
  if (s->fields.len == 0)
    problem (api, s->where, "struct %s has no fields", s->name);
  for (size_t i = 0; i < s->fields.len; i++)
    for (size_t j = 0; j < i; j++)
      if (strcmp (s->fields.ptr[i].name, s->fields.ptr[j].name) == 0)
        problem (api, s->where, "struct %s has two fields %s", s->name,
                 s->fields.ptr[i].name);
}

static void
check_names (struct api *api, const struct call *c)
{
  size_t nr = c->args.len + c->opts.len;

  for (size_t i = 0; i < nr; i++) {
    const struct arg *a = i < c->args.len ? &c->args.ptr[i]
                                          : &c->opts.ptr[i - c->args.len];
    for (size_t j = 0; j < i; j++) {
      const struct arg *b = j < c->args.len ? &c->args.ptr[j]
                                            : &c->opts.ptr[j - c->args.len];
      if (strcmp (a->name, b->name) == 0)
        problem (api, c->where, "%s has two arguments %s", c->name, a->name);
    }
  }
}

static void
check_flags (struct api *api, const struct call *c)
{
  if ((c->flags & CALL_UNLOCKED)
      && (c->proc || c->args.len + c->opts.len > 0
          || (c->ret != R_BOOL && c->ret != R_INT)))
    problem (api, c->where, "%s cannot be unlocked: it must return a bool or an "
             "int of the library, and have no arguments", c->name);
}

static void
check_documentation (struct api *api, const struct call *c)
{
  if (c->flags & CALL_INTERNAL)
    return;
  if (!c->summary)
    problem (api, c->where, "%s has no summary", c->name);
  else if (c->summary[strlen (c->summary) - 1] == '.')
    problem (api, c->where, "the summary of %s ends in a full stop", c->name);
  if (!c->doc)
    problem (api, c->where, "%s has no doc", c->name);
  if (!c->since)
    problem (api, c->where, "%s has no since", c->name);
}

static void
check_files (struct api *api, const struct call *c)
{
  int in = 0, out = 0;

  for (size_t i = 0; i < c->args.len; i++) {
    in += c->args.ptr[i].type == A_FILEIN;
    out += c->args.ptr[i].type == A_FILEOUT;
    if (c->args.ptr[i].type == A_POINTER && c->proc)
      problem (api, c->where, "%s: a pointer cannot be sent to the daemon",
               c->name);
  }
  if (c->proc && in + out > 1)
    problem (api, c->where, "%s has more than one file argument", c->name);
}

static void
check_call (struct api *api, struct call *c)
{
  if (!c->has_returns)
    problem (api, c->where, "%s has no returns", c->name);
  if (c->ret_struct_name) {
    c->ret_struct = find_struct (api, c->ret_struct_name);
    if (!c->ret_struct)
      problem (api, c->where, "%s returns an unknown struct %s", c->name,
               c->ret_struct_name);
  }
  if (c->proc && (c->ret == R_CONSTSTRING || c->ret == R_CONSTOPTSTRING))
    problem (api, c->where, "%s: the daemon cannot return a constant string",
             c->name);
  if (c->opts.len > 63)
    problem (api, c->where, "%s has more than 63 optional arguments", c->name);
  if (c->plain && c->opts.len == 0)
    problem (api, c->where, "%s is plain without optional arguments", c->name);
  check_names (api, c);
  check_files (api, c);
  check_flags (api, c);
  check_documentation (api, c);
  c->cname = c->plain ? format_string ("%s_opts", c->name)
                      : copy_string (c->name);
}

static void
check_procs (struct api *api)
{
  for (size_t i = 0; i < api->calls.len; i++) {
    const struct call *c = api->calls.ptr[i];

    for (size_t j = 0; c->proc && j < i; j++)
      if (api->calls.ptr[j]->proc == c->proc)
        problem (api, c->where, "proc %u is that of %s", c->proc,
                 api->calls.ptr[j]->name);
  }
}

void
check_api (struct api *api)
{
  struct call **calls = api->calls.ptr;

  for (size_t i = 0; i < api->structs.len; i++)
    check_struct (api, api->structs.ptr[i]);
  if (api->calls.len > 0)
    qsort (calls, api->calls.len, sizeof *calls, compare_calls);
  for (size_t i = 0; i < api->calls.len; i++) {
    if (i > 0 && strcmp (calls[i]->name, calls[i - 1]->name) == 0)
      problem (api, calls[i]->where, "call %s is there twice, also at %s:%d",
               calls[i]->name, calls[i - 1]->where.file,
               calls[i - 1]->where.line);
    check_call (api, calls[i]);
  }
  check_procs (api);
}
