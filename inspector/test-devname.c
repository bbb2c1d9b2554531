/* Tests of devname.c and bsdlabel.c. */

#include <config.h>

#undef NDEBUG
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "bsdlabel.h"
#include "devname.h"

static void
names (void)
{
  static const struct {
    const char *name, *disk;
    int index, partition;
    char letter;
    int sub;
  } good[] = {
    { "/dev/hda", "hda", 0, 0, 0, 0 }, { "/dev/sdb12", "sdb", 1, 12, 0, 0 },
    { "/dev/xvdaa3", "xvdaa", 26, 3, 0, 0 },
    { "/dev/cciss/c0d1p2", "cciss/c0d1", 1, 2, 0, 0 },
    { "/dev/nvme1n1p3", "nvme1n1", 1, 3, 0, 0 },
    { "/dev/ada0p2", "ada0", 0, 2, 0, 0 },
    { "/dev/ada1s2", "ada1", 1, 2, 0, 0 },
    { "/dev/da0s1a", "da0", 0, 1, 'a', 0 },
    { "/dev/vtbd0a", "vtbd0", 0, 0, 'a', 0 },
    { "/dev/wd0a", "wd0", 0, 0, 'a', 0 },
    { "/dev/hd0s1", "hd0", 0, 1, 0, 0 }, { "/dev/dk2", "dk", 0, 3, 0, 0 },
    { "/dev/c0d1", "c0d1", 1, 0, 0, 0 },
    { "/dev/c0d0p0", "c0d0", 0, 1, 0, 0 },
    { "/dev/c0d0p3s2", "c0d0", 0, 4, 0, 3 },
  };
  static const char *const bad[] = {
    "", "sda", "/dev/", "/dev/sda1x", "/dev/sdA", "/dev/ada", "/dev/ada0s",
    "/dev/ada0s1ab", "/dev/ada0s0", "/dev/ada0p99999999999", "/dev/c0",
    "/dev/c0d", "/dev/c0d0p", "/dev/c0d0p0s", "/dev/c0d0s1", "/dev/nvme0",
    "/dev/wd0aa", "/dev/sd2p", "/dev/dk", "/dev/dk1a", "/dev/sd0A", "/dev/md0", "/dev/mapper/a",
  };
  struct devname d;
  size_t i;

  for (i = 0; i < sizeof good / sizeof good[0]; ++i) {
    assert (devname_parse (good[i].name, &d));
    assert (strcmp (d.disk, good[i].disk) == 0 && d.index == good[i].index);
    assert (d.partition == good[i].partition && d.letter == good[i].letter);
    assert (d.sub == good[i].sub);
  }
  for (i = 0; i < sizeof bad / sizeof bad[0]; ++i)
    assert (!devname_parse (bad[i], &d));
}

static void
put (unsigned char *p, unsigned long value, int bytes)
{
  for (; bytes-- > 0; value >>= 8)
    *p++ = (unsigned char) value;
}

static void
entry (unsigned char *sector, int i, unsigned long start, unsigned long size,
       int type)
{
  put (sector + 148 + 16 * i, size, 4);
  put (sector + 148 + 16 * i + 4, start, 4);
  sector[148 + 16 * i + 12] = (unsigned char) type;
}

static void
labels (void)
{
  const struct bsd_partition slice = { 2048, 10000 };
  unsigned char sector[512] = { 0 };
  struct bsdlabel l;

  assert (!bsdlabel_parse (sector, sizeof sector, &slice, &l));
  put (sector, 0x82564557, 4);
  assert (!bsdlabel_parse (sector, sizeof sector, &slice, &l));
  put (sector + 132, 0x82564557, 4);
  put (sector + 138, 4, 2);
  entry (sector, 0, 16, 1000, 7);
  entry (sector, 1, 1016, 500, 0); /* unused */
  entry (sector, 2, 0, 10000, 0);
  assert (bsdlabel_parse (sector, sizeof sector, &slice, &l));
  assert (l.partition[0].start == 2064 && l.partition[0].size == 1000);
  assert (l.partition[1].size == 0 && l.partition[2].start == 2048);
  assert (l.partition[3].size == 0 && l.duid[0] == '\0');

  /* "c" is the disk: the others are counted from its start. */
  entry (sector, 2, 0, 20000, 0);
  put (sector + 64, 0x01020304, 4);
  assert (bsdlabel_parse (sector, sizeof sector, &slice, &l));
  assert (l.partition[0].start == 16);
  assert (strcmp (l.duid, "0403020100000000") == 0);

  /* More partitions than a sector holds. */
  put (sector + 138, 0xffff, 2);
  assert (bsdlabel_parse (sector, sizeof sector, &slice, &l));
  assert (!bsdlabel_parse (sector, 140, &slice, &l));
  assert (bsdlabel_parse (sector, 160, &slice, &l));
  assert (l.partition[0].size == 0);

  assert (bsdlabel_duid_letter ("0123456789abcdef.a") == 'a');
  assert (bsdlabel_duid_letter ("0123456789abcdef.") == '\0');
  assert (bsdlabel_duid_letter ("0123456789abcdef") == '\0');
  assert (bsdlabel_duid_letter ("0123456789abcdeg.a") == '\0');
  assert (bsdlabel_duid_letter ("0123456789abcdef.ab") == '\0');
  assert (bsdlabel_duid_letter ("") == '\0');
}

static void
subpartitions (void)
{
  unsigned char sector[512] = { 0 };
  struct bsd_partition p;

  put (sector + 510, 0xaa55, 2);
  assert (!minix_subpartition (sector, sizeof sector, 1, &p));
  sector[446 + 16 + 4] = 0x81;
  assert (!minix_subpartition (sector, sizeof sector, 1, &p));
  put (sector + 446 + 16 + 8, 77, 4);
  put (sector + 446 + 16 + 12, 5, 4);
  assert (minix_subpartition (sector, sizeof sector, 1, &p));
  assert (p.start == 77 && p.size == 5);
  assert (!minix_subpartition (sector, sizeof sector, 0, &p));
  assert (!minix_subpartition (sector, sizeof sector, 4, &p));
  assert (!minix_subpartition (sector, 511, 1, &p));
}

int
main (void)
{
  names ();
  labels ();
  subpartitions ();
  return 0;
}
