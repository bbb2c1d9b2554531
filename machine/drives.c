/* Drives: from the message that describes one to a virtio device. */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "block/nbd.h"
#include "session.h"

/* Virtio devices are few on a machine: the rest is for console and rng. */
#define MAX_DRIVES (MACHINE_MAX_DEVICES - MACHINE_FIRST_DRIVE)

static void
drive_free (struct drive *d)
{
  if (!d)
    return;
  cleanup_close (&d->image_fd);
  cleanup_close (&d->scratch_fd);
  free (d->name);
  free (d->format);
  free (d->serial);
  free (d->export_name);
  free (d);
}

static char *
get_string (const struct control_message *m, const char *key)
{
  const char *value = control_get (m, key);

  return strdup (value ? value : "");
}

int
drive_add (struct session *s, struct control_message *m, struct error *err)
{
  const char *cache = control_get (m, "cachemode");
  const char *discard = control_get (m, "discard");
  const char *protocol = control_get (m, "protocol");
  int64_t block_size = control_get_int (m, "blocksize", 512);
  struct drive *d;

  if (control_get_int (m, "index", -1) != (int64_t) s->drives.len
      || s->drives.len >= MAX_DRIVES)
    return error_set (err, EPROTO, "drive messages out of order, or too many");
  if (block_size != 512 && block_size != 4096)
    return error_set (err, EINVAL, "block size must be 512 or 4096");
  d = calloc (1, sizeof *d);
  if (!d)
    return error_errno (err, "drive");
  d->session = s;
  d->index = s->drives.len;
  d->name = get_string (m, "name");
  d->format = get_string (m, "format");
  d->serial = get_string (m, "serial");
  d->export_name = get_string (m, "export");
  d->is_nbd = protocol && strcmp (protocol, "nbd") == 0;
  d->readonly = control_get_int (m, "readonly", 0);
  d->unsafe = cache && strcmp (cache, "unsafe") == 0;
  d->discard = discard && strcmp (discard, "disable") != 0;
  d->discard_zeroes = discard && strcmp (discard, "zero") == 0;
  d->block_size = block_size;
  d->image_fd = control_take_fd (m, 0);
  d->scratch_fd = control_take_fd (m, 1);
  if (!d->name || !d->format || !d->serial || !d->export_name
      || drive_vector_append (&s->drives, d) == -1) {
    drive_free (d);
    return error_errno (err, "drive");
  }
  if (d->image_fd == -1)
    return error_set (err, EPROTO, "drive message without an image");
  return 0;
}

/* Take the answer to a question for a descriptor: it, or -1. */
static int
take_reply (struct control_message *m, const char *type, const char *what,
            char **ret_name, struct error *err)
{
  const char *opened = control_get (m, "name");
  int errnum = control_get_int (m, "errno", 0);
  const char *message = control_get (m, "message");
  int fd;

  if (strcmp (m->type, type) != 0)
    return error_set (err, EPROTO, "control message %s instead of %s",
                      m->type, type);
  fd = control_take_fd (m, 0);
  if (fd == -1)
    return error_set (err, errnum ? errnum : ENOENT, "%s",
                      message && *message ? message
                      : strerror (errnum ? errnum : ENOENT));
  *ret_name = strdup (opened ? opened : what);
  if (!*ret_name) {
    close (fd);
    return error_errno (err, "%s", what);
  }
  return fd;
}

/* Wait for the answer, which is of the given type. */
static int
wait_reply (struct session *s, const char *type, const char *what,
            char **ret_name, struct error *err)
{
  CLEANUP_CONTROL_MESSAGE struct control_message m = CONTROL_MESSAGE_INIT;
  int r = session_wait_message (s, &m, err);

  if (r == 1)
    return take_reply (&m, type, what, ret_name, err);
  return r == 0 ? error_set (err, EPIPE, "the library has gone") : -1;
}

/* A block_opener: the library opens backing files. */
static int
open_backing (void *opaque, const char *name, const char *parent,
              char **ret_name, struct error *err)
{
  struct drive *d = opaque;
  int fd;

  if (ask_backing (d->session, d, name, parent, err) == -1)
    return -1;
  fd = wait_reply (d->session, "backing-reply", name, ret_name, err);
  return fd == -1 ? error_prefix (err, "backing file %s", name) : fd;
}

static void
io_error (void *opaque, const char *operation, const struct error *e)
{
  struct drive *d = opaque;
  struct session *s = d->session;
  unsigned n = e->errnum > 0 && e->errnum < 192 ? e->errnum : EIO;

  if (strcmp (operation, "read") != 0) {
    CLEANUP_UNLOCK (&s->lock);

    error_set (&s->write_error, e->errnum, "%s: %s: %s", d->name, operation,
               e->message ? e->message : strerror (n));
  }
  if (d->told[n / 64] >> (n % 64) & 1)
    return;
  d->told[n / 64] |= UINT64_C (1) << (n % 64);
  tell_io_error (s, d, n, operation);
}

/* An image that only qemu-storage-daemon can read: the library starts one.
 * Our descriptor must be closed by then, as it bears our lock. */
static struct block *
open_foreign (struct drive *d, const char *format, struct error *err)
{
  CLEANUP_FREE char *export_name = NULL;
  int sock;

  close (TAKE_FD (d->image_fd));
  if (ask_storage (d->session, d, format, err) == -1)
    return NULL;
  sock = wait_reply (d->session, "storage-reply", d->name, &export_name, err);
  if (sock == -1)
    return NULL;
  return nbd_new (sock, d->session->control_fd, d->name, export_name,
                  d->readonly, err);
}

static struct block *
open_bottom (struct drive *d, struct error *err)
{
  struct block_opener opener = { .open_backing = open_backing, .opaque = d };
  const char *format = *d->format ? d->format : NULL;
  struct block *b;

  if (d->is_nbd) {
    b = nbd_new (TAKE_FD (d->image_fd), d->session->control_fd, d->name,
                 d->export_name, d->readonly, err);
    return b ? block_open_on (b, format, d->readonly, &opener, err) : NULL;
  }
  if (!format) {
    format = block_look (d->image_fd, d->name, err);
    if (!format)
      return NULL;
  }
  if (block_is_foreign (format))
    return open_foreign (d, format, err);
  return block_open (TAKE_FD (d->image_fd), d->name, format, d->readonly,
                     &opener, err);
}

static int
open_image (struct drive *d, struct error *err)
{
  d->block = open_bottom (d, err);
  if (!d->block)
    return -1;
  if (d->readonly && d->scratch_fd >= 0) {
    struct block *top = overlay_new (d->block, TAKE_FD (d->scratch_fd), err);

    if (!top)
      return -1;
    d->block = top;
  }
  return 0;
}

int
drives_open (struct session *s, struct error *err)
{
  size_t i;

  for (i = 0; i < s->drives.len; ++i) {
    struct drive *d = s->drives.ptr[i];
    struct blk_options options = { .block_size = d->block_size,
                                   .serial = *d->serial ? d->serial : NULL,
                                   .discard = d->discard,
                                   .discard_zeroes = d->discard_zeroes,
                                   .unsafe = d->unsafe || d->readonly,
                                   .pool = s->io_pool };
    struct blk_callbacks callbacks = { .io_error = io_error, .opaque = d };
    struct virtio_device *dev;

    if (open_image (d, err) == -1)
      return -1;
    dev = blk_new (d->block, &options, &callbacks, err);
    if (!dev)
      return -1;
    dev->loop = s->io_loop;
    s->machine.devices[MACHINE_FIRST_DRIVE + i] = dev;
  }
  return 0;
}

int
drives_close (struct session *s, struct error *err)
{
  size_t i;
  int r = 0;

  if (error_is_set (&s->write_error)) {
    error_move (err, &s->write_error);
    r = -1;
  }
  for (i = 0; i < s->drives.len; ++i) {
    struct drive *d = s->drives.ptr[i];
    CLEANUP_ERROR struct error e = ERROR_INIT;

    if (d->block && !d->block->readonly && !d->readonly
        && block_flush (d->block, &e) == -1)
      r = -1;
    if (block_free (d->block, &e) == -1)
      r = -1;
    if (error_is_set (&e)) {
      error_prefix (&e, "%s", d->name);
      if (!error_is_set (err))
        error_move (err, &e);
    }
    drive_free (d);
  }
  drive_vector_release (&s->drives);
  return r;
}
