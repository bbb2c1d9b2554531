/* Test of line-diff.c: what it prints for known texts, and that what it prints
 * turns the first text into the second, for many texts made by chance. */

#include <config.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "line-diff.h"
#include "prefix.h"

static const struct {
  const char *a, *b, *wanted;
} cases[] = {
  { "", "", "" },
  { "same\n", "same\n", "" },
  { "", "new\n", "@@ -0,0 +1 @@\n+new\n" },
  { "old\n", "", "@@ -1 +0,0 @@\n-old\n" },
  { "a", "a\n", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n" },
  { "a\nb", "x\nb",
    "@@ -1,2 +1,2 @@\n-a\n+x\n b\n\\ No newline at end of file\n" },
  /* Three lines around a change. */
  { "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nx\n6\n7\n8\n9\n",
    "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n" },
  /* Six lines between two changes: one hunk; seven: two. */
  { "a\n1\n2\n3\n4\n5\n6\nb\n", "1\n2\n3\n4\n5\n6\n",
    "@@ -1,8 +1,6 @@\n-a\n 1\n 2\n 3\n 4\n 5\n 6\n-b\n" },
  { "a\n1\n2\n3\n4\n5\n6\n7\nb\n", "1\n2\n3\n4\n5\n6\n7\n",
    "@@ -1,4 +1,3 @@\n-a\n 1\n 2\n 3\n@@ -6,4 +5,3 @@\n 5\n 6\n 7\n-b\n" },
  /* It could be the first or the second: the last one is told. */
  { "{\n}\n", "{\n}\n{\n}\n", "@@ -1,2 +1,4 @@\n {\n }\n+{\n+}\n" },
  /* But not far from what differs: three lines of an equal end are looked at. */
  { "q\nx\nx\nx\nx\nx\nx\nx\n", "r\nx\nx\nx\nx\nx\nx\nx\nx\n",
    "@@ -1,4 +1,5 @@\n-q\n+r\n+x\n x\n x\n x\n" },
};

static char *
diff (const char *a, size_t a_len, const char *b, size_t b_len)
{
  char *ret = NULL;
  size_t len;
  FILE *fp = open_memstream (&ret, &len);

  if (!fp
      || line_diff_print (fp, (struct text) { a, a_len },
                          (struct text) { b, b_len }) != 0
      || fclose (fp) == EOF)
    abort ();
  return ret;
}

static int
test_known (void)
{
  int status = 0;
  size_t i;

  for (i = 0; i < sizeof cases / sizeof *cases; ++i) {
    CLEANUP_FREE char *got = diff (cases[i].a, strlen (cases[i].a), cases[i].b,
                                   strlen (cases[i].b));

    if (strcmp (got, cases[i].wanted) != 0) {
      fprintf (stderr, "case %zu: got\n%swanted\n%s", i, got, cases[i].wanted);
      status = -1;
    }
  }
  return status;
}

static uint32_t
by_chance (uint32_t below)
{
  static uint64_t state = 88172645463325252;

  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (state >> 32) % below;
}

/* Lines of one letter, some of which are empty; the last may lack its newline. */
static size_t
make_text (char *text, size_t lines, uint32_t letters)
{
  size_t i, len = 0;

  for (i = 0; i < lines; ++i) {
    uint32_t letter = by_chance (letters + 1);

    if (letter > 0)
      text[len++] = 'a' + letter - 1;
    if (i + 1 < lines || by_chance (2) || letter == 0)
      text[len++] = '\n';
  }
  text[len] = '\0';
  return len;
}

static const char *
after_line (const char *p)
{
  const char *newline = strchr (p, '\n');

  return newline ? newline + 1 : p + strlen (p);
}

/* Copy the line at *from, which shall be the one of a diff at p. */
static bool
take (const char **from, const char *p, const char **ret_next)
{
  const char *end = after_line (*from);
  size_t len = end - *from;
  bool newline = len > 0 && end[-1] == '\n';

  if (strncmp (*from, p, len) != 0 || (!newline && p[len] != '\n'))
    return false;
  *from = end;
  p = after_line (p);
  if (newline == (*p == '\\'))
    return false;
  *ret_next = *p == '\\' ? after_line (p) : p;
  return true;
}

/* Does the diff turn a into b? */
static bool
applies (const char *a, const char *b, const char *p)
{
  size_t line_a = 1, line_b = 1;

  while (*p) {
    size_t start_a, count_a = 1, start_b, count_b = 1;
    char *end;

    if (!has_prefix (p, "@@ -"))
      return false;
    start_a = strtoul (p + 4, &end, 10);
    if (*end == ',')
      count_a = strtoul (end + 1, &end, 10);
    start_b = strtoul (end + 2, &end, 10);
    if (*end == ',')
      count_b = strtoul (end + 1, &end, 10);
    start_a += count_a == 0;
    start_b += count_b == 0;
    if (start_a - line_a != start_b - line_b)
      return false;
    for (; line_a < start_a; ++line_a, ++line_b) {
      size_t len = after_line (a) - a;

      if (strncmp (a, b, len) != 0)
        return false;
      a += len;
      b += len;
    }
    p = after_line (p);
    while (count_a > 0 || count_b > 0) {
      const char mark = *p;
      const char *next = p;

      if (mark != '+') {
        if (count_a-- == 0 || !take (&a, p + 1, &next))
          return false;
        ++line_a;
      }
      if (mark != '-') {
        if (count_b-- == 0 || !take (&b, p + 1, &next))
          return false;
        ++line_b;
      }
      p = next;
    }
  }
  return strcmp (a, b) == 0;
}

static int
test_chance (void)
{
  char a[1024], b[1024];
  int i;

  for (i = 0; i < 20000; ++i) {
    size_t a_len = make_text (a, by_chance (60), 1 + by_chance (12));
    size_t b_len = make_text (b, by_chance (60), 1 + by_chance (12));
    CLEANUP_FREE char *got = diff (a, a_len, b, b_len);

    if (!applies (a, b, got)) {
      fprintf (stderr, "--- a\n%s\n--- b\n%s\n--- got\n%s", a, b, got);
      return -1;
    }
  }
  return 0;
}

/* The list of changes is as short as possible where it is not long. */
static int
test_shortest (void)
{
  static const char a[] = "a\nb\nc\na\nb\nb\na\n", b[] = "c\nb\na\nb\na\nc\n";
  CLEANUP_FREE char *got = diff (a, strlen (a), b, strlen (b));
  const char *p;
  size_t n = 0;

  for (p = got; *p; p = after_line (p))
    n += *p == '+' || *p == '-';
  if (n == 5)
    return 0;
  fprintf (stderr, "%zu changes, where 5 suffice:\n%s", n, got);
  return -1;
}

int
main (void)
{
  return test_known () == 0 && test_chance () == 0 && test_shortest () == 0
    ? EXIT_SUCCESS : EXIT_FAILURE;
}
