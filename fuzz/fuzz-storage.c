/* The daemon's parsers of what lvm, mdadm and the kernel print about the
 * guest's disks.  The first byte chooses the parser. */

#include <config.h>

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "fuzz.h"
#include "lvm-report.h"
#include "mdtext.h"
#include "strlist.h"

struct row {
  char *name, *tags;
  char uuid[32];
  uint64_t size;
  int64_t count;
  float percent;
};

static const struct lvm_field fields[] = {
  { "name", LVM_STRING, offsetof (struct row, name) },
  { "uuid", LVM_UUID, offsetof (struct row, uuid) },
  { "size", LVM_BYTES, offsetof (struct row, size) },
  { "count", LVM_INT, offsetof (struct row, count) },
  { "percent", LVM_PERCENT, offsetof (struct row, percent) },
  { "tags", LVM_STRING, offsetof (struct row, tags) },
  { NULL },
};

static void
run_lvm (char *text)
{
  CLEANUP_FREE struct row *rows = NULL;
  size_t i, len = 0;

  if (lvm_report (text, fields, sizeof *rows, (void **) &rows, &len,
                  NULL) == -1)
    return;
  for (i = 0; i < len; ++i) {
    free (rows[i].name);
    free (rows[i].tags);
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  CLEANUP_FREE char *text = NULL;
  struct mdtext_members members = MDTEXT_MEMBERS_INIT;

  if (size < 1)
    return 0;
  text = strndup ((const char *) data + 1, size - 1);
  if (!text)
    return 0;
  switch (data[0]) {
  case 'l':
    run_lvm (text);
    break;
  case 'd':
    strings_free (mdtext_detail (text));
    break;
  case 's':
    if (mdtext_members (text, "md127", &members) == 0)
      mdtext_members_free (&members);
    break;
  }
  return 0;
}
