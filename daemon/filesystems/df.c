/* df and df_h: the space of what is mounted. */

#include <config.h>

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>

#include "actions.h"
#include "guestpath.h"
#include "mounts.h"
#include "strbuf.h"

/* "1.5G", "12M": at most three digits, rounded up, as df does it. */
static void
human (uint64_t bytes, char *buf, size_t size)
{
  static const char units[] = " KMGTPE";
  double value = bytes;
  size_t unit = 0;
  uint64_t whole;

  while (value >= 1024 && unit < sizeof units - 2) {
    value /= 1024;
    ++unit;
  }
  whole = value;
  if (unit == 0)
    snprintf (buf, size, "%" PRIu64, bytes);
  else if (value * 10 <= 99) {
    uint64_t tenths = value * 10;

    tenths += tenths < value * 10;
    snprintf (buf, size, "%" PRIu64 ".%" PRIu64 "%c", tenths / 10,
              tenths % 10, units[unit]);
  }
  else
    snprintf (buf, size, "%" PRIu64 "%c", whole + (whole < value),
              units[unit]);
}

static void
format_size (uint64_t blocks, uint64_t block_size, bool for_people, char *buf,
             size_t size)
{
  if (for_people)
    human (blocks * block_size, buf, size);
  else
    snprintf (buf, size, "%" PRIu64, (blocks * block_size + 1023) / 1024);
}

static int
add_row (struct strbuf *out, const struct guest_mount *m, bool for_people,
         struct error *err)
{
  CLEANUP_CLOSE int fd = guest_open (m->target, O_PATH, 0, err);
  char total[24], used[24], available[24], percent[24] = "-";
  uint64_t in_use, all;
  struct statvfs st;

  if (fd == -1)
    return -1;
  if (fstatvfs (fd, &st) == -1)
    return error_errno (err, "%s", m->target);
  in_use = st.f_blocks - st.f_bfree;
  all = in_use + st.f_bavail;
  format_size (st.f_blocks, st.f_frsize, for_people, total, sizeof total);
  format_size (in_use, st.f_frsize, for_people, used, sizeof used);
  format_size (st.f_bavail, st.f_frsize, for_people, available,
               sizeof available);
  if (all > 0)
    snprintf (percent, sizeof percent, "%.0f%%",
              (double) (uint64_t) ((100.0 * in_use + all - 1) / all));
  if (strbuf_addf (out, for_people ? "%-15s %5s %5s %5s %4s %s\n"
                   : "%-15s %10s %10s %10s %4s %s\n", m->source, total, used,
                   available, percent, m->target) == -1)
    return error_errno (err, "df");
  return 0;
}

static char *
space (bool for_people, struct error *err)
{
  CLEANUP_MOUNTS struct guest_mounts list = GUEST_MOUNTS_INIT;
  CLEANUP_STRBUF struct strbuf out = STRBUF_INIT;
  size_t i;
  char *ret;

  if (mounts_read (&list, err) == -1)
    return NULL;
  if (strbuf_addf (&out, for_people
                   ? "%-15s %5s %5s %5s %4s %s\n"
                   : "%-15s %10s %10s %10s %4s %s\n",
                   "Filesystem", for_people ? "Size" : "1K-blocks", "Used",
                   for_people ? "Avail" : "Available", "Use%",
                   "Mounted on") == -1) {
    error_errno (err, "df");
    return NULL;
  }
  for (i = 0; i < list.len; ++i)
    if (add_row (&out, &list.ptr[i], for_people, err) == -1)
      return NULL;
  ret = strbuf_take (&out);
  if (!ret)
    error_errno (err, "df");
  return ret;
}

char *
do_df (struct error *err)
{
  return space (false, err);
}

char *
do_df_h (struct error *err)
{
  return space (true, err);
}
