/* Partition tables as text: see partitions.h. */

#include <config.h>

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "partitions.h"
#include "prefix.h"
#include "strbuf.h"

void
partitions_release (struct partitions *t)
{
  size_t i;

  for (i = 0; i < t->nr; ++i)
    free (t->list[i].rest);
  free (t->list);
  free (t->header);
  *t = (struct partitions) PARTITIONS_INIT;
}

struct partition *
partitions_find (struct partitions *t, int number)
{
  size_t i;

  for (i = 0; i < t->nr; ++i)
    if (t->list[i].number == number)
      return &t->list[i];
  return NULL;
}

/* "NAME= 123" at *p, then a comma or the end; moves *p behind the number. */
static bool
take_number (const char **p, const char *name, uint64_t *ret)
{
  size_t len = strlen (name);
  char *end;

  *p += strspn (*p, " ,");
  if (strncmp (*p, name, len) != 0 || (*p)[len] != '=')
    return false;
  *p += len + 1;
  *p += strspn (*p, " ");
  if (!isdigit ((unsigned char) **p))
    return false;
  errno = 0;
  *ret = strtoull (*p, &end, 10);
  if (errno != 0 || (*end && *end != ',' && *end != ' '))
    return false;
  *p = end;
  return true;
}

/* The number at the end of "/dev/sda12 ", before the colon. */
static bool
name_number (const char *line, const char *colon, int *ret)
{
  const char *end = colon, *p;
  long n = 0;

  while (end > line && end[-1] == ' ')
    --end;
  p = end;
  while (p > line && isdigit ((unsigned char) p[-1]))
    --p;
  if (p == end || end - p > 4)
    return false;
  for (; p < end; ++p)
    n = n * 10 + (*p - '0');
  *ret = n;
  return n > 0;
}

static bool
is_extended (const char *rest)
{
  const char *type = strstr (rest, "type=");
  unsigned long id = type ? strtoul (type + 5, NULL, 16) : 0;

  return id == 0x05 || id == 0x0f || id == 0x85;
}

static int
add_partition (struct partitions *t, const char *line, struct error *err)
{
  struct partition p = { .number = 0 }, *list;
  const char *rest = strchr (line, ':');

  if (!rest || !name_number (line, rest, &p.number)
      || (++rest, !take_number (&rest, "start", &p.start))
      || !take_number (&rest, "size", &p.size)
      || p.size == 0 || p.start > INT64_MAX || p.size > INT64_MAX)
    return error_set (err, EINVAL, "partition table: what is \"%s\"?", line);
  if (t->nr >= PARTITIONS_MAX || partitions_find (t, p.number))
    return error_set (err, EINVAL, "partition table: too many partitions");
  p.new_number = p.number;
  p.new_start = p.start;
  p.want = p.new_size = p.size;
  p.rest = strdup (rest);
  list = realloc (t->list, (t->nr + 1) * sizeof *list);
  if (list)
    t->list = list;
  if (!list || !p.rest) {
    free (p.rest);
    return error_errno (err, "partition table");
  }
  p.logical = !t->gpt && p.number > 4;
  p.extended = !t->gpt && !p.logical && is_extended (p.rest);
  t->list[t->nr++] = p;
  return 0;
}

/* Lines of the header that do not depend on the disk. */
static bool
is_kept (const char *line)
{
  static const char *const kept[]
    = { "label:", "label-id:", "first-lba:", "table-length:" };
  size_t i;

  for (i = 0; i < sizeof kept / sizeof kept[0]; ++i)
    if (has_prefix (line, kept[i]))
      return true;
  return false;
}

static int
take_label (struct partitions *t, const char *line, struct error *err)
{
  const char *label = line + strlen ("label:");

  label += strspn (label, " ");
  if (strcmp (label, "gpt") == 0)
    t->gpt = true;
  else if (strcmp (label, "dos") != 0)
    return error_set (err, ENOTSUP, "partition tables of the kind \"%s\" "
                      "cannot be changed, only MBR and GPT", label);
  return 0;
}

static int
parse_lines (char *text, struct partitions *t, struct error *err)
{
  CLEANUP_STRBUF struct strbuf header = STRBUF_INIT;
  bool in_header = true, labelled = false;
  char *line;

  while ((line = strsep (&text, "\n"))) {
    if (!*line) {
      in_header = false;
      continue;
    }
    if (!in_header) {
      if (add_partition (t, line, err) == -1)
        return -1;
      continue;
    }
    if (has_prefix (line, "label:")) {
      labelled = true;
      if (take_label (t, line, err) == -1)
        return -1;
    }
    if (is_kept (line) && strbuf_addf (&header, "%s\n", line) == -1)
      return error_errno (err, "partition table");
  }
  if (!labelled)
    return error_set (err, EINVAL, "partition table: it has no label");
  t->header = strdup (header.data);
  return t->header ? 0 : error_errno (err, "partition table");
}

int
partitions_parse (const char *text, struct partitions *ret, struct error *err)
{
  struct partitions t = PARTITIONS_INIT;
  CLEANUP_FREE char *copy = strdup (text);

  if (!copy)
    return error_errno (err, "partition table");
  if (parse_lines (copy, &t, err) == -1) {
    partitions_release (&t);
    return -1;
  }
  *ret = t;
  return 0;
}

char *
partitions_text (const struct partitions *t)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;
  size_t i;

  if (strbuf_addf (&b, "%s\n", t->header) == -1)
    return NULL;
  for (i = 0; i < t->nr; ++i) {
    const struct partition *p = &t->list[i];

    if (!p->deleted
        && strbuf_addf (&b, "/dev/sda%d : start=%" PRIu64 ", size=%" PRIu64
                        "%s\n", p->new_number, p->new_start, p->new_size,
                        p->rest) == -1)
      return NULL;
  }
  return strdup (b.data);
}
