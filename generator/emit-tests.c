/* tests/api-examples.c: the examples of the .api files as tests in C, made of
 * the functions of tests/examples.h. */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "example.h"
#include "output.h"

/* Where we are, for messages about mistakes. */
struct context {
  struct api *api;
  struct out *o;
  struct location where;
};

static void
mistake (struct context *x, const char *what, const char *word)
{
  problem (x->api, x->where, "example: %s%s%s", what, word ? ": " : "",
           word ? word : "");
}

static const char *
basename_of (const char *path)
{
  const char *slash = strrchr (path, '/');

  return slash ? slash + 1 : path;
}

/* "text" of any bytes as a C string. */
static void
emit_bytes (struct out *o, const char *text, size_t len)
{
  emit (o, "\"");
  for (size_t i = 0; i < len; i++)
    if (text[i] == '"' || text[i] == '\\')
      emit (o, "\\%c", text[i]);
    else if ((unsigned char) text[i] < 32 || (unsigned char) text[i] >= 127)
      emit (o, "\\%03o", (unsigned char) text[i]);
    else if (text[i] == '?') /* no trigraphs */
      emit (o, "\\?");
    else
      emit (o, "%c", text[i]);
  emit (o, "\"");
}

/* true, false, and numbers of base 10, 8 (0...) and 16 (0x...). */
static void
emit_number (struct context *x, const struct value *v)
{
  char *end;
  long long number;

  if (v->type != VALUE_WORD) {
    mistake (x, "a number is needed", v->text);
    return;
  }
  if (strcmp (v->text, "true") == 0 || strcmp (v->text, "false") == 0) {
    emit (x->o, v->text[0] == 't' ? "1" : "0");
    return;
  }
  errno = 0;
  number = strtoll (v->text, &end, 0);
  if (errno || *end)
    mistake (x, "not a number", v->text);
  if (number == INT64_MIN)
    emit (x->o, "INT64_MIN");
  else
    emit (x->o, "INT64_C (%lld)", number);
}

static bool
is_null (const struct value *v)
{
  return v->type == VALUE_WORD && strcmp (v->text, "null") == 0;
}

static void
emit_string (struct context *x, const struct value *v)
{
  if (v->type == VALUE_LIST || v->type == VALUE_SET)
    mistake (x, "a string is needed", NULL);
  else
    emit_bytes (x->o, v->text, v->len);
}

/* (char *[]) { (char *) "a", NULL }, from a list or from words in a string. */
static void
emit_list (struct context *x, const struct value *v)
{
  CLEANUP_FREE char *copy = NULL;
  char *save = NULL;

  emit (x->o, "(char *[]) { ");
  if (v->type == VALUE_LIST)
    for (size_t i = 0; i < v->nr_items; i++) {
      emit (x->o, "(char *) ");
      emit_string (x, &v->items[i]);
      emit (x->o, ", ");
    }
  else if (v->type == VALUE_SET)
    mistake (x, "a list is needed", NULL);
  else {
    copy = copy_string (v->text);
    for (char *w = strtok_r (copy, " ", &save); w;
         w = strtok_r (NULL, " ", &save)) {
      emit (x->o, "(char *) ");
      emit_bytes (x->o, w, strlen (w));
      emit (x->o, ", ");
    }
  }
  emit (x->o, "NULL }");
}

static void
emit_argument (struct context *x, const struct arg *a, const struct value *v)
{
  switch (arg_class (a)) {
  case C_STRINGS:
    emit_list (x, v);
    break;
  case C_INT:
    emit (x->o, "(int) ");
    emit_number (x, v);
    break;
  case C_INT64:
    emit (x->o, "(int64_t) ");
    emit_number (x, v);
    break;
  case C_BUFFER:
    emit_string (x, v);
    emit (x->o, ", %zu", v->len);
    break;
  case C_POINTER:
    emit (x->o, "NULL");
    break;
  default:
    if (a->type == A_OPTSTRING && is_null (v))
      emit (x->o, "NULL");
    else
      emit_string (x, v);
  }
}

static void
emit_optional (struct context *x, const struct call *c, const struct value *v)
{
  CLEANUP_FREE char *prefix = copy_upper (c->cname);

  for (size_t i = 0; i < c->opts.len; i++)
    if (strcmp (c->opts.ptr[i].name, v->name) == 0) {
      CLEANUP_FREE char *name = copy_upper (v->name);

      emit (x->o, ", GUESTFS_%s_%s, ", prefix, name);
      emit_argument (x, &c->opts.ptr[i], v);
      return;
    }
  mistake (x, "no such optional argument", v->name);
}

/* The text of an option that is no option of the call: "a:b" was a word. */
static struct value
whole_word (const struct call *c, const struct value *v)
{
  struct value whole = *v;

  for (size_t i = 0; v->name && i < c->opts.len; i++)
    if (strcmp (c->opts.ptr[i].name, v->name) == 0)
      return whole;
  if (v->name) {
    whole.text = format_string ("%s:%s", v->name, v->text ? v->text : "");
    whole.len = strlen (whole.text);
    whole.name = NULL;
  }
  return whole;
}

static void
emit_public_call (struct context *x, const struct call *c,
                  const struct example_line *l)
{
  emit (x->o, "guestfs_%s (g", c->cname);
  for (size_t i = 0; i < c->args.len; i++) {
    struct value v;

    if (i >= l->words.nr_items) {
      mistake (x, "too few arguments for", c->name);
      return;
    }
    v = whole_word (c, &l->words.items[i]);
    emit (x->o, ", ");
    emit_argument (x, &c->args.ptr[i], &v);
    if (v.text != l->words.items[i].text)
      free (v.text);
  }
  if (c->ret == R_BUFFER)
    emit (x->o, ", &size");
  for (size_t i = c->args.len; i < l->words.nr_items; i++)
    if (l->words.items[i].name)
      emit_optional (x, c, &l->words.items[i]);
    else
      mistake (x, "too many arguments for", c->name);
  emit (x->o, "%s)", c->opts.len > 0 ? ", -1" : "");
}

static void
emit_member (struct context *x, const struct structure *s, const char *at,
             const struct value *v)
{
  for (size_t i = 0; i < s->fields.len; i++) {
    const struct field *f = &s->fields.ptr[i];

    if (strcmp (f->name, v->name) != 0)
      continue;
    switch (f->type) {
    case F_STRING:
    case F_DEVICE:
      emit (x->o, "    want_text (x, \"%s\", %s%s, strlen (%s%s), ", f->name,
            at, f->name, at, f->name);
      break;
    case F_BUFFER:
      emit (x->o, "    want_text (x, \"%s\", %s%s, %s%s_len, ", f->name, at,
            f->name, at, f->name);
      break;
    case F_UUID:
      emit (x->o, "    want_text (x, \"%s\", %s%s, 32, ", f->name, at, f->name);
      break;
    case F_CHAR:
      emit (x->o, "    want_text (x, \"%s\", &%s%s, 1, ", f->name, at, f->name);
      break;
    default:
      emit (x->o, "    want_number (x, \"%s\", %s%s, ", f->name, at, f->name);
      emit_number (x, v);
      emit (x->o, ");\n");
      return;
    }
    emit_string (x, v);
    emit (x->o, ", %zu);\n", v->len);
    return;
  }
  mistake (x, "no such member", v->name);
}

static void
emit_struct_wanted (struct context *x, const struct call *c,
                    const struct value *v)
{
  if (v->type != VALUE_SET) {
    mistake (x, "the result is a set of members", NULL);
    return;
  }
  for (size_t i = 0; i < v->nr_items; i++)
    emit_member (x, c->ret_struct, "r->", &v->items[i]);
}

static void
emit_structs_wanted (struct context *x, const struct call *c,
                     const struct value *v)
{
  if (v->type != VALUE_LIST) {
    mistake (x, "the result is a list", NULL);
    return;
  }
  emit (x->o, "    want_count (x, r->len, %zu);\n", v->nr_items);
  for (size_t i = 0; i < v->nr_items; i++) {
    CLEANUP_FREE char *at = format_string ("r->val[%zu].", i);

    if (v->items[i].type != VALUE_SET) {
      mistake (x, "an item of the result is a set of members", NULL);
      return;
    }
    emit (x->o, "    if (x->failed)\n      goto out_%d;\n", x->where.line);
    for (size_t j = 0; j < v->items[i].nr_items; j++)
      emit_member (x, c->ret_struct, at, &v->items[i].items[j]);
  }
  if (v->nr_items > 0)
    emit (x->o, "  out_%d:\n", x->where.line);
}

static void
emit_struct_check (struct context *x, const struct call *c,
                   const struct example_line *l)
{
  const char *list = c->ret == R_STRUCTS ? "_list" : "";

  emit (x->o, "    struct guestfs_%s%s *r = ", c->ret_struct->name, list);
  emit_public_call (x, c, l);
  emit (x->o, ";\n    want_success (x, r != NULL);\n"
              "    if (!r)\n      return;\n");
  if (l->expect == EXPECT_VALUE && c->ret == R_STRUCT)
    emit_struct_wanted (x, c, &l->value);
  else if (l->expect == EXPECT_VALUE)
    emit_structs_wanted (x, c, &l->value);
  emit (x->o, "    guestfs_free_%s%s (r);\n", c->ret_struct->name, list);
}

/* (char *[]) { key, value, ..., NULL } */
static void
emit_pairs (struct context *x, const struct value *v)
{
  if (v->type != VALUE_SET) {
    mistake (x, "the result is a set of keys and values", NULL);
    return;
  }
  emit (x->o, "(char *[]) { ");
  for (size_t i = 0; i < v->nr_items; i++) {
    emit (x->o, "(char *) ");
    emit_bytes (x->o, v->items[i].name, strlen (v->items[i].name));
    emit (x->o, ", (char *) ");
    emit_string (x, &v->items[i]);
    emit (x->o, ", ");
  }
  emit (x->o, "NULL }");
}

static void
emit_wanted (struct context *x, const struct call *c, const struct value *v)
{
  switch (c->ret) {
  case R_INT:
  case R_INT64:
  case R_BOOL:
    emit_number (x, v);
    break;
  case R_STRINGS:
  case R_DEVICES:
  case R_MOUNTABLES:
    if (v->type != VALUE_LIST)
      mistake (x, "the result is a list", NULL);
    emit_list (x, v);
    break;
  case R_HASH:
    emit_pairs (x, v);
    break;
  case R_ERR:
    mistake (x, "the call returns nothing but ok", NULL);
    break;
  case R_CONSTOPTSTRING:
    if (is_null (v)) {
      emit (x->o, "NULL");
      break;
    }
    /* fall through */
  default:
    emit_string (x, v);
    if (c->ret == R_BUFFER)
      emit (x->o, ", %zu", v->len);
  }
}

/* The function of examples.h for a kind of result: want_X, ignore_X. */
static const char *
kind_of (const struct call *c)
{
  switch (c->ret) {
  case R_ERR:
  case R_INT:
  case R_INT64:
  case R_BOOL:
    return "int";
  case R_CONSTSTRING:
  case R_CONSTOPTSTRING:
    return "const";
  case R_STRINGS:
  case R_DEVICES:
  case R_MOUNTABLES:
    return "strings";
  case R_HASH:
    return "hash";
  case R_BUFFER:
    return "buffer";
  default:
    return "string";
  }
}

static void
emit_check (struct context *x, const struct call *c,
            const struct example_line *l)
{
  if (l->expect == EXPECT_ERROR) {
    emit (x->o, "    want_error (x, %s, \"%s\", ", l->errno_name,
          l->errno_name);
    emit_public_call (x, c, l);
    emit (x->o, c->ret <= R_BOOL ? " == -1);\n" : " == NULL);\n");
  }
  else if (c->ret_struct)
    emit_struct_check (x, c, l);
  else {
    const char *what = l->expect == EXPECT_VALUE ? "want" : "ignore";

    /* The size is known only after the call, so that comes first. */
    if (c->ret == R_BUFFER) {
      emit (x->o, "    char *data = ");
      emit_public_call (x, c, l);
      emit (x->o, ";\n\n    %s_buffer (x, data, size", what);
    }
    else {
      emit (x->o, "    %s_%s (x, ", what, kind_of (c));
      emit_public_call (x, c, l);
    }
    if (l->expect == EXPECT_VALUE) {
      emit (x->o, ", ");
      emit_wanted (x, c, &l->value);
    }
    emit (x->o, ");\n");
  }
}

/* One line, as a block of the example's function. */
static void
emit_line (struct context *x, const char *line)
{
  CLEANUP_EXAMPLE_LINE struct example_line l = { .name = NULL };
  const char *what;
  const struct call *c;

  if (parse_example_line (line, &l, &what) == -1) {
    mistake (x, what, line);
    return;
  }
  c = find_call (x->api, l.name);
  if (!c) {
    mistake (x, "no such call", l.name);
    return;
  }
  emit (x->o, "  if (example_line (x, %d, \"", x->where.line);
  emit_c_string (x->o, line);
  emit (x->o, "\")) {\n");
  if (c->ret == R_BUFFER)
    emit (x->o, "    size_t size = 0;\n");
  emit_check (x, c, &l);
  emit (x->o, "  }\n");
}

static void
emit_example (struct context *x, const struct call *c, size_t nr)
{
  const struct example *e = &c->examples.ptr[nr];

  emit (x->o, "static void\nexample_%s_%zu (struct example_run *x)\n{\n"
              "  guestfs_h *g = x->g;\n\n  (void) g;\n", c->name, nr);
  for (size_t i = 0; i < e->lines.len; i++) {
    x->where = (struct location) { e->where.file, e->where.line + i };
    emit_line (x, e->lines.items[i]);
  }
  emit (x->o, "}\n\n");
}

void
emit_tests (const struct api *api, const char *top)
{
  CLEANUP_FREE char *dir = format_string ("%s/tests", top);
  struct out o = { STRBUF_INIT };
  struct context x = { .api = (struct api *) api, .o = &o };

  emit_c_head (&o, "The examples of the .api files as tests.");
  emit (&o, "#include <config.h>\n\n#include <errno.h>\n#include <stdint.h>\n"
            "#include <string.h>\n\n#include \"examples.h\"\n\n");
  for (size_t i = 0; i < api->calls.len; i++)
    for (size_t j = 0; j < api->calls.ptr[i]->examples.len; j++)
      emit_example (&x, api->calls.ptr[i], j);
  emit (&o, "const struct example examples[] = {\n");
  for (size_t i = 0; i < api->calls.len; i++) {
    const struct call *c = api->calls.ptr[i];

    for (size_t j = 0; j < c->examples.len; j++)
      emit (&o, "  { \"%s\", \"%s\", \"%s\", example_%s_%zu },\n", c->name,
            basename_of (c->where.file), c->examples.ptr[j].prep, c->name, j);
  }
  emit (&o, "  { NULL, NULL, NULL, NULL },\n};\n");
  output_write (&o, dir, "api-examples.c");
}
