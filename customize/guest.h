/* What the operations work on: private to this folder.
 *
 * Calls fail without a message of the handle's own; GUEST_FAILED turns the
 * handle's error into ours.
 */
#ifndef BATHYSCOPE_CUSTOMIZE_GUEST_H
#define BATHYSCOPE_CUSTOMIZE_GUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "message.h"
#include "options.h"

struct guest {
  guestfs_h *g;
  const struct options *o;
  const char *root;
  const struct customize *list;
  char *type, *distro, *packages; /* as inspection names them; never NULL */
  int major, minor;
  bool is_linux, is_windows;
  guestfs_error_handler_cb handler; /* the handle's, for who prints */
  void *handler_data;
  struct password_change *passwords; /* set when all else is done */
  size_t nr_passwords;
  size_t nr_commands; /* that have written to the log */
};

int guest_init (struct guest *guest, guestfs_h *g, const struct options *o,
                const char *root, struct error *err);
void guest_release (struct guest *guest);

/* The error of the call that has failed, with its errno; -1. */
int guest_failed (const struct guest *guest, struct error *err);

/* Is it so?  An error is a no. */
bool guest_is_file (const struct guest *guest, const char *path);
bool guest_is_dir (const struct guest *guest, const char *path);

/* Text files that we edit are small; what is larger is not read. */
#define GUEST_TEXT_MAX (16 << 20)

/* The text of a file, NUL-terminated, and empty where there is no file.  Heap
 * memory.  NULL on error, also for a file with a NUL byte in it. */
char *guest_read (const struct guest *guest, const char *path,
                  struct error *err);

/* Replace a file in one step.  Owner, permissions and label stay as they were;
 * a new file is root's with this mode.  A symbolic link stays one. */
int guest_write (const struct guest *guest, const char *path, const char *text,
                 int mode, struct error *err);

/* What becomes of a line, which has no newline: NULL keeps it, anything else,
 * which is freed, takes its place.  `*ret_drop` removes it. */
typedef char *guest_line_fn (const char *line, bool *ret_drop, void *data);

/* Change lines of a file, if it is there.  1: some were changed; 0; or -1. */
int guest_edit_lines (const struct guest *guest, const char *path,
                      guest_line_fn *fn, void *data, struct error *err);

/* Append a line; a last line that has no end gets one. */
int guest_append_line (const struct guest *guest, const char *path,
                       const char *line, struct error *err);

/* A file that has not been there, with this mode. */
int guest_new_file (const struct guest *guest, const char *path,
                    const char *text, int mode, struct error *err);

/* A random UUID, RFC 4122 section 4.4. */
int random_uuid (unsigned char ret[16], struct error *err);

/* A text that this program needs, so its memory has to be there. */
char *xasprintf (const char *fmt, ...) __attribute__ ((format (printf, 1, 2)));

#endif
