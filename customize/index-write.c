/* Reading indexes from files, and changing and writing them: see index.h. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "index.h"
#include "io.h"

char *
index_read_file (const char *name, size_t *ret_len, struct error *err)
{
  CLEANUP_CLOSE int fd = open (name, O_RDONLY | O_CLOEXEC);
  char *text = fd == -1 ? NULL : read_whole_fd (fd, INDEX_MAX, ret_len);

  if (!text && errno == EFBIG)
    (void) error_set (err, EFBIG, "%s: it is too large", name);
  else if (!text)
    error_errno (err, "%s", name);
  return text;
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
  size_t i = index_find (e, name);
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
