/* Unified diffs: see line-diff.h; the comparison itself is in
 * line-diff-compare.c. */

#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "line-diff.h"

/* Equal lines before and behind all changes: so many are compared, since a change
 * may stand in several places, and so many more are printed at most. */
#define MARGIN LINE_DIFF_CONTEXT

/* Lines of a text that are not in the equal beginning and end of both.  Each has its
 * newline, which the last line of a text may lack. */
struct side {
  struct text text;
  size_t start, end;  /* where they are */
  uint32_t *offsets;  /* owned; one more than there are lines */
  uint32_t *classes;  /* owned: equal for equal lines */
  bool *changed;      /* owned */
  size_t n;
};

static void
side_release (struct side *s)
{
  free (s->offsets);
  free (s->classes);
  free (s->changed);
}

/* --- equal beginning and end ---------------------------------------------------------- */

static size_t
line_end (struct text t, size_t start)
{
  const char *newline = memchr (t.data + start, '\n', t.len - start);

  return newline ? (size_t) (newline - t.data) + 1 : t.len;
}

/* The start of the line that ends at `end`. */
static size_t
line_start (struct text t, size_t end)
{
  const char *newline = end > 0 ? memrchr (t.data, '\n', end - 1) : NULL;

  return newline ? (size_t) (newline - t.data) + 1 : 0;
}

static bool
same_bytes (struct text a, size_t a_start, size_t a_end, struct text b,
            size_t b_start, size_t b_end)
{
  return a_end - a_start == b_end - b_start
         && memcmp (a.data + a_start, b.data + b_start, a_end - a_start) == 0;
}

static void
skip_equal_beginning (struct side *a, struct side *b)
{
  size_t p = 0;

  while (p < a->text.len && p < b->text.len) {
    size_t end = line_end (a->text, p);

    if (!same_bytes (a->text, p, end, b->text, p, line_end (b->text, p)))
      break;
    p = end;
  }
  a->start = b->start = p;
}

static void
skip_equal_end (struct side *a, struct side *b)
{
  a->end = a->text.len;
  b->end = b->text.len;
  while (a->end > a->start && b->end > b->start) {
    size_t pa = line_start (a->text, a->end), pb = line_start (b->text, b->end);

    if (!same_bytes (a->text, pa, a->end, b->text, pb, b->end))
      break;
    a->end = pa;
    b->end = pb;
  }
}

/* So many lines before that belong to it, too; how many there were. */
static size_t
take_before (struct side *s, size_t lines)
{
  size_t i;

  for (i = 0; i < lines && s->start > 0; ++i)
    s->start = line_start (s->text, s->start);
  return i;
}

static size_t
take_behind (struct side *s, size_t lines)
{
  size_t i;

  for (i = 0; i < lines && s->end < s->text.len; ++i)
    s->end = line_end (s->text, s->end);
  return i;
}

/* --- lines and their classes -------------------------------------------------------------- */

/* Whole lines: from and to are where lines begin or the text ends. */
static size_t
count_lines (struct text t, size_t from, size_t to)
{
  size_t n = 0;

  for (; from < to; ++n)
    from = line_end (t, from);
  return n;
}

static int
split (struct side *s)
{
  size_t i, p = s->start;

  s->offsets = malloc ((s->n + 1) * sizeof *s->offsets);
  s->classes = malloc ((s->n + 1) * sizeof *s->classes);
  s->changed = calloc (s->n + 1, sizeof *s->changed);
  if (!s->offsets || !s->classes || !s->changed)
    return -1;
  for (i = 0; i < s->n; ++i) {
    s->offsets[i] = p;
    p = line_end (s->text, p);
  }
  s->offsets[s->n] = p;
  return 0;
}

/* By sorting: no choice of lines makes that slow. */
struct entry {
  const char *data;
  uint32_t len;
  uint32_t number; /* in the first text, or behind that in the second */
};

static int
by_contents (const void *a, const void *b)
{
  const struct entry *x = a, *y = b;

  if (x->len != y->len)
    return x->len < y->len ? -1 : 1;
  return memcmp (x->data, y->data, x->len);
}

static void
add_entries (struct entry *entries, const struct side *s, size_t first)
{
  size_t i;

  for (i = 0; i < s->n; ++i)
    entries[i] = (struct entry) { s->text.data + s->offsets[i],
                                  s->offsets[i + 1] - s->offsets[i],
                                  first + i };
}

/* How many classes there are; 0 for lack of memory, or without lines. */
static size_t
classify (struct side *a, struct side *b)
{
  size_t i, n = a->n + b->n, class = 0;
  CLEANUP_FREE struct entry *entries = malloc ((n + 1) * sizeof *entries);

  if (!entries)
    return 0;
  add_entries (entries, a, 0);
  add_entries (entries + a->n, b, a->n);
  qsort (entries, n, sizeof *entries, by_contents);
  for (i = 0; i < n; ++i) {
    uint32_t number = entries[i].number;

    if (i > 0 && by_contents (&entries[i - 1], &entries[i]) != 0)
      ++class;
    if (number < a->n)
      a->classes[number] = class;
    else
      b->classes[number - a->n] = class;
  }
  return class + 1;
}

/* --- where a change may stand in several places ----------------------------------------------- */

/* Changed lines from start to end; empty between two lines that are not changed.
 * Both lists have as many groups. */
struct group {
  size_t start, end;
};

static struct group
first_group (const struct line_list *l)
{
  struct group g = { 0, 0 };

  while (g.end < l->n && l->changed[g.end])
    ++g.end;
  return g;
}

static bool
next_group (const struct line_list *l, struct group *g)
{
  if (g->end == l->n)
    return false;
  g->start = g->end = g->end + 1;
  while (g->end < l->n && l->changed[g->end])
    ++g->end;
  return true;
}

static void
previous_group (const struct line_list *l, struct group *g)
{
  g->start = g->end = g->start - 1;
  while (g->start > 0 && l->changed[g->start - 1])
    --g->start;
}

/* Move a group a line up or down, and join it with what it meets. */
static bool
slide_up (struct line_list *l, struct group *g)
{
  if (g->start == 0 || l->classes[g->start - 1] != l->classes[g->end - 1])
    return false;
  l->changed[--g->start] = true;
  l->changed[--g->end] = false;
  while (g->start > 0 && l->changed[g->start - 1])
    --g->start;
  return true;
}

static bool
slide_down (struct line_list *l, struct group *g)
{
  if (g->end == l->n || l->classes[g->start] != l->classes[g->end])
    return false;
  l->changed[g->start++] = false;
  l->changed[g->end++] = true;
  while (g->end < l->n && l->changed[g->end])
    ++g->end;
  return true;
}

/* To where the other list has a change as well, or else as far down as possible. */
static void
place_group (struct line_list *l, struct group *g, const struct line_list *other,
             struct group *o)
{
  size_t size, beside;
  bool found;

  do {
    size = g->end - g->start;
    while (slide_up (l, g))
      previous_group (other, o);
    beside = g->end;
    found = o->end > o->start;
    while (slide_down (l, g)) {
      (void) next_group (other, o);
      if (o->end > o->start) {
        beside = g->end;
        found = true;
      }
    }
  } while (size != g->end - g->start);
  while (found && g->end > beside && slide_up (l, g))
    previous_group (other, o);
}

static void
place_groups (struct line_list *l, const struct line_list *other)
{
  struct group g = first_group (l), o = first_group (other);

  do
    if (g.end > g.start)
      place_group (l, &g, other, &o);
  while (next_group (l, &g) && next_group (other, &o));
}

/* --- printing --------------------------------------------------------------------------------------- */

struct printing {
  FILE *fp;
  const struct side *a, *b;
  size_t first; /* lines before those of `a` and `b`, in both texts */
};

static void
print_line (const struct printing *p, char mark, const struct side *s, size_t i)
{
  size_t len = s->offsets[i + 1] - s->offsets[i];
  const char *line = s->text.data + s->offsets[i];

  putc (mark, p->fp);
  fwrite (line, 1, len, p->fp);
  if (line[len - 1] != '\n')
    fputs ("\n\\ No newline at end of file\n", p->fp);
}

/* A range of lines: no lines are told by the one before them. */
static void
print_range (const struct printing *p, char mark, size_t start, size_t end)
{
  size_t n = end - start, line = p->first + start + (n > 0);

  fprintf (p->fp, n == 1 ? "%c%zu" : "%c%zu,%zu", mark, line, n);
}

/* Both ranges have as many lines that are not changed. */
static void
print_hunk (const struct printing *p, struct group a, struct group b)
{
  fputs ("@@ ", p->fp);
  print_range (p, '-', a.start, a.end);
  putc (' ', p->fp);
  print_range (p, '+', b.start, b.end);
  fputs (" @@\n", p->fp);
  while (a.start < a.end || b.start < b.end)
    if (a.start < a.end && p->a->changed[a.start])
      print_line (p, '-', p->a, a.start++);
    else if (b.start < b.end && p->b->changed[b.start])
      print_line (p, '+', p->b, b.start++);
    else {
      print_line (p, ' ', p->a, a.start++);
      b.start++;
    }
}

static size_t
smaller (size_t a, size_t b)
{
  return a < b ? a : b;
}

/* With the lines around it; both ranges grow by as many. */
static void
print_with_context (const struct printing *p, struct group a, struct group b)
{
  size_t before = smaller (LINE_DIFF_CONTEXT, smaller (a.start, b.start));
  size_t behind = smaller (LINE_DIFF_CONTEXT,
                           smaller (p->a->n - a.end, p->b->n - b.end));

  print_hunk (p, (struct group) { a.start - before, a.end + behind },
              (struct group) { b.start - before, b.end + behind });
}

static void
print_hunks (const struct printing *p)
{
  const struct line_list la = { p->a->classes, p->a->changed, p->a->n };
  const struct line_list lb = { p->b->classes, p->b->changed, p->b->n };
  struct group a = first_group (&la), b = first_group (&lb), in_a, in_b;
  bool open = false;

  do {
    if (a.start == a.end && b.start == b.end)
      continue;
    if (open && a.start - in_a.end <= 2 * LINE_DIFF_CONTEXT) {
      in_a.end = a.end;
      in_b.end = b.end;
      continue;
    }
    if (open)
      print_with_context (p, in_a, in_b);
    in_a = a;
    in_b = b;
    open = true;
  } while (next_group (&la, &a) && next_group (&lb, &b));
  if (open)
    print_with_context (p, in_a, in_b);
}

/* --- all of it ----------------------------------------------------------------------------------------- */

static int
find_changes (struct side *a, struct side *b, size_t before, size_t behind)
{
  size_t nr_classes = classify (a, b);
  struct line_list la = { a->classes + before, a->changed + before,
                          a->n - before - behind };
  struct line_list lb = { b->classes + before, b->changed + before,
                          b->n - before - behind };

  if (nr_classes == 0 || line_diff_compare (&la, &lb, nr_classes) == -1)
    return -1;
  place_groups (&la, &lb);
  place_groups (&lb, &la);
  return 0;
}

int
line_diff_print (FILE *fp, struct text ta, struct text tb)
{
  CLEANUP (side_release) struct side a = { .text = ta };
  CLEANUP (side_release) struct side b = { .text = tb };
  struct printing p = { fp, &a, &b, 0 };
  size_t before, behind;

  skip_equal_beginning (&a, &b);
  skip_equal_end (&a, &b);
  if (a.start == a.end && b.start == b.end)
    return 0;
  (void) take_before (&a, MARGIN);
  (void) take_before (&b, MARGIN);
  (void) take_behind (&a, MARGIN);
  (void) take_behind (&b, MARGIN);
  (void) take_before (&b, LINE_DIFF_CONTEXT);
  (void) take_behind (&b, LINE_DIFF_CONTEXT);
  before = take_before (&a, LINE_DIFF_CONTEXT);
  behind = take_behind (&a, LINE_DIFF_CONTEXT);
  a.n = count_lines (ta, a.start, a.end);
  b.n = count_lines (tb, b.start, b.end);
  if (a.n > LINE_DIFF_LINES_MAX || b.n > LINE_DIFF_LINES_MAX)
    return 1;
  p.first = count_lines (ta, 0, a.start);
  if (split (&a) == -1 || split (&b) == -1
      || find_changes (&a, &b, before, behind) == -1)
    return -1;
  print_hunks (&p);
  return 0;
}
