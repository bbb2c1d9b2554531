/* File systems a program of the guest expects: see guestmounts.h.
 *
 * They are attached by descriptor, so a guest whose /dev is a symbolic link
 * cannot direct the mount elsewhere, and the same descriptor detaches them.
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guestmounts.h"
#include "guestpath.h"
#include "network.h"

static const char *const dirs[] = { "/dev", "/proc", "/sys" };
#define NR_DIRS (sizeof dirs / sizeof dirs[0])

static int trees[NR_DIRS] = { -1, -1, -1 };
static int resolv_conf = -1;

/* What no program of the appliance needs is mounted for the first guest
 * program only. */
void
guest_mounts_prepare_dev (void)
{
  static int done;

  if (done)
    return;
  done = 1;
  if (mkdir ("/dev/pts", 0755) == 0)
    (void) mount ("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC,
                  "mode=620,ptmxmode=666");
  if (mkdir ("/dev/shm", 01777) == 0)
    (void) mount ("tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, NULL);
}

static int
attach (const char *dir, struct error *err)
{
  CLEANUP_CLOSE int tree = -1;
  CLEANUP_CLOSE int target = guest_open (dir, O_PATH | O_DIRECTORY, 0, NULL);

  if (target == -1)
    return -1;
  tree = open_tree (AT_FDCWD, dir,
                    OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
  if (tree == -1
      || move_mount (tree, "", target, "",
                     MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) == -1)
    return error_errno (err, "mounting %s in the guest", dir);
  return TAKE_FD (tree);
}

/* With a network the guest's programs ask the resolver of the appliance.  What
 * is covered may be a link, even one that leads nowhere now. */
static void
attach_resolv_conf (void)
{
  CLEANUP_CLOSE int tree = open_tree (AT_FDCWD, NETWORK_RESOLV_CONF,
                                      OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
  CLEANUP_CLOSE int target = -1;

  if (tree == -1)
    return;
  target = guest_open ("/etc/resolv.conf", O_PATH | O_NOFOLLOW, 0, NULL);
  if (target >= 0
      && move_mount (tree, "", target, "",
                     MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) == 0)
    resolv_conf = TAKE_FD (tree);
}

int
guest_mounts_enter (struct error *err)
{
  CLEANUP_ERROR struct error fault = ERROR_INIT;
  size_t i;

  guest_mounts_prepare_dev ();
  for (i = 0; i < NR_DIRS; ++i) {
    trees[i] = attach (dirs[i], &fault);
    if (trees[i] == -1 && error_is_set (&fault)) {
      guest_mounts_leave ();
      error_move (err, &fault);
      return -1;
    }
  }
  attach_resolv_conf ();
  return 0;
}

void
guest_mounts_leave (void)
{
  char path[32];
  size_t i;

  if (resolv_conf >= 0) {
    (void) umount2 (guest_fd_path (resolv_conf, path), MNT_DETACH);
    close (TAKE_FD (resolv_conf));
  }
  for (i = NR_DIRS; i-- > 0; )
    if (trees[i] >= 0) {
      (void) umount2 (guest_fd_path (trees[i], path), MNT_DETACH);
      close (TAKE_FD (trees[i]));
    }
}
