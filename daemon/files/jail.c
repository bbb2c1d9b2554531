/* A change of root and back: see jail.h. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "guestpath.h"
#include "jail.h"

int
jail_enter (struct jail *j, struct error *err)
{
  CLEANUP_CLOSE int outside = open ("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

  if (outside == -1 || chdir (guest_root ()) == -1)
    return error_errno (err, "%s", guest_root ());
  if (chroot (".") == -1) {
    error_errno (err, "%s: cannot change root", guest_root ());
    (void) !fchdir (outside);
    return -1;
  }
  j->outside = TAKE_FD (outside);
  return 0;
}

void
jail_leave (struct jail *j)
{
  if (j->outside == -1)
    return;
  /* Going on with the guest's root as ours would be worse than stopping. */
  if (fchdir (j->outside) == -1 || chroot (".") == -1)
    abort ();
  close (j->outside);
  j->outside = -1;
}
