/* Structs described by tables: freeing, copying, comparing.  See layout.h. */

#include <config.h>

#include <errno.h>
#include <string.h>

#include "layout.h"
#include "secret.h"
#include "strlist.h"

static bool
is_owned (const struct layout_field *f)
{
  switch (f->type) {
  case LAYOUT_STRING:
  case LAYOUT_KEY:
  case LAYOUT_OPTSTRING:
  case LAYOUT_BUFFER:
  case LAYOUT_BUFFER32:
    return true;
  default:
    return false;
  }
}

void
layout_release (const struct layout *l, void *base)
{
  for (size_t i = 0; i < l->nr_fields; i++)
    if (l->fields[i].type == LAYOUT_STRINGS)
      strings_free (layout_strings (base, &l->fields[i]));
    else if (l->fields[i].type == LAYOUT_KEY) {
      secret_wipe ((char *) layout_string (base, &l->fields[i]));
      free ((char *) layout_string (base, &l->fields[i]));
    }
    else if (is_owned (&l->fields[i]))
      free ((char *) layout_string (base, &l->fields[i]));
}

void
layout_free (const struct layout *l, void *base)
{
  if (base)
    layout_release (l, base);
  free (base);
}

void
layout_free_list (const struct layout *l, struct layout_list *list)
{
  if (!list)
    return;
  for (uint32_t i = 0; i < list->len; i++)
    layout_release (l, (char *) list->val + i * l->size);
  free (list->val);
  free (list);
}

/* A copy of what a member owns. */
static int
copy_member (const struct layout_field *f, const void *from, void *to)
{
  const char *str = layout_string (from, f);
  void *copy = NULL;
  size_t size;

  if (!str)
    return 0;
  if (f->type == LAYOUT_STRINGS)
    copy = strings_copy (layout_strings (from, f));
  else if (f->type == LAYOUT_BUFFER || f->type == LAYOUT_BUFFER32) {
    size = layout_buffer_size (from, f);
    copy = malloc (size + 1);
    if (copy) {
      memcpy (copy, str, size);
      ((char *) copy)[size] = '\0';
    }
  }
  else
    copy = strdup (str);
  memcpy ((char *) to + f->offset, &copy, sizeof copy);
  return copy ? 0 : -1;
}

static int
copy_into (const struct layout *l, const void *from, void *to)
{
  const void *none = NULL;
  int ret = 0;

  memcpy (to, from, l->size);
  for (size_t i = 0; i < l->nr_fields; i++)
    if (l->fields[i].type == LAYOUT_STRINGS || is_owned (&l->fields[i]))
      memcpy ((char *) to + l->fields[i].offset, &none, sizeof none);
  for (size_t i = 0; i < l->nr_fields && ret == 0; i++)
    if (l->fields[i].type == LAYOUT_STRINGS || is_owned (&l->fields[i]))
      ret = copy_member (&l->fields[i], from, to);
  return ret;
}

void *
layout_copy (const struct layout *l, const void *base)
{
  void *copy = calloc (1, l->size);

  if (copy && copy_into (l, base, copy) == -1) {
    layout_free (l, copy);
    return NULL;
  }
  return copy;
}

struct layout_list *
layout_copy_list (const struct layout *l, const struct layout_list *list)
{
  struct layout_list *copy = calloc (1, sizeof *copy);

  if (!copy)
    return NULL;
  copy->val = calloc (list->len > 0 ? list->len : 1, l->size);
  while (copy->val && copy->len < list->len) {
    size_t at = copy->len++ * l->size;
    if (copy_into (l, (const char *) list->val + at,
                   (char *) copy->val + at) == -1)
      break;
    if (copy->len == list->len)
      return copy;
  }
  if (copy->val && list->len == 0)
    return copy;
  layout_free_list (l, copy);
  errno = ENOMEM;
  return NULL;
}

static int
compare_numbers (const struct layout_field *f, const void *a, const void *b)
{
  int64_t x = layout_number (a, f), y = layout_number (b, f);

  if (f->type == LAYOUT_UINT64)
    return ((uint64_t) x > (uint64_t) y) - ((uint64_t) x < (uint64_t) y);
  return (x > y) - (x < y);
}

static int
compare_buffers (const struct layout_field *f, const void *a, const void *b)
{
  size_t x = layout_buffer_size (a, f), y = layout_buffer_size (b, f);

  if (x != y)
    return x < y ? -1 : 1;
  return x == 0 ? 0 : memcmp (layout_string (a, f), layout_string (b, f), x);
}

static int
compare_strings (char *const *a, char *const *b)
{
  size_t i = 0;

  while (a[i] && b[i] && strcmp (a[i], b[i]) == 0)
    i++;
  if (a[i] && b[i])
    return strcmp (a[i], b[i]);
  return (a[i] != NULL) - (b[i] != NULL);
}

static int
compare_floats (const void *a, const void *b)
{
  float x, y;

  memcpy (&x, a, sizeof x);
  memcpy (&y, b, sizeof y);
  return (x > y) - (x < y);
}

static int
compare_field (const struct layout_field *f, const void *a, const void *b)
{
  const char *x, *y;

  switch (f->type) {
  case LAYOUT_FLOAT:
    return compare_floats ((const char *) a + f->offset,
                           (const char *) b + f->offset);
  case LAYOUT_UUID:
    return memcmp ((const char *) a + f->offset,
                   (const char *) b + f->offset, 32);
  case LAYOUT_STRINGS:
    return compare_strings (layout_strings (a, f), layout_strings (b, f));
  case LAYOUT_BUFFER:
  case LAYOUT_BUFFER32:
    return compare_buffers (f, a, b);
  case LAYOUT_STRING:
  case LAYOUT_KEY:
  case LAYOUT_OPTSTRING:
    x = layout_string (a, f);
    y = layout_string (b, f);
    return x && y ? strcmp (x, y) : (x != NULL) - (y != NULL);
  case LAYOUT_FILEIN:
  case LAYOUT_FILEOUT:
  case LAYOUT_POINTER:
    return 0;
  default:
    return compare_numbers (f, a, b);
  }
}

int
layout_compare (const struct layout *l, const void *a, const void *b)
{
  int r = 0;

  for (size_t i = 0; i < l->nr_fields && r == 0; i++)
    r = compare_field (&l->fields[i], a, b);
  return r;
}

int
layout_compare_list (const struct layout *l, const struct layout_list *a,
                     const struct layout_list *b)
{
  int r = 0;

  if (a->len != b->len)
    return a->len < b->len ? -1 : 1;
  for (uint32_t i = 0; i < a->len && r == 0; i++)
    r = layout_compare (l, (const char *) a->val + i * l->size,
                        (const char *) b->val + i * l->size);
  return r;
}
