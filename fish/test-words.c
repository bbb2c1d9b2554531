/* Test of words.c: quoting, comments, pipes and what is refused. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "strlist.h"
#include "words.h"

struct test {
  const char *line;
  const char *words; /* joined with "|"; NULL: refused */
  bool ignore;
  const char *pipe;
};

static const struct test tests[] = {
  { "", "", false, NULL },
  { "   # only a comment", "", false, NULL },
  { "ls /", "ls|/", false, NULL },
  { "  ls\t/ ", "ls|/", false, NULL },
  { "-rm /x", "rm|/x", true, NULL },
  { "- rm /x", "rm|/x", true, NULL },
  { "write /a \"x\\ty\\n\\\"\\x41\\101\"", "write|/a|x\ty\n\"AA", false, NULL },
  { "write /a 'it\\n \"is\"'", "write|/a|it\\n \"is\"", false, NULL },
  { "write /a \"\"", "write|/a|", false, NULL },
  { "ls /a#b", "ls|/a#b", false, NULL },
  { "ls /a # b", "ls|/a|#|b", false, NULL },
  { "ls / | grep a | wc", "ls|/", false, "grep a | wc" },
  { "echo a|b", "echo|a|b", false, NULL },
  { "cat /My\\ File", "cat|/My File", false, NULL },
  { "ls / |", NULL, false, NULL },
  { "ls \"abc", NULL, false, NULL },
  { "ls 'abc", NULL, false, NULL },
  { "ls \"a\"b", NULL, false, NULL },
  { "ls \"\\q\"", NULL, false, NULL },
  { "ls \"\\", NULL, false, NULL },
  { "ls \"\\000\"", NULL, false, NULL },
};

static char *
join (char **words)
{
  static char joined[1024];
  size_t i;

  joined[0] = '\0';
  for (i = 0; words[i]; ++i)
    snprintf (joined + strlen (joined), sizeof joined - strlen (joined),
              "%s%s", i ? "|" : "", words[i]);
  return joined;
}

static int
check (const struct test *t)
{
  struct command_line c = COMMAND_LINE_INIT;
  CLEANUP_ERROR struct error err = ERROR_INIT;
  int bad = 0;

  if (command_line_parse (t->line, &c, &err) == -1)
    bad = t->words != NULL;
  else
    bad = !t->words || strcmp (join (c.words), t->words) != 0
          || c.ignore_errors != t->ignore || !c.pipe != !t->pipe
          || (c.pipe && strcmp (c.pipe, t->pipe) != 0);
  if (bad)
    fprintf (stderr, "wrong: [%s] -> %s\n", t->line,
             c.words ? join (c.words) : err.message ? err.message : "?");
  command_line_release (&c);
  return bad;
}

static int
check_list (const char *text, const char *items)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP_STRINGS char **list = list_parse (text, &err);

  if (list ? items && strcmp (join (list), items) == 0 : !items)
    return 0;
  fprintf (stderr, "wrong list: [%s] -> %s\n", text,
           list ? join (list) : err.message);
  return 1;
}

static int
check_start (const char *line, size_t start, size_t index)
{
  size_t got_index, got = word_start (line, strlen (line), &got_index);

  if (got == start && got_index == index)
    return 0;
  fprintf (stderr, "word_start [%s]: %zu, %zu\n", line, got, got_index);
  return 1;
}

int
main (void)
{
  size_t i;
  int bad = 0;

  for (i = 0; i < sizeof tests / sizeof *tests; ++i)
    bad |= check (&tests[i]);
  bad |= check_start ("", 0, 0);
  bad |= check_start ("l", 0, 0);
  bad |= check_start ("ls ", 3, 1);
  bad |= check_start ("ls /etc", 3, 1);
  bad |= check_start ("ls \"/my d", 4, 1);
  bad |= check_start ("mount /dev/sda1 /m", 16, 2);
  bad |= check_list ("", "");
  bad |= check_list (" a  b ", "a|b");
  bad |= check_list ("'a b' c", "a b|c");
  bad |= check_list ("'a 'b'' \"c\" -d # e {f,g}", "a b|\"c\"|-d|#|e|{f,g}");
  bad |= check_list ("''", "");
  bad |= check_list ("'a", NULL);
  return bad ? EXIT_FAILURE : EXIT_SUCCESS;
}
