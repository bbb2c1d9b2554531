/* Reads .api files (docs/ARCHITECTURE.md, 9.3).
 *
 * A line at the left edge opens a struct or a call, a line after one tab is a
 * word of it with its arguments, a line after two tabs belongs to the block
 * (doc, errors or example) that such a word opened.  Mistakes are told with
 * file and line, and reading goes on, so that one run shows them all.
 */

#include <config.h>

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "strbuf.h"

enum block { BLOCK_NONE, BLOCK_DOC, BLOCK_ERRORS, BLOCK_EXAMPLE };

struct parser {
  struct api *api;
  struct location where;
  struct structure *structure; /* at most one of these two is set */
  struct call *call;
  enum block block;
  struct strbuf doc;
  int blank_lines; /* seen inside a doc block, and not yet stored */
};

#define MAX_WORDS 4

static bool
is_name (const char *word)
{
  if (!islower ((unsigned char) *word))
    return false;
  for (const char *p = word; *p; p++)
    if (!isalnum ((unsigned char) *p) && *p != '_')
      return false;
  return true;
}

static bool
want_name (struct parser *p, const char *what, const char *word)
{
  if (word && is_name (word))
    return true;
  problem (p->api, p->where, "%s needs a name of letters, digits and _", what);
  return false;
}

/* Split at blanks; returns the number of words, MAX_WORDS + 1 when too many. */
static int
split_words (char *line, char *words[MAX_WORDS + 1])
{
  char *save = NULL;
  int n = 0;

  for (char *w = strtok_r (line, " \t", &save); w && n <= MAX_WORDS;
       w = strtok_r (NULL, " \t", &save))
    words[n++] = w;
  return n;
}

static void
end_stanza (struct parser *p)
{
  if (p->call && p->doc.len > 0)
    p->call->doc = strbuf_take (&p->doc);
  strbuf_release (&p->doc);
  p->call = NULL;
  p->structure = NULL;
  p->block = BLOCK_NONE;
  p->blank_lines = 0;
}

static void
open_struct (struct parser *p, char **words, int n)
{
  struct structure *s = calloc (1, sizeof *s);

  if (!s)
    abort ();
  if (n < 3 || n > 4 || (n == 4 && strcmp (words[3], "internal") != 0)) {
    problem (p->api, p->where, "expected: struct NAME CamelName [internal]");
    free (s);
    return;
  }
  s->where = p->where;
  s->name = copy_string (words[1]);
  s->camel = copy_string (words[2]);
  s->internal = n == 4;
  p->structure = s;
  if (structure_vector_append (&p->api->structs, s) == -1)
    abort ();
}

static void
open_call (struct parser *p, char **words, int n)
{
  struct call *c;

  if (n != 2 || !want_name (p, "call", words[1]))
    return;
  c = calloc (1, sizeof *c);
  if (!c)
    abort ();
  c->where = p->where;
  c->name = copy_string (words[1]);
  p->call = c;
  if (call_vector_append (&p->api->calls, c) == -1)
    abort ();
}

static void
open_stanza (struct parser *p, char *line)
{
  char *words[MAX_WORDS + 1];
  int n = split_words (line, words);

  end_stanza (p);
  if (strcmp (words[0], "struct") == 0)
    open_struct (p, words, n);
  else if (strcmp (words[0], "call") == 0)
    open_call (p, words, n);
  else
    problem (p->api, p->where, "unknown word '%s'", words[0]);
}

static void
add_field (struct parser *p, char *line)
{
  char *words[MAX_WORDS + 1];
  int n = split_words (line, words);
  int type = type_by_word (field_types, words[0]);

  if (type == -1)
    problem (p->api, p->where, "unknown field type '%s'", words[0]);
  else if (n != 2)
    problem (p->api, p->where, "expected: TYPE NAME");
  else if (want_name (p, "field", words[1])) {
    struct field f = { .type = type, .name = copy_string (words[1]) };
    if (field_vector_append (&p->structure->fields, f) == -1)
      abort ();
  }
}

/* The words of a call.  Each gets the words after it, and the rest of the line
 * as it was written. */
typedef void word_fn (struct parser *p, char **args, int n, const char *rest);

static void
word_since (struct parser *p, char **args, int n, const char *rest)
{
  p->call->since = copy_string (args[0]);
}

static void
word_proc (struct parser *p, char **args, int n, const char *rest)
{
  char *end;
  unsigned long proc;

  errno = 0;
  proc = strtoul (args[0], &end, 10);
  if (*end || errno || proc == 0 || proc > 65535)
    problem (p->api, p->where, "proc needs a number from 1 to 65535");
  else
    p->call->proc = proc;
}

static void
word_returns (struct parser *p, char **args, int n, const char *rest)
{
  int type = type_by_word (ret_types, args[0]);
  int i = 1;

  p->call->has_returns = true;
  if (type == -1) {
    problem (p->api, p->where, "unknown return type '%s'", args[0]);
    return;
  }
  p->call->ret = type;
  if (type == R_STRUCT || type == R_STRUCTS) {
    if (n < 2) {
      problem (p->api, p->where, "'%s' needs the name of a struct", args[0]);
      return;
    }
    p->call->ret_struct_name = copy_string (args[i++]);
  }
  if (i < n && want_name (p, "returns", args[i]))
    p->call->ret_name = copy_string (args[i++]);
  if (i < n)
    problem (p->api, p->where, "too many words after 'returns'");
}

static void
add_arg (struct parser *p, struct arg_vector *to, char **args)
{
  int type = type_by_word (arg_types, args[0]);
  struct arg a;

  if (type == -1) {
    problem (p->api, p->where, "unknown argument type '%s'", args[0]);
    return;
  }
  if (!want_name (p, "argument", args[1]))
    return;
  a = (struct arg) { .type = type, .name = copy_string (args[1]) };
  if (arg_vector_append (to, a) == -1)
    abort ();
}

static void
word_arg (struct parser *p, char **args, int n, const char *rest)
{
  add_arg (p, &p->call->args, args);
}

static void
word_opt (struct parser *p, char **args, int n, const char *rest)
{
  int type = type_by_word (arg_types, args[0]);

  if (type != -1 && !opt_type_allowed (type))
    problem (p->api, p->where, "an optional argument cannot be a '%s'",
             args[0]);
  else
    add_arg (p, &p->call->opts, args);
}

static void
word_plain (struct parser *p, char **args, int n, const char *rest)
{
  p->call->plain = true;
}

static void
word_group (struct parser *p, char **args, int n, const char *rest)
{
  p->call->group = copy_string (args[0]);
}

static void
word_alias (struct parser *p, char **args, int n, const char *rest)
{
  for (int i = 0; i < n; i++)
    if (strlist_add (&p->call->aliases, args[i]) == -1)
      abort ();
}

static void
word_fish_output (struct parser *p, char **args, int n, const char *rest)
{
  if (strcmp (args[0], "octal") != 0 && strcmp (args[0], "hexadecimal") != 0)
    problem (p->api, p->where, "fish-output is octal or hexadecimal");
  else
    p->call->fish_output = copy_string (args[0]);
}

static void
word_flags (struct parser *p, char **args, int n, const char *rest)
{
  for (int i = 0; i < n; i++) {
    int bit = 0;

    while (call_flag_names[bit] && strcmp (call_flag_names[bit], args[i]) != 0)
      bit++;
    if (!call_flag_names[bit])
      problem (p->api, p->where, "unknown flag '%s'", args[i]);
    else
      p->call->flags |= 1U << bit;
  }
}

static void
word_deprecated (struct parser *p, char **args, int n, const char *rest)
{
  p->call->deprecated = true;
  if (strcmp (args[0], "-") != 0)
    p->call->replacement = copy_string (args[0]);
}

static void
word_summary (struct parser *p, char **args, int n, const char *rest)
{
  p->call->summary = copy_string (rest);
}

static void
word_doc (struct parser *p, char **args, int n, const char *rest)
{
  p->block = BLOCK_DOC;
}

static void
word_errors (struct parser *p, char **args, int n, const char *rest)
{
  p->block = BLOCK_ERRORS;
}

static void
word_example (struct parser *p, char **args, int n, const char *rest)
{
  struct example e = { .where = p->where, .prep = copy_string (args[0]) };

  if (example_vector_append (&p->call->examples, e) == -1)
    abort ();
  p->block = BLOCK_EXAMPLE;
}

static const struct word {
  const char *word;
  int min, max; /* words that follow */
  bool repeated;
  word_fn *fn;
} words_of_call[] = {
  { "since", 1, 1, false, word_since },
  { "proc", 1, 1, false, word_proc },
  { "returns", 1, 3, false, word_returns },
  { "arg", 2, 2, true, word_arg },
  { "opt", 2, 2, true, word_opt },
  { "plain", 0, 0, false, word_plain },
  { "group", 1, 1, false, word_group },
  { "alias", 1, MAX_WORDS, true, word_alias },
  { "fish-output", 1, 1, false, word_fish_output },
  { "flags", 1, MAX_WORDS, true, word_flags },
  { "deprecated", 1, 1, false, word_deprecated },
  { "summary", 1, 1000, false, word_summary },
  { "doc", 0, 0, false, word_doc },
  { "errors", 0, 0, false, word_errors },
  { "example", 1, 1, true, word_example },
};

#define NR_WORDS (sizeof words_of_call / sizeof words_of_call[0])

static const struct word *
find_word (const char *word)
{
  for (size_t i = 0; i < NR_WORDS; i++)
    if (strcmp (words_of_call[i].word, word) == 0)
      return &words_of_call[i];
  return NULL;
}

static bool
was_seen (const struct call *c, const char *word)
{
  return (strcmp (word, "since") == 0 && c->since)
         || (strcmp (word, "proc") == 0 && c->proc)
         || (strcmp (word, "returns") == 0 && c->has_returns)
         || (strcmp (word, "group") == 0 && c->group)
         || (strcmp (word, "summary") == 0 && c->summary)
         || (strcmp (word, "plain") == 0 && c->plain)
         || (strcmp (word, "deprecated") == 0 && c->deprecated);
}

static void
word_of_call (struct parser *p, char *line)
{
  char *words[16];
  CLEANUP_FREE char *copy = copy_string (line);
  char *save = NULL, *rest;
  const struct word *w;
  int n = 0;

  for (char *s = strtok_r (copy, " \t", &save); s && n < 16;
       s = strtok_r (NULL, " \t", &save))
    words[n++] = s;
  w = find_word (words[0]);
  p->block = BLOCK_NONE;
  if (!w) {
    problem (p->api, p->where, "unknown word '%s'", words[0]);
    return;
  }
  if (n - 1 < w->min || (w->max < 16 && n - 1 > w->max)) {
    problem (p->api, p->where, "wrong number of words after '%s'", words[0]);
    return;
  }
  if (!w->repeated && was_seen (p->call, w->word)) {
    problem (p->api, p->where, "'%s' is there twice", words[0]);
    return;
  }
  rest = line + strlen (words[0]);
  w->fn (p, words + 1, n - 1, rest + strspn (rest, " \t"));
}

static void
add_error_doc (struct parser *p, char *line)
{
  size_t len = strcspn (line, " \t");
  struct error_doc e;

  if (line[0] != 'E' || !line[len]) {
    problem (p->api, p->where, "expected: ERRNO  what it means");
    return;
  }
  e.text = copy_string (line + len + strspn (line + len, " \t"));
  line[len] = '\0';
  e.name = copy_string (line);
  if (error_doc_vector_append (&p->call->errors, e) == -1)
    abort ();
}

static void
line_of_block (struct parser *p, char *line)
{
  switch (p->block) {
  case BLOCK_DOC:
    for (; p->blank_lines > 0; p->blank_lines--)
      if (p->doc.len > 0 && strbuf_addch (&p->doc, '\n') == -1)
        abort ();
    if (strbuf_addstr (&p->doc, line) == -1
        || strbuf_addch (&p->doc, '\n') == -1)
      abort ();
    break;
  case BLOCK_ERRORS:
    add_error_doc (p, line);
    break;
  case BLOCK_EXAMPLE: {
    struct example *e = &p->call->examples.ptr[p->call->examples.len - 1];
    if (e->lines.len == 0)
      e->where = p->where;
    if (strlist_add (&e->lines, line) == -1)
      abort ();
    break;
  }
  case BLOCK_NONE:
    problem (p->api, p->where, "two tabs, but no doc, errors or example is open");
  }
}

static void
parse_line (struct parser *p, char *line)
{
  size_t len = strlen (line);
  size_t tabs = strspn (line, "\t");

  while (len > 0 && isspace ((unsigned char) line[len - 1]))
    line[--len] = '\0';
  if (len == 0) {
    p->blank_lines++;
    return;
  }
  if (line[0] == '#' || (tabs == 1 && line[1] == '#'))
    return;
  if (p->block != BLOCK_DOC)
    p->blank_lines = 0;

  if (tabs == 0 && line[0] == ' ')
    problem (p->api, p->where, "lines are indented with tabs");
  else if (tabs == 0)
    open_stanza (p, line);
  else if (!p->structure && !p->call)
    problem (p->api, p->where, "no struct or call is open");
  else if (tabs == 1 && p->structure)
    add_field (p, line + 1);
  else if (tabs == 1)
    word_of_call (p, line + 1);
  else if (p->call)
    line_of_block (p, line + 2);
  else
    problem (p->api, p->where, "a field is indented by one tab");
}

void
parse_file (struct api *api, const char *path)
{
  struct parser p = { .api = api, .where = { .file = path, .line = 0 } };
  CLEANUP_FCLOSE FILE *fp = fopen (path, "re");
  CLEANUP_FREE char *line = NULL;
  size_t alloc = 0;

  if (!fp) {
    problem (api, p.where, "%s", strerror (errno));
    return;
  }
  while (getline (&line, &alloc, fp) != -1) {
    p.where.line++;
    parse_line (&p, line);
  }
  if (ferror (fp))
    problem (api, p.where, "%s", strerror (errno));
  end_stanza (&p);
}
