/* Calls for tests and for programs that know the inside of the appliance. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "actions.h"
#include "cleanup.h"
#include "guestfile.h"
#include "transfer.h"

/* More than any test needs. */
#define MAX_PIECES 100000

int
do_internal_upload (const char *tmpname, int mode, struct error *err)
{
  CLEANUP_CLOSE int fd = -1;

  if (tmpname[0] != '/')
    return error_set (err, EINVAL, "tmpname: %s is no absolute path", tmpname);
  if (mode < 0 || mode > 07777)
    return error_set (err, EINVAL, "mode: %o is not between 0 and 7777", mode);
  fd = open (tmpname, O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY | O_CLOEXEC,
             mode);
  if (fd == -1)
    return error_errno (err, "%s", tmpname);
  if (fchmod (fd, mode) == -1)
    return error_errno (err, "%s: chmod", tmpname);
  if (receive_file_to_fd (fd, err) == -1)
    return error_prefix (err, "%s", tmpname);
  return file_close (&fd, tmpname, err);
}

/* The library must take an error that comes while it sends, and go on. */
int
do_internal_rhbz914931 (int count, struct error *err)
{
  char buf[4096];
  int i;

  if (count < 0 || count > MAX_PIECES)
    return error_set (err, EINVAL, "count: %d is not between 0 and %d", count,
                      MAX_PIECES);
  for (i = 0; i < count; ++i) {
    ssize_t n = receive_some (buf, sizeof buf, err);

    if (n == -1)
      return -1;
    if (n == 0)
      break;
  }
  return error_set (err, EIO, "failed after %d pieces, as this call always "
                    "does", i);
}
