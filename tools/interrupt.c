/* Signals that cancel: see interrupt.h. */

#include <config.h>

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "interrupt.h"

static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
#define NR_SIGNALS (sizeof signals / sizeof *signals)

static guestfs_h *volatile handle;
static volatile sig_atomic_t came;
static struct sigaction before[NR_SIGNALS]; /* what they did */

static void
cancel (int sig)
{
  size_t i;

  came = 1;
  for (i = 0; i < NR_SIGNALS; ++i)
    if (signals[i] == sig)
      sigaction (sig, &before[i], NULL);
  if (handle)
    guestfs_user_cancel (handle);
}

static bool
is_cancel (int sig, struct sigaction *ret_action)
{
  return sigaction (sig, NULL, ret_action) == 0
         && ret_action->sa_handler == cancel;
}

void
interrupt_cancels (guestfs_h *g)
{
  struct sigaction old, action = { .sa_handler = cancel };
  size_t i;

  handle = g;
  came = 0;
  sigemptyset (&action.sa_mask);
  for (i = 0; i < NR_SIGNALS; ++i) {
    /* Ignored signals (nohup) stay ignored. */
    if (is_cancel (signals[i], &old) || old.sa_handler == SIG_IGN)
      continue;
    before[i] = old;
    sigaction (signals[i], &action, NULL);
  }
}

void
interrupt_kills (void)
{
  struct sigaction old;
  size_t i;

  for (i = 0; i < NR_SIGNALS; ++i)
    if (is_cancel (signals[i], &old))
      sigaction (signals[i], &before[i], NULL);
  handle = NULL;
}

bool
interrupt_came (void)
{
  return came;
}

int
interrupt_check (struct error *err)
{
  return came ? error_set (err, EINTR, "interrupted") : 0;
}
