/* Guests' filesystems for the daemon's own use: see inspecttree.h. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guestpath.h"
#include "inspecttree.h"
#include "mount.h"
#include "mountable.h"

/* What is mounted where: the words of mount(2). */
struct source {
  struct mountable m;
  char *type, *options;
};

#define SOURCE_INIT { MOUNTABLE_INIT, NULL, NULL }

static void
source_release (struct source *s)
{
  mountable_release (&s->m);
  free (s->type);
  free (s->options);
}

#define CLEANUP_SOURCE CLEANUP (source_release)

static int
source_parse (struct source *s, const char *mountable, const char *type,
              struct error *err)
{
  if (mountable_parse (mountable, &s->m, err) == -1)
    return -1;
  s->type = type ? strdup (type) : mount_probe_type (s->m.device, err);
  if (!s->type)
    return type ? error_errno (err, "%s", mountable) : -1;
  if (s->m.volume && asprintf (&s->options, "subvol=%s", s->m.volume) < 0) {
    s->options = NULL;
    return error_errno (err, "%s", mountable);
  }
  return 0;
}

int
inspect_tree_open (struct inspect_tree *tree, const char *mountable,
                   const char *type, struct error *err)
{
  CLEANUP_SOURCE struct source s = SOURCE_INIT;

  if (source_parse (&s, mountable, type, err) == -1
      || mountpoint_mount (&tree->top, s.m.device, s.type, s.options,
                           err) == -1)
    return -1;
  tree->root = open (tree->top.path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  return tree->root == -1 ? error_errno (err, "%s", mountable) : 0;
}

static int
open_dir (int root, const char *path, struct error *err)
{
  struct open_how how = {
    .flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
    .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
  };
  int fd = (int) syscall (SYS_openat2, root, path, &how, sizeof how);

  return fd == -1 ? error_errno (err, "%s", path) : fd;
}

int
inspect_tree_add (struct inspect_tree *tree, const char *path,
                  const char *mountable, struct error *err)
{
  CLEANUP_SOURCE struct source s = SOURCE_INIT;
  CLEANUP_CLOSE int dir = open_dir (tree->root, path, err);
  char name[32];

  if (dir == -1 || source_parse (&s, mountable, NULL, err) == -1)
    return -1;
  return mountpoint_mount_at (guest_fd_path (dir, name), s.m.device, s.type,
                              s.options, err);
}

int
inspect_tree_enter (struct inspect_tree *tree, const char *path,
                    struct error *err)
{
  int dir = open_dir (tree->root, path, err);

  if (dir == -1)
    return -1;
  close (tree->root);
  tree->root = dir;
  return 0;
}

int
inspect_tree_bind (struct inspect_tree *tree, const char *from,
                   const char *path, struct error *err)
{
  CLEANUP_CLOSE int top = open (tree->top.path,
                                O_PATH | O_DIRECTORY | O_CLOEXEC);
  CLEANUP_CLOSE int source = top == -1 ? -1 : open_dir (top, from, err);
  CLEANUP_CLOSE int dir = open_dir (tree->root, path, err);
  char name[32], target[32];

  if (source == -1 || dir == -1)
    return -1;
  if (mount (guest_fd_path (source, name), guest_fd_path (dir, target), NULL,
             MS_BIND, NULL) == -1)
    return error_errno (err, "%s", path);
  return 0;
}

/* Everything below goes with the top. */
void
inspect_tree_release (struct inspect_tree *tree)
{
  if (tree->root != -1)
    close (tree->root);
  tree->root = -1;
  mountpoint_release (&tree->top);
}
