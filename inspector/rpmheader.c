/* One package's header in rpm's database: an index of tags, then the store that
 * their values are in; all integers big-endian.  See rpm's manual, "RPM v4
 * package format", section "Header". */

#include <config.h>

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "apps-rpm.h"
#include "bytes.h"
#include "checked.h"

#define ENTRY_SIZE 16
#define ENTRIES_MAX 0xffff

enum { TYPE_INT32 = 4, TYPE_STRING = 6, TYPE_STRING_ARRAY = 8,
       TYPE_I18NSTRING = 9 };

static const struct {
  uint32_t tag;
  enum app_field field;
} tags[] = {
  { 1000, APP_NAME },
  { 1001, APP_VERSION },
  { 1002, APP_RELEASE },
  { 1004, APP_SUMMARY },
  { 1005, APP_DESCRIPTION },
  { 1011, APP_PUBLISHER }, /* vendor */
  { 1020, APP_URL },
  { 1022, APP_ARCH },
  { 1044, APP_SOURCE_PACKAGE },
};

#define TAG_EPOCH 1003

/* Strings end with NUL; a list's first is the one without translation. */
static int
set_string (struct application *app, uint32_t tag, uint32_t type,
            const char *value, size_t len)
{
  size_t i;

  if (type != TYPE_STRING && type != TYPE_I18NSTRING
      && type != TYPE_STRING_ARRAY)
    return 0;
  for (i = 0; i < sizeof tags / sizeof tags[0]; ++i)
    if (tags[i].tag == tag)
      return app_set (app, tags[i].field, value, strnlen (value, len));
  return 0;
}

int
rpm_header_parse (const void *blob, size_t len, struct application *app)
{
  const unsigned char *p = blob;
  uint32_t nr_entries, store_len, i;
  const char *store;

  errno = EINVAL;
  if (len < 8)
    return -1;
  nr_entries = get_be32 (p);
  store_len = get_be32 (p + 4);
  if (nr_entries == 0 || nr_entries > ENTRIES_MAX
      || !range_fits (8 + (size_t) nr_entries * ENTRY_SIZE, store_len, len))
    return -1;
  store = (const char *) p + 8 + (size_t) nr_entries * ENTRY_SIZE;
  for (i = 0; i < nr_entries; ++i) {
    const unsigned char *entry = p + 8 + (size_t) i * ENTRY_SIZE;
    uint32_t tag = get_be32 (entry), type = get_be32 (entry + 4);
    uint32_t offset = get_be32 (entry + 8), count = get_be32 (entry + 12);

    if (offset >= store_len || count == 0)
      continue;
    if (tag == TAG_EPOCH && type == TYPE_INT32 && store_len - offset >= 4)
      app->epoch = (int32_t) get_be32 (store + offset);
    else if (set_string (app, tag, type, store + offset,
                         store_len - offset) == -1)
      return -1;
  }
  if (!app->text[APP_NAME]) {
    errno = EINVAL;
    return -1;
  }
  return 0;
}
