/* Small questions about a handle and its state. */

#include <config.h>

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "impl.h"
#include "machine.h"

int
impl_get_state (guestfs_h *g, struct error *err)
{
  return g->state;
}

int
impl_is_config (guestfs_h *g, struct error *err)
{
  return g->state == STATE_CONFIG;
}

int
impl_is_launching (guestfs_h *g, struct error *err)
{
  return g->state == STATE_LAUNCHING;
}

int
impl_is_ready (guestfs_h *g, struct error *err)
{
  return g->state == STATE_READY;
}

/* There has been no such state for a long time. */
int
impl_is_busy (guestfs_h *g, struct error *err)
{
  return 0;
}

/* launch waits by itself. */
int
impl_wait_ready (guestfs_h *g, struct error *err)
{
  return handle_check_ready (g, "wait_ready", err);
}

int64_t
impl_c_pointer (guestfs_h *g, struct error *err)
{
  return (intptr_t) g;
}

int
impl_get_pid (guestfs_h *g, struct error *err)
{
  if (!g->machine)
    return error_set (err, EINVAL, "nothing is running: the handle has not "
                      "been launched");
  return machine_pid (g->machine);
}

/* There is no QEMU that could take an option. */
int
impl_config (guestfs_h *g, const char *hvparam, const char *hvvalue,
             struct error *err)
{
  return error_set (err, ENOTSUP, "%s: options of the hypervisor are not "
                    "supported", hvparam);
}

struct guestfs_version *
impl_version (guestfs_h *g, struct error *err)
{
  struct guestfs_version *ret = malloc (sizeof *ret);
  char *extra = strdup (",bathyscope=" PACKAGE_VERSION);

  if (!ret || !extra) {
    error_errno (err, "version");
    free (ret);
    free (extra);
    return NULL;
  }
  *ret = (struct guestfs_version) {
    .major = API_VERSION_MAJOR,
    .minor = API_VERSION_MINOR,
    .release = API_VERSION_RELEASE,
    .extra = extra,
  };
  return ret;
}

/* Called from signal handlers and other threads: no lock, and nothing that is
 * not async-signal-safe. */
int
guestfs_user_cancel (guestfs_h *g)
{
  const uint64_t one = 1;
  int saved_errno = errno;

  g->user_cancel = 1;
  if (g->cancel_fd >= 0)
    (void) !write (g->cancel_fd, &one, sizeof one);
  errno = saved_errno;
  return 0;
}
