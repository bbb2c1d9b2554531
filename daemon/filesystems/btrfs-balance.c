/* Moving the chunks of btrfs around: balancing.
 *
 * It runs in the kernel, in the call that starts it.  One that was interrupted
 * goes on when the filesystem is mounted, and can then be paused.
 */

#include <config.h>

#include <errno.h>
#include <linux/btrfs.h>
#include <string.h>
#include <sys/ioctl.h>

#include "actions.h"
#include "btrfs.h"

static int
balance (const char *path, uint64_t flags, struct error *err)
{
  CLEANUP_CLOSE int fd = btrfs_open (path, err);
  struct btrfs_ioctl_balance_args args = { .flags = flags };

  if (fd == -1)
    return -1;
  if (ioctl (fd, BTRFS_IOC_BALANCE_V2, &args) == -1)
    return errno == ENOTCONN
      ? error_set (err, ENOTCONN, "%s: no balance is paused", path)
      : error_errno (err, "%s: balance", path);
  return 0;
}

int
do_btrfs_filesystem_balance (const char *fs, struct error *err)
{
  return balance (fs, BTRFS_BALANCE_DATA | BTRFS_BALANCE_SYSTEM
                  | BTRFS_BALANCE_METADATA, err);
}

int
do_btrfs_balance_resume (const char *path, struct error *err)
{
  return balance (path, BTRFS_BALANCE_RESUME, err);
}

static int
control (const char *path, int command, const char *none, struct error *err)
{
  CLEANUP_CLOSE int fd = btrfs_open (path, err);

  if (fd == -1)
    return -1;
  if (ioctl (fd, BTRFS_IOC_BALANCE_CTL, command) == -1)
    return errno == ENOTCONN ? error_set (err, ENOTCONN, "%s: %s", path, none)
      : error_errno (err, "%s: balance", path);
  return 0;
}

int
do_btrfs_balance_pause (const char *path, struct error *err)
{
  return control (path, BTRFS_BALANCE_CTL_PAUSE, "no balance is running", err);
}

int
do_btrfs_balance_cancel (const char *path, struct error *err)
{
  return control (path, BTRFS_BALANCE_CTL_CANCEL,
                  "no balance is running or paused", err);
}

static const char *
state_name (uint64_t state)
{
  if (!(state & BTRFS_BALANCE_STATE_RUNNING))
    return "paused";
  if (state & BTRFS_BALANCE_STATE_CANCEL_REQ)
    return "running, cancel requested";
  if (state & BTRFS_BALANCE_STATE_PAUSE_REQ)
    return "running, pause requested";
  return "running";
}

/* The program of btrfs rounds the percentage like this. */
static uint64_t
percent_left (const struct btrfs_balance_progress *p)
{
  if (p->expected == 0 || p->completed >= p->expected)
    return 0;
  return 100 * (1 - (double) p->completed / p->expected) + 0.5;
}

struct guestfs_btrfsbalance *
do_btrfs_balance_status (const char *path, struct error *err)
{
  CLEANUP_CLOSE int fd = btrfs_open (path, err);
  struct btrfs_ioctl_balance_args args = { 0 };
  struct guestfs_btrfsbalance *ret;
  const char *status = "none";

  if (fd == -1)
    return NULL;
  if (ioctl (fd, BTRFS_IOC_BALANCE_PROGRESS, &args) == 0)
    status = state_name (args.state);
  else if (errno != ENOTCONN) {
    error_errno (err, "%s: balance", path);
    return NULL;
  }
  ret = malloc (sizeof *ret);
  if (ret)
    *ret = (struct guestfs_btrfsbalance) {
      .btrfsbalance_status = strdup (status),
      .btrfsbalance_total = args.stat.expected,
      .btrfsbalance_balanced = args.stat.completed,
      .btrfsbalance_considered = args.stat.considered,
      .btrfsbalance_left = percent_left (&args.stat),
    };
  if (!ret || !ret->btrfsbalance_status) {
    error_errno (err, "%s", path);
    free (ret);
    return NULL;
  }
  return ret;
}
