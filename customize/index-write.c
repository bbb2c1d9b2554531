/* Reading indexes from files, and changing and writing them: see index.h. */

#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "index.h"

char *
index_read_file (const char *name, size_t *ret_len, struct error *err)
{
  FILE *fp = fopen (name, "re");
  CLEANUP_FREE char *text = malloc (INDEX_MAX + 2);
  size_t len = 0;
  int failed;

  if (!fp || !text) {
    error_errno (err, "%s", name);
    if (fp)
      fclose (fp);
    return NULL;
  }
  len = fread (text, 1, INDEX_MAX + 1, fp);
  failed = ferror (fp);
  if (failed)
    error_errno (err, "%s", name);
  fclose (fp);
  if (failed)
    return NULL;
  if (len > INDEX_MAX) {
    (void) error_set (err, EFBIG, "%s: it is too large", name);
    return NULL;
  }
  text[len] = '\0';
  *ret_len = len;
  return TAKE_PTR (text);
}

static size_t
find_field (const struct index_entry *e, const char *name)
{
  size_t i;

  for (i = 0; i < e->nr; ++i)
    if (strcmp (e->fields[i].name, name) == 0)
      break;
  return i;
}

static void
remove_field (struct index_entry *e, size_t i)
{
  if (i == e->nr)
    return;
  free (e->fields[i].name);
  free (e->fields[i].value);
  e->nr--;
  memmove (&e->fields[i], &e->fields[i + 1],
           (e->nr - i) * sizeof e->fields[0]);
}

int
index_set_field (struct index_entry *e, const char *name, const char *value,
                 struct error *err)
{
  size_t i = find_field (e, name);
  CLEANUP_FREE char *copy = NULL;
  struct index_field *fields;

  if (!value) {
    remove_field (e, i);
    return 0;
  }
  copy = strdup (value);
  if (!copy)
    return error_errno (err, "index");
  if (i == e->nr) {
    fields = realloc (e->fields, (e->nr + 1) * sizeof *fields);
    if (!fields)
      return error_errno (err, "index");
    e->fields = fields;
    fields[i] = (struct index_field) { .name = strdup (name) };
    if (!fields[i].name)
      return error_errno (err, "index");
    e->nr++;
  }
  free (e->fields[i].value);
  e->fields[i].value = TAKE_PTR (copy);
  return 0;
}

/* Lines behind the first begin with a space. */
static void
write_value (const char *value, FILE *fp)
{
  for (; *value; ++value) {
    putc (*value, fp);
    if (*value == '\n')
      putc (' ', fp);
  }
  putc ('\n', fp);
}

int
index_write (const struct index *index, FILE *fp)
{
  size_t i, j;

  for (i = 0; i < index->nr; ++i) {
    const struct index_entry *e = &index->entries[i];

    fprintf (fp, "%s[%s]\n", i > 0 ? "\n" : "", e->name);
    for (j = 0; j < e->nr; ++j) {
      fprintf (fp, "%s=", e->fields[j].name);
      write_value (e->fields[j].value, fp);
    }
  }
  return ferror (fp) ? -1 : 0;
}
