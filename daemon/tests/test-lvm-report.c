/* Tests of lvm-report.c. */

#include <config.h>

#undef NDEBUG
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "lvm-report.h"

struct row {
  char *name;
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
  { NULL },
};

#define UUID "abcdef-1234-5678-90ab-cdef-1234-567890"

static int
parse (const char *text, struct row **ret, size_t *len)
{
  CLEANUP_FREE char *copy = strdup (text);

  return lvm_report (copy, fields, sizeof **ret, (void **) ret, len, NULL);
}

static void
test_good (void)
{
  CLEANUP_FREE struct row *rows = NULL;
  size_t len = 0;

  assert (parse ("  a\t" UUID "\t4194304\t1\t12.50\n"
                 "  b\t" UUID "\t\t\t\n\n", &rows, &len) == 0);
  assert (len == 2);
  assert (strcmp (rows[0].name, "a") == 0);
  assert (memcmp (rows[0].uuid, "abcdef1234567890abcdef1234567890", 32) == 0);
  assert (rows[0].size == 4194304 && rows[0].count == 1);
  assert (rows[0].percent > 12.4 && rows[0].percent < 12.6);
  assert (rows[1].size == 0 && rows[1].count == -1 && rows[1].percent == -1);
  free (rows[0].name);
  free (rows[1].name);
}

static void
test_empty (void)
{
  CLEANUP_FREE struct row *rows = NULL;
  size_t len = 7;

  assert (parse ("", &rows, &len) == 0 && rows && len == 0);
}

static void
test_bad (void)
{
  struct row *rows = NULL;
  size_t len = 7;

  assert (parse ("a\n", &rows, &len) == -1);
  assert (parse ("a\tshort\t1\t1\t1\n", &rows, &len) == -1);
  assert (parse ("a\t" UUID "x\t1\t1\t1\n", &rows, &len) == -1);
  assert (parse ("a\t" UUID "\tmuch\t1\t1\n", &rows, &len) == -1);
  assert (parse ("a\t" UUID "\t-1\t1\t1\n", &rows, &len) == -1);
  assert (parse ("a\t" UUID "\t1\t1\t1\n"
                 "b\t" UUID "\t1\tx\t1\n", &rows, &len) == -1);
  assert (!rows && len == 7);
}

int
main (void)
{
  test_good ();
  test_empty ();
  test_bad ();
  return 0;
}
