/* Parser of lvm's reports: see lvm-report.h. */

#include <config.h>

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lvm-report.h"

#define UUID_DIGITS 32

static int
parse_uuid (const char *text, char *ret)
{
  size_t n = 0;

  for (; *text; ++text)
    if (*text != '-') {
      if (n == UUID_DIGITS)
        return -1;
      ret[n++] = *text;
    }
  return n == UUID_DIGITS ? 0 : -1;
}

static int
parse_field (const char *text, enum lvm_field_type type, void *ret)
{
  char *end = NULL;
  uint64_t u;
  int64_t i;
  float f;

  errno = 0;
  switch (type) {
  case LVM_STRING:
    *(char **) ret = strdup (text);
    return *(char **) ret ? 0 : -1;
  case LVM_UUID:
    return parse_uuid (text, ret);
  case LVM_BYTES:
    u = *text ? strtoull (text, &end, 10) : 0;
    if (errno || *text == '-' || (end && *end))
      return -1;
    *(uint64_t *) ret = u;
    return 0;
  case LVM_INT:
    i = *text ? strtoll (text, &end, 10) : -1;
    if (errno || (end && *end))
      return -1;
    *(int64_t *) ret = i;
    return 0;
  case LVM_PERCENT:
    f = *text ? strtof (text, &end) : -1;
    if (end && *end)
      return -1;
    *(float *) ret = f;
    return 0;
  }
  return -1;
}

static void
free_strings (const struct lvm_field *fields, void *object)
{
  for (; fields->name; ++fields)
    if (fields->type == LVM_STRING)
      free (*(char **) ((char *) object + fields->offset));
}

int
lvm_report_line (char *line, const struct lvm_field *fields, void *ret,
                 struct error *err)
{
  const struct lvm_field *field;

  for (field = fields; field->name; ++field) {
    char *text = strsep (&line, LVM_SEPARATOR);

    if (!text || parse_field (text, field->type,
                              (char *) ret + field->offset) == -1) {
      error_set (err, EINVAL, "lvm: unexpected value \"%s\" of %s",
                 text ? text : "(none)", field->name);
      free_strings (fields, ret);
      return -1;
    }
  }
  return 0;
}

/* Make room for one more element, zeroed; NULL on error. */
static void *
grow (void **array, size_t len, size_t size)
{
  void *ptr = reallocarray (*array, len + 1, size);

  if (!ptr)
    return NULL;
  *array = ptr;
  return memset ((char *) ptr + len * size, 0, size);
}

int
lvm_report (char *report, const struct lvm_field *fields, size_t size,
            void **ret_array, size_t *ret_len, struct error *err)
{
  CLEANUP_FREE void *array = calloc (1, size);
  size_t i, len = 0;
  char *line;

  if (!array)
    return error_errno (err, "lvm");
  while ((line = strsep (&report, "\n"))) {
    void *element;

    line += strspn (line, " ");
    if (!*line)
      continue;
    element = grow (&array, len, size);
    if (!element)
      error_errno (err, "lvm");
    if (!element || lvm_report_line (line, fields, element, err) == -1) {
      for (i = 0; i < len; ++i)
        free_strings (fields, (char *) array + i * size);
      return -1;
    }
    ++len;
  }
  *ret_array = TAKE_PTR (array);
  *ret_len = len;
  return 0;
}
