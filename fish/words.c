/* Splitting a command line into words: see words.h. */

#include <config.h>

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "strbuf.h"
#include "strlist.h"
#include "words.h"

static int
hex_digit (char c)
{
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

static bool
is_octal (char c)
{
  return c >= '0' && c <= '7';
}

int
escape_parse (const char **p)
{
  static const char names[] = "abfnrtv\\\"'";
  static const char values[] = "\a\b\f\n\r\t\v\\\"'";
  const char *name;
  int value;

  if (is_octal ((*p)[0]) && is_octal ((*p)[1]) && is_octal ((*p)[2])) {
    value = ((*p)[0] - '0') * 64 + ((*p)[1] - '0') * 8 + (*p)[2] - '0';
    *p += 3;
    return value > 0 && value < 256 ? value : -1;
  }
  if ((*p)[0] == 'x' && hex_digit ((*p)[1]) >= 0
      && hex_digit ((*p)[2]) >= 0) {
    value = hex_digit ((*p)[1]) * 16 + hex_digit ((*p)[2]);
    *p += 3;
    return value > 0 ? value : -1;
  }
  name = **p ? strchr (names, **p) : NULL;
  if (!name)
    return -1;
  *p += 1;
  return (unsigned char) values[name - names];
}

static int
quoted (const char **p, struct strbuf *word, struct error *err)
{
  char quote = *(*p)++;

  while (**p != quote) {
    if (**p == '\0')
      return error_set (err, EINVAL, "unterminated %s quote",
                        quote == '"' ? "double" : "single");
    if (quote == '"' && **p == '\\') {
      int c;

      ++*p;
      c = escape_parse (p);
      if (c == -1)
        return error_set (err, EINVAL, "invalid escape sequence \"\\%c\" in a string",
                          **p ? **p : ' ');
      if (strbuf_addch (word, c) == -1)
        return error_errno (err, "command line");
    }
    else if (strbuf_addch (word, *(*p)++) == -1)
      return error_errno (err, "command line");
  }
  ++*p;
  if (**p && !isspace ((unsigned char) **p))
    return error_set (err, EINVAL,
                      "there must be a blank after a quoted string, before \"%s\"", *p);
  return 0;
}

/* One word at *p, which is not blank. */
static int
one_word (const char **p, struct strbuf *word, struct error *err)
{
  if (**p == '"' || **p == '\'')
    return quoted (p, word, err);
  while (**p && !isspace ((unsigned char) **p)) {
    /* "a\ b" is one word with a blank. */
    if (**p == '\\' && (*p)[1] == ' ')
      ++*p;
    if (strbuf_addch (word, *(*p)++) == -1)
      return error_errno (err, "command line");
  }
  return 0;
}

static const char *
skip_blanks (const char *p)
{
  while (isspace ((unsigned char) *p))
    ++p;
  return p;
}

static int
add_quoted (struct command_line *c, size_t n, bool quoted)
{
  bool *more = reallocarray (c->quoted, n, sizeof *more);

  if (!more)
    return -1;
  c->quoted = more;
  c->quoted[n - 1] = quoted;
  return 0;
}

int
command_line_parse (const char *line, struct command_line *ret,
                    struct error *err)
{
  CLEANUP_STRLIST struct strlist words = STRLIST_INIT;
  struct command_line c = COMMAND_LINE_INIT;
  const char *p = skip_blanks (line);

  if (*p == '-') {
    c.ignore_errors = true;
    p = skip_blanks (p + 1);
  }
  for (; *p && (*p != '#' || words.len > 0); p = skip_blanks (p)) {
    CLEANUP_STRBUF struct strbuf word = STRBUF_INIT;
    bool in_quotes = *p == '"' || *p == '\'';

    if (*p == '|' && words.len > 0) {
      p = skip_blanks (p + 1);
      if (!*p) {
        (void) error_set (err, EINVAL, "there is no command after \"|\"");
        goto fail;
      }
      c.pipe = strdup (p);
      if (!c.pipe) {
        (void) error_errno (err, "command line");
        goto fail;
      }
      break;
    }
    if (one_word (&p, &word, err) == -1)
      goto fail;
    if (strlist_add_taken (&words, strbuf_take (&word)) == -1
        || add_quoted (&c, words.len, in_quotes) == -1) {
      (void) error_errno (err, "command line");
      goto fail;
    }
  }
  c.words = strlist_take (&words);
  if (!c.words) {
    (void) error_errno (err, "command line");
    goto fail;
  }
  *ret = c;
  return 0;

 fail:
  command_line_release (&c);
  return -1;
}

void
command_line_release (struct command_line *c)
{
  strings_free (c->words);
  free (c->quoted);
  free (c->pipe);
  *c = (struct command_line) COMMAND_LINE_INIT;
}

char **
list_parse (const char *text, struct error *err)
{
  CLEANUP_STRLIST struct strlist list = STRLIST_INIT;
  const char *p;
  char **ret;

  for (p = skip_blanks (text); *p; p = skip_blanks (p)) {
    CLEANUP_STRBUF struct strbuf item = STRBUF_INIT;
    bool inside = false;

    for (; *p && (inside || !isspace ((unsigned char) *p)); ++p)
      if (*p == '\'')
        inside = !inside;
      else if (strbuf_addch (&item, *p) == -1)
        goto fail;
    if (inside) {
      (void) error_set (err, EINVAL, "unterminated single quote");
      return NULL;
    }
    if (strlist_add_taken (&list, strbuf_take (&item)) == -1)
      goto fail;
  }
  ret = strlist_take (&list);
  if (ret)
    return ret;

 fail:
  (void) error_errno (err, "list");
  return NULL;
}

size_t
word_start (const char *line, size_t end, size_t *ret_index)
{
  size_t i = 0, start = 0, index = 0;
  char quote = '\0';
  bool inside = false;

  for (i = 0; i < end; ++i) {
    if (quote) {
      if (line[i] == quote)
        quote = '\0';
      else if (quote == '"' && line[i] == '\\' && i + 1 < end)
        ++i;
    }
    else if (isspace ((unsigned char) line[i])) {
      if (inside)
        index++;
      inside = false;
    }
    else if (!inside) {
      inside = true;
      start = i;
      if (line[i] == '"' || line[i] == '\'') {
        quote = line[i];
        start = i + 1;
      }
    }
  }
  *ret_index = index;
  return inside ? start : end;
}
