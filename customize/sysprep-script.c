/* Running local programs in the guest's files: an operation of virt-sysprep.
 *
 * The guest is mounted on a local folder.  This thread serves it, while another
 * runs the programs one after the other with that folder as current one.
 */

#include <config.h>

#include <errno.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "sysprep.h"

extern char **environ;

struct work {
  guestfs_h *g;
  const struct strlist *scripts;
  const char *folder;
  char *failed;   /* a program that failed, of the list */
  int status;     /* as wait says, or -1 with errnum */
  int errnum;
};

static int
run_script (const char *folder, char *script, int *ret_status)
{
  char *argv[] = { script, NULL };
  posix_spawn_file_actions_t actions;
  pid_t pid;
  int r = posix_spawn_file_actions_init (&actions);

  if (r == 0) {
    r = posix_spawn_file_actions_addchdir_np (&actions, folder);
    if (r == 0)
      r = posix_spawn (&pid, script, &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy (&actions);
  }
  if (r != 0)
    return r;
  while (waitpid (pid, ret_status, 0) == -1)
    if (errno != EINTR)
      return errno;
  return 0;
}

static void *
run_scripts (void *data)
{
  struct work *w = data;
  size_t i;

  for (i = 0; i < w->scripts->len && !w->failed; ++i) {
    w->errnum = run_script (w->folder, w->scripts->items[i], &w->status);
    if (w->errnum != 0 || w->status != 0)
      w->failed = w->scripts->items[i];
  }
  (void) guestfs_umount_local (w->g, GUESTFS_UMOUNT_LOCAL_RETRY, 1, -1);
  return NULL;
}

static int
script_error (const struct work *w, struct error *err)
{
  if (w->errnum != 0)
    return error_set (err, w->errnum, "%s: %s", w->failed,
                      strerror (w->errnum));
  if (WIFSIGNALED (w->status))
    return error_set (err, EINTR, "%s: killed by signal %d", w->failed,
                      WTERMSIG (w->status));
  return error_set (err, EIO, "%s: exit status %d", w->failed,
                    WEXITSTATUS (w->status));
}

static int
serve (struct guest *guest, struct work *w, struct error *err)
{
  pthread_t thread;
  int r;

  if (guestfs_mount_local (guest->g, w->folder, -1) == -1)
    return guest_failed (guest, err);
  r = pthread_create (&thread, NULL, run_scripts, w);
  if (r != 0) {
    (void) guestfs_umount_local (guest->g, -1);
    return error_set (err, r, "pthread_create: %s", strerror (r));
  }
  r = guestfs_mount_local_run (guest->g);
  if (r == -1)
    guest_failed (guest, err);
  pthread_join (thread, NULL);
  if (r == 0 && w->failed)
    r = script_error (w, err);
  return r;
}

int
sysprep_script (struct guest *guest, const struct sysprep_settings *s,
                struct error *err)
{
  const char *tmpdir = getenv ("TMPDIR");
  CLEANUP_FREE char *made = NULL;
  struct work w = {
    .g = guest->g, .scripts = &s->scripts, .folder = s->script_folder,
  };
  int r;

  if (s->scripts.len == 0)
    return 0;
  if (!w.folder) {
    made = xasprintf ("%s/sysprep-XXXXXX", tmpdir ? tmpdir : "/tmp");
    if (!mkdtemp (made))
      return error_errno (err, "%s", made);
    w.folder = made;
  }
  r = serve (guest, &w, err);
  if (made)
    rmdir (made);
  return r;
}
