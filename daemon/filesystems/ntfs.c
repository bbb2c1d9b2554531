/* NTFS: the programs of ntfs-3g on filesystems that are not mounted. */

#include <config.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "command.h"
#include "transfer.h"

#define ARGS_MAX 12

/* These programs write some of their reasons to stdout. */
static int
run_ntfs (struct command *c, const char *device, struct error *err)
{
  int r;

  c->flags |= COMMAND_ANY_STATUS;
  r = command_run (c, err);
  if (r > 0) {
    const char *error = strstr (c->out, "ERROR"), *text = c->err_out;

    if (!text[0])
      text = error ? error : c->out;
    r = error_set (err, 0, "%s: %s: %.*s", c->argv[0], device,
                   (int) strcspn (text, "\n"), text);
  }
  free (c->out);
  free (c->err_out);
  c->out = c->err_out = NULL;
  return r;
}

int
do_ntfs_3g_probe (int rw, const char *device, struct error *err)
{
  const char *argv[] = {
    "ntfs-3g.probe", rw ? "--readwrite" : "--readonly", device, NULL
  };
  struct command c = { .argv = argv, .flags = COMMAND_ANY_STATUS };
  int r = command_run (&c, err);

  free (c.out);
  free (c.err_out);
  return r;
}

/* ---- size ------------------------------------------------------------------ */

int
do_ntfsresize (const char *device,
               const struct guestfs_ntfsresize_opts_argv *o, struct error *err)
{
  const char *argv[ARGS_MAX] = { "ntfsresize", "-P" };
  /* It asks whether to go on. */
  struct command c = { .argv = argv, .input = "y\n", .input_len = 2 };
  char size[24];
  size_t n = 2;

  if (o->bitmask & GUESTFS_NTFSRESIZE_OPTS_SIZE_BITMASK) {
    if (o->size <= 0)
      return error_set (err, EINVAL, "the size must be positive: %" PRIi64,
                        o->size);
    snprintf (size, sizeof size, "%" PRIi64, o->size);
    argv[n++] = "--size";
    argv[n++] = size;
  }
  if (o->bitmask & GUESTFS_NTFSRESIZE_OPTS_FORCE_BITMASK && o->force)
    argv[n++] = "--force";
  argv[n] = device;
  return run_ntfs (&c, device, err);
}

int
do_ntfsresize_size (const char *device, int64_t size, struct error *err)
{
  const struct guestfs_ntfsresize_opts_argv o = {
    .bitmask = GUESTFS_NTFSRESIZE_OPTS_SIZE_BITMASK, .size = size,
  };

  return do_ntfsresize (device, &o, err);
}

/* ---- repair and permissions ------------------------------------------------ */

int
do_ntfsfix (const char *device, const struct guestfs_ntfsfix_argv *o,
            struct error *err)
{
  const char *argv[ARGS_MAX] = { "ntfsfix" };
  struct command c = { .argv = argv };
  size_t n = 1;

  if (o->bitmask & GUESTFS_NTFSFIX_CLEARBADSECTORS_BITMASK
      && o->clearbadsectors)
    argv[n++] = "-b";
  argv[n] = device;
  return run_ntfs (&c, device, err);
}

int
do_ntfs_chmod (const char *device, int mode, const char *path,
               const struct guestfs_ntfs_chmod_argv *o, struct error *err)
{
  const char *argv[ARGS_MAX] = { "ntfssecaudit" };
  struct command c = { .argv = argv };
  char text[16];
  size_t n = 1;

  if (mode < 0 || mode > 0777)
    return error_set (err, EINVAL, "not a mode: 0%o", (unsigned) mode);
  if (path[0] != '/')
    return error_set (err, EINVAL, "%s: a path must start with /", path);
  snprintf (text, sizeof text, "0%o", (unsigned) mode);
  if (o->bitmask & GUESTFS_NTFS_CHMOD_RECURSIVE_BITMASK && o->recursive)
    argv[n++] = "-r";
  argv[n++] = device;
  argv[n++] = text;
  argv[n] = path;
  return run_ntfs (&c, device, err);
}

/* ---- contents -------------------------------------------------------------- */

static int
send_output (void *opaque, const void *data, size_t len, struct error *err)
{
  return send_chunk (data, len, err);
}

int
do_ntfscat_i (const struct mountable *mountable, int64_t inode,
              struct error *err)
{
  const char *device = mountable->device;
  char number[24];
  const char *argv[] = { "ntfscat", "-q", "-i", number, device, NULL };
  struct command c = { .argv = argv, .sink = send_output };

  if (inode < 0)
    return error_set (err, EINVAL, "the number of an inode is negative: %"
                      PRIi64, inode);
  snprintf (number, sizeof number, "%" PRIi64, inode);
  return run_ntfs (&c, device, err) == -1 ? -1 : send_end (err);
}

#define CLONE(o, NAME)                                                  \
  ((o)->bitmask & GUESTFS_NTFSCLONE_OUT_##NAME##_BITMASK)

int
do_ntfsclone_out (const char *device,
                  const struct guestfs_ntfsclone_out_argv *o,
                  struct error *err)
{
  const char *argv[ARGS_MAX] = { "ntfsclone", "-o", "-" };
  struct command c = { .argv = argv, .sink = send_output };
  size_t n = 3;

  /* Only the metadata has a form of its own, which is not an image. */
  argv[n++] = "--save-image";
  if (CLONE (o, METADATAONLY) && o->metadataonly)
    argv[n++] = "--metadata";
  if (CLONE (o, RESCUE) && o->rescue)
    argv[n++] = "--rescue";
  if (CLONE (o, IGNOREFSCHECK) && o->ignorefscheck)
    argv[n++] = "--ignore-fs-check";
  if (CLONE (o, PRESERVETIMESTAMPS) && o->preservetimestamps)
    argv[n++] = "--preserve-timestamps";
  if (CLONE (o, FORCE) && o->force)
    argv[n++] = "--force";
  argv[n] = device;
  return run_ntfs (&c, device, err) == -1 ? -1 : send_end (err);
}

static ssize_t
receive_input (void *opaque, void *buf, size_t len, struct error *err)
{
  return receive_some (buf, len, err);
}

int
do_ntfsclone_in (const char *device, struct error *err)
{
  const char *argv[] = {
    "ntfsclone", "-q", "-O", device, "--restore-image", "-", NULL
  };
  struct command c = { .argv = argv, .source = receive_input };

  return run_ntfs (&c, device, err);
}
