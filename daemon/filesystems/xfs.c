/* xfs: its geometry, growing, repairing and changing it.
 *
 * The geometry is what the programs print, of a mounted filesystem xfs_spaceman
 * and of others xfs_db:
 *
 *   data     =                       bsize=4096   blocks=102400, imaxpct=25
 *            =                       sunit=0      swidth=0 blks
 *   log      =internal log           bsize=4096   blocks=16384, version=2
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <uuid/uuid.h>

#include "actions.h"
#include "command.h"
#include "device.h"
#include "guestpath.h"
#include "mounts.h"
#include "strbuf.h"
#include "strlist.h"
#include "xfstext.h"

static bool
is_device (const char *pathordevice)
{
  struct stat st;

  return is_device_name (pathordevice) && stat (pathordevice, &st) == 0
         && S_ISBLK (st.st_mode);
}

/* Where a device is mounted, as a path of the appliance; NULL where it is
 * not. */
static char *
mounted_at (const char *device)
{
  CLEANUP_MOUNTS struct guest_mounts list = GUEST_MOUNTS_INIT;
  const struct guest_mount *m;

  if (mounts_read (&list, NULL) == -1)
    return NULL;
  m = mounts_find_source (&list, device);
  return m ? guest_sysroot_path (m->target, NULL) : NULL;
}

/* The path of the appliance of something on a mounted filesystem. */
static char *
program_path (const char *path, struct error *err)
{
  CLEANUP_CLOSE int fd = guest_open (path, O_RDONLY | O_NONBLOCK, 0, err);

  return fd == -1 ? NULL : guest_program_path (fd, path, err);
}

static int
read_info (const char *pathordevice, struct strlist *ret, struct error *err)
{
  bool device = is_device (pathordevice);
  CLEANUP_FREE char *path = device ? mounted_at (pathordevice)
    : program_path (pathordevice, err);
  CLEANUP_FREE char *text = NULL;
  int r;

  if (!device && !path)
    return -1;
  if (path)
    r = run (&text, err, "xfs_spaceman", "-p", "xfs_info", "-c", "info", path,
             NULL);
  else
    r = run (&text, err, "xfs_db", "-r", "-p", "xfs_info", "-c", "info",
             pathordevice, NULL);
  if (r == -1)
    return -1;
  if (xfs_parse_info (text, ret) == -1)
    return error_errno (err, "%s", pathordevice);
  if (ret->len == 0)
    return error_set (err, EIO, "%s: the program says nothing that is known",
                      pathordevice);
  return 0;
}

char **
do_xfs_info2 (const char *pathordevice, struct error *err)
{
  CLEANUP_STRLIST struct strlist info = STRLIST_INIT;
  char **ret;

  if (read_info (pathordevice, &info, err) == -1)
    return NULL;
  ret = strlist_take (&info);
  if (!ret)
    error_errno (err, "%s", pathordevice);
  return ret;
}

struct guestfs_xfsinfo *
do_xfs_info (const char *pathordevice, struct error *err)
{
  CLEANUP_STRLIST struct strlist info = STRLIST_INIT;
  struct guestfs_xfsinfo *ret;

  if (read_info (pathordevice, &info, err) == -1)
    return NULL;
  ret = xfs_fill_info (&info);
  if (!ret)
    error_errno (err, "%s", pathordevice);
  return ret;
}

/* ---- growing --------------------------------------------------------------- */

struct number_option {
  uint64_t bit;
  const char *option, *what;
  int64_t value;
};

static int
add_numbers (struct strlist *argv, uint64_t bitmask,
             const struct number_option *options, size_t n, struct error *err)
{
  size_t i;

  for (i = 0; i < n; ++i) {
    const struct number_option *o = &options[i];

    if (!(bitmask & o->bit))
      continue;
    if (o->value < 0)
      return error_set (err, EINVAL, "%s is negative: %" PRIi64, o->what,
                        o->value);
    if (strlist_addf (argv, "%s%" PRIi64, o->option, o->value) == -1)
      return error_errno (err, "xfs");
  }
  return 0;
}

#define GROW(NAME) GUESTFS_XFS_GROWFS_##NAME##_BITMASK

int
do_xfs_growfs (const char *path, const struct guestfs_xfs_growfs_argv *o,
               struct error *err)
{
  const struct number_option numbers[] = {
    { GROW (DATASIZE), "-D", "datasize", o->datasize },
    { GROW (LOGSIZE), "-L", "logsize", o->logsize },
    { GROW (RTSIZE), "-R", "rtsize", o->rtsize },
    { GROW (RTEXTSIZE), "-e", "rtextsize", o->rtextsize },
    { GROW (MAXPCT), "-m", "maxpct", o->maxpct },
  };
  CLEANUP_STRLIST struct strlist argv = STRLIST_INIT;
  CLEANUP_FREE char *real = NULL;

  if (strlist_add (&argv, "xfs_growfs") == -1
      || (o->bitmask & GROW (DATASEC) && o->datasec
          && strlist_add (&argv, "-d") == -1)
      || (o->bitmask & GROW (LOGSEC) && o->logsec
          && strlist_add (&argv, "-l") == -1)
      || (o->bitmask & GROW (RTSEC) && o->rtsec
          && strlist_add (&argv, "-r") == -1))
    return error_errno (err, "%s", path);
  if (add_numbers (&argv, o->bitmask, numbers,
                   sizeof numbers / sizeof numbers[0], err) == -1)
    return -1;
  real = program_path (path, err);
  if (!real)
    return -1;
  if (strlist_add (&argv, real) == -1)
    return error_errno (err, "%s", path);
  return runv (NULL, err, (const char *const *) argv.items);
}

/* ---- changing -------------------------------------------------------------- */

#define ADMIN(o, NAME) ((o)->bitmask & GUESTFS_XFS_ADMIN_##NAME##_BITMASK)

/* xfs_db has no quoting. */
static int
check_admin (const struct guestfs_xfs_admin_argv *o, struct error *err)
{
  static char *const words[] = {
    (char *) "nil", (char *) "generate", (char *) "rewrite",
    (char *) "restore", NULL
  };
  uuid_t uuid;

  if (ADMIN (o, LABEL)
      && (strlen (o->label) > 12 || o->label[strcspn (o->label, " \t\n\"'\\")]))
    return error_set (err, EINVAL, "\"%s\": the label of xfs has at most 12 "
                      "bytes, and no spaces and quotes", o->label);
  if (ADMIN (o, UUID) && !strings_contain (words, o->uuid)
      && uuid_parse (o->uuid, uuid) == -1)
    return error_set (err, EINVAL, "\"%s\" is not a UUID", o->uuid);
  return 0;
}

static int
add_command (struct strlist *argv, bool wanted, const char *command,
             const char *value)
{
  if (!wanted)
    return 0;
  return strlist_add (argv, "-c") == -1 ? -1
    : strlist_addf (argv, "%s%s", command, value);
}

int
do_xfs_admin (const char *device, const struct guestfs_xfs_admin_argv *o,
              struct error *err)
{
  CLEANUP_STRLIST struct strlist argv = STRLIST_INIT;
  size_t fixed;

  if (check_admin (o, err) == -1)
    return -1;
  if (strlist_add (&argv, "xfs_db") == -1 || strlist_add (&argv, "-x") == -1
      || strlist_add (&argv, "-p") == -1
      || strlist_add (&argv, "xfs_admin") == -1
      || (ADMIN (o, IMGFILE) && o->imgfile
          && strlist_add (&argv, "-f") == -1))
    return error_errno (err, "%s", device);
  fixed = argv.len;
  if (add_command (&argv, ADMIN (o, EXTUNWRITTEN) && o->extunwritten,
                   "version extflg", "") == -1
      || add_command (&argv, ADMIN (o, V2LOG) && o->v2log, "version log2",
                      "") == -1
      || add_command (&argv, ADMIN (o, PROJID32BIT) && o->projid32bit,
                      "version projid32bit", "") == -1
      || add_command (&argv, ADMIN (o, LABEL), "label ",
                      ADMIN (o, LABEL) && o->label[0] ? o->label : "--") == -1
      || add_command (&argv, ADMIN (o, UUID), "uuid ",
                      ADMIN (o, UUID) ? o->uuid : "") == -1)
    return error_errno (err, "%s", device);
  if (argv.len > fixed) {
    if (strlist_add (&argv, device) == -1)
      return error_errno (err, "%s", device);
    if (runv (NULL, err, (const char *const *) argv.items) == -1)
      return -1;
  }
  if (ADMIN (o, LAZYCOUNTER))
    return run (NULL, err, "xfs_repair", "-c",
                o->lazycounter ? "lazycount=1" : "lazycount=0", device, NULL);
  return 0;
}

/* ---- repairing ------------------------------------------------------------- */

#define REPAIR(NAME) GUESTFS_XFS_REPAIR_##NAME##_BITMASK

static int
add_device (struct strlist *argv, const char *option, const char *device,
            struct error *err)
{
  char *real = device_resolve (device, err);

  if (!real)
    return -1;
  if (strlist_add (argv, option) == -1) {
    free (real);
    return error_errno (err, "%s", device);
  }
  return strlist_add_taken (argv, real) == -1
    ? error_errno (err, "%s", device) : 0;
}

static int
add_repair_options (struct strlist *argv,
                    const struct guestfs_xfs_repair_argv *o, struct error *err)
{
  const struct number_option numbers[] = {
    { REPAIR (MAXMEM), "-m", "maxmem", o->maxmem },
    { REPAIR (IHASHSIZE), "-oihash=", "ihashsize", o->ihashsize },
    { REPAIR (BHASHSIZE), "-obhash=", "bhashsize", o->bhashsize },
    { REPAIR (AGSTRIDE), "-oag_stride=", "agstride", o->agstride },
  };

  if ((o->bitmask & REPAIR (FORCELOGZERO) && o->forcelogzero
       && strlist_add (argv, "-L") == -1)
      || (o->bitmask & REPAIR (NOMODIFY) && o->nomodify
          && strlist_add (argv, "-n") == -1)
      || (o->bitmask & REPAIR (NOPREFETCH) && o->noprefetch
          && strlist_add (argv, "-P") == -1)
      || (o->bitmask & REPAIR (FORCEGEOMETRY) && o->forcegeometry
          && strlist_add (argv, "-oforce_geometry") == -1))
    return error_errno (err, "xfs_repair");
  if (add_numbers (argv, o->bitmask, numbers,
                   sizeof numbers / sizeof numbers[0], err) == -1
      || (o->bitmask & REPAIR (LOGDEV)
          && add_device (argv, "-l", o->logdev, err) == -1)
      || (o->bitmask & REPAIR (RTDEV)
          && add_device (argv, "-r", o->rtdev, err) == -1))
    return -1;
  return 0;
}

int
do_xfs_repair (const char *device, const struct guestfs_xfs_repair_argv *o,
               struct error *err)
{
  CLEANUP_STRLIST struct strlist argv = STRLIST_INIT;
  struct command c = { .flags = COMMAND_ANY_STATUS };
  bool file = !is_device (device);
  CLEANUP_FREE char *path = file ? program_path (device, err)
    : strdup (device);
  int r;

  if (!path)
    return error_is_set (err) ? -1 : error_errno (err, "%s", device);
  if (strlist_add (&argv, "xfs_repair") == -1
      || (file && strlist_add (&argv, "-f") == -1))
    return error_errno (err, "%s", device);
  if (add_repair_options (&argv, o, err) == -1)
    return -1;
  if (strlist_add (&argv, path) == -1)
    return error_errno (err, "%s", device);
  c.argv = (const char *const *) argv.items;
  r = command_run (&c, err);
  free (c.out);
  free (c.err_out);
  return r;
}
