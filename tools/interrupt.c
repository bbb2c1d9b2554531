/* Signals that cancel: see interrupt.h. */

#include <config.h>

#include <signal.h>
#include <stddef.h>

#include "interrupt.h"

static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
#define NR_SIGNALS (sizeof signals / sizeof *signals)

static guestfs_h *volatile handle;

static void
cancel (int sig)
{
  if (handle)
    guestfs_user_cancel (handle);
}

/* Ignored signals (nohup) stay ignored. */
static void
set_handlers (void (*handler) (int))
{
  struct sigaction old, action = { .sa_handler = handler,
                                   .sa_flags = SA_RESETHAND };
  size_t i;

  sigemptyset (&action.sa_mask);
  for (i = 0; i < NR_SIGNALS; ++i)
    if (sigaction (signals[i], NULL, &old) == 0
        && old.sa_handler != SIG_IGN)
      sigaction (signals[i], &action, NULL);
}

void
interrupt_cancels (guestfs_h *g)
{
  handle = g;
  set_handlers (cancel);
}

void
interrupt_kills (void)
{
  set_handlers (SIG_DFL);
  handle = NULL;
}
