/* The parser of indexes: see index.h. */

#include <config.h>

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "index.h"

void
index_release (struct index *index)
{
  size_t i, j;

  for (i = 0; i < index->nr; ++i) {
    for (j = 0; j < index->entries[i].nr; ++j) {
      free (index->entries[i].fields[j].name);
      free (index->entries[i].fields[j].value);
    }
    free (index->entries[i].fields);
    free (index->entries[i].name);
  }
  free (index->entries);
  *index = (struct index) INDEX_INIT;
}

bool
index_is_word (const char *text, const char *others)
{
  const char *p;

  for (p = text; *p; ++p)
    if (!isalnum ((unsigned char) *p) && !strchr (others, *p))
      return false;
  return *text;
}

bool
index_is_name (const char *name)
{
  return index_is_word (name, "-_.");
}

struct index_entry *
index_add (struct index *index, const char *name, struct error *err)
{
  struct index_entry *entries
    = realloc (index->entries, (index->nr + 1) * sizeof *entries);

  if (entries) {
    index->entries = entries;
    entries[index->nr] = (struct index_entry) { .name = strdup (name) };
  }
  if (!entries || !entries[index->nr].name) {
    error_errno (err, "index");
    return NULL;
  }
  return &entries[index->nr++];
}

static int
add_entry (struct index *index, const char *line, size_t len, unsigned number,
           struct error *err)
{
  CLEANUP_FREE char *name = NULL;
  struct index_entry *e;

  if (len < 3 || line[len - 1] != ']')
    return error_set (err, EINVAL, "line %u: a template begins with [NAME]",
                      number);
  name = strndup (line + 1, len - 2);
  if (!name)
    return error_errno (err, "index");
  if (!index_is_name (name))
    return error_set (err, EINVAL, "line %u: names of templates have "
                      "letters, digits, -, _ and .", number);
  e = index_add (index, name, err);
  if (!e)
    return -1;
  e->line = number;
  return 0;
}

static int
add_field (struct index *index, const char *line, size_t len, unsigned number,
           struct error *err)
{
  const char *equals = memchr (line, '=', len);
  struct index_entry *e = index->nr ? &index->entries[index->nr - 1] : NULL;
  struct index_field *fields, *f;
  size_t name;

  if (!e || !equals || equals == line)
    return error_set (err, EINVAL, "line %u: a line is [NAME], or NAME=VALUE "
                      "behind that", number);
  for (name = equals - line; name > 0 && line[name - 1] == ' '; --name)
    ;
  fields = realloc (e->fields, (e->nr + 1) * sizeof *fields);
  if (!fields)
    return error_errno (err, "index");
  e->fields = fields;
  f = &fields[e->nr];
  f->name = strndup (line, name);
  f->value = strndup (equals + 1, len - (equals + 1 - line));
  if (!f->name || !f->value) {
    free (f->name);
    free (f->value);
    return error_errno (err, "index");
  }
  e->nr++;
  return 0;
}

/* A line that begins with a space continues the value before. */
static int
continue_field (struct index *index, const char *line, size_t len,
                unsigned number, struct error *err)
{
  struct index_entry *e = index->nr ? &index->entries[index->nr - 1] : NULL;
  struct index_field *f = e && e->nr ? &e->fields[e->nr - 1] : NULL;
  size_t old;
  char *value;

  if (!f)
    return error_set (err, EINVAL, "line %u: it continues nothing", number);
  old = strlen (f->value);
  value = realloc (f->value, old + len + 1);
  if (!value)
    return error_errno (err, "index");
  f->value = value;
  value[old] = '\n';
  memcpy (value + old + 1, line + 1, len - 1);
  value[old + len] = '\0';
  return 0;
}

static int
parse_lines (const char *p, size_t left, struct index *index,
             struct error *err)
{
  unsigned number = 0, blank = 0;

  while (left > 0) {
    const char *end = memchr (p, '\n', left);
    size_t len = end ? (size_t) (end - p) : left, skip = len + (end != NULL);
    int r = 0;

    number++;
    if (len > 0 && p[len - 1] == '\r')
      --len;
    /* Signing takes the spaces off the ends of lines: an empty line within a
     * value is one. */
    if (len > 0 && (*p == ' ' || *p == '\t')) {
      for (; r == 0 && blank > 0; --blank)
        r = continue_field (index, " ", 1, number, err);
      if (r == 0)
        r = continue_field (index, p, len, number, err);
    }
    else if (len > 0 && *p == '[')
      r = add_entry (index, p, len, number, err);
    else if (len > 0 && *p != '#')
      r = add_field (index, p, len, number, err);
    if (r == -1)
      return -1;
    blank = len == 0 ? blank + 1 : 0;
    p += skip;
    left -= skip;
  }
  return 0;
}

int
index_parse (const char *text, size_t len, struct index *ret,
             struct error *err)
{
  struct index index = INDEX_INIT;

  if (len > INDEX_MAX || memchr (text, '\0', len))
    return error_set (err, EINVAL, "an index is text of at most %d bytes",
                      INDEX_MAX);
  if (parse_lines (text, len, &index, err) == -1) {
    index_release (&index);
    return -1;
  }
  *ret = index;
  return 0;
}

size_t
index_find (const struct index_entry *e, const char *name)
{
  size_t i;

  for (i = 0; i < e->nr; ++i)
    if (strcmp (e->fields[i].name, name) == 0)
      break;
  return i;
}

const char *
index_field (const struct index_entry *e, const char *name)
{
  size_t i = index_find (e, name);

  return i < e->nr ? e->fields[i].value : NULL;
}

int64_t
index_number (const struct index_entry *e, const char *name)
{
  const char *value = index_field (e, name);
  char *end;
  long long n;

  if (!value || !isdigit ((unsigned char) *value))
    return -1;
  errno = 0;
  n = strtoll (value, &end, 10);
  return errno == 0 && !*end ? n : -1;
}

static int
check_entry (const struct index_entry *e, struct error *err)
{
  const char *file = index_field (e, "file");

  if (!file || !*file)
    return error_set (err, EINVAL, "[%s] (line %u): file= is missing", e->name,
                      e->line);
  if (*file == '/' || strstr (file, "..") || strstr (file, "://"))
    return error_set (err, EINVAL, "[%s] (line %u): file=%s leaves the place "
                      "of the index", e->name, e->line, file);
  if (index_number (e, "size") <= 0)
    return error_set (err, EINVAL, "[%s] (line %u): size= is missing, or no "
                      "number", e->name, e->line);
  if (index_field (e, "compressed_size")
      && index_number (e, "compressed_size") < 0)
    return error_set (err, EINVAL, "[%s] (line %u): compressed_size= is no "
                      "number", e->name, e->line);
  if (index_field (e, "revision") && index_number (e, "revision") < 0)
    return error_set (err, EINVAL, "[%s] (line %u): revision= is no number",
                      e->name, e->line);
  return 0;
}

static bool
same (const char *a, const char *b)
{
  return strcmp (a ? a : "", b ? b : "") == 0;
}

int
index_check (const struct index *index, struct error *err)
{
  size_t i, j;

  for (i = 0; i < index->nr; ++i) {
    const struct index_entry *e = &index->entries[i];

    if (check_entry (e, err) == -1)
      return -1;
    for (j = 0; j < i; ++j)
      if (strcmp (index->entries[j].name, e->name) == 0
          && same (index_field (&index->entries[j], "arch"),
                   index_field (e, "arch")))
        return error_set (err, EINVAL, "[%s] (lines %u and %u): there are two "
                          "of this name and architecture", e->name,
                          index->entries[j].line, e->line);
  }
  return 0;
}

/* --- signatures ---------------------------------------------------------------------- */

/* The next line; NULL behind the last. */
static const char *
next_line (const char *p, const char *end)
{
  p = memchr (p, '\n', end - p);
  return p ? p + 1 : NULL;
}

char *
index_unwrap (const char *text, size_t len, bool *ret_signed,
              struct error *err)
{
  static const char begin[] = "-----BEGIN PGP SIGNED MESSAGE-----";
  static const char signature[] = "-----BEGIN PGP SIGNATURE-----";
  const char *end = text + len, *p, *next;
  char *ret = malloc (len + 1), *out = ret;

  if (!ret) {
    error_errno (err, "index");
    return NULL;
  }
  *ret_signed = len >= sizeof begin - 1
    && memcmp (text, begin, sizeof begin - 1) == 0;
  if (!*ret_signed) {
    memcpy (ret, text, len);
    ret[len] = '\0';
    return ret;
  }
  /* Armour headers, an empty line, then the text. */
  for (p = text; p && p < end && *p != '\n' && *p != '\r';
       p = next_line (p, end))
    ;
  for (p = p ? next_line (p, end) : NULL; p && p < end; p = next) {
    next = next_line (p, end);
    if ((size_t) (end - p) >= sizeof signature - 1
        && memcmp (p, signature, sizeof signature - 1) == 0) {
      *out = '\0';
      return ret;
    }
    if (end - p >= 2 && p[0] == '-' && p[1] == ' ')
      p += 2;
    if (!next)
      break;
    memcpy (out, p, next - p);
    out += next - p;
  }
  free (ret);
  error_set (err, EINVAL, "the signed index is cut off");
  return NULL;
}
