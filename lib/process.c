/* Starting processes: see process.h. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "machine.h"
#include "process.h"

extern char **environ;

static void
set_attributes (posix_spawnattr_t *attr, bool own_group)
{
  short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
  sigset_t none, all;

  sigemptyset (&none);
  sigfillset (&all);
  posix_spawnattr_setsigmask (attr, &none);
  posix_spawnattr_setsigdefault (attr, &all);
  if (own_group) {
    flags |= POSIX_SPAWN_SETPGROUP;
    posix_spawnattr_setpgroup (attr, 0);
  }
  posix_spawnattr_setflags (attr, flags);
}

/* Copies above all numbers that the child will use: a program may have closed
 * its standard descriptors, so ours can be anywhere. */
static int
move_up (const int *fds, size_t nr, int *ret, struct error *err)
{
  size_t i;

  for (i = 0; i < nr; ++i) {
    if (fds[i] < 0)
      continue;
    ret[i] = fcntl (fds[i], F_DUPFD_CLOEXEC, SPAWN_MAX_FDS);
    /* Standard error may be closed: then nobody wants to read it. */
    if (ret[i] == -1 && !(errno == EBADF && i == STDERR_FILENO))
      return error_errno (err, "descriptors for bathyscope-machine");
  }
  return 0;
}

static int
spawn (char *const argv[], const int *fds, size_t nr, bool own_group,
       pid_t *ret)
{
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attr;
  size_t i;
  int r;

  posix_spawn_file_actions_init (&actions);
  posix_spawnattr_init (&attr);
  for (i = 0; i < nr; ++i)
    if (fds[i] >= 0)
      posix_spawn_file_actions_adddup2 (&actions, fds[i], i);
    else
      posix_spawn_file_actions_addopen (&actions, i, "/dev/null", O_RDWR, 0);
  posix_spawn_file_actions_addclosefrom_np (&actions, nr);
  set_attributes (&attr, own_group);
  r = posix_spawn (ret, machine_program (), &actions, &attr, argv, environ);
  posix_spawnattr_destroy (&attr);
  posix_spawn_file_actions_destroy (&actions);
  return r;
}

int
spawn_machine (char *const argv[], const int *fds, size_t nr_fds,
               bool own_group, pid_t *ret, struct error *err)
{
  int moved[SPAWN_MAX_FDS] = { -1, -1, -1, -1, -1, -1, -1, -1 };
  size_t i;
  int r;

  r = move_up (fds, nr_fds, moved, err);
  if (r == 0) {
    r = spawn (argv, moved, nr_fds, own_group, ret);
    if (r != 0)
      r = error_set (err, r, "%s: %s", machine_program (), strerror (r));
  }
  for (i = 0; i < nr_fds; ++i)
    cleanup_close (&moved[i]);
  return r;
}
