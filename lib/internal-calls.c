/* guestfs_internal_*: calls that programs built for older libraries may name.
 *
 * There they were halves of public calls, which moved lists in pieces of
 * limited size.  Here one call moves a list of any length, and most of these
 * are other names.
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "handle.h"
#include "impl.h"
#include "io.h"
#include "machine.h"
#include "protocol.h"
#include "rescue-console.h"

struct guestfs_statns_list *
impl_internal_lstatnslist (guestfs_h *g, const char *path, char *const *names,
                           struct error *err)
{
  return impl_lstatnslist (g, path, names, err);
}

struct guestfs_xattr_list *
impl_internal_lxattrlist (guestfs_h *g, const char *path, char *const *names,
                          struct error *err)
{
  return impl_lxattrlist (g, path, names, err);
}

char **
impl_internal_readlinklist (guestfs_h *g, const char *path, char *const *names,
                            struct error *err)
{
  return impl_readlinklist (g, path, names, err);
}

int
impl_internal_write (guestfs_h *g, const char *path, const char *content,
                     size_t content_size, struct error *err)
{
  return impl_write (g, path, content, content_size, err);
}

int
impl_internal_write_append (guestfs_h *g, const char *path,
                            const char *content, size_t content_size,
                            struct error *err)
{
  return impl_write_append (g, path, content, content_size, err);
}

int
impl_internal_readdir (guestfs_h *g, const char *dir, const char *filename,
                       struct error *err)
{
  CLEANUP (cleanup_struct_dirent_list) struct guestfs_dirent_list *list
    = impl_readdir (g, dir, err);
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;
  CLEANUP_CLOSE int fd = -1;

  if (!list)
    return -1;
  for (uint32_t i = 0; i < list->len; i++)
    if (layout_encode (&b, &layout_dirent, &list->val[i], err) == -1)
      return -1;
  fd = open (filename, O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY | O_CLOEXEC,
             0666);
  if (fd == -1)
    return error_errno (err, "%s", filename);
  if (write_full (fd, b.data, b.len) == -1)
    return error_errno (err, "%s: write", filename);
  return 0;
}

int
impl_internal_get_console_socket (guestfs_h *g, struct error *err)
{
  CLEANUP_CLOSE int ours = -1, theirs = -1;

  if (handle_check_ready (g, "internal_get_console_socket", err) == -1)
    return -1;
  ours = machine_copy_console (g->machine, &theirs, err);
  if (ours == -1)
    return -1;
  if (rescue_console_is_wanted (g)) {
    rescue_console_end (g->rescue_console);
    g->rescue_console = rescue_console_start (g, TAKE_FD (theirs), err);
    if (!g->rescue_console)
      return -1;
  }
  return TAKE_FD (ours);
}
