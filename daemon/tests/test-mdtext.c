/* Tests of mdtext.c. */

#include <config.h>

#undef NDEBUG
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mdtext.h"
#include "strlist.h"

static const char detail[] =
  "MD_LEVEL=raid1\n"
  "MD_DEVICES=2\n"
  "MD_NAME=host:a=b\n"
  "MD_DEVICE_dev_sda1_ROLE=0\n"
  "MD_DEVICE_dev_sda1_DEV=/dev/sda1\n"
  "nonsense\n"
  "MD_EMPTY=";

static const char mdstat[] =
  "Personalities : [raid1] [raid6]\n"
  "md127 : active raid1 sdb1[1](F)(S) sda1[0]\n"
  "      129536 blocks super 1.2 [2/2] [UU]\n"
  "\n"
  "md1 : inactive sdc[x] [3] sdd[4\n"
  "unused devices: <none>\n";

static void
test_detail (void)
{
  static const char *const want[] = {
    "level", "raid1", "devices", "2", "name", "host:a=b", "empty", "", NULL
  };
  CLEANUP_STRINGS char **got = mdtext_detail (detail);
  size_t i;

  assert (got && strings_count (got) == 8);
  for (i = 0; want[i]; ++i)
    assert (strcmp (got[i], want[i]) == 0);
}

static void
test_members (void)
{
  struct mdtext_members m = MDTEXT_MEMBERS_INIT;

  assert (mdtext_members (mdstat, "md127", &m) == 0);
  assert (m.len == 2);
  assert (strcmp (m.ptr[0].device, "/dev/sdb1") == 0);
  assert (m.ptr[0].index == 1 && strcmp (m.ptr[0].flags, "FS") == 0);
  assert (m.ptr[1].index == 0 && strcmp (m.ptr[1].flags, "") == 0);
  mdtext_members_free (&m);

  assert (mdtext_members (mdstat, "md1", &m) == 0 && m.len == 0);
  mdtext_members_free (&m);
  errno = 0;
  assert (mdtext_members (mdstat, "md12", &m) == -1 && errno == ENOENT);
}

int
main (void)
{
  test_detail ();
  test_members ();
  return 0;
}
