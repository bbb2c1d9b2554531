/* Test of edit-expression.c: what lines become, and what is left to Perl. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "edit-expression.h"

static const struct test {
  const char *expression, *text;
  const char *is; /* NULL: it needs Perl; "!": it is wrong */
} tests[] = {
  { "s/a/b/", "aa\nca\n", "ba\ncb\n" },
  { "s/a/b/g", "aa\nca", "bb\ncb" },
  { "s/A/b/gi", "aA\n", "bb\n" },
  { "s|^/dev/(sd)(a)|$2-\\1:$&|", "/dev/sda1\n", "a-sd:/dev/sda1\n" },
  { "s/(x)?y/[$1]/", "y\n", "[]\n" },
  { "s/${x}/a/", "x\n", NULL },
  { "s/$/!/", "a\nb\n", "a!\nb!\n" },
  { "s/x*/-/g", "xab", "--a-b-" },
  { "s/\\//\\t\\n\\$\\@x/", "a/b\n", "a\t\n$@xb\n" },
  { "s/\\n//", "a\nb\n", "ab" },
  { "s/^.*\\n// if /^#/", "#a\nb\n#\n", "b\n" },
  { "$_ = \"\" if /^#/; s/b/c/ unless /bb/", "#a\nb\nbb\n", "c\nbb\n" },
  { "$_ = '#x' . $_", "a\n", NULL },
  { "$_ = \"new\\n\" if /old/", "old\nolder\nx\n", "new\nnew\nx\n" },
  { "tr/a-c/A-C/", "abcd\n", "ABCd\n" },
  { "y/abc/x/; s/x/y/", "abc\n", "yxx\n" },
  { "tr/a//d", "a\n", NULL },
  { "s/a/uc($&)/e", "a\n", NULL },
  { "s/a/\\u$&/", "a\n", NULL },
  { "s{a}{b}", "a\n", NULL },
  { "print if /x/", "a\n", NULL },
  { "s/a/$name/", "a\n", NULL },
  { "s/a/me@example/", "a\n", NULL },
  { "s/a/b", "a\n", NULL },
  { "", "a\n", NULL },
  { "s/(a/b/", "a\n", "!" },
  { "s/\\xff(.)/$1/", "\xff\xfe\n", "\xfe\n" },
};

static int
check (const struct test *t)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP_STRBUF struct strbuf out = STRBUF_INIT;
  struct expression *e = NULL;
  int r = expression_parse (t->expression, &e, &err), bad;

  if (r != 1)
    bad = r == 0 ? t->is != NULL : !t->is || strcmp (t->is, "!") != 0;
  else
    bad = !t->is || expression_apply (e, t->text, strlen (t->text), &out,
                                      &err) == -1
      || strcmp (out.data ? out.data : "", t->is) != 0;
  if (bad)
    fprintf (stderr, "%s: %d, \"%s\"\n", t->expression, r,
             out.data ? out.data : err.message ? err.message : "");
  expression_free (e);
  return bad;
}

int
main (void)
{
  int bad = 0;
  size_t i;

  for (i = 0; i < sizeof tests / sizeof *tests; ++i)
    bad |= check (&tests[i]);
  return bad ? EXIT_FAILURE : EXIT_SUCCESS;
}
