/* Names of devices, without any device. */

#include <config.h>

#include <string.h>

#include "check.h"
#include "device.h"
#include "disklabel.h"
#include "dmname.h"
#include "strlist.h"

static bool
translates (const char *name, const char *expected)
{
  CLEANUP_FREE char *real = device_translate (name);

  return expected ? real && strcmp (real, expected) == 0 : real == NULL;
}

static void
test_translate (void)
{
  CHECK (translates ("/dev/hda", "/dev/sda"));
  CHECK (translates ("/dev/vdb12", "/dev/sdb12"));
  CHECK (translates ("/dev/xvdaa1", "/dev/sdaa1"));
  CHECK (translates ("/dev/ubda", "/dev/sda"));
  CHECK (translates ("/dev/sda", NULL));
  CHECK (translates ("/dev/hd", NULL));
  CHECK (translates ("/dev/hd1", NULL));
  CHECK (translates ("/dev/hda1x", NULL));
  CHECK (translates ("/dev/vg/hda", NULL));
  CHECK (translates ("hda", NULL));
  CHECK (translates ("/dev/", NULL));
  CHECK (translates ("", NULL));
}

static void
test_order (void)
{
  static const char *const order[] = {
    "/dev/md0", "/dev/md10", "/dev/sda", "/dev/sda1", "/dev/sda2",
    "/dev/sda10", "/dev/sdb", "/dev/sdz9", "/dev/sdaa", "/dev/sdaa1",
    "/dev/sdba", NULL
  };
  CLEANUP_STRLIST struct strlist mixed = STRLIST_INIT;
  size_t n = 0, i;

  while (order[n])
    ++n;
  for (i = 0; i < n; ++i)
    CHECK (strlist_add (&mixed, order[(i * 7 + 3) % n]) == 0);
  device_sort (mixed.items);
  for (i = 0; i < n; ++i)
    CHECK (strcmp (mixed.items[i], order[i]) == 0);
  CHECK (device_compare ("/dev/sda", "/dev/sda") == 0);
  CHECK (device_compare ("sdz", "sdaa") < 0);
  CHECK (device_compare ("/dev/VG/FREE", "/dev/VG/LV1") < 0);
  CHECK (device_compare ("/dev/VG/LV2", "/dev/VG/LV10") < 0);
}

static bool
lv_is (const char *mapper_name, const char *expected)
{
  CLEANUP_FREE char *name = dm_lv_name (mapper_name);

  return expected ? name && strcmp (name, expected) == 0 : name == NULL;
}

static void
test_lv_names (void)
{
  CHECK (lv_is ("vg-lv", "/dev/vg/lv"));
  CHECK (lv_is ("v--g-l--v", "/dev/v-g/l-v"));
  CHECK (lv_is ("a----b-c", "/dev/a--b/c"));
  CHECK (lv_is ("plain", NULL));
  CHECK (lv_is ("vg--x", NULL));
  CHECK (lv_is ("a-b-c", NULL));
}

int
main (void)
{
  CHECK (disklabel_is_name ("/dev/disk/guestfs/a1"));
  CHECK (!disklabel_is_name ("/dev/disk/by-id/a"));
  CHECK (is_device_name ("/dev/sda"));
  CHECK (!is_device_name ("/device"));
  test_translate ();
  test_order ();
  test_lv_names ();
  return 0;
}
