/* rsync between directories of the guest, and with servers on the network.
 *
 * The program gets real paths, with links resolved within the guest; what it
 * finds below them it does not follow.  A slash at the end of a source path has a
 * meaning for rsync and stays.
 */

#include <config.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "actions.h"
#include "command.h"
#include "guestpath.h"
#include "prefix.h"

struct options {
  bool archive, delete;
};

static int
run_rsync (const struct options *o, const char *src, const char *dest,
           struct error *err)
{
  const char *argv[8] = { "rsync" };
  size_t n = 1;

  if (o->archive)
    argv[n++] = "--archive";
  if (o->delete)
    argv[n++] = "--delete";
  argv[n++] = "--";
  argv[n++] = src;
  argv[n++] = dest;
  argv[n] = NULL;
  return runv (NULL, err, argv);
}

/* With the slash that the caller may have put at the end. */
static char *
keep_slash (const char *path, char *real, struct error *err)
{
  size_t len = strlen (path);
  char *ret = NULL;

  if (len == 0 || path[len - 1] != '/')
    return real;
  if (asprintf (&ret, "%s/", real) == -1) {
    error_errno (err, "%s", path);
    ret = NULL;
  }
  free (real);
  return ret;
}

static char *
source (const char *path, struct error *err)
{
  char *real = guest_real_path (path, err);

  return real ? keep_slash (path, real, err) : NULL;
}

/* rsync makes the last directory, if it is not there. */
static char *
destination (const char *path, struct error *err)
{
  CLEANUP_ERROR struct error missing = ERROR_INIT;
  char *ret = guest_real_path (path, &missing);

  if (!ret && missing.errnum == ENOENT)
    return guest_real_path_new (path, err);
  if (!ret)
    error_move (err, &missing);
  return ret;
}

/* HOST::MODULE or rsync://: anything else would be a file of the appliance, or
 * need ssh, which would need a key that nothing here could give it. */
static int
check_remote (const char *remote, struct error *err)
{
  const char *host_end = remote[0] == '[' ? strchr (remote, ']') : NULL; /* IPv6 */
  const char *colon = strchr (host_end ? host_end : remote, ':');
  const char *slash = strchr (remote, '/');

  if (!colon || colon == remote || (slash && slash < colon))
    return error_set (err, EINVAL, "%s: not the name of a server: give "
                      "HOST::MODULE/PATH or rsync://HOST/MODULE/PATH", remote);
  if (colon[1] != ':' && !has_prefix (remote, "rsync://"))
    return error_set (err, ENOTSUP, "%s: there is no ssh in the appliance: "
                      "give HOST::MODULE/PATH or rsync://HOST/MODULE/PATH",
                      remote);
  return 0;
}

int
do_rsync (const char *src, const char *dest,
          const struct guestfs_rsync_argv *optargs, struct error *err)
{
  struct options o = {
    (optargs->bitmask & GUESTFS_RSYNC_ARCHIVE_BITMASK) && optargs->archive,
    (optargs->bitmask & GUESTFS_RSYNC_DELETEDEST_BITMASK)
      && optargs->deletedest,
  };
  CLEANUP_FREE char *from = source (src, err);
  CLEANUP_FREE char *to = from ? destination (dest, err) : NULL;

  return to ? run_rsync (&o, from, to, err) : -1;
}

int
do_rsync_in (const char *remote, const char *dest,
             const struct guestfs_rsync_in_argv *optargs, struct error *err)
{
  struct options o = {
    (optargs->bitmask & GUESTFS_RSYNC_IN_ARCHIVE_BITMASK) && optargs->archive,
    (optargs->bitmask & GUESTFS_RSYNC_IN_DELETEDEST_BITMASK)
      && optargs->deletedest,
  };
  CLEANUP_FREE char *to = NULL;

  if (check_remote (remote, err) == -1)
    return -1;
  to = destination (dest, err);
  return to ? run_rsync (&o, remote, to, err) : -1;
}

int
do_rsync_out (const char *src, const char *remote,
              const struct guestfs_rsync_out_argv *optargs, struct error *err)
{
  struct options o = {
    (optargs->bitmask & GUESTFS_RSYNC_OUT_ARCHIVE_BITMASK)
      && optargs->archive,
    (optargs->bitmask & GUESTFS_RSYNC_OUT_DELETEDEST_BITMASK)
      && optargs->deletedest,
  };
  CLEANUP_FREE char *from = NULL;

  if (check_remote (remote, err) == -1)
    return -1;
  from = source (src, err);
  return from ? run_rsync (&o, from, remote, err) : -1;
}
