/* Launch and shutdown: see launch.h. */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "impl.h"
#include "client.h"
#include "drives.h"
#include "events.h"
#include "kvm-verdict.h"
#include "launch.h"
#include "machine.h"
#include "owner.h"
#include "rescue-console.h"
#include "settings.h"
#include "template.h"

/* Seconds that the appliance may take to start, on the slowest of hosts; the
 * backend setting "timeout" overrides it. */
#define LAUNCH_TIMEOUT 180

/* How long one that goes on from a template may take to answer (ms), which takes
 * a few of them. */
#define RESUME_TIMEOUT 10000

/* A launch that takes longer than this (ms) is worth progress messages. */
#define SLOW_LAUNCH 5000

static void
tell_progress (guestfs_h *g, int64_t since, unsigned position)
{
  if (machine_clock () - since >= SLOW_LAUNCH)
    events_call_array (g, GUESTFS_EVENT_PROGRESS,
                       (uint64_t[]) { 0, 0, position, 12 }, 4);
}

/* Back to CONFIG state. */
static void
drop_machine (guestfs_h *g)
{
  struct machine *m = g->machine;

  client_free (g->client);
  g->client = NULL;
  g->machine = NULL;
  g->state = STATE_CONFIG;
  if (m)
    owner_forget (m);
  machine_free (m);
}

static int
launch_timeout (guestfs_h *g)
{
  const char *setting = settings_backend_setting (&g->settings, "timeout");
  int seconds = setting ? atoi (setting) : 0;

  return (seconds > 0 && seconds < 86400 ? seconds : LAUNCH_TIMEOUT) * 1000;
}

/* Wait for the daemon: it says so by itself after a cold boot, and answers a
 * call when it comes from a template. */
static int
wait_ready (guestfs_h *g, struct error *err)
{
  struct machine *m = g->machine;
  const int timeout = launch_timeout (g);

  if (m->has_template)
    machine_wait_engine (g, m, timeout);
  if (!m->resumed)
    return client_wait_ready (g, timeout, err);
  return client_resume (g, timeout < RESUME_TIMEOUT ? timeout : RESUME_TIMEOUT,
                        err);
}

static int
start_once (guestfs_h *g, const char *engine, bool allow_template,
            struct error *err)
{
  g->state = STATE_LAUNCHING;
  g->machine = machine_start (g, engine, allow_template, err);
  if (!g->machine)
    return -1;
  owner_watch (g->machine);
  if (client_start (g, err) == -1 || wait_ready (g, err) == -1)
    return -1;
  g->state = STATE_READY;
  return 0;
}

/* Start with one engine.  When it fails, *ret_other says whether another one
 * may succeed. */
static int
start (guestfs_h *g, const char *engine, bool *ret_other, struct error *err)
{
  CLEANUP_ERROR struct error why = ERROR_INIT;
  int r = start_once (g, engine, true, &why);

  if (r == -1 && g->machine && g->machine->resumed
      && g->user_cancel != CANCEL_WANTED) {
    events_debug (g, "launch: from a template: %s", why.message);
    template_discard (g, true);
    drop_machine (g);
    error_clear (&why);
    r = start_once (g, engine, false, &why);
  }
  if (r == 0)
    return 0;
  *ret_other = g->machine && g->machine->other_engine;
  error_move (err, &why);
  drop_machine (g);
  return -1;
}

static int
check_launch (guestfs_h *g, struct error *err)
{
  if (g->state != STATE_CONFIG)
    return error_set (err, EINVAL, "launch: the handle has been launched "
                      "already");
  if (g->drives.len == 0)
    return error_set (err, EINVAL, "launch: add at least one drive first "
                      "(add_drive, in guestfish -a)");
  return 0;
}

int
impl_launch (guestfs_h *g, struct error *err)
{
  const char *engine = settings_engine (g->settings.backend);
  const int64_t since = machine_clock ();
  CLEANUP_ERROR struct error first = ERROR_INIT;
  CLEANUP_FREE char *reason = NULL;
  bool other;
  int r;

  if (check_launch (g, err) == -1)
    return -1;
  tell_progress (g, since, 0);
  if (strcmp (engine, "auto") == 0 && kvm_verdict_is_bad (g, &reason)) {
    events_debug (g, "launch: kvm is not tried, it was unusable lately: %s",
                  reason);
    engine = "uml";
  }
  r = start (g, engine, &other, &first);
  if (r == -1 && other && strcmp (engine, "auto") == 0) {
    events_warning (g, "kvm does not work here, uml is used instead: %s",
                    first.message);
    kvm_verdict_keep (g, first.message);
    error_clear (&first);
    r = start (g, "uml", &other, &first);
  }
  if (r == -1) {
    error_prefix (&first, "launch");
    error_move (err, &first);
    return -1;
  }
  machine_tell_times (g, g->machine);
  events_debug (g, "launch: took %d ms", (int) (machine_clock () - since));
  tell_progress (g, since, 12);
  template_after_launch (g);
  events_call (g, GUESTFS_EVENT_LAUNCH_DONE);
  return 0;
}

int
launch_lost (guestfs_h *g, struct error *how, struct error *err)
{
  CLEANUP_ERROR struct error why = ERROR_INIT;

  /* What makes no sense is our finding, else the machine knows more. */
  if (how->errnum == ECONNRESET)
    machine_describe_end (g, g->machine, &why);
  else
    error_move (&why, how);
  if (g->state == STATE_LAUNCHING) { /* which goes on without */
    error_move (err, &why);
    return -1;
  }
  drop_machine (g);
  drives_clear (g);
  events_call (g, GUESTFS_EVENT_SUBPROCESS_QUIT);
  error_move (err, &why);
  return -1;
}

/* --- shutdown ------------------------------------------------------------------ */

static bool
has_writable_drive (const guestfs_h *g)
{
  size_t i;

  for (i = 0; i < g->drives.len; ++i)
    if (!g->drives.ptr[i]->readonly && g->drives.ptr[i]->path)
      return true;
  return false;
}

static int
shut_down (guestfs_h *g, struct error *err)
{
  int r = 0;

  if (g->state == STATE_READY && has_writable_drive (g)) {
    if (g->settings.autosync && impl_internal_autosync (g, err) == -1)
      r = -1;
    /* The call may have found that there is no machine any more. */
    if (g->machine && machine_flush (g, g->machine, err) == -1)
      r = -1;
  }
  if (g->machine)
    drop_machine (g);
  drives_clear (g);
  return r;
}

static void
end_rescue_console (guestfs_h *g)
{
  rescue_console_end (g->rescue_console);
  g->rescue_console = NULL;
}

int
impl_shutdown (guestfs_h *g, struct error *err)
{
  if (!client_is_busy (g))
    end_rescue_console (g);
  if (g->state == STATE_CONFIG)
    return 0;
  if (g->state == STATE_LAUNCHING || client_is_busy (g))
    return error_set (err, EBUSY, "shutdown: called from a callback in the "
                      "middle of another call");
  if (!owner_is_this (g->machine, OWNER_WAIT))
    return error_set (err, EINVAL, "shutdown: the handle was launched by "
                      "another process, of which this one is a fork");
  return shut_down (g, err);
}

int
impl_kill_subprocess (guestfs_h *g, struct error *err)
{
  return impl_shutdown (g, err);
}

void
launch_close (guestfs_h *g)
{
  CLEANUP_ERROR struct error ignored = ERROR_INIT;

  end_rescue_console (g);
  if (!g->machine)
    return;
  if (owner_is_this (g->machine, 0))
    (void) shut_down (g, &ignored);
  else
    drop_machine (g);
}
