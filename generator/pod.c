/* Plain text from POD: see pod.h.
 *
 * Of POD it knows what doc blocks use: paragraphs, verbatim paragraphs
 * (indented), =over, =item, =back, =head1 to =head3, and the codes C I B F L E
 * S with single or several angle brackets.
 */

#include <config.h>

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "api.h"
#include "pod.h"
#include "prefix.h"
#include "strbuf.h"

static void
add (struct strbuf *b, const char *text, size_t len)
{
  if (strbuf_add (b, text, len) == -1)
    abort ();
}

static void
add_name (struct strbuf *b, const char *name, size_t len,
          enum pod_flavour flavour)
{
  size_t start = b->len;

  if (flavour == POD_METHOD)
    add (b, "g.", 2);
  add (b, name, len);
  for (size_t i = start; flavour == POD_SHELL && i < b->len; i++)
    if (b->data[i] == '_')
      b->data[i] = '-';
}

/* "L</" becomes "C<", as the page has no heading of that name; an arrow in text
 * is written with an entity. */
static void
add_perl_object (struct strbuf *b, bool verbatim)
{
  if (b->len >= 3 && has_prefix (b->data + b->len - 3, "L</")) {
    b->len -= 3;
    add (b, "C<", 2);
  }
  if (verbatim)
    add (b, "$g->", 4);
  else
    add (b, "$g-E<gt>", 8);
}

char *
pod_rename (const char *pod, enum pod_flavour flavour)
{
  static const char prefix[] = "guestfs_";
  struct strbuf b = STRBUF_INIT;
  bool verbatim = false;
  size_t len;

  add (&b, "", 0);
  for (const char *p = pod; *p; p += len) {
    len = 1;
    if (p == pod || p[-1] == '\n')
      verbatim = isblank ((unsigned char) *p);
    if (flavour == POD_PERL && p > pod && p[-1] == '/'
        && !has_prefix (p - 2, "</"))
      add (&b, p, 1); /* a section of another page */
    else if (flavour != POD_C && has_prefix (p, prefix)
        && islower ((unsigned char) p[strlen (prefix)])
        && (p == pod || !(isalnum ((unsigned char) p[-1]) || p[-1] == '_'))) {
      const char *name = p + strlen (prefix);
      const char *end = name;

      while (isalnum ((unsigned char) *end) || *end == '_')
        end++;
      if (flavour == POD_PERL)
        add_perl_object (&b, verbatim);
      add_name (&b, name, end - name, flavour);
      len = end - p;
    }
    else
      add (&b, p, 1);
  }
  return strbuf_take (&b);
}

static void
add_entity (struct strbuf *b, const char *name, size_t len)
{
  static const struct {
    const char *name, *text;
  } entities[] = {
    { "lt", "<" }, { "gt", ">" }, { "sol", "/" }, { "verbar", "|" },
  };

  for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++)
    if (strlen (entities[i].name) == len
        && strncmp (entities[i].name, name, len) == 0)
      add (b, entities[i].text, 1);
}

/* The end of the code that `p` begins, X<...>, and its contents; NULL when
 * there is no code. */
static const char *
find_code (const char *p, const char **ret_inside, size_t *ret_len)
{
  size_t brackets;
  int depth = 0;

  if (!strchr ("CIBFLES", *p) || !*p || p[1] != '<')
    return NULL;
  brackets = strspn (p + 1, "<");
  if (brackets > 1) {
    const char *inside = p + 1 + brackets;
    CLEANUP_FREE char *close = format_string (" %.*s", (int) brackets,
                                              ">>>>>>>>");
    const char *end = strstr (inside, close);

    if (brackets > 8 || !end)
      return NULL;
    *ret_inside = inside + (*inside == ' ');
    *ret_len = end > *ret_inside ? end - *ret_inside : 0;
    return end + strlen (close);
  }
  for (const char *q = p + 1; *q; q++) {
    if (*q == '<' && (q == p + 1 || isupper ((unsigned char) q[-1])))
      depth++;
    else if (*q == '>' && --depth == 0) {
      *ret_inside = p + 2;
      *ret_len = q - p - 2;
      return q + 1;
    }
  }
  return NULL;
}

static void
add_inline (struct strbuf *b, const char *text, size_t len)
{
  const char *end = text + len;

  while (text < end) {
    const char *inside = NULL, *next;
    size_t inside_len = 0;

    next = find_code (text, &inside, &inside_len);
    if (!next || next > end) {
      add (b, text++, 1);
      continue;
    }
    if (*text == 'E')
      add_entity (b, inside, inside_len);
    else if (*text == 'L' && memchr (inside, '|', inside_len))
      add_inline (b, inside,
                  (const char *) memchr (inside, '|', inside_len) - inside);
    else
      add_inline (b, inside, inside_len);
    text = next;
  }
}

static void
add_filled (struct strbuf *b, const char *text, int indent, int width)
{
  int column = 0;

  while (*(text += strspn (text, " \t\n"))) {
    int len = strcspn (text, " \t\n");

    if (column > 0 && column + 1 + len > width) {
      add (b, "\n", 1);
      column = 0;
    }
    if (column == 0)
      for (; column < indent; column++)
        add (b, " ", 1);
    else {
      add (b, " ", 1);
      column++;
    }
    add (b, text, len);
    text += len;
    column += len;
  }
  if (column > 0)
    add (b, "\n", 1);
}

static void
add_verbatim (struct strbuf *b, const char *text, size_t len, int indent)
{
  bool line_start = true;

  for (size_t i = 0; i < len; i++) {
    for (int j = 0; line_start && j < indent; j++)
      add (b, " ", 1);
    add (b, text + i, 1);
    line_start = text[i] == '\n';
  }
  add (b, "\n", 1);
}

static void
add_paragraph (struct strbuf *b, const char *text, size_t len, int *indent,
               int width)
{
  CLEANUP_STRBUF struct strbuf plain = STRBUF_INIT;
  const char *blank;
  int at = *indent;

  if (len >= 5 && has_prefix (text, "=over")) {
    *indent += 4;
    return;
  }
  if (len >= 5 && has_prefix (text, "=back")) {
    *indent -= 4;
    return;
  }
  if (b->len > 0)
    add (b, "\n", 1);
  if (text[0] == ' ' || text[0] == '\t') {
    add_verbatim (b, text, len, at);
    return;
  }
  if (text[0] == '=') {
    if (has_prefix (text, "=item"))
      at -= 4;
    blank = memchr (text, ' ', len);
    if (!blank)
      return;
    len -= blank - text;
    text = blank;
  }
  add_inline (&plain, text, len);
  add_filled (b, plain.data ? plain.data : "", at, width);
}

char *
pod_to_text (const char *pod, enum pod_flavour flavour, int indent, int width)
{
  CLEANUP_FREE char *renamed = pod_rename (pod, flavour);
  struct strbuf b = STRBUF_INIT;
  const char *p = renamed;

  add (&b, "", 0);
  while (*(p += strspn (p, "\n"))) {
    const char *end = strstr (p, "\n\n");
    size_t len = end ? (size_t) (end - p) : strlen (p);

    while (!end && len > 0 && p[len - 1] == '\n')
      len--;
    add_paragraph (&b, p, len, &indent, width);
    p = end ? end : p + strlen (p);
  }
  return strbuf_take (&b);
}
