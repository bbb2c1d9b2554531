/* Owners of machines: see owner.h.  Programs launch, fork, and let the child go
 * on in the background; guestfish --listen is one. */

#include <config.h>

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "owner.h"

void
owner_watch (struct machine *m)
{
#ifdef SYS_pidfd_open
  int fd = syscall (SYS_pidfd_open, m->owner, 0);

  m->owner_fd = fd > 0 ? fd : 0;
#endif
}

void
owner_forget (struct machine *m)
{
  if (m->owner_fd > 0)
    close (m->owner_fd);
  m->owner_fd = 0;
}

bool
owner_is_this (struct machine *m, int wait)
{
  struct pollfd p = { .fd = m->owner_fd, .events = POLLIN };

  if (m->owner == getpid ())
    return true;
  if (m->owner_fd == 0 || poll (&p, 1, wait) != 1)
    return false;
  owner_forget (m);
  m->owner = getpid ();
  owner_watch (m);
  return true;
}
