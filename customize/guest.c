/* The guest that is changed, and its text files: see guest.h. */

#include <config.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guest.h"
#include "strbuf.h"

char *
xasprintf (const char *fmt, ...)
{
  va_list args;
  char *ret;
  int r;

  va_start (args, fmt);
  r = vasprintf (&ret, fmt, args);
  va_end (args);
  if (r == -1) {
    perror ("asprintf");
    exit (EXIT_FAILURE);
  }
  return ret;
}

int
guest_failed (const struct guest *guest, struct error *err)
{
  const char *text = guestfs_last_error (guest->g);

  return error_set (err, guestfs_last_errno (guest->g), "%s",
                    text ? text : "unknown error");
}

int
guest_init (struct guest *guest, guestfs_h *g, const struct options *o,
            const char *root, struct error *err)
{
  memset (guest, 0, sizeof *guest);
  guest->g = g;
  guest->o = o;
  guest->root = root;
  guest->handler = guestfs_get_error_handler (g, &guest->handler_data);
  guestfs_push_error_handler (g, NULL, NULL);
  guest->type = guestfs_inspect_get_type (g, root);
  guest->distro = guestfs_inspect_get_distro (g, root);
  guest->packages = guestfs_inspect_get_package_management (g, root);
  guest->major = guestfs_inspect_get_major_version (g, root);
  guest->minor = guestfs_inspect_get_minor_version (g, root);
  if (!guest->type || !guest->distro || !guest->packages || guest->major == -1
      || guest->minor == -1)
    return guest_failed (guest, err);
  guest->is_linux = strcmp (guest->type, "linux") == 0;
  guest->is_windows = strcmp (guest->type, "windows") == 0;
  return 0;
}

void
guest_release (struct guest *guest)
{
  free (guest->type);
  free (guest->distro);
  free (guest->packages);
  guestfs_pop_error_handler (guest->g);
}

bool
guest_is_file (const struct guest *guest, const char *path)
{
  return guestfs_is_file_opts (guest->g, path,
                               GUESTFS_IS_FILE_OPTS_FOLLOWSYMLINKS, 1, -1) == 1;
}

bool
guest_is_dir (const struct guest *guest, const char *path)
{
  return guestfs_is_dir_opts (guest->g, path,
                              GUESTFS_IS_DIR_OPTS_FOLLOWSYMLINKS, 1, -1) == 1;
}

char *
guest_read (const struct guest *guest, const char *path, struct error *err)
{
  int64_t size;
  size_t len;
  char *text;

  if (!guest_is_file (guest, path))
    return xstrdup ("");
  size = guestfs_filesize (guest->g, path);
  if (size > GUEST_TEXT_MAX) {
    error_set (err, EFBIG, "%s is too large for a text file", path);
    return NULL;
  }
  text = size == -1 ? NULL : guestfs_read_file (guest->g, path, &len);
  if (!text) {
    guest_failed (guest, err);
    return NULL;
  }
  if (memchr (text, '\0', len)) {
    error_set (err, EINVAL, "%s is not a text file", path);
    free (text);
    return NULL;
  }
  return text;
}

int
guest_new_file (const struct guest *guest, const char *path, const char *text,
                int mode, struct error *err)
{
  if (guestfs_write (guest->g, path, text, strlen (text)) == -1
      || guestfs_chmod (guest->g, mode, path) == -1)
    return guest_failed (guest, err);
  return 0;
}

int
guest_write (const struct guest *guest, const char *path, const char *text,
             int mode, struct error *err)
{
  CLEANUP_FREE char *target = NULL, *template = NULL, *temporary = NULL;
  guestfs_h *g = guest->g;

  if (!guest_is_file (guest, path))
    return guest_new_file (guest, path, text, mode, err);
  target = guestfs_realpath (g, path);
  if (!target)
    return guest_failed (guest, err);
  template = xasprintf ("%s.XXXXXX", target);
  temporary = guestfs_mktemp (g, template, -1);
  if (!temporary)
    return guest_failed (guest, err);
  if (guestfs_write (g, temporary, text, strlen (text)) == -1
      || guestfs_copy_attributes (g, target, temporary,
                                  GUESTFS_COPY_ATTRIBUTES_ALL, 1, -1) == -1
      || guestfs_mv (g, temporary, target) == -1) {
    guest_failed (guest, err);
    (void) guestfs_rm_f (g, temporary);
    return -1;
  }
  return 0;
}

int
guest_edit_lines (const struct guest *guest, const char *path,
                  guest_line_fn *fn, void *data, struct error *err)
{
  CLEANUP_STRBUF struct strbuf new = STRBUF_INIT;
  CLEANUP_FREE char *text = guest_read (guest, path, err);
  char *line, *next;
  bool changed = false;

  if (!text)
    return -1;
  for (line = text; *line; line = next) {
    CLEANUP_FREE char *other = NULL;
    size_t len = strcspn (line, "\n");
    bool ends = line[len] == '\n', drop = false;

    next = line + len + ends;
    line[len] = '\0';
    other = fn (line, &drop, data);
    changed |= drop || other;
    if (!drop && (strbuf_addstr (&new, other ? other : line) == -1
                  || (ends && strbuf_addch (&new, '\n') == -1)))
      return error_errno (err, "%s", path);
  }
  if (!changed)
    return 0;
  return guest_write (guest, path, new.data ? new.data : "", 0644, err) == -1
    ? -1 : 1;
}

int
guest_append_line (const struct guest *guest, const char *path,
                   const char *line, struct error *err)
{
  const char *end = guest->is_windows ? "\r\n" : "\n";
  CLEANUP_FREE char *last = NULL, *text = NULL;
  size_t len = 0;
  int64_t size = 0;

  if (guest_is_file (guest, path))
    size = guestfs_filesize (guest->g, path);
  if (size > 0)
    last = guestfs_pread (guest->g, path, 1, size - 1, &len);
  if (size == -1 || (size > 0 && !last))
    return guest_failed (guest, err);
  text = xasprintf ("%s%s%s", len == 1 && *last != '\n' ? end : "", line, end);
  if (guestfs_write_append (guest->g, path, text, strlen (text)) == -1)
    return guest_failed (guest, err);
  return 0;
}
