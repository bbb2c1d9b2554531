/* The parser of regedit's files: see regfile.h. */

#include <config.h>

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "prefix.h"
#include "regfile.h"

struct parser {
  struct regfile file;
  enum reg_encoding encoding;
  const char *p;      /* what is next; NUL-terminated */
  unsigned long line;
  struct error *err;
};

static int
bad (struct parser *s, const char *what)
{
  return error_set (s->err, EINVAL, "line %lu: %s", s->line, what);
}

static void *
grow (void *list, size_t nr, size_t *alloc, size_t size)
{
  size_t n = *alloc ? *alloc * 2 : 8;

  if (nr < *alloc)
    return list;
  list = reallocarray (list, n, size);
  if (list)
    *alloc = n;
  return list;
}

void
regfile_release (struct regfile *r)
{
  size_t i, j;

  for (i = 0; i < r->nr; ++i) {
    for (j = 0; j < r->keys[i].nr; ++j) {
      free (r->keys[i].values[j].name);
      free (r->keys[i].values[j].data);
    }
    free (r->keys[i].values);
    free (r->keys[i].path);
  }
  free (r->keys);
  *r = (struct regfile) REGFILE_INIT;
}

static void
skip_spaces (struct parser *s)
{
  s->p += strspn (s->p, " \t");
}

static int
end_of_line (struct parser *s)
{
  skip_spaces (s);
  s->p += strspn (s->p, "\r");
  if (*s->p && *s->p != '\n')
    return bad (s, "there is more than was expected");
  return 0;
}

/* "[HKEY...\path]" or "[-HKEY...\path]" */
static int
parse_key (struct parser *s)
{
  struct reg_key *key, *keys;
  const char *start = s->p + 1, *end = start + strcspn (start, "\n");

  while (end > start && end[-1] != ']')
    --end;
  if (end == start)
    return bad (s, "a key needs a ]");
  s->p = end;
  --end;
  if (end_of_line (s) == -1)
    return -1;
  keys = grow (s->file.keys, s->file.nr, &s->file.alloc, sizeof *keys);
  if (!keys)
    return error_errno (s->err, "registry file");
  s->file.keys = keys;
  key = &keys[s->file.nr];
  *key = (struct reg_key) { .deleted = *start == '-' };
  start += key->deleted;
  while (end > start && end[-1] == '\\')
    --end;
  if (end == start)
    return bad (s, "a key without a name");
  key->path = strndup (start, end - start);
  if (!key->path)
    return error_errno (s->err, "registry file");
  s->file.nr++;
  return 0;
}

/* What is in quotes, with \" and \\; it may have line ends.  Heap memory. */
static char *
parse_quoted (struct parser *s)
{
  const char *p = ++s->p;
  char *ret, *out;

  while (*p && *p != '"')
    p += *p == '\\' && p[1] ? 2 : 1;
  if (!*p) {
    bad (s, "a string has no end");
    return NULL;
  }
  out = ret = malloc (p - s->p + 1);
  if (!ret) {
    error_errno (s->err, "registry file");
    return NULL;
  }
  for (; s->p < p; ++s->p) {
    if (*s->p == '\\' && (s->p[1] == '\\' || s->p[1] == '"'))
      ++s->p;
    if (*s->p == '\n')
      s->line++;
    *out++ = *s->p;
  }
  *out = '\0';
  s->p = p + 1;
  return ret;
}

/* A number of at most `digits` hexadecimal digits. */
static bool
parse_hex (struct parser *s, size_t digits, uint32_t *ret)
{
  size_t n = 0;

  *ret = 0;
  while (n < digits && isxdigit ((unsigned char) s->p[n])) {
    int c = tolower ((unsigned char) s->p[n++]);

    *ret = *ret << 4 | (c >= 'a' ? c - 'a' + 10 : c - '0');
  }
  s->p += n;
  return n > 0 && !isxdigit ((unsigned char) *s->p);
}

static int
parse_string (struct parser *s, struct reg_value *v)
{
  CLEANUP_FREE char *text = NULL;

  if (*s->p != '"')
    return bad (s, "a string begins with a quote");
  text = parse_quoted (s);
  if (!text)
    return -1;
  if (s->encoding == REG_ASCII) {
    v->len = strlen (text) + 1;
    v->data = (unsigned char *) TAKE_PTR (text);
    return 0;
  }
  v->data = reg_to_utf16 (text, &v->len);
  if (!v->data)
    return error_errno (s->err, "registry file");
  v->len += 2;
  return 0;
}

/* "01,02,\" and more on the next line */
static int
parse_bytes (struct parser *s, struct reg_value *v)
{
  size_t room, line;
  uint32_t byte;

  /* No more than the line, and those that continue it. */
  for (line = strcspn (s->p, "\n"); s->p[line] && line > 0
       && (s->p[line - 1] == '\\' || (s->p[line - 1] == '\r' && line > 1
                                      && s->p[line - 2] == '\\'));
       line += 1 + strcspn (s->p + line + 1, "\n"))
    ;
  room = line / 2 + 1;
  v->data = malloc (room);
  if (!v->data)
    return error_errno (s->err, "registry file");
  for (;;) {
    skip_spaces (s);
    if (*s->p == '\\' && s->p[1 + strspn (s->p + 1, "\r")] == '\n') {
      s->p += 2 + strspn (s->p + 1, "\r");
      s->line++;
    }
    else if (*s->p == ',')
      s->p++;
    else if (isxdigit ((unsigned char) *s->p)) {
      if (v->len >= room || !parse_hex (s, 2, &byte))
        return bad (s, "bytes have two hexadecimal digits");
      v->data[v->len++] = byte;
    }
    else
      return 0;
  }
}

/* "hex(7):..." or "str(2):...": the type in parentheses, when there is one. */
static int
parse_type (struct parser *s, struct reg_value *v)
{
  if (*s->p == '(') {
    s->p++;
    if (!parse_hex (s, 8, &v->type) || *s->p++ != ')')
      return bad (s, "a type is a hexadecimal number in parentheses");
  }
  if (*s->p++ != ':')
    return bad (s, "a : is missing");
  return 0;
}

static int
parse_dword (struct parser *s, struct reg_value *v)
{
  uint32_t n;
  size_t i;

  skip_spaces (s);
  if (!parse_hex (s, 8, &n))
    return bad (s, "a dword has up to eight hexadecimal digits");
  v->data = malloc (4);
  if (!v->data)
    return error_errno (s->err, "registry file");
  for (i = 0; i < 4; ++i)
    v->data[i] = n >> 8 * i;
  v->type = REG_DWORD;
  v->len = 4;
  return 0;
}

static int
parse_data (struct parser *s, struct reg_value *v)
{
  skip_spaces (s);
  if (*s->p == '-') {
    s->p++;
    v->deleted = true;
    return 0;
  }
  if (*s->p == '"') {
    v->type = REG_SZ;
    return parse_string (s, v);
  }
  if (has_prefix (s->p, "dword:")) {
    s->p += 6;
    return parse_dword (s, v);
  }
  if (has_prefix (s->p, "hex")) {
    s->p += 3;
    v->type = REG_BINARY;
    return parse_type (s, v) == -1 ? -1 : parse_bytes (s, v);
  }
  if (has_prefix (s->p, "str")) {
    s->p += 3;
    v->type = REG_SZ;
    return parse_type (s, v) == -1 ? -1 : parse_string (s, v);
  }
  return bad (s, "this is none of \"...\", dword:, hex:, str: and -");
}

/* "name"=data or @=data */
static int
parse_value (struct parser *s)
{
  struct reg_key *key = s->file.nr > 0 ? &s->file.keys[s->file.nr - 1] : NULL;
  struct reg_value *v, *values;

  if (!key || key->deleted)
    return bad (s, "a value without a key");
  values = grow (key->values, key->nr, &key->alloc, sizeof *values);
  if (!values)
    return error_errno (s->err, "registry file");
  key->values = values;
  v = &values[key->nr];
  *v = (struct reg_value) { .name = NULL };
  if (*s->p == '@') {
    s->p++;
    v->name = strdup ("");
  }
  else
    v->name = parse_quoted (s);
  if (!v->name)
    return error_is_set (s->err) ? -1 : error_errno (s->err, "registry file");
  key->nr++; /* from now on it is released with the file */
  skip_spaces (s);
  if (*s->p++ != '=')
    return bad (s, "a value needs a =");
  return parse_data (s, v) == -1 ? -1 : end_of_line (s);
}

static int
parse_line (struct parser *s)
{
  static const char *const headers[]
    = { "Windows Registry Editor", "REGEDIT4" };
  size_t i;

  skip_spaces (s);
  if (*s->p == '[')
    return parse_key (s);
  if (*s->p == '"' || *s->p == '@')
    return parse_value (s);
  for (i = 0; i < sizeof headers / sizeof headers[0]; ++i)
    if (has_prefix (s->p, headers[i]))
      s->p += strcspn (s->p, "\n");
  if (*s->p == ';' || *s->p == '#')
    s->p += strcspn (s->p, "\n");
  return end_of_line (s);
}

static int
parse_all (struct parser *s)
{
  while (*s->p) {
    s->line++;
    if (parse_line (s) == -1)
      return -1;
    if (*s->p == '\n')
      s->p++;
  }
  return 0;
}

/* As UTF-8, without a byte order mark. */
static char *
normalise (const unsigned char *text, size_t len, struct error *err)
{
  size_t out_len = 0;
  char *ret;

  if (len > REGFILE_MAX) {
    error_set (err, EFBIG, "a registry file has at most %d bytes",
               REGFILE_MAX);
    return NULL;
  }
  if (len >= 2 && text[0] == 0xff && text[1] == 0xfe)
    ret = reg_to_utf8 (text + 2, len - 2, &out_len);
  else {
    size_t skip = len >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

    out_len = len - skip;
    ret = malloc (out_len + 1);
    if (ret) {
      memcpy (ret, text + skip, out_len);
      ret[out_len] = '\0';
    }
  }
  if (!ret)
    error_errno (err, "registry file");
  else if (strlen (ret) != out_len) {
    error_set (err, EINVAL, "this is no text, or UTF-16 without a byte order "
               "mark");
    free (ret);
    ret = NULL;
  }
  return ret;
}

int
regfile_parse (const void *text, size_t len, enum reg_encoding encoding,
               struct regfile *ret, struct error *err)
{
  CLEANUP_FREE char *copy = len > 0 ? normalise (text, len, err) : strdup ("");
  struct parser s = { .file = REGFILE_INIT, .encoding = encoding, .p = copy,
                      .err = err };

  if (!copy)
    return error_is_set (err) ? -1 : error_errno (err, "registry file");
  if (parse_all (&s) == -1) {
    regfile_release (&s.file);
    return -1;
  }
  *ret = s.file;
  return 0;
}
