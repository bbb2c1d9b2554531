/* Names of disks: see devname.h.  Pure; the names come from guests. */

#include <config.h>

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "devname.h"
#include "prefix.h"

#define NUMBER_MAX 100000

/* Digits at *p, which moves behind them; -1 where there are none. */
static int
number (const char **p)
{
  int ret = -1;

  for (; isdigit ((unsigned char) **p); ++*p) {
    ret = (ret == -1 ? 0 : ret) * 10 + (**p - '0');
    if (ret > NUMBER_MAX)
      return -1;
  }
  return ret;
}

static bool
finish (const char *name, const char *disk_end, int index, int partition,
        struct devname *ret)
{
  size_t len = disk_end - name;
  struct devname d = { .index = index, .partition = partition };

  if (index < 0 || partition < 0 || len >= sizeof d.disk)
    return false;
  memcpy (d.disk, name, len);
  *ret = d;
  return true;
}

/* "hda", "sdaa3": letters count the disks. */
static bool
by_letters (const char *name, struct devname *ret)
{
  static const char *const prefixes[] = { "hd", "sd", "vd", "xvd", "ubd" };
  size_t i;

  for (i = 0; i < sizeof prefixes / sizeof prefixes[0]; ++i) {
    const char *p = skip_prefix (name, prefixes[i]), *end;
    int index = 0;

    if (!p || !islower ((unsigned char) *p))
      continue;
    for (; islower ((unsigned char) *p); ++p) {
      index = index * 26 + (*p - 'a' + 1);
      if (index > NUMBER_MAX)
        return false;
    }
    end = p;
    if (!*p)
      return finish (name, end, index - 1, 0, ret);
    index = finish (name, end, index - 1, number (&p), ret);
    return index && !*p;
  }
  return false;
}

/* Numbered disks: the last number of the form is the disk's, or with `first`
 * the first.  Partitions follow a "p" or an "s", and letters of a BSD those. */
static const struct {
  const char *prefix;
  const char *middle; /* between two numbers; NULL: there is only one */
  bool first;
  bool letters;
} numbered[] = {
  { "cciss/c", "d", false, false }, { "ida/c", "d", false, false },
  { "rd/c", "d", false, false }, { "nvme", "n", true, false },
  { "mmcblk", NULL, true, false },
  /* FreeBSD */
  { "ada", NULL, true, true }, { "vtbd", NULL, true, true },
  { "nvd", NULL, true, true }, { "nda", NULL, true, true },
  { "xbd", NULL, true, true }, { "da", NULL, true, true },
  { "ad", NULL, true, true }, { "mmcsd", NULL, true, true },
  /* NetBSD, OpenBSD, and disks of Hurd, "sd0s1" */
  { "wd", NULL, true, true }, { "sd", NULL, true, true },
  { "ld", NULL, true, true }, { "hd", NULL, true, true },
};

/* What comes after the disk: "p2", "s1", "s1a", "a". */
static bool
partition_and_letter (const char *p, bool letters, int *ret_partition,
                      char *ret_letter)
{
  if (*p == 'p' || *p == 's') {
    ++p;
    *ret_partition = number (&p);
    if (*ret_partition < 1)
      return false;
  }
  if (letters && islower ((unsigned char) *p))
    *ret_letter = *p++;
  return *p == '\0';
}

static bool
by_number (const char *name, struct devname *ret)
{
  size_t i;

  for (i = 0; i < sizeof numbered / sizeof numbered[0]; ++i) {
    const char *p = skip_prefix (name, numbered[i].prefix), *end;
    const char *middle = numbered[i].middle;
    int first, last, partition = 0;
    char letter = '\0';

    if (!p)
      continue;
    first = last = number (&p);
    if (first == -1)
      continue;
    if (middle) {
      if (*p++ != *middle)
        return false;
      last = number (&p);
    }
    end = p;
    if (!partition_and_letter (p, numbered[i].letters, &partition, &letter)
        || !finish (name, end, numbered[i].first ? first : last, partition,
                    ret))
      return false;
    ret->letter = letter;
    return true;
  }
  return false;
}

/* Minix counts everything from 0: "c0d0p0s1", on the first controller. */
static bool
by_minix_number (const char *name, struct devname *ret)
{
  const char *p = name, *end;
  int partition = 0, sub = 0, index;

  if (*p++ != 'c' || number (&p) == -1 || *p++ != 'd')
    return false;
  index = number (&p);
  end = p;
  if (*p == 'p') {
    ++p;
    partition = number (&p) + 1;
    if (partition > 0 && *p == 's') {
      ++p;
      sub = number (&p) + 1;
      if (sub == 0)
        return false;
    }
    if (partition == 0)
      return false;
  }
  if (*p || !finish (name, end, index, partition, ret))
    return false;
  ret->sub = sub;
  return true;
}

/* NetBSD's wedges, "dk0": the partitions of a GPT disk in order, counted on over
 * the disks; those of the first one are meant. */
static bool
by_wedge (const char *name, struct devname *ret)
{
  const char *p = name + 2;
  int wedge;

  if (!has_prefix (name, "dk"))
    return false;
  wedge = number (&p);
  return wedge != -1 && !*p && finish (name, name + 2, 0, wedge + 1, ret);
}

bool
devname_parse (const char *name, struct devname *ret)
{
  if (!has_prefix (name, "/dev/"))
    return false;
  return by_letters (name + 5, ret) || by_number (name + 5, ret)
         || by_minix_number (name + 5, ret) || by_wedge (name + 5, ret);
}
