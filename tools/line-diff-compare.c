/* Find the lines that are in one of two lists only: see line-diff.h.
 *
 * This is the algorithm of E. Myers, "An O(ND) Difference Algorithm and Its
 * Variations" (1986), in linear space (section 4b): the middle of a shortest edit
 * script is looked for from both ends at once, and what is before and behind it
 * is compared in the same way.  A point of the edit graph is (x, y): x lines of
 * the first and y lines of the second list lie before it; its diagonal is x - y.
 */

#include <config.h>

#include <stdlib.h>

#include "cleanup.h"
#include "line-diff.h"

#define STEPS_MAX 4096      /* edits from each end before any middle is good */
#define STEPS_MAX_LATE 256  /* the same, once much work has been done */
#define WORK_MAX (UINT64_C (2) << 30)

/* What is left of a list: lines that the other list has, too. */
struct lines {
  uint32_t *classes;
  uint32_t *index; /* in the whole list */
  size_t n;
};

struct search {
  struct lines x, y;
  bool *x_changed, *y_changed;
  /* How far the paths get on each diagonal, from both ends. */
  int64_t *forward, *backward;
  uint64_t work;
};

struct box {
  int64_t x, x_end, y, y_end;
};

struct point {
  int64_t x, y;
};

static bool
same (const struct search *s, int64_t x, int64_t y)
{
  return s->x.classes[x] == s->y.classes[y];
}

/* --- the middle ----------------------------------------------------------------- */

/* The diagonals that paths of so many edits end on: each second from low to high,
 * inside the box. */
struct front {
  int64_t low, high;
  int64_t *reached;
};

static void
widen (struct front *f, const struct box *b, int64_t beyond)
{
  if (f->low > b->x - b->y_end)
    f->reached[--f->low - 1] = beyond;
  else
    ++f->low;
  if (f->high < b->x_end - b->y)
    f->reached[++f->high + 1] = beyond;
  else
    --f->high;
}

static bool
is_on (const struct front *f, int64_t diagonal)
{
  return f->low <= diagonal && diagonal <= f->high;
}

/* One edit more from the start.  True where a path meets one from the end, which
 * can be in every second step only: when `meets` is true. */
static bool
step_forward (const struct search *s, const struct box *b, struct front *f,
              const struct front *other, bool meets, struct point *ret)
{
  int64_t d;

  widen (f, b, -1);
  for (d = f->high; d >= f->low; d -= 2) {
    int64_t below = f->reached[d - 1], above = f->reached[d + 1];
    int64_t x = below < above ? above : below + 1;

    while (x < b->x_end && x - d < b->y_end && same (s, x, x - d))
      ++x;
    f->reached[d] = x;
    if (meets && is_on (other, d) && other->reached[d] <= x) {
      *ret = (struct point) { x, x - d };
      return true;
    }
  }
  return false;
}

static bool
step_backward (const struct search *s, const struct box *b, struct front *f,
               const struct front *other, bool meets, struct point *ret)
{
  int64_t d;

  widen (f, b, INT64_MAX);
  for (d = f->high; d >= f->low; d -= 2) {
    int64_t below = f->reached[d - 1], above = f->reached[d + 1];
    int64_t x = below < above ? below : above - 1;

    while (x > b->x && x - d > b->y && same (s, x - 1, x - d - 1))
      --x;
    f->reached[d] = x;
    if (meets && is_on (other, d) && x <= other->reached[d]) {
      *ret = (struct point) { x, x - d };
      return true;
    }
  }
  return false;
}

/* Enough: the path that has got farthest from its end. */
static struct point
farthest (const struct box *b, const struct front *f, const struct front *back)
{
  int64_t gained = -1, d, left = -1;
  struct point from_start = { b->x, b->y }, from_end = { b->x_end, b->y_end };

  for (d = f->low; d <= f->high; d += 2) {
    int64_t x = f->reached[d] < b->x_end ? f->reached[d] : b->x_end;
    int64_t y = x - d;

    if (y > b->y_end) {
      y = b->y_end;
      x = y + d;
    }
    if (x - b->x + y - b->y > gained) {
      gained = x - b->x + y - b->y;
      from_start = (struct point) { x, y };
    }
  }
  for (d = back->low; d <= back->high; d += 2) {
    int64_t x = back->reached[d] > b->x ? back->reached[d] : b->x;
    int64_t y = x - d;

    if (y < b->y) {
      y = b->y;
      x = y + d;
    }
    if (b->x_end - x + b->y_end - y > left) {
      left = b->x_end - x + b->y_end - y;
      from_end = (struct point) { x, y };
    }
  }
  return gained >= left ? from_start : from_end;
}

/* A point that a shortest script passes through.  The first and the last lines in
 * the box differ, and neither side is empty. */
static struct point
middle (struct search *s, const struct box *b)
{
  struct front f = { b->x - b->y, b->x - b->y, s->forward };
  struct front back = { b->x_end - b->y_end, b->x_end - b->y_end, s->backward };
  const bool odd = ((f.low - back.low) & 1) != 0;
  const int64_t max = s->work < WORK_MAX ? STEPS_MAX : STEPS_MAX_LATE;
  struct point ret;
  int64_t edits;

  f.reached[f.low] = b->x;
  back.reached[back.low] = b->x_end;
  for (edits = 1; edits <= max; ++edits) {
    if (step_forward (s, b, &f, &back, odd, &ret)
        || step_backward (s, b, &back, &f, !odd, &ret))
      return ret;
    s->work += (uint64_t) edits * 2;
  }
  return farthest (b, &f, &back);
}

/* --- dividing -------------------------------------------------------------------- */

static void
shrink (const struct search *s, struct box *b)
{
  while (b->x < b->x_end && b->y < b->y_end && same (s, b->x, b->y)) {
    b->x++;
    b->y++;
  }
  while (b->x < b->x_end && b->y < b->y_end
         && same (s, b->x_end - 1, b->y_end - 1)) {
    b->x_end--;
    b->y_end--;
  }
}

static int64_t
extent (const struct box *b)
{
  return b->x_end - b->x + b->y_end - b->y;
}

static void
mark (const struct lines *l, bool *changed, int64_t from, int64_t to)
{
  for (; from < to; ++from)
    changed[l->index[from]] = true;
}

/* It calls itself for the smaller part only, so its depth is a logarithm. */
static void
compare_box (struct search *s, struct box b)
{
  for (;;) {
    struct box before, behind;
    struct point m;

    shrink (s, &b);
    if (b.x == b.x_end || b.y == b.y_end)
      break;
    m = middle (s, &b);
    before = (struct box) { b.x, m.x, b.y, m.y };
    behind = (struct box) { m.x, b.x_end, m.y, b.y_end };
    if (extent (&before) < extent (&behind)) {
      compare_box (s, before);
      b = behind;
    }
    else {
      compare_box (s, behind);
      b = before;
    }
  }
  mark (&s->x, s->x_changed, b.x, b.x_end);
  mark (&s->y, s->y_changed, b.y, b.y_end);
}

/* --- what only one list has --------------------------------------------------------- */

/* Lines that the other list has not at all are changed, and need no search. */
static int
keep_common (const struct line_list *list, const bool *in_other,
             struct lines *ret)
{
  size_t i;

  ret->classes = malloc ((list->n + 1) * sizeof *ret->classes);
  ret->index = malloc ((list->n + 1) * sizeof *ret->index);
  if (!ret->classes || !ret->index)
    return -1;
  for (i = 0; i < list->n; ++i) {
    if (!in_other[list->classes[i]]) {
      list->changed[i] = true;
      continue;
    }
    ret->classes[ret->n] = list->classes[i];
    ret->index[ret->n++] = i;
  }
  return 0;
}

static bool *
classes_of (const struct line_list *list, size_t nr_classes)
{
  bool *ret = calloc (nr_classes + 1, sizeof *ret);
  size_t i;

  for (i = 0; ret && i < list->n; ++i)
    ret[list->classes[i]] = true;
  return ret;
}

static void
lines_release (struct lines *l)
{
  free (l->classes);
  free (l->index);
}

int
line_diff_compare (struct line_list *a, struct line_list *b, size_t nr_classes)
{
  CLEANUP_FREE bool *in_a = classes_of (a, nr_classes);
  CLEANUP_FREE bool *in_b = classes_of (b, nr_classes);
  CLEANUP_FREE int64_t *reached = NULL;
  struct search s = { .x_changed = a->changed, .y_changed = b->changed };
  size_t diagonals;
  int ret = -1;

  if (in_a && in_b && keep_common (a, in_b, &s.x) == 0
      && keep_common (b, in_a, &s.y) == 0) {
    /* Diagonals are -y ... x, with one more on each side. */
    diagonals = s.x.n + s.y.n + 3;
    reached = malloc (2 * diagonals * sizeof *reached);
    if (reached) {
      s.forward = reached + s.y.n + 1;
      s.backward = s.forward + diagonals;
      compare_box (&s, (struct box) { 0, s.x.n, 0, s.y.n });
      ret = 0;
    }
  }
  lines_release (&s.x);
  lines_release (&s.y);
  return ret;
}
