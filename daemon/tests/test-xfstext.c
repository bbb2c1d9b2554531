/* Unit tests of the output of xfs_info. */

#include <config.h>

#include <string.h>

#include "check.h"
#include "xfstext.h"

static const char text[] =
  "meta-data=/dev/sda1              isize=512    agcount=4, agsize=25600 blks\n"
  "         =                       sectsz=512   attr=2, projid32bit=1\n"
  "data     =                       bsize=4096   blocks=102400, imaxpct=25\n"
  "         =                       sunit=16     swidth=32 blks\n"
  "naming   =version 2              bsize=4096   ascii-ci=0, ftype=1\n"
  "log      =internal log           bsize=4096   blocks=16384, version=2\n"
  "         =                       sectsz=512   sunit=0 blks, lazy-count=1\n"
  "realtime =none                   extsz=4096   blocks=0, rtextents=0\n";

static const char *
value (const struct strlist *l, const char *key)
{
  size_t i;

  for (i = 0; i + 1 < l->len; i += 2)
    if (strcmp (l->items[i], key) == 0)
      return l->items[i + 1];
  return "(none)";
}

static void
test_pairs (void)
{
  CLEANUP_STRLIST struct strlist l = STRLIST_INIT;

  CHECK (xfs_parse_info (text, &l) == 0);
  CHECK (strcmp (value (&l, "meta-data"), "/dev/sda1") == 0);
  CHECK (strcmp (value (&l, "meta-data.agsize"), "25600 blks") == 0);
  CHECK (strcmp (value (&l, "meta-data.projid32bit"), "1") == 0);
  CHECK (strcmp (value (&l, "data"), "(none)") == 0);
  CHECK (strcmp (value (&l, "data.swidth"), "32 blks") == 0);
  CHECK (strcmp (value (&l, "naming"), "version 2") == 0);
  CHECK (strcmp (value (&l, "log"), "internal log") == 0);
  CHECK (strcmp (value (&l, "log.sunit"), "0 blks") == 0);
  CHECK (strcmp (value (&l, "realtime.rtextents"), "0") == 0);
}

static void
test_struct (void)
{
  CLEANUP_STRLIST struct strlist l = STRLIST_INIT;
  struct guestfs_xfsinfo *info;

  CHECK (xfs_parse_info (text, &l) == 0);
  info = xfs_fill_info (&l);
  CHECK (info && info->xfs_agsize == 25600 && info->xfs_dirversion == 2
         && info->xfs_datablocks == 102400 && info->xfs_swidth == 32
         && info->xfs_lazycount == 1 && info->xfs_rtextents == 0
         && strcmp (info->xfs_logname, "internal") == 0
         && strcmp (info->xfs_mntpoint, "/dev/sda1") == 0);
  struct_free_xfsinfo (info);
}

static void
test_nonsense (void)
{
  static const char *const texts[] = {
    "", "=", "a", "a=", "=b", "a=b=c", " =\n = = \n", "x= y=", "\n\n=\n"
  };
  size_t i;

  for (i = 0; i < sizeof texts / sizeof texts[0]; ++i) {
    CLEANUP_STRLIST struct strlist l = STRLIST_INIT;
    struct guestfs_xfsinfo *info;

    CHECK (xfs_parse_info (texts[i], &l) == 0 && l.len % 2 == 0);
    info = xfs_fill_info (&l);
    CHECK (info && info->xfs_agcount == UINT32_MAX
           && info->xfs_rtblocks == UINT64_MAX);
    struct_free_xfsinfo (info);
  }
}

int
main (void)
{
  test_pairs ();
  test_struct ();
  test_nonsense ();
  return 0;
}
