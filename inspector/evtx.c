/* Event logs of Windows: see evtx.h.
 *
 * A record is a stream of tokens; most records are an instance of a template,
 * whose tokens name the values to put in.  Templates and names of elements are
 * in the chunk, at offsets from its begin.
 */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "cleanup.h"
#include "evtx.h"
#include "evtx-value.h"

#define FIRST_RECORD 512
#define RECORD_HEADER 24
#define DEPTH_MAX 24       /* of elements, and of templates in values */
#define STEPS_MAX 100000   /* tokens of one record */
#define CHUNK_STEPS_MAX 1000000 /* and of all in a chunk, which has 64 KiB */
#define BYTES_MAX (1 << 20) /* of the fields of one record */
#define FIELDS_MAX 4096
#define VALUES_MAX 4096

/* [MS-EVEN6] 2.2.12: tokens; 0x40 says that more follows. */
enum token {
  TOKEN_END = 0, TOKEN_OPEN = 1, TOKEN_CLOSE_START = 2, TOKEN_CLOSE_EMPTY = 3,
  TOKEN_END_ELEMENT = 4, TOKEN_VALUE = 5, TOKEN_ATTRIBUTE = 6,
  TOKEN_CDATA = 7, TOKEN_CHAR = 8, TOKEN_ENTITY = 9, TOKEN_PI_TARGET = 10,
  TOKEN_PI_DATA = 11, TOKEN_TEMPLATE = 12, TOKEN_SUBSTITUTION = 13,
  TOKEN_OPTIONAL = 14, TOKEN_FRAGMENT = 15, TOKEN_MORE = 0x40,
};

struct value {
  size_t offset;
  uint16_t size;
  uint8_t type;
};

struct values {
  struct value *items;
  size_t n;
};

struct element {
  char *name;
  char *data_name;    /* its attribute Name */
  struct strbuf text;
};

struct walk {
  const uint8_t *chunk;
  struct evtx_record *record;
  struct element elements[DEPTH_MAX];
  size_t depth;
  unsigned steps, nested; /* steps that are left */
  size_t bytes;
  char *attribute;         /* whose value is being read; NULL: text */
  struct strbuf attribute_value;
  bool no_memory;
};

/* --- reading ---------------------------------------------------------------------- */

/* Are there `len` bytes at *pos before `end`? */
static bool
has (size_t pos, size_t end, size_t len)
{
  return pos <= end && len <= end - pos;
}

/* --- fields ----------------------------------------------------------------------- */

const char *
evtx_field (const struct evtx_record *r, const char *name)
{
  size_t i;

  for (i = 0; i < r->nr_fields; ++i)
    if (strcmp (r->fields[i].name, name) == 0)
      return r->fields[i].value;
  return NULL;
}

static void
free_fields (struct evtx_record *r)
{
  size_t i;

  for (i = 0; i < r->nr_fields; ++i) {
    free (r->fields[i].name);
    free (r->fields[i].value);
  }
  free (r->fields);
  r->fields = NULL;
  r->nr_fields = 0;
}

/* Takes both strings.  -1 when there is no room for more. */
static int
add_field (struct walk *w, char *name, char *value)
{
  struct evtx_record *r = w->record;
  struct evtx_field *more;

  if (!name || !value)
    w->no_memory = true;
  else if (r->nr_fields < FIELDS_MAX
           && (w->bytes += strlen (name) + strlen (value)) < BYTES_MAX) {
    more = reallocarray (r->fields, r->nr_fields + 1, sizeof *more);
    if (more) {
      r->fields = more;
      more[r->nr_fields++] = (struct evtx_field) { name, value };
      return 0;
    }
    w->no_memory = true;
  }
  free (name);
  free (value);
  return -1;
}

/* "System/Provider", below the outermost element; the Name of the last one
 * stands for it.  With `attribute`, "@attribute" follows. */
static char *
path_of (const struct walk *w, const char *attribute)
{
  CLEANUP_STRBUF struct strbuf path = STRBUF_INIT;
  size_t i;

  for (i = 1; i < w->depth; ++i) {
    const struct element *e = &w->elements[i];
    const char *name = e->data_name && !attribute ? e->data_name : e->name;

    if ((i > 1 && strbuf_addch (&path, '/') == -1)
        || strbuf_addstr (&path, name) == -1)
      return NULL;
  }
  if (attribute && strbuf_addf (&path, "@%s", attribute) == -1)
    return NULL;
  return strbuf_take (&path);
}

/* The attribute is complete. */
static int
end_attribute (struct walk *w)
{
  CLEANUP_FREE char *name = TAKE_PTR (w->attribute);
  CLEANUP_FREE char *value = NULL;

  if (!name)
    return 0;
  value = strbuf_take (&w->attribute_value);
  if (!value || w->depth == 0)
    return -1;
  if (strcmp (name, "xmlns") == 0)
    return 0;
  if (strcmp (name, "Name") == 0
      && strcmp (w->elements[w->depth - 1].name, "Data") == 0) {
    free (w->elements[w->depth - 1].data_name);
    w->elements[w->depth - 1].data_name = *value ? TAKE_PTR (value) : NULL;
    return 0;
  }
  return *value ? add_field (w, path_of (w, name), TAKE_PTR (value)) : 0;
}

static void
release_element (struct element *e)
{
  free (e->name);
  free (e->data_name);
  strbuf_release (&e->text);
  *e = (struct element) { .text = STRBUF_INIT };
}

static int
end_element (struct walk *w)
{
  struct element *e;
  int r = 0;

  if (w->depth == 0)
    return -1;
  e = &w->elements[w->depth - 1];
  if (e->text.len > 0 && strspn (e->text.data, " \t\r\n") < e->text.len)
    r = add_field (w, path_of (w, NULL), strbuf_take (&e->text));
  release_element (e);
  w->depth--;
  return r;
}

/* Where values go now: an attribute, or the text of an element. */
static struct strbuf *
target (struct walk *w)
{
  if (w->attribute)
    return &w->attribute_value;
  return w->depth > 0 ? &w->elements[w->depth - 1].text : NULL;
}

static int
add_value (struct walk *w, uint8_t type, size_t offset, size_t size)
{
  struct strbuf *to = target (w);

  if (!to)
    return 0;
  if (to->len + size > BYTES_MAX)
    return -1;
  if (evtx_value_text (type, w->chunk + offset, size, to) == -1) {
    w->no_memory = true;
    return -1;
  }
  return 0;
}

/* --- tokens ----------------------------------------------------------------------- */

static int walk (struct walk *w, size_t pos, size_t end,
                 const struct values *values);

/* A name at `offset` of the chunk: link, hash, number of characters, these. */
static char *
read_name (struct walk *w, uint32_t offset, size_t *ret_size)
{
  CLEANUP_STRBUF struct strbuf name = STRBUF_INIT;
  size_t chars;
  char *ret;

  if (!has (offset, EVTX_CHUNK_SIZE, 8))
    return NULL;
  chars = get_le16 (w->chunk + offset + 6);
  if (chars > 256 || !has (offset + 8, EVTX_CHUNK_SIZE, 2 * chars + 2))
    return NULL;
  *ret_size = 8 + 2 * chars + 2;
  if (evtx_value_text (EVTX_STRING, w->chunk + offset + 8, 2 * chars, &name)
      == -1 || !(ret = strbuf_take (&name))) {
    w->no_memory = true;
    return NULL;
  }
  return ret;
}

/* The offset of a name stands at *pos; the name itself follows when it is used
 * for the first time. */
static char *
name_at (struct walk *w, size_t *pos, size_t end)
{
  uint32_t offset;
  size_t size;
  char *name;

  if (!has (*pos, end, 4))
    return NULL;
  offset = get_le32 (w->chunk + *pos);
  *pos += 4;
  name = read_name (w, offset, &size);
  if (name && offset == *pos) {
    if (!has (*pos, end, size)) {
      free (name);
      return NULL;
    }
    *pos += size;
  }
  return name;
}

static int
open_element (struct walk *w, uint8_t token, size_t *pos, size_t end)
{
  struct element *e;

  /* Dependency, and the size of the element. */
  if (end_attribute (w) == -1 || w->depth == DEPTH_MAX || !has (*pos, end, 6))
    return -1;
  *pos += 6;
  e = &w->elements[w->depth];
  *e = (struct element) { .text = STRBUF_INIT };
  e->name = name_at (w, pos, end);
  if (!e->name)
    return -1;
  w->depth++;
  if (token & TOKEN_MORE) { /* the size of its attributes */
    if (!has (*pos, end, 4))
      return -1;
    *pos += 4;
  }
  return 0;
}

/* A string with its number of characters before it. */
static int
counted_string (struct walk *w, size_t *pos, size_t end)
{
  size_t len;

  if (!has (*pos, end, 2))
    return -1;
  len = 2 * (size_t) get_le16 (w->chunk + *pos);
  *pos += 2;
  if (!has (*pos, end, len) || add_value (w, EVTX_STRING, *pos, len) == -1)
    return -1;
  *pos += len;
  return 0;
}

static int
entity (struct walk *w, size_t *pos, size_t end)
{
  static const struct { const char *name; char c; } entities[] = {
    { "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' },
    { "apos", '\'' },
  };
  CLEANUP_FREE char *name = name_at (w, pos, end);
  struct strbuf *to = target (w);
  size_t i;

  for (i = 0; name && to && i < sizeof entities / sizeof *entities; ++i)
    if (strcmp (name, entities[i].name) == 0)
      return strbuf_addch (to, entities[i].c);
  return name ? 0 : -1;
}

static int
substitute (struct walk *w, bool optional, size_t *pos, size_t end,
            const struct values *values)
{
  const struct value *v;
  uint16_t id;

  if (!has (*pos, end, 3))
    return -1;
  id = get_le16 (w->chunk + *pos);
  *pos += 3;
  if (!values || id >= values->n)
    return optional ? 0 : -1;
  v = &values->items[id];
  if (v->type == EVTX_NULL || v->size == 0)
    return 0;
  if (v->type != EVTX_BINXML)
    return add_value (w, v->type, v->offset, v->size);
  if (end_attribute (w) == -1 || ++w->nested > DEPTH_MAX)
    return -1;
  if (walk (w, v->offset, v->offset + v->size, NULL) == -1)
    return -1;
  w->nested--;
  return 0;
}

/* The values of an instance: their number, a size and a type for each, then
 * the bytes of all. */
static int
read_values (struct walk *w, size_t *pos, size_t end, struct values *ret)
{
  uint32_t n, i;
  size_t at;

  if (!has (*pos, end, 4) || (n = get_le32 (w->chunk + *pos)) > VALUES_MAX
      || !has (*pos + 4, end, 4 * (size_t) n))
    return -1;
  *pos += 4;
  at = *pos + 4 * (size_t) n;
  ret->items = calloc (n + 1, sizeof *ret->items);
  if (!ret->items) {
    w->no_memory = true;
    return -1;
  }
  for (i = 0; i < n; ++i) {
    const uint8_t *d = w->chunk + *pos + 4 * (size_t) i;
    struct value v = { .offset = at, .size = get_le16 (d), .type = d[2] };

    if (!has (at, end, v.size))
      return -1;
    at += v.size;
    ret->items[ret->n++] = v;
  }
  *pos = at;
  return 0;
}

#define TEMPLATE_HEADER 24 /* link, GUID, size */

static int
template_instance (struct walk *w, size_t *pos, size_t end)
{
  struct values values = { NULL, 0 };
  uint32_t definition;
  size_t size;
  int r;

  if (!has (*pos, end, 9))
    return -1;
  definition = get_le32 (w->chunk + *pos + 5);
  *pos += 9;
  if (!has (definition, EVTX_CHUNK_SIZE, TEMPLATE_HEADER))
    return -1;
  size = get_le32 (w->chunk + definition + 20);
  if (!has (definition + TEMPLATE_HEADER, EVTX_CHUNK_SIZE, size))
    return -1;
  if (definition == *pos)
    *pos += TEMPLATE_HEADER + size;
  r = read_values (w, pos, end, &values);
  if (r == 0 && ++w->nested > DEPTH_MAX)
    r = -1;
  if (r == 0)
    r = walk (w, definition + TEMPLATE_HEADER,
              definition + TEMPLATE_HEADER + size, &values);
  w->nested--;
  free (values.items);
  return r;
}

/* One token, which stands before *pos. */
static int
one_token (struct walk *w, uint8_t token, size_t *pos, size_t end,
           const struct values *values)
{
  switch (token & ~TOKEN_MORE) {
  case TOKEN_OPEN: return open_element (w, token, pos, end);
  case TOKEN_CLOSE_START: return end_attribute (w);
  case TOKEN_CLOSE_EMPTY:
    return end_attribute (w) == -1 ? -1 : end_element (w);
  case TOKEN_END_ELEMENT: return end_element (w);
  case TOKEN_VALUE:
    if (!has (*pos, end, 1) || w->chunk[(*pos)++] != EVTX_STRING)
      return -1;
    return counted_string (w, pos, end);
  case TOKEN_ATTRIBUTE:
    if (end_attribute (w) == -1)
      return -1;
    w->attribute = name_at (w, pos, end);
    return w->attribute ? 0 : -1;
  case TOKEN_CDATA: return counted_string (w, pos, end);
  case TOKEN_CHAR:
    if (!has (*pos, end, 2) || add_value (w, EVTX_STRING, *pos, 2) == -1)
      return -1;
    *pos += 2;
    return 0;
  case TOKEN_ENTITY: return entity (w, pos, end);
  case TOKEN_TEMPLATE: return template_instance (w, pos, end);
  case TOKEN_SUBSTITUTION: return substitute (w, false, pos, end, values);
  case TOKEN_OPTIONAL: return substitute (w, true, pos, end, values);
  case TOKEN_FRAGMENT:
    *pos += 3;
    return *pos <= end ? 0 : -1;
  }
  return -1; /* instructions are in no log */
}

static int
walk (struct walk *w, size_t pos, size_t end, const struct values *values)
{
  while (pos < end) {
    uint8_t token = w->chunk[pos++];

    if (token == TOKEN_END)
      return 0;
    if (w->steps == 0)
      return -1;
    w->steps--;
    if (one_token (w, token, &pos, end, values) == -1)
      return -1;
  }
  return 0;
}

/* --- records ---------------------------------------------------------------------- */

static int
read_record (const uint8_t *chunk, size_t pos, size_t size, unsigned *steps,
             evtx_record_fn *fn, void *data, struct error *err)
{
  const unsigned may = *steps < STEPS_MAX ? *steps : STEPS_MAX;
  struct evtx_record record = {
    .id = get_le64 (chunk + pos + 8), .time = get_le64 (chunk + pos + 16),
  };
  struct walk w = { .chunk = chunk, .record = &record, .steps = may };
  int r;

  /* Its size stands again behind it. */
  record.damaged = walk (&w, pos + RECORD_HEADER, pos + size - 4, NULL) == -1;
  *steps -= may - w.steps;
  while (w.depth > 0)
    release_element (&w.elements[--w.depth]);
  free (w.attribute);
  strbuf_release (&w.attribute_value);
  if (w.no_memory)
    r = error_set (err, ENOMEM, "event log: memory is missing");
  else
    r = fn (&record, data, err);
  free_fields (&record);
  return r;
}

bool
evtx_is_header (const uint8_t *data, size_t len)
{
  return len >= 8 && memcmp (data, "ElfFile", 8) == 0;
}

bool
evtx_chunk_first (const uint8_t *chunk, uint64_t *ret)
{
  if (memcmp (chunk, "ElfChnk", 8) != 0)
    return false;
  *ret = get_le64 (chunk + 24);
  return true;
}

int
evtx_chunk_records (const uint8_t *chunk, evtx_record_fn *fn, void *data,
                    struct error *err)
{
  unsigned steps = CHUNK_STEPS_MAX;
  size_t pos = FIRST_RECORD, size;
  int r = 0;

  for (; r == 0 && has (pos, EVTX_CHUNK_SIZE, RECORD_HEADER + 4); pos += size) {
    if (get_le32 (chunk + pos) != 0x2a2a)
      break;
    size = get_le32 (chunk + pos + 4);
    if (size < RECORD_HEADER + 4 || !has (pos, EVTX_CHUNK_SIZE, size)
        || get_le32 (chunk + pos + size - 4) != size)
      break;
    r = read_record (chunk, pos, size, &steps, fn, data, err);
  }
  return r;
}
