/* The output of xfs_info: see xfstext.h. */

#include <config.h>

#include <ctype.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "strbuf.h"
#include "xfstext.h"

struct span {
  const char *p;
  size_t len;
};

static struct span
trim (const char *p, const char *end)
{
  while (p < end && isspace ((unsigned char) *p))
    ++p;
  while (end > p && (isspace ((unsigned char) end[-1]) || end[-1] == ','))
    --end;
  return (struct span) { p, end - p };
}

/* The start of the next word with "=" in it at or after `p`, or `end`. */
static const char *
next_pair (const char *p, const char *end)
{
  while (p < end) {
    const char *word = p + strspn (p, " \t");
    const char *after = word + strcspn (word, " \t\n");

    if (word >= end)
      break;
    if (memchr (word, '=', (after < end ? after : end) - word))
      return word;
    p = after;
  }
  return end;
}

static int
add (struct strlist *ret, struct span group, struct span key, struct span value)
{
  int r = key.len > 0
    ? strlist_addf (ret, "%.*s.%.*s", (int) group.len, group.p, (int) key.len,
                    key.p)
    : strlist_addf (ret, "%.*s", (int) group.len, group.p);

  return r == -1 ? -1
    : strlist_addf (ret, "%.*s", (int) value.len, value.p);
}

/* A line is "GROUP =VALUE KEY=VALUE ..."; without a group it belongs to that
 * of the line before. */
static int
parse_line (const char *line, const char *end, struct span *group,
            struct strlist *ret)
{
  const char *equals = memchr (line, '=', end - line), *p, *next;
  struct span name, value;

  if (!equals)
    return 0;
  name = trim (line, equals);
  if (name.len > 0)
    *group = name;
  p = next_pair (equals + 1, end);
  value = trim (equals + 1, p);
  if (value.len > 0 && add (ret, *group, (struct span) { p, 0 }, value) == -1)
    return -1;
  for (; p < end; p = next) {
    equals = memchr (p, '=', end - p);
    if (!equals)
      break;
    next = next_pair (equals + 1, end);
    if (add (ret, *group, trim (p, equals), trim (equals + 1, next)) == -1)
      return -1;
  }
  return 0;
}

int
xfs_parse_info (const char *text, struct strlist *ret)
{
  struct span group = { text, 0 };

  while (*text) {
    const char *end = text + strcspn (text, "\n");

    if (parse_line (text, end, &group, ret) == -1)
      return -1;
    text = *end ? end + 1 : end;
  }
  return 0;
}

static const char *
find (const struct strlist *info, const char *key)
{
  size_t i;

  for (i = 0; i + 1 < info->len; i += 2)
    if (strcmp (info->items[i], key) == 0)
      return info->items[i + 1];
  return NULL;
}

#define FIELD32(field, key) { key, offsetof (struct guestfs_xfsinfo, field), 4 }
#define FIELD64(field, key) { key, offsetof (struct guestfs_xfsinfo, field), 8 }

static const struct {
  const char *key;
  size_t offset, size;
} fields[] = {
  FIELD32 (xfs_inodesize, "meta-data.isize"),
  FIELD32 (xfs_agcount, "meta-data.agcount"),
  FIELD32 (xfs_agsize, "meta-data.agsize"),
  FIELD32 (xfs_sectsize, "meta-data.sectsz"),
  FIELD32 (xfs_attr, "meta-data.attr"),
  FIELD32 (xfs_blocksize, "data.bsize"),
  FIELD64 (xfs_datablocks, "data.blocks"),
  FIELD32 (xfs_imaxpct, "data.imaxpct"),
  FIELD32 (xfs_sunit, "data.sunit"),
  FIELD32 (xfs_swidth, "data.swidth"),
  FIELD32 (xfs_dirversion, "naming"), /* "version 2" */
  FIELD32 (xfs_dirblocksize, "naming.bsize"),
  FIELD32 (xfs_cimode, "naming.ascii-ci"),
  FIELD32 (xfs_logblocksize, "log.bsize"),
  FIELD32 (xfs_logblocks, "log.blocks"),
  FIELD32 (xfs_logversion, "log.version"),
  FIELD32 (xfs_logsectsize, "log.sectsz"),
  FIELD32 (xfs_logsunit, "log.sunit"),
  FIELD32 (xfs_lazycount, "log.lazy-count"),
  FIELD32 (xfs_rtextsize, "realtime.extsz"),
  FIELD64 (xfs_rtblocks, "realtime.blocks"),
  FIELD64 (xfs_rtextents, "realtime.rtextents"),
};

/* The first number in a text, all ones when there is none. */
static uint64_t
number_in (const char *text)
{
  text = text ? text + strcspn (text, "0123456789") : "";
  return *text ? strtoull (text, NULL, 10) : UINT64_MAX;
}

/* "internal log" is called "internal". */
static char *
word (const struct strlist *info, const char *key)
{
  const char *value = find (info, key);
  size_t len = value ? strlen (value) : 0;

  if (len > 4 && strcmp (value + len - 4, " log") == 0)
    len -= 4;
  return strndup (value ? value : "", len);
}

struct guestfs_xfsinfo *
xfs_fill_info (const struct strlist *info)
{
  struct guestfs_xfsinfo *ret = calloc (1, sizeof *ret);
  size_t i;

  if (!ret)
    return NULL;
  for (i = 0; i < sizeof fields / sizeof fields[0]; ++i) {
    uint64_t value = number_in (find (info, fields[i].key));
    uint32_t small = value;
    char *at = (char *) ret + fields[i].offset;

    if (fields[i].size == sizeof small)
      memcpy (at, &small, sizeof small);
    else
      memcpy (at, &value, sizeof value);
  }
  ret->xfs_mntpoint = word (info, "meta-data");
  ret->xfs_logname = word (info, "log");
  ret->xfs_rtname = word (info, "realtime");
  if (!ret->xfs_mntpoint || !ret->xfs_logname || !ret->xfs_rtname) {
    struct_free_xfsinfo (ret);
    return NULL;
  }
  return ret;
}
