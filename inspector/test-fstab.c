/* Tests of fstab.c. */

#include <config.h>

#undef NDEBUG
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "fstab.h"

static void
test_lines (void)
{
  CLEANUP_FSTAB struct fstab f = FSTAB_INIT;
  size_t bad = 99;

  assert (fstab_parse ("# comment\n"
                       "\n"
                       "UUID=1234 / ext4 errors=remount-ro 0 1\n"
                       "\t/dev/sda2\t/my\\040disk\txfs\n"
                       "too few\n"
                       "/dev/sda3 none swap sw\r\n"
                       "LABEL=\\134x /x ext4 a", &f, &bad) == 0);
  assert (bad == 5);
  assert (f.len == 4);
  assert (strcmp (f.ptr[0].spec, "UUID=1234") == 0);
  assert (strcmp (f.ptr[0].options, "errors=remount-ro") == 0);
  assert (strcmp (f.ptr[1].file, "/my disk") == 0);
  assert (strcmp (f.ptr[1].type, "xfs") == 0);
  assert (strcmp (f.ptr[1].options, "defaults") == 0);
  assert (strcmp (f.ptr[2].options, "sw") == 0);
  assert (strcmp (f.ptr[3].spec, "LABEL=\\x") == 0);
}

static void
test_hostile (void)
{
  CLEANUP_FSTAB struct fstab f = FSTAB_INIT;
  size_t bad = 99;

  assert (fstab_parse ("a\\000b\\777\\04 c d\n", &f, &bad) == 0 && bad == 0);
  assert (f.len == 1);
  assert (strcmp (f.ptr[0].spec, "ab\\777\\04") == 0);
}

static void
test_option (void)
{
  struct fstab_entry e = { .options = (char *) "rw,subvol=@home,x=,subvolid=5" };
  CLEANUP_FREE char *subvol = fstab_option (&e, "subvol");
  CLEANUP_FREE char *id = fstab_option (&e, "subvolid");

  assert (subvol && strcmp (subvol, "@home") == 0);
  assert (id && strcmp (id, "5") == 0);
  assert (!fstab_option (&e, "sub"));
  assert (!fstab_option (&e, "x"));
}

int
main (void)
{
  test_lines ();
  test_hostile ();
  test_option ();
  return 0;
}
