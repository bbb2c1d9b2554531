/* Adding drives to a handle (guestfs_add_drive and its relatives).
 *
 * Everything that can be known without reading the image is checked here, so
 * that mistakes are reported by the call that makes them.
 */

#include <config.h>

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "impl.h"
#include "drives.h"
#include "image-file.h"
#include "remote.h"
#include "settings.h"
#include "storage.h"

typedef struct guestfs_add_drive_opts_argv drive_options;

#define OPTION(opts, NAME) \
  ((opts)->bitmask & GUESTFS_ADD_DRIVE_OPTS_##NAME##_BITMASK)

void
drive_free (struct drive *d)
{
  if (!d)
    return;
  if (d->scratch_fd >= 0)
    close (d->scratch_fd);
  free (d->path);
  remote_free (d->remote);
  free (d->format);
  free (d->label);
  free (d->name);
  free (d->cachemode);
  free (d->discard);
  free (d);
}

static void
cleanup_drive (struct drive **d)
{
  drive_free (*d);
}

#define CLEANUP_DRIVE CLEANUP (cleanup_drive)

void
drives_truncate (guestfs_h *g, size_t len)
{
  while (g->drives.len > len)
    drive_free (g->drives.ptr[--g->drives.len]);
}

void
drives_clear (guestfs_h *g)
{
  drives_truncate (g, 0);
}

const char *
drive_display_name (const struct drive *d)
{
  if (d->remote)
    return d->remote->display;
  return d->path ? d->path : "scratch drive";
}

/* --- checks of the options ------------------------------------------------- */

static bool
is_word (const char *str, const char *more)
{
  const char *p;

  for (p = str; *p; ++p)
    if (!isalnum ((unsigned char) *p) && !strchr (more, *p))
      return false;
  return p > str;
}

static bool
is_one_of (const char *str, const char *const *list)
{
  for (; *list; ++list)
    if (strcmp (str, *list) == 0)
      return true;
  return false;
}

static bool
is_remote (const drive_options *o)
{
  return OPTION (o, PROTOCOL) && !remote_is_file (o->protocol);
}

static int
check_local (const drive_options *o, struct error *err)
{
  if (is_remote (o))
    return 0;
  if (OPTION (o, SERVER) && o->server[0])
    return error_set (err, EINVAL, "server can only be given for a protocol "
                      "other than file");
  if (OPTION (o, USERNAME) || OPTION (o, SECRET))
    return error_set (err, EINVAL, "username and secret can only be given for "
                      "a protocol other than file");
  return 0;
}

static int
check_format (const char *format, struct error *err)
{
  if (strcmp (format, "raw") == 0 || strcmp (format, "qcow2") == 0
      || storage_knows_format (format))
    return 0;
  if (!is_word (format, "-_"))
    return error_set (err, EINVAL, "format must be the name of an image "
                      "format");
  return error_set (err, ENOTSUP, "image format %s is not supported",
                    format);
}

static int
check_label (const char *label, struct error *err)
{
  if (strlen (label) > 20 || !is_word (label, "-_"))
    return error_set (err, EINVAL, "label must be 1 to 20 letters, digits, "
                      "'-' or '_'");
  return 0;
}

static int
check_blocksize (int blocksize, struct error *err)
{
  if (blocksize != 0 && blocksize != 512 && blocksize != 4096)
    return error_set (err, EINVAL, "blocksize must be 512 or 4096");
  return 0;
}

static int
check_modes (const drive_options *o, struct error *err)
{
  static const char *const cachemodes[] = { "writeback", "unsafe", NULL };
  static const char *const discards[]
    = { "disable", "enable", "besteffort", "zero", NULL };

  if (OPTION (o, CACHEMODE) && !is_one_of (o->cachemode, cachemodes))
    return error_set (err, EINVAL, "cachemode must be writeback or unsafe");
  if (OPTION (o, DISCARD) && !is_one_of (o->discard, discards))
    return error_set (err, EINVAL, "discard must be disable, enable, "
                      "besteffort or zero");
  if (OPTION (o, DISCARD) && OPTION (o, READONLY) && o->readonly
      && strcmp (o->discard, "enable") == 0)
    return error_set (err, EINVAL, "discard cannot be enabled for a read-only "
                      "drive");
  return 0;
}

static int
check_options (const drive_options *o, struct error *err)
{
  if (check_local (o, err) == -1 || check_modes (o, err) == -1)
    return -1;
  if (OPTION (o, FORMAT) && check_format (o->format, err) == -1)
    return -1;
  if (OPTION (o, IFACE) && !is_word (o->iface, "-_"))
    return error_set (err, EINVAL, "iface must be the name of an interface");
  if (OPTION (o, LABEL) && check_label (o->label, err) == -1)
    return -1;
  return OPTION (o, BLOCKSIZE) ? check_blocksize (o->blocksize, err) : 0;
}

/* --- adding ------------------------------------------------------------------ */

static int
check_room (guestfs_h *g, const char *call, struct error *err)
{
  if (g->state != STATE_CONFIG)
    return error_set (err, EINVAL, "%s: drives can only be added before "
                      "launch", call);
  if (g->drives.len >= DRIVES_MAX)
    return error_set (err, EINVAL, "%s: there can be at most %d drives",
                      call, DRIVES_MAX);
  return 0;
}

static struct drive *
new_drive (const drive_options *o, struct error *err)
{
  CLEANUP_DRIVE struct drive *d = calloc (1, sizeof *d);

  if (d) {
    d->scratch_fd = -1;
    d->format = strdup (OPTION (o, FORMAT) ? o->format : "");
    d->cachemode = strdup (OPTION (o, CACHEMODE) ? o->cachemode : "writeback");
    d->discard = strdup (OPTION (o, DISCARD) ? o->discard : "disable");
    d->label = OPTION (o, LABEL) ? strdup (o->label) : NULL;
    d->name = OPTION (o, NAME) ? strdup (o->name) : NULL;
    d->readonly = OPTION (o, READONLY) && o->readonly;
    d->blocksize = OPTION (o, BLOCKSIZE) && o->blocksize ? o->blocksize : 512;
  }
  if (!d || !d->format || !d->cachemode || !d->discard
      || (OPTION (o, LABEL) && !d->label) || (OPTION (o, NAME) && !d->name)) {
    error_errno (err, "adding a drive");
    return NULL;
  }
  return TAKE_PTR (d);
}

/* Takes the drive. */
static int
append_drive (guestfs_h *g, struct drive *d, struct error *err)
{
  if (drive_vector_append (&g->drives, d) == -1) {
    error_errno (err, "adding a drive");
    drive_free (d);
    return -1;
  }
  return 0;
}

/* The name /dev/null stands for a small empty disk. */
static int
add_null_drive (guestfs_h *g, const drive_options *o, struct error *err)
{
  CLEANUP_DRIVE struct drive *d = NULL;

  if (OPTION (o, FORMAT) && strcmp (o->format, "raw") != 0)
    return error_set (err, EINVAL, "for /dev/null the format must be raw");
  d = new_drive (o, err);
  if (!d)
    return -1;
  free (d->format);
  d->format = strdup ("raw");
  d->readonly = false;
  d->scratch_fd = image_file_temporary (&g->settings, 4096, err);
  if (!d->format || d->scratch_fd == -1)
    return error_errno (err, "adding a drive");
  return append_drive (g, TAKE_PTR (d), err);
}

static int
add_remote_drive (guestfs_h *g, const char *name, const drive_options *o,
                  struct error *err)
{
  CLEANUP_DRIVE struct drive *d = new_drive (o, err);

  if (!d)
    return -1;
  d->path = strdup (name);
  if (!d->path)
    return error_errno (err, "adding a drive");
  d->remote = remote_new (o->protocol, name,
                          OPTION (o, SERVER) ? o->server : NULL,
                          OPTION (o, USERNAME) ? o->username : NULL,
                          OPTION (o, SECRET) ? o->secret : NULL, err);
  return d->remote ? append_drive (g, TAKE_PTR (d), err) : -1;
}

int
impl_add_drive (guestfs_h *g, const char *filename,
                const drive_options *optargs, struct error *err)
{
  CLEANUP_DRIVE struct drive *d = NULL;

  if (check_room (g, "add_drive", err) == -1
      || check_options (optargs, err) == -1)
    return -1;
  if (is_remote (optargs))
    return add_remote_drive (g, filename, optargs, err);
  if (!*filename)
    return error_set (err, EINVAL, "the filename is empty");
  if (strcmp (filename, "/dev/null") == 0)
    return add_null_drive (g, optargs, err);

  d = new_drive (optargs, err);
  if (!d)
    return -1;
  d->path = image_file_absolute (filename, err);
  if (!d->path || image_file_check (d->path, d->readonly, err) == -1)
    return -1;
  return append_drive (g, TAKE_PTR (d), err);
}

int
impl_add_drive_ro (guestfs_h *g, const char *filename, struct error *err)
{
  const drive_options o = {
    .bitmask = GUESTFS_ADD_DRIVE_OPTS_READONLY_BITMASK,
    .readonly = 1,
  };

  return impl_add_drive (g, filename, &o, err);
}

int
impl_add_cdrom (guestfs_h *g, const char *filename, struct error *err)
{
  return impl_add_drive_ro (g, filename, err);
}

int
impl_add_drive_with_if (guestfs_h *g, const char *filename, const char *iface,
                        struct error *err)
{
  const drive_options o = {
    .bitmask = GUESTFS_ADD_DRIVE_OPTS_IFACE_BITMASK,
    .iface = iface,
  };

  return impl_add_drive (g, filename, &o, err);
}

int
impl_add_drive_ro_with_if (guestfs_h *g, const char *filename,
                           const char *iface, struct error *err)
{
  const drive_options o = {
    .bitmask = GUESTFS_ADD_DRIVE_OPTS_IFACE_BITMASK
      | GUESTFS_ADD_DRIVE_OPTS_READONLY_BITMASK,
    .iface = iface,
    .readonly = 1,
  };

  return impl_add_drive (g, filename, &o, err);
}

int
impl_add_drive_scratch (guestfs_h *g, int64_t size,
                        const struct guestfs_add_drive_scratch_argv *optargs,
                        struct error *err)
{
  CLEANUP_DRIVE struct drive *d = NULL;
  drive_options o = {
    .bitmask = GUESTFS_ADD_DRIVE_OPTS_FORMAT_BITMASK
      | GUESTFS_ADD_DRIVE_OPTS_CACHEMODE_BITMASK
      | GUESTFS_ADD_DRIVE_OPTS_DISCARD_BITMASK,
    .format = "raw",
    .cachemode = "unsafe",
    .discard = "besteffort",
  };

  if (optargs->bitmask & GUESTFS_ADD_DRIVE_SCRATCH_NAME_BITMASK) {
    o.bitmask |= GUESTFS_ADD_DRIVE_OPTS_NAME_BITMASK;
    o.name = optargs->name;
  }
  if (optargs->bitmask & GUESTFS_ADD_DRIVE_SCRATCH_LABEL_BITMASK) {
    o.bitmask |= GUESTFS_ADD_DRIVE_OPTS_LABEL_BITMASK;
    o.label = optargs->label;
  }
  if (optargs->bitmask & GUESTFS_ADD_DRIVE_SCRATCH_BLOCKSIZE_BITMASK) {
    o.bitmask |= GUESTFS_ADD_DRIVE_OPTS_BLOCKSIZE_BITMASK;
    o.blocksize = optargs->blocksize;
  }
  if (check_room (g, "add_drive_scratch", err) == -1
      || check_options (&o, err) == -1)
    return -1;
  if (size < 512)
    return error_set (err, EINVAL, "the size of a scratch drive must be at "
                      "least 512 bytes");
  d = new_drive (&o, err);
  if (!d)
    return -1;
  d->scratch_fd = image_file_temporary (&g->settings, size, err);
  if (d->scratch_fd == -1)
    return -1;
  return append_drive (g, TAKE_PTR (d), err);
}

int
impl_remove_drive (guestfs_h *g, const char *label, struct error *err)
{
  size_t i;

  if (g->state != STATE_CONFIG)
    return error_set (err, EINVAL, "remove_drive: drives can only be removed "
                      "before launch");
  for (i = 0; i < g->drives.len; ++i) {
    struct drive *d = g->drives.ptr[i];

    if (!d->label || strcmp (d->label, label) != 0)
      continue;
    drive_free (d);
    memmove (&g->drives.ptr[i], &g->drives.ptr[i + 1],
             (g->drives.len - i - 1) * sizeof g->drives.ptr[0]);
    g->drives.len--;
    return 0;
  }
  return error_set (err, ENOENT, "there is no drive with label %s", label);
}
