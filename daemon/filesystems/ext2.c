/* Checking, resizing and tuning of ext2, ext3 and ext4 with the programs of
 * e2fsprogs, checking of others with fsck.TYPE, and growing f2fs. */

#include <config.h>

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "command.h"
#include "strlist.h"

/* --- checking --------------------------------------------------------------- */

/* Exit status of fsck programs: 1 and 2 mean "there were errors, and they have
 * been corrected". */
#define CORRECTED 3

int
do_e2fsck (const char *device, const struct guestfs_e2fsck_argv *o,
           struct error *err)
{
  const char *argv[] = { "e2fsck", "-f", "-p", device, NULL };
  struct command c = { .argv = argv, .flags = COMMAND_ANY_STATUS };
  int chosen = 0, status;

  if ((o->bitmask & GUESTFS_E2FSCK_CORRECT_BITMASK) && o->correct)
    ++chosen;
  if ((o->bitmask & GUESTFS_E2FSCK_FORCEALL_BITMASK) && o->forceall) {
    argv[2] = "-y";
    ++chosen;
  }
  if ((o->bitmask & GUESTFS_E2FSCK_FORCENO_BITMASK) && o->forceno) {
    argv[2] = "-n";
    ++chosen;
  }
  if (chosen > 1)
    return error_set (err, EINVAL, "only one of correct, forceall and forceno "
                      "can be given");
  /* Without any of them e2fsck would ask, and nobody is there to answer. */
  status = command_run (&c, err);
  if (status > 0 && (status & ~CORRECTED) != 0)
    error_set (err, EIO, "%s: %s%s", device, c.out ? c.out : "",
               c.err_out ? c.err_out : "");
  free (c.out);
  free (c.err_out);
  return status == -1 || (status & ~CORRECTED) != 0 ? -1 : 0;
}

int
do_e2fsck_f (const char *device, struct error *err)
{
  struct guestfs_e2fsck_argv o = {
    .bitmask = GUESTFS_E2FSCK_CORRECT_BITMASK, .correct = 1,
  };

  return do_e2fsck (device, &o, err);
}

/* Part of the name of a program: it must not lead anywhere else. */
static int
check_type (const char *fstype, struct error *err)
{
  const char *p;

  for (p = fstype; *p; ++p)
    if (!isalnum ((unsigned char) *p) && *p != '_')
      break;
  if (!fstype[0] || *p)
    return error_set (err, EINVAL, "unknown filesystem type \"%s\"", fstype);
  return 0;
}

int
do_fsck (const char *fstype, const char *device, struct error *err)
{
  CLEANUP_FREE char *program = NULL;
  const char *argv[] = { NULL, "-a", device, NULL };
  struct command c = { .argv = argv, .flags = COMMAND_ANY_STATUS };
  int status;

  if (check_type (fstype, err) == -1)
    return -1;
  if (asprintf (&program, "fsck.%s", fstype) < 0) {
    program = NULL;
    return error_errno (err, "fsck");
  }
  if (!have_program (program))
    return error_set (err, ENOTSUP, "the appliance has no %s", program);
  argv[0] = program;
  status = command_run (&c, err);
  free (c.out);
  free (c.err_out);
  return status;
}

/* --- resizing ---------------------------------------------------------------- */

int
do_resize2fs (const char *device, struct error *err)
{
  return run (NULL, err, "resize2fs", device, NULL);
}

int
do_resize2fs_M (const char *device, struct error *err)
{
  return run (NULL, err, "resize2fs", "-M", device, NULL);
}

int
do_resize2fs_size (const char *device, int64_t size, struct error *err)
{
  char text[32];

  if (size <= 0 || size % 1024 != 0)
    return error_set (err, EINVAL, "a size must be a positive multiple of 1024 "
                      "bytes: %" PRIi64, size);
  snprintf (text, sizeof text, "%" PRIi64 "K", size / 1024);
  return run (NULL, err, "resize2fs", device, text, NULL);
}

int
do_f2fs_expand (const char *device, struct error *err)
{
  return run (NULL, err, "resize.f2fs", device, NULL);
}

/* --- tuning ------------------------------------------------------------------ */

typedef const struct guestfs_tune2fs_argv options;

#define GIVEN(o, name) ((o)->bitmask & GUESTFS_TUNE2FS_##name##_BITMASK)

static int
tune_numbers (struct strlist *argv, options *o, struct error *err)
{
  const struct {
    uint64_t given;
    const char *option, *name;
    int64_t value, minimum;
    const char *suffix;
  } table[] = {
    { GIVEN (o, MAXMOUNTCOUNT), "-c", "maxmountcount", o->maxmountcount, -1,
      "" },
    { GIVEN (o, MOUNTCOUNT), "-C", "mountcount", o->mountcount, 0, "" },
    { GIVEN (o, GROUP), "-g", "group", o->group, 0, "" },
    { GIVEN (o, INTERVALBETWEENCHECKS), "-i", "intervalbetweenchecks",
      o->intervalbetweenchecks, 0, "s" },
    { GIVEN (o, RESERVEDBLOCKSPERCENTAGE), "-m", "reservedblockspercentage",
      o->reservedblockspercentage, 0, "" },
    { GIVEN (o, RESERVEDBLOCKSCOUNT), "-r", "reservedblockscount",
      o->reservedblockscount, 0, "" },
    { GIVEN (o, USER), "-u", "user", o->user, 0, "" },
  };
  size_t i;

  for (i = 0; i < sizeof table / sizeof table[0]; ++i) {
    if (!table[i].given)
      continue;
    if (table[i].value < table[i].minimum)
      return error_set (err, EINVAL, "%s must not be negative: %" PRIi64,
                        table[i].name, table[i].value);
    if (strlist_add (argv, table[i].option) == -1
        || strlist_addf (argv, "%" PRIi64 "%s", table[i].value,
                         table[i].suffix) == -1)
      return error_errno (err, "tune2fs");
  }
  return 0;
}

static int
tune_texts (struct strlist *argv, options *o, struct error *err)
{
  static const char *const behaviors[] = {
    "continue", "remount-ro", "panic", NULL
  };
  int r = 0;

  if (GIVEN (o, ERRORBEHAVIOR)
      && !strings_contain ((char *const *) behaviors, o->errorbehavior))
    return error_set (err, EINVAL, "errorbehavior is one of continue, "
                      "remount-ro, panic: \"%s\"", o->errorbehavior);
  if (GIVEN (o, FORCE) && o->force)
    r |= strlist_add (argv, "-f");
  if (GIVEN (o, ERRORBEHAVIOR)) {
    r |= strlist_add (argv, "-e");
    r |= strlist_add (argv, o->errorbehavior);
  }
  if (GIVEN (o, LASTMOUNTEDDIRECTORY)) {
    r |= strlist_add (argv, "-M");
    r |= strlist_add (argv, o->lastmounteddirectory);
  }
  return r ? error_errno (err, "tune2fs") : 0;
}

int
do_tune2fs (const char *device, options *optargs, struct error *err)
{
  CLEANUP_STRLIST struct strlist argv = STRLIST_INIT;

  if (strlist_add (&argv, "tune2fs") == -1)
    return error_errno (err, "tune2fs");
  if (tune_numbers (&argv, optargs, err) == -1
      || tune_texts (&argv, optargs, err) == -1)
    return -1;
  if (strlist_add (&argv, device) == -1)
    return error_errno (err, "tune2fs");
  return runv (NULL, err, (const char *const *) argv.items);
}

/* One "Name:      value" line; other lines are skipped. */
static int
add_line (struct strlist *ret, char *line)
{
  char *colon = strchr (line, ':');
  const char *value;

  if (!colon)
    return 0;
  *colon = '\0';
  value = colon + 1 + strspn (colon + 1, " \t");
  if (strcmp (value, "<none>") == 0 || strcmp (value, "<not available>") == 0)
    value = "";
  return strlist_add (ret, line) | strlist_add (ret, value);
}

char **
do_tune2fs_l (const char *device, struct error *err)
{
  CLEANUP_FREE char *out = NULL;
  CLEANUP_STRLIST struct strlist ret = STRLIST_INIT;
  char *rest, *line, **list;

  if (run (&out, err, "tune2fs", "-l", device, NULL) == -1)
    return NULL;
  rest = out;
  (void) strsep (&rest, "\n"); /* the version of tune2fs */
  while ((line = strsep (&rest, "\n")))
    if (add_line (&ret, line) != 0) {
      error_errno (err, "tune2fs");
      return NULL;
    }
  list = strlist_take (&ret);
  if (!list)
    error_errno (err, "tune2fs");
  return list;
}
