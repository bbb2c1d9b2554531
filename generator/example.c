/* Reading lines of examples: see example.h. */

#include <config.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "example.h"
#include "prefix.h"
#include "strbuf.h"

struct reader {
  const char *p;
  const char *problem;
};

static int
bad (struct reader *r, const char *problem)
{
  r->problem = problem;
  return -1;
}

static void
skip_blanks (struct reader *r)
{
  r->p += strspn (r->p, " \t");
}

static void
add_item (struct value *to, struct value item)
{
  to->items = reallocarray (to->items, to->nr_items + 1, sizeof *to->items);
  if (!to->items)
    abort ();
  to->items[to->nr_items++] = item;
}

static int
read_escape (struct reader *r, struct strbuf *b)
{
  static const char letters[] = "nrt0", values[] = "\n\r\t";
  const char *at;
  char digits[3] = "", c;

  if (*r->p == 'x' && isxdigit ((unsigned char) r->p[1])
      && isxdigit ((unsigned char) r->p[2])) {
    digits[0] = r->p[1];
    digits[1] = r->p[2];
    c = strtol (digits, NULL, 16);
    r->p += 3;
  }
  else if (*r->p && (at = strchr (letters, *r->p))) {
    c = values[at - letters];
    r->p++;
  }
  else if (*r->p == '"' || *r->p == '\\')
    c = *r->p++;
  else
    return bad (r, "unknown escape in a string");
  return strbuf_addch (b, c);
}

static void
value_release (struct value *v)
{
  for (size_t i = 0; i < v->nr_items; i++)
    value_release (&v->items[i]);
  free (v->items);
  free (v->name);
  free (v->text);
}

static int
read_quoted (struct reader *r, struct value *ret)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;

  r->p++;
  while (*r->p && *r->p != '"')
    if (*r->p == '\\') {
      r->p++;
      if (read_escape (r, &b) == -1)
        return -1;
    }
    else if (strbuf_addch (&b, *r->p++) == -1)
      abort ();
  if (*r->p++ != '"')
    return bad (r, "a quote is open");
  ret->type = VALUE_QUOTED;
  ret->len = b.len;
  ret->text = strbuf_take (&b);
  return 0;
}

static int read_value (struct reader *r, const char *ends, struct value *ret);

/* "NAME: " of a member of a set; heap memory. */
static char *
read_member_name (struct reader *r)
{
  struct value name = { .name = NULL };
  int result = read_value (r, ":", &name);

  if (result == 0) {
    skip_blanks (r);
    if (*r->p++ != ':')
      result = bad (r, "expected : after the name of a member");
  }
  if (result == -1) {
    value_release (&name);
    return NULL;
  }
  skip_blanks (r);
  return name.text;
}

/* The items of a list or set, after its opening bracket. */
static int
read_items (struct reader *r, char close, struct value *ret)
{
  ret->type = close == ']' ? VALUE_LIST : VALUE_SET;
  r->p++;
  skip_blanks (r);
  while (*r->p && *r->p != close) {
    struct value item = { .name = NULL };

    if (close == '}' && !(item.name = read_member_name (r)))
      return -1;
    if (read_value (r, close == ']' ? ",]" : ",}", &item) == -1) {
      value_release (&item);
      return -1;
    }
    add_item (ret, item);
    skip_blanks (r);
    if (*r->p == ',') {
      r->p++;
      skip_blanks (r);
    }
    else if (*r->p != close)
      return bad (r, "expected , between items");
  }
  if (*r->p++ != close)
    return bad (r, "a bracket is open");
  return 0;
}

/* One value.  A bare word ends at a blank or at one of `ends`. */
static int
read_value (struct reader *r, const char *ends, struct value *ret)
{
  size_t len;

  if (*r->p == '"')
    return read_quoted (r, ret);
  /* [0-9]* and {a,b} are words of globs; a list has a blank, a quote or its
   * end after the bracket. */
  if (*r->p == '[' && strchr ("\"] {", r->p[1]))
    return read_items (r, ']', ret);
  if (*r->p == '{' && *ends)
    return read_items (r, '}', ret);
  len = 0;
  while (r->p[len] && r->p[len] != ' ' && r->p[len] != '\t'
         && !strchr (ends, r->p[len]))
    len++;
  if (len == 0)
    return bad (r, "a value is missing");
  ret->type = VALUE_WORD;
  ret->text = strndup (r->p, len);
  ret->len = len;
  r->p += len;
  return 0;
}

/* name: at the start of a word, before a value. */
static size_t
option_prefix (const char *p)
{
  size_t len = 0;

  while (islower ((unsigned char) p[len]) || isdigit ((unsigned char) p[len])
         || p[len] == '_')
    len++;
  return len > 0 && p[len] == ':' && p[len + 1] && p[len + 1] != ' ' ? len : 0;
}

static int
read_result (struct reader *r, struct example_line *ret)
{
  if (has_prefix (r->p, "!!")) {
    struct value v = { .name = NULL };

    ret->expect = EXPECT_ERROR;
    r->p += 2;
    skip_blanks (r);
    if (read_value (r, "", &v) == -1 || v.type != VALUE_WORD
        || v.text[0] != 'E') {
      value_release (&v);
      return r->problem ? -1
        : bad (r, "expected the name of an errno after !!");
    }
    ret->errno_name = v.text;
  }
  else {
    ret->expect = EXPECT_VALUE;
    r->p += 2;
    skip_blanks (r);
    if (read_value (r, "\n", &ret->value) == -1)
      return -1;
    if (ret->value.type == VALUE_WORD && strcmp (ret->value.text, "ok") == 0)
      ret->expect = EXPECT_SUCCESS;
  }
  skip_blanks (r);
  return *r->p ? bad (r, "there is more after the result") : 0;
}

void
example_line_release (struct example_line *l)
{
  value_release (&l->words);
  value_release (&l->value);
  free (l->name);
  free (l->errno_name);
}

static bool
is_result (const char *p)
{
  return (has_prefix (p, "=>") || has_prefix (p, "!!"))
         && (p[2] == ' ' || p[2] == '\t');
}

static int
read_line (struct reader *r, struct example_line *ret)
{
  struct value name = { .name = NULL };

  if (read_value (r, "", &name) == -1 || name.type != VALUE_WORD) {
    value_release (&name);
    return r->problem ? -1 : bad (r, "expected the name of a call");
  }
  ret->name = name.text;
  ret->words.type = VALUE_LIST;
  for (skip_blanks (r); *r->p && !is_result (r->p); skip_blanks (r)) {
    struct value v = { .name = NULL };
    size_t len = option_prefix (r->p);

    if (len > 0) {
      v.name = strndup (r->p, len);
      r->p += len + 1;
    }
    if (read_value (r, "", &v) == -1) {
      value_release (&v);
      return -1;
    }
    add_item (&ret->words, v);
  }
  return *r->p ? read_result (r, ret) : 0;
}

int
parse_example_line (const char *line, struct example_line *ret,
                    const char **ret_problem)
{
  struct reader r = { .p = line };
  struct example_line result = { .name = NULL };

  if (read_line (&r, &result) == -1) {
    *ret_problem = r.problem ? r.problem : "it cannot be read";
    example_line_release (&result);
    return -1;
  }
  *ret = result;
  return 0;
}
