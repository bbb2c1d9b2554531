/* Messages that bathyscope-machine sends on the control channel.
 *
 * A machine that misbehaves can print, fail and end; what it can ask for,
 * before the launch has finished, is to open a backing file, read-only, named by
 * an image of this launch, and to have a drive of this launch served by
 * qemu-storage-daemon.
 */

#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control.h"
#include "drives.h"
#include "events.h"
#include "image-file.h"
#include "kvm-verdict.h"
#include "machine.h"
#include "storage.h"

#define CONSOLE_KEPT 8192
#define BACKING_MAX 4096 /* of all drives together */

/* --- backing files ---------------------------------------------------------- */

static bool
is_known_image (guestfs_h *g, struct machine *m, const char *parent)
{
  size_t i;

  for (i = 0; i < g->drives.len; ++i)
    if (!g->drives.ptr[i]->remote
        && strcmp (drive_display_name (g->drives.ptr[i]), parent) == 0)
      return true;
  return m->opened.items && strings_contain (m->opened.items, parent);
}

/* Returns the descriptor, and the path in *ret_path. */
static int
open_backing (guestfs_h *g, struct machine *m, const char *name,
              const char *parent, char **ret_path, struct error *err)
{
  CLEANUP_FREE char *path = NULL;
  CLEANUP_CLOSE int fd = -1;

  if (g->state != STATE_LAUNCHING || !name || !parent
      || !is_known_image (g, m, parent) || m->opened.len >= BACKING_MAX)
    return error_set (err, EPERM, "backing file refused");
  path = image_file_backing_path (parent, name, err);
  if (!path)
    return -1;
  fd = image_file_open (path, true, err);
  if (fd == -1)
    return error_prefix (err, "%s: backing file", parent);
  if (strlist_add (&m->opened, path) == -1)
    return error_errno (err, "backing file");
  *ret_path = TAKE_PTR (path);
  return TAKE_FD (fd);
}

static void
reply (struct machine *m, const char *type, int fd, const char *name,
       const struct error *why)
{
  CLEANUP_ERROR struct error send_error = ERROR_INIT;
  char errnum[16];

  if (fd == -1) {
    snprintf (errnum, sizeof errnum, "%d", why->errnum);
    (void) control_send (m->control, NULL, 0, &send_error, type,
                         "errno", errnum, "message", why->message, NULL);
  }
  else
    (void) control_send (m->control, &fd, 1, &send_error, type,
                         "name", name, NULL);
}

static void
handle_backing (guestfs_h *g, struct machine *m,
                const struct control_message *msg)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP_FREE char *path = NULL;
  CLEANUP_CLOSE int fd = open_backing (g, m, control_get (msg, "name"),
                                       control_get (msg, "parent"), &path,
                                       &err);

  reply (m, "backing-reply", fd, path, &err);
}

/* --- images of formats that the machine does not parse ---------------------- */

static int
open_storage (guestfs_h *g, struct machine *m,
              const struct control_message *msg, struct error *err)
{
  int64_t index = control_get_int (msg, "index", -1);
  const char *format = control_get (msg, "format");
  const struct drive *d;

  if (g->state != STATE_LAUNCHING || index < 0
      || (uint64_t) index >= g->drives.len || !format
      || !storage_knows_format (format) || m->nr_storage++ >= g->drives.len)
    return error_set (err, EPERM, "storage daemon refused");
  d = g->drives.ptr[index];
  if (d->remote || !d->path)
    return error_set (err, ENOTSUP, "%s: this is an image of format %s; say "
                      "so by the option format", drive_display_name (d),
                      format);
  return storage_start (g, &m->storage, d, format, err);
}

static void
handle_storage (guestfs_h *g, struct machine *m,
                const struct control_message *msg)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP_CLOSE int fd = open_storage (g, m, msg, &err);

  reply (m, "storage-reply", fd, STORAGE_EXPORT, &err);
}

/* --- what it tells ------------------------------------------------------------- */

static void
take_times (struct machine *m, const char *times)
{
  int64_t values[NR_LAUNCH_STEPS];
  size_t i;

  for (i = 0; i < NR_LAUNCH_STEPS && times; ++i) {
    char *end;

    values[i] = strtoll (times, &end, 10);
    /* Whatever it says, differences must not overflow. */
    if (end == times || values[i] < 0 || values[i] > INT64_MAX / 2)
      return;
    times = end;
  }
  if (times)
    memcpy (m->times, values, sizeof values);
}

static void
handle_engine (guestfs_h *g, struct machine *m,
               const struct control_message *msg)
{
  const char *name = control_get (msg, "name");
  const char *warning = control_get (msg, "warning");
  const char *refused = control_get (msg, "refused");

  if (name && !m->engine)
    m->engine = strdup (name);
  m->resumed = m->has_template && control_get_int (msg, "resumed", 0);
  take_times (m, control_get (msg, "times"));
  events_debug (g, "launch: engine %s%s", name ? name : "unknown",
                m->resumed ? ", from a template" : "");
  if (refused && *refused)
    events_debug (g, "launch: no template: %s", refused);
  if (warning && *warning) {
    events_warning (g, "%s", warning);
    kvm_verdict_keep (g, warning);
  }
  if (control_get_int (msg, "unconfined", 0))
    events_warning (g, "this system takes no filter of system calls: a guest "
                    "that breaks out is not held (BATHYSCOPE_SANDBOX=optional)");
}

static void
handle_console (guestfs_h *g, struct machine *m,
                const struct control_message *msg)
{
  const char *text = control_get (msg, "text");
  size_t len;

  if (!text || !*text)
    return;
  len = strlen (text);
  (void) strbuf_add (&m->console, text, len);
  if (m->console.len > 2 * CONSOLE_KEPT) {
    memmove (m->console.data, m->console.data + m->console.len - CONSOLE_KEPT,
             CONSOLE_KEPT + 1);
    m->console.len = CONSOLE_KEPT;
  }
  events_call_message (g, GUESTFS_EVENT_APPLIANCE, text, len);
}

static const char *
get_message (const struct control_message *msg)
{
  const char *text = control_get (msg, "message");

  return text && *text ? text : "no reason given";
}

/* An errno that is one; EIO for nonsense. */
static int
get_errno (const struct control_message *msg, int fallback)
{
  int64_t n = control_get_int (msg, "errno", fallback);

  return n >= 0 && n < 4096 ? n : EIO;
}

static void
handle_error (guestfs_h *g, struct machine *m,
              const struct control_message *msg)
{
  error_set (&m->failure, get_errno (msg, EIO), "%s", get_message (msg));
  m->resumed |= m->has_template && control_get_int (msg, "resumed", 0);
  if (control_get_int (msg, "usable", 1) == 0)
    m->other_engine = true;
}

static void
handle_exited (guestfs_h *g, struct machine *m,
               const struct control_message *msg)
{
  error_set (&m->failure, get_errno (msg, EIO), "the appliance stopped: %s",
             get_message (msg));
  if (control_get_int (msg, "usable", 1) == 0)
    m->other_engine = true;
}

static void
handle_io_error (guestfs_h *g, struct machine *m,
                 const struct control_message *msg)
{
  const char *name = control_get (msg, "name");
  const char *operation = control_get (msg, "operation");
  int errnum = get_errno (msg, EIO);

  if (!name)
    name = "drive";
  if (!operation)
    operation = "access";
  events_warning (g, "%s: %s failed: %s", name, operation, strerror (errnum));
  if (strcmp (operation, "read") != 0)
    error_set (&m->io_error, errnum, "%s: %s failed: %s", name, operation,
               strerror (errnum));
}

static void
handle_flushed (guestfs_h *g, struct machine *m,
                const struct control_message *msg)
{
  int errnum = get_errno (msg, 0);

  if (errnum != 0)
    error_set (&m->flush_error, errnum, "%s", get_message (msg));
  m->flushed = true;
}

static void
handle_copied (guestfs_h *g, struct machine *m,
               const struct control_message *msg)
{
  int errnum = get_errno (msg, 0);

  if (errnum != 0 && !error_is_set (&m->copy_error))
    error_set (&m->copy_error, errnum, "%s", get_message (msg));
  m->copied = true;
}

static void
handle_copying (guestfs_h *g, struct machine *m,
                const struct control_message *msg)
{
  int64_t done = control_get_int (msg, "done", -1);
  int64_t length = control_get_int (msg, "length", -1);

  if (done >= 0 && done <= length)
    events_call_array (g, GUESTFS_EVENT_PROGRESS,
                       (uint64_t[]) { 0, m->copies, done, length }, 4);
}

static const struct {
  const char *type;
  void (*handle) (guestfs_h *g, struct machine *m,
                  const struct control_message *msg);
} handlers[] = {
  { "backing", handle_backing },
  { "console", handle_console },
  { "copied", handle_copied },
  { "copying", handle_copying },
  { "engine", handle_engine },
  { "error", handle_error },
  { "exited", handle_exited },
  { "flushed", handle_flushed },
  { "io-error", handle_io_error },
  { "storage", handle_storage },
};

void
machine_receive (guestfs_h *g, struct machine *m)
{
  CLEANUP_CONTROL_MESSAGE struct control_message msg = CONTROL_MESSAGE_INIT;
  CLEANUP_ERROR struct error err = ERROR_INIT;
  size_t i;
  int r = control_recv (m->control, &msg, &err);

  if (r == 0) {
    m->ended = true;
    return;
  }
  if (r == -1) {
    m->ended = true;
    error_move (&m->failure, &err);
    return;
  }
  for (i = 0; i < sizeof handlers / sizeof handlers[0]; ++i)
    if (strcmp (msg.type, handlers[i].type) == 0) {
      handlers[i].handle (g, m, &msg);
      return;
    }
  events_debug (g, "unknown control message");
}
