/* Expressions of virt-edit: see edit-expression.h. */

#include <config.h>

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "cleanup.h"
#include "edit-expression.h"
#include "prefix.h"

#define STATEMENTS_MAX 32
#define PIECES_MAX 64
#define MATCH_LIMIT 1000000 /* about a second */

/* A piece of what is put in: text, or what a group has matched. */
struct piece {
  char *text; /* NULL: the group */
  unsigned group;
};

enum kind { SUBSTITUTE, TRANSLATE, ASSIGN };

struct statement {
  enum kind kind;
  pcre2_code *re;
  bool global;
  struct piece pieces[PIECES_MAX];
  size_t nr_pieces;
  unsigned char map[256];
  pcre2_code *condition;
  bool unless;
};

struct expression {
  struct statement statements[STATEMENTS_MAX];
  size_t n;
  pcre2_match_context *context;
};

/* What parsing has come to. */
enum outcome { DONE = 1, NEEDS_PERL = 0, WRONG = -1 };

static const char *
skip_blanks (const char *p)
{
  return p + strspn (p, " \t\n");
}

/* --- parsing ---------------------------------------------------------------------- */

/* The text up to the delimiter, which may be in it behind a backslash: that is
 * only understood of "/".  Heap memory, or NULL; *p moves behind it. */
static char *
section (const char **p, char delimiter)
{
  const char *start = *p, *at = start;

  for (; *at && *at != delimiter; ++at)
    if (*at == '\\') {
      if (!at[1] || (at[1] == delimiter && delimiter != '/'))
        return NULL;
      ++at;
    }
  if (!*at)
    return NULL;
  *p = at + 1;
  return strndup (start, at - start);
}

/* Variables of Perl in a regular expression; "$" alone is the end of a line. */
static bool
has_variables (const char *re)
{
  for (; *re; ++re) {
    if (*re == '\\' && re[1])
      ++re;
    else if ((*re == '$' && (isalnum ((unsigned char) re[1]) || re[1] == '_'
                             || re[1] == '{' || re[1] == '&'))
             || (*re == '@' && (isalpha ((unsigned char) re[1])
                                || re[1] == '_' || re[1] == '{')))
      return true;
  }
  return false;
}

static enum outcome
compile (const char *re, const char *flags, bool *ret_global,
         pcre2_code **ret, struct error *err)
{
  pcre2_compile_context *context;
  uint32_t options = 0;
  int errnum;
  PCRE2_SIZE offset;
  PCRE2_UCHAR message[128];

  for (; *flags; ++flags)
    switch (*flags) {
    case 'i': options |= PCRE2_CASELESS; break;
    case 'm': options |= PCRE2_MULTILINE; break;
    case 's': options |= PCRE2_DOTALL; break;
    case 'x': options |= PCRE2_EXTENDED; break;
    case 'g':
      if (!ret_global)
        return NEEDS_PERL;
      *ret_global = true;
      break;
    default: return NEEDS_PERL;
    }
  if (!*re || has_variables (re)) /* an empty one is the last one used */
    return NEEDS_PERL;
  context = pcre2_compile_context_create (NULL);
  if (context)
    pcre2_set_newline (context, PCRE2_NEWLINE_LF);
  *ret = pcre2_compile ((PCRE2_SPTR) re, PCRE2_ZERO_TERMINATED, options,
                        &errnum, &offset, context);
  pcre2_compile_context_free (context);
  if (*ret)
    return DONE;
  pcre2_get_error_message (errnum, message, sizeof message);
  (void) error_set (err, EINVAL, "regular expression \"%s\": %s", re,
                    (char *) message);
  return WRONG;
}

/* The flags behind the last delimiter. */
static char *
take_flags (const char **p)
{
  size_t len = strspn (*p, "abcdefghijklmnopqrstuvwxyz");
  char *ret = strndup (*p, len);

  *p += len;
  return ret;
}

/* A character behind a backslash in a text; -1: it has a meaning in Perl. */
static int
escaped (char c)
{
  switch (c) {
  case 'n': return '\n';
  case 't': return '\t';
  case 'r': return '\r';
  }
  return ispunct ((unsigned char) c) ? (unsigned char) c : -1;
}

static int
add_text (struct statement *s, struct strbuf *text)
{
  if (text->len == 0)
    return 0;
  if (s->nr_pieces == PIECES_MAX)
    return -1;
  s->pieces[s->nr_pieces].text = strbuf_take (text);
  return s->pieces[s->nr_pieces++].text ? 0 : -1;
}

static int
add_group (struct statement *s, struct strbuf *text, unsigned group)
{
  if (add_text (s, text) == -1 || s->nr_pieces == PIECES_MAX)
    return -1;
  s->pieces[s->nr_pieces++] = (struct piece) { NULL, group };
  return 0;
}

/* "$1", "${1}", "$&" behind the "$"; the group, or -1. */
static int
group_at (const char **p)
{
  char *end;
  long n;

  if (**p == '&') {
    ++*p;
    return 0;
  }
  n = strtol (*p + (**p == '{'), &end, 10);
  if (!isdigit ((unsigned char) (*p)[**p == '{']) || n < 1 || n > 99
      || (**p == '{' && *end != '}'))
    return -1;
  *p = end + (**p == '{');
  return n;
}

/* What is put in. */
static enum outcome
parse_text (struct statement *s, const char *p)
{
  CLEANUP_STRBUF struct strbuf text = STRBUF_INIT;

  while (*p) {
    int c = (unsigned char) *p++;

    if (c == '$') {
      int group = group_at (&p);

      if (group == -1 || add_group (s, &text, group) == -1)
        return NEEDS_PERL;
      continue;
    }
    if (c == '@' && (isalpha ((unsigned char) *p) || *p == '_' || *p == '{'))
      return NEEDS_PERL;
    if (c == '\\' && *p >= '1' && *p <= '9'
        && !isdigit ((unsigned char) p[1])) {
      if (add_group (s, &text, *p++ - '0') == -1)
        return NEEDS_PERL;
      continue;
    }
    if (c == '\\' && (c = escaped (*p++)) == -1)
      return NEEDS_PERL;
    if (strbuf_addch (&text, c) == -1)
      return NEEDS_PERL;
  }
  return add_text (s, &text) == -1 ? NEEDS_PERL : DONE;
}

static enum outcome
parse_substitute (struct statement *s, const char **p, struct error *err)
{
  char delimiter = **p;
  CLEANUP_FREE char *re = NULL, *text = NULL, *flags = NULL;
  enum outcome r;

  if (!delimiter || !strchr ("/|#,!:~%", delimiter))
    return NEEDS_PERL;
  ++*p;
  re = section (p, delimiter);
  text = re ? section (p, delimiter) : NULL;
  flags = text ? take_flags (p) : NULL;
  if (!flags)
    return NEEDS_PERL;
  r = parse_text (s, text);
  return r == DONE ? compile (re, flags, &s->global, &s->re, err) : r;
}

/* The characters of one side of tr, ranges written out. */
static int
parse_set (const char *p, unsigned char *ret, size_t *ret_len)
{
  size_t n = 0;

  while (*p) {
    int c = (unsigned char) *p++, last;

    if (c == '\\' && (c = escaped (*p++)) == -1)
      return -1;
    last = c;
    if (p[0] == '-' && p[1]) {
      last = (unsigned char) p[1];
      p += 2;
      if (last == '\\' && (last = escaped (*p++)) == -1)
        return -1;
    }
    for (; c <= last; ++c) {
      if (n == 256)
        return -1;
      ret[n++] = c;
    }
  }
  *ret_len = n;
  return 0;
}

static enum outcome
parse_translate (struct statement *s, const char **p)
{
  CLEANUP_FREE char *from = NULL, *to = NULL;
  unsigned char a[256], b[256];
  size_t na, nb, i;

  if (*(*p)++ != '/')
    return NEEDS_PERL;
  from = section (p, '/');
  to = from ? section (p, '/') : NULL;
  if (!to || isalpha ((unsigned char) **p) || parse_set (from, a, &na) == -1
      || parse_set (to, b, &nb) == -1)
    return NEEDS_PERL;
  for (i = 0; i < 256; ++i)
    s->map[i] = i;
  for (i = na; nb > 0 && i-- > 0;) /* the first of two wins */
    s->map[a[i]] = b[i < nb ? i : nb - 1];
  return DONE;
}

/* $_ = "text" */
static enum outcome
parse_assign (struct statement *s, const char **p)
{
  CLEANUP_FREE char *text = NULL;
  char quote;

  *p = skip_blanks (*p);
  if (*(*p)++ != '=')
    return NEEDS_PERL;
  *p = skip_blanks (*p);
  quote = *(*p)++;
  if (quote != '"' && quote != '\'')
    return NEEDS_PERL;
  text = section (p, quote);
  if (!text || (quote == '\'' && strchr (text, '\\')) || strchr (text, '$')
      || (quote == '\'' && strchr (text, '@')))
    return NEEDS_PERL;
  return parse_text (s, text);
}

static enum outcome
parse_condition (struct statement *s, const char **p, struct error *err)
{
  CLEANUP_FREE char *re = NULL, *flags = NULL;

  *p = skip_blanks (*p);
  if (**p == '\0' || **p == ';')
    return DONE;
  s->unless = has_prefix (*p, "unless");
  if (!s->unless && !has_prefix (*p, "if"))
    return NEEDS_PERL;
  *p = skip_blanks (*p + (s->unless ? 6 : 2));
  if (**p != '/')
    return NEEDS_PERL;
  ++*p;
  re = section (p, '/');
  flags = re ? take_flags (p) : NULL;
  *p = skip_blanks (*p);
  if (!flags || (**p != '\0' && **p != ';'))
    return NEEDS_PERL;
  return compile (re, flags, NULL, &s->condition, err);
}

static enum outcome
parse_statement (struct statement *s, const char **p, struct error *err)
{
  enum outcome r;

  if ((*p)[0] == 's' && !isalnum ((unsigned char) (*p)[1])) {
    s->kind = SUBSTITUTE;
    ++*p;
    r = parse_substitute (s, p, err);
  }
  else if (has_prefix (*p, "tr/") || has_prefix (*p, "y/")) {
    s->kind = TRANSLATE;
    *p += **p == 't' ? 2 : 1;
    r = parse_translate (s, p);
  }
  else if (has_prefix (*p, "$_")) {
    s->kind = ASSIGN;
    *p += 2;
    r = parse_assign (s, p);
  }
  else
    return NEEDS_PERL;
  return r == DONE ? parse_condition (s, p, err) : r;
}

int
expression_parse (const char *text, struct expression **ret,
                  struct error *err)
{
  struct expression *e = calloc (1, sizeof *e);
  enum outcome r = DONE;
  const char *p;

  if (!e)
    return error_errno (err, "expression");
  e->context = pcre2_match_context_create (NULL);
  if (e->context)
    pcre2_set_match_limit (e->context, MATCH_LIMIT);
  for (p = skip_blanks (text); *p && r == DONE;
       p = skip_blanks (p + (*p == ';')))
    if (e->n == STATEMENTS_MAX)
      r = NEEDS_PERL;
    else if (*p != ';')
      r = parse_statement (&e->statements[e->n++], &p, err);
  if (r == DONE && e->n > 0) {
    *ret = e;
    return DONE;
  }
  expression_free (e);
  return r == WRONG ? -1 : 0;
}

void
expression_free (struct expression *e)
{
  size_t i, j;

  if (!e)
    return;
  for (i = 0; i < e->n; ++i) {
    pcre2_code_free (e->statements[i].re);
    pcre2_code_free (e->statements[i].condition);
    for (j = 0; j < e->statements[i].nr_pieces; ++j)
      free (e->statements[i].pieces[j].text);
  }
  pcre2_match_context_free (e->context);
  free (e);
}

/* --- applying --------------------------------------------------------------------- */

/* 1 matched, 0 not, -1 with err. */
static int
match (const struct expression *e, const pcre2_code *re,
       const struct strbuf *line, size_t from, pcre2_match_data *m,
       struct error *err)
{
  int r = pcre2_match (re, (PCRE2_SPTR) line->data, line->len, from, 0, m,
                       e->context);

  if (r >= 0)
    return 1;
  if (r == PCRE2_ERROR_NOMATCH)
    return 0;
  return error_set (err, EINVAL, "a regular expression takes too long");
}

static int
put_pieces (const struct statement *s, const struct strbuf *line,
            pcre2_match_data *m, struct strbuf *out)
{
  PCRE2_SIZE *v = m ? pcre2_get_ovector_pointer (m) : NULL;
  unsigned groups = m ? pcre2_get_ovector_count (m) : 0;
  size_t i;
  int r = 0;

  for (i = 0; i < s->nr_pieces; ++i) {
    const struct piece *p = &s->pieces[i];

    if (p->text)
      r |= strbuf_addstr (out, p->text);
    else if (p->group < groups && v[2 * p->group] != PCRE2_UNSET
             && v[2 * p->group + 1] > v[2 * p->group])
      r |= strbuf_add (out, line->data + v[2 * p->group],
                       v[2 * p->group + 1] - v[2 * p->group]);
  }
  return r;
}

static int
substitute (const struct expression *e, const struct statement *s,
            struct strbuf *line, pcre2_match_data *m, struct error *err)
{
  CLEANUP_STRBUF struct strbuf out = STRBUF_INIT;
  size_t from = 0;
  int r = 1, bad = strbuf_addstr (&out, "");

  while (from <= line->len && !bad) {
    PCRE2_SIZE *v;

    r = match (e, s->re, line, from, m, err);
    if (r != 1)
      break;
    v = pcre2_get_ovector_pointer (m);
    bad = strbuf_add (&out, line->data + from, v[0] - from)
      | put_pieces (s, line, m, &out);
    from = v[1];
    if (!s->global)
      break;
    if (v[1] == v[0]) { /* nothing: go on behind the next character */
      if (from < line->len)
        bad |= strbuf_addch (&out, line->data[from]);
      ++from;
    }
  }
  if (r == -1)
    return -1;
  if (from < line->len)
    bad |= strbuf_add (&out, line->data + from, line->len - from);
  if (bad)
    return error_errno (err, "expression");
  strbuf_release (line);
  *line = out;
  out = (struct strbuf) STRBUF_INIT;
  return 0;
}

static int
apply (const struct expression *e, const struct statement *s,
       struct strbuf *line, struct error *err)
{
  pcre2_match_data *m = pcre2_match_data_create (100, NULL);
  size_t i;
  int r = 1;

  if (!m)
    return error_set (err, ENOMEM, "expression: memory is missing");
  if (s->condition)
    r = match (e, s->condition, line, 0, m, err);
  if (r >= 0 && (r == 1) != s->unless)
    switch (s->kind) {
    case SUBSTITUTE: r = substitute (e, s, line, m, err); break;
    case TRANSLATE:
      for (i = 0; i < line->len; ++i)
        line->data[i] = s->map[(unsigned char) line->data[i]];
      break;
    case ASSIGN:
      line->len = 0;
      r = strbuf_addstr (line, "") | put_pieces (s, line, NULL, line);
      break;
    }
  pcre2_match_data_free (m);
  return r == -1 ? -1 : 0;
}

int
expression_apply (const struct expression *e, const char *data, size_t len,
                  struct strbuf *out, struct error *err)
{
  const char *end = data + len;

  while (data < end) {
    CLEANUP_STRBUF struct strbuf line = STRBUF_INIT;
    const char *newline = memchr (data, '\n', end - data);
    size_t n = newline ? (size_t) (newline + 1 - data) : (size_t) (end - data);
    size_t i;

    if (strbuf_add (&line, data, n) == -1)
      return error_errno (err, "expression");
    for (i = 0; i < e->n; ++i)
      if (apply (e, &e->statements[i], &line, err) == -1)
        return -1;
    if (line.len > 0 && strbuf_add (out, line.data, line.len) == -1)
      return error_errno (err, "expression");
    data += n;
  }
  return 0;
}
