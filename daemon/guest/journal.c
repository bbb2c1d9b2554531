/* The systemd journal of the guest: journal_*.
 *
 * libsystemd (sd-journal) opens all files of a directory and of its
 * subdirectories named after machine IDs.  It does so by name, and follows
 * links, so it works while the guest's root is ours; later it only touches what
 * is open already.
 */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "journal.h"

#ifdef HAVE_SYSTEMD

#include <limits.h>
#include <systemd/sd-journal.h>

#include "guestfile.h"
#include "jail.h"
#include "structout.h"

static sd_journal *journal;

static int
need (struct error *err)
{
  if (!journal)
    return error_set (err, EINVAL, "no journal is open: call journal_open "
                      "first");
  return 0;
}

/* The library returns negative error numbers. */
static int
failed (const char *what, int r, struct error *err)
{
  if (r == -EADDRNOTAVAIL)
    return error_set (err, EINVAL, "%s: there is no current entry: call "
                      "journal_next first", what);
  errno = -r;
  return error_errno (err, "%s", what);
}

void
journal_forget (void)
{
  if (journal)
    sd_journal_close (journal);
  journal = NULL;
}

int
do_journal_close (struct error *err)
{
  if (need (err) == -1)
    return -1;
  journal_forget ();
  return 0;
}

int
do_journal_open (const char *directory, struct error *err)
{
  CLEANUP_JAIL struct jail jail = JAIL_INIT;
  /* An answer of its own for what is no directory. */
  CLEANUP_CLOSE int fd = file_open_dir (directory, err);
  sd_journal *opened = NULL;
  int r;

  if (fd == -1)
    return -1;
  /* The first call of a function loads the library, from the appliance. */
  sd_journal_close (NULL);
  if (jail_enter (&jail, err) == -1)
    return -1;
  r = sd_journal_open_directory (&opened, directory, 0);
  if (r < 0)
    return failed (directory, r, err);
  journal_forget ();
  journal = opened;
  return 0;
}

int
do_journal_next (struct error *err)
{
  int r;

  if (need (err) == -1)
    return -1;
  r = sd_journal_next (journal);
  return r < 0 ? failed ("journal_next", r, err) : r > 0;
}

/* The library takes and returns an int. */
int64_t
do_journal_skip (int64_t skip, struct error *err)
{
  uint64_t left = skip < 0 ? -(uint64_t) skip : (uint64_t) skip;
  int64_t moved = 0;

  if (need (err) == -1)
    return -1;
  while (left > 0) {
    uint64_t step = left < INT_MAX ? left : INT_MAX;
    int r = skip < 0 ? sd_journal_previous_skip (journal, step)
      : sd_journal_next_skip (journal, step);

    if (r < 0)
      return failed ("journal_skip", r, err);
    moved += r;
    left -= step;
    if ((uint64_t) r < step)
      break;
  }
  return moved;
}

/* One field, "NAME=value"; the value may be any bytes. */
static int
send_field (struct structout *out, const void *data, size_t len,
            struct error *err)
{
  const char *equals = memchr (data, '=', len);
  size_t name_len = equals ? equals - (const char *) data : 0;
  CLEANUP_FREE char *name = NULL;
  struct guestfs_xattr field;

  if (!equals)
    return error_set (err, EILSEQ, "journal_get: a field without a name");
  name = strndup (data, name_len);
  if (!name)
    return error_errno (err, "journal_get");
  field.attrname = name;
  field.attrval = (char *) equals + 1;
  field.attrval_len = len - name_len - 1;
  return structout_add (out, &field, err);
}

int
do_internal_journal_get (struct error *err)
{
  CLEANUP_STRUCTOUT struct structout out = STRUCTOUT_INIT (layout_xattr);
  const void *data;
  size_t len;
  int r;

  if (need (err) == -1)
    return -1;
  sd_journal_restart_data (journal);
  while ((r = sd_journal_enumerate_data (journal, &data, &len)) > 0)
    if (send_field (&out, data, len, err) == -1)
      return -1;
  if (r < 0)
    return failed ("journal_get", r, err);
  return structout_end (&out, err);
}

int64_t
do_journal_get_realtime_usec (struct error *err)
{
  uint64_t usec;
  int r;

  if (need (err) == -1)
    return -1;
  r = sd_journal_get_realtime_usec (journal, &usec);
  if (r < 0)
    return failed ("journal_get_realtime_usec", r, err);
  if (usec > INT64_MAX)
    return error_set (err, EOVERFLOW, "journal_get_realtime_usec: %llu is out "
                      "of range", (unsigned long long) usec);
  return usec;
}

int64_t
do_journal_get_data_threshold (struct error *err)
{
  size_t threshold;
  int r;

  if (need (err) == -1)
    return -1;
  r = sd_journal_get_data_threshold (journal, &threshold);
  if (r < 0)
    return failed ("journal_get_data_threshold", r, err);
  return threshold;
}

int
do_journal_set_data_threshold (int64_t threshold, struct error *err)
{
  int r;

  if (need (err) == -1)
    return -1;
  if (threshold < 0)
    return error_set (err, EINVAL, "threshold: %lld is negative",
                      (long long) threshold);
  r = sd_journal_set_data_threshold (journal, threshold);
  return r < 0 ? failed ("journal_set_data_threshold", r, err) : 0;
}

#else

#include "absent.h"

void
journal_forget (void)
{
}

ABSENT (int, -1, do_journal_open, (const char *directory, struct error *err))
ABSENT (int, -1, do_journal_close, (struct error *err))
ABSENT (int, -1, do_journal_next, (struct error *err))
ABSENT (int64_t, -1, do_journal_skip, (int64_t skip, struct error *err))
ABSENT (int, -1, do_internal_journal_get, (struct error *err))
ABSENT (int64_t, -1, do_journal_get_realtime_usec, (struct error *err))
ABSENT (int64_t, -1, do_journal_get_data_threshold, (struct error *err))
ABSENT (int, -1, do_journal_set_data_threshold,
        (int64_t threshold, struct error *err))

#endif
