/* Test of partitions-text.c and partitions-plan.c. */

#include <config.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "partitions.h"
#include "test.h"

static const char gpt[] =
  "label: gpt\n"
  "label-id: 00000000-0000-0000-0000-000000000001\n"
  "device: /dev/sda\nunit: sectors\nfirst-lba: 34\nlast-lba: 99966\n"
  "sector-size: 512\n\n"
  "/dev/sda1 : start=       40000, size=       20000, type=AA, name=\"a, b=c : d\"\n"
  "/dev/sda14 : start=        2048, size=        1000, type=BB\n"
  "/dev/sda15 : start=        3072, size=       30000, type=CC, attrs=\"GUID:63\"\n";

static const char mbr[] =
  "label: dos\nlabel-id: 0x12345678\ndevice: /dev/sda\nunit: sectors\n\n"
  "/dev/sda1 : start=63, size=20000, type=7, bootable\n"
  "/dev/sda2 : start=40000, size=60000, type=f\n"
  "/dev/sda3 : start=100000, size=5000, type=83\n"
  "/dev/sda5 : start=40063, size=10000, type=82\n"
  "/dev/sda6 : start=60000, size=20000, type=83\n";

static struct partitions t;
static struct partitions_room room;

static void
parse (const char *text, uint64_t sectors)
{
  struct error err = ERROR_INIT;

  partitions_release (&t);
  CHECK (partitions_parse (text, &t, &err) == 0);
  room = (struct partitions_room) { .sectors = sectors, .sector_size = 512,
                                    .alignment = 128 };
}

static uint64_t
plan (void)
{
  struct error err = ERROR_INIT;
  uint64_t end;

  CHECK (partitions_plan (&t, &room, &end, &err) == 0);
  return end;
}

static void
is_at (int number, uint64_t start, uint64_t size)
{
  struct partition *p = partitions_find (&t, number);

  CHECK (p);
  if (p->new_start != start || p->new_size != size) {
    fprintf (stderr, "partition %d: start %" PRIu64 " size %" PRIu64 "\n",
             number, p->new_start, p->new_size);
    exit (EXIT_FAILURE);
  }
}

static void
test_gpt (void)
{
  struct error err = ERROR_INIT;
  char *text;

  parse (gpt, 200000);
  CHECK (t.gpt && t.nr == 3);
  CHECK (plan () == 33152 + 20000);
  is_at (14, 2048, 1000);
  is_at (15, 3072, 30000);
  is_at (1, 33152, 20000);
  CHECK (partitions_limit (&t, &room) == (200000 - 33) / 128 * 128);
  text = partitions_text (&t);
  CHECK (strcmp (text, "label: gpt\nlabel-id: 00000000-0000-0000-0000-000000000001\n"
                 "first-lba: 34\n\n"
                 "/dev/sda1 : start=33152, size=20000, type=AA, name=\"a, b=c : d\"\n"
                 "/dev/sda14 : start=2048, size=1000, type=BB\n"
                 "/dev/sda15 : start=3072, size=30000, type=CC, attrs=\"GUID:63\"\n")
         == 0);
  free (text);

  /* One in the middle takes all room; the last keeps its size. */
  CHECK (partitions_fit (&t, &room, partitions_find (&t, 15), &err) == 0);
  CHECK (partitions_find (&t, 1)->new_size == 20000);
  CHECK (partitions_find (&t, 1)->new_start % 128 == 0);
  CHECK (plan () <= partitions_limit (&t, &room));
  CHECK (plan () + 128 > partitions_limit (&t, &room));

  /* Too small for the others. */
  parse (gpt, 22000);
  CHECK (partitions_fit (&t, &room, partitions_find (&t, 15), &err) == -1);
  CHECK (err.errnum == ENOSPC);
  error_clear (&err);

  /* One goes, those behind it get smaller numbers, one is added. */
  parse (gpt, 200000);
  partitions_find (&t, 14)->deleted = true;
  CHECK (plan () == 33152 + 20000);
  CHECK (partitions_find (&t, 15)->new_number == 14);
  CHECK (partitions_find (&t, 1)->new_number == 1);
  CHECK (partitions_add (&t, 60032, 70000, &err) == 0);
  CHECK (t.list[3].new_number == 15 && t.list[3].new_size == 9968);
}

static void
test_mbr (void)
{
  struct error err = ERROR_INIT;

  parse (mbr, 300000);
  CHECK (!t.gpt && t.nr == 5);
  CHECK (partitions_find (&t, 2)->extended && partitions_find (&t, 5)->logical);
  plan ();
  is_at (1, 63, 20000);
  is_at (2, 20096, 60000);
  is_at (5, 20224, 10000);
  is_at (6, 30336, 20000);
  is_at (3, 80128, 5000);

  /* A logical one grows, and the extended one with it. */
  partitions_find (&t, 5)->want = 60000;
  plan ();
  is_at (5, 20224, 60000);
  is_at (6, 80256, 20000);
  is_at (2, 20096, 80256 + 20000 - 20096);
  is_at (3, 100352, 5000);
  partitions_find (&t, 5)->want = 10000;
  CHECK (partitions_fit (&t, &room, partitions_find (&t, 6), &err) == 0);
  CHECK (partitions_find (&t, 3)->new_size == 5000);
  CHECK (plan () <= 299904 && plan () + 128 > 299904);

  /* The first one moves where that is wanted. */
  parse (mbr, 300000);
  room.align_first = true;
  plan ();
  is_at (1, 128, 20000);

  /* Logical ones are numbered without gaps; what goes below 5 does not matter. */
  partitions_find (&t, 5)->deleted = true;
  partitions_find (&t, 1)->deleted = true;
  plan ();
  CHECK (partitions_find (&t, 6)->new_number == 5);
  CHECK (partitions_find (&t, 2)->new_number == 1);
  is_at (6, 40192, 20000);

  /* Numbers of an MBR have 32 bits. */
  parse (mbr, UINT64_C (1) << 40);
  CHECK (partitions_limit (&t, &room) == 0xffffffff / 128 * 128);
  partitions_find (&t, 3)->want = UINT64_C (1) << 33;
  {
    uint64_t end;
    CHECK (partitions_plan (&t, &room, &end, &err) == -1);
  }
  CHECK (err.errnum == EOVERFLOW);
  error_clear (&err);
  parse (mbr, 300000);
  CHECK (partitions_add (&t, 200000, 300000, &err) == 0);
  CHECK (partitions_add (&t, 200000, 300000, &err) == -1);
  CHECK (err.errnum == ENOSPC);
  error_clear (&err);
}

static void
test_bad (void)
{
  static const char *const bad[] = {
    "", "label: sun\n\n", "/dev/sda1 : start=1, size=2\n",
    "label: gpt\n\nnonsense\n", "label: gpt\n\n/dev/sda : start=1, size=1\n",
    "label: gpt\n\n/dev/sda1 : start=1\n",
    "label: gpt\n\n/dev/sda1 : start=-1, size=1\n",
    "label: gpt\n\n/dev/sda1 : start=1, size=0\n",
    "label: gpt\n\n/dev/sda1 : start=99999999999999999999, size=1\n",
    "label: gpt\n\n/dev/sda0 : start=1, size=1\n",
    "label: gpt\n\n/dev/sda99999 : start=1, size=1\n",
    "label: gpt\n\n/dev/sda1 : start=1, size=1\n/dev/sda1 : start=2, size=1\n",
  };
  size_t i;

  for (i = 0; i < sizeof bad / sizeof bad[0]; ++i) {
    struct partitions p = PARTITIONS_INIT;
    struct error err = ERROR_INIT;

    if (partitions_parse (bad[i], &p, &err) != -1) {
      fprintf (stderr, "accepted: %s\n", bad[i]);
      exit (EXIT_FAILURE);
    }
    CHECK (p.nr == 0 && err.message);
    error_clear (&err);
  }
}

int
main (void)
{
  test_gpt ();
  test_mbr ();
  test_bad ();
  partitions_release (&t);
  return EXIT_SUCCESS;
}
