/* Trees of ostree: see ostree.h. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "ostree.h"
#include "prefix.h"
#include "rootfs.h"
#include "strlist.h"

#define DEPLOY "/ostree/deploy"
#define TREES_MAX 256

/* When it was deployed: its .origin file is written then. */
static long long
time_of (int root, const char *tree)
{
  CLEANUP_FREE char *origin = NULL;
  CLEANUP_CLOSE int fd = -1;
  struct stat st;

  if (asprintf (&origin, "%s.origin", tree) < 0)
    return 0;
  fd = rootfs_open (root, origin);
  if (fd == -1)
    fd = rootfs_open_dir (root, tree);
  return fd == -1 || fstat (fd, &st) == -1 ? 0 : (long long) st.st_mtime;
}

static bool
is_tree (int root, const char *tree)
{
  CLEANUP_FREE char *etc = NULL;
  CLEANUP_FREE char *usr = NULL;

  return asprintf (&etc, "%s/etc", tree) >= 0
         && asprintf (&usr, "%s/usr", tree) >= 0
         && rootfs_is_dir (root, etc) && rootfs_is_dir (root, usr);
}

/* Keep the later one. */
static void
consider (int root, char *tree, char **best, long long *best_time)
{
  long long when;

  if (!tree || !is_tree (root, tree)) {
    free (tree);
    return;
  }
  when = time_of (root, tree);
  if (*best && when <= *best_time) {
    free (tree);
    return;
  }
  free (*best);
  *best = tree;
  *best_time = when;
}

char *
ostree_find (int root)
{
  CLEANUP_STRINGS char **names = rootfs_list (root, DEPLOY, TREES_MAX);
  char *best = NULL;
  long long best_time = 0;
  size_t i, j;

  for (i = 0; names && names[i]; ++i) {
    CLEANUP_FREE char *dir = NULL;
    CLEANUP_STRINGS char **trees = NULL;

    if (asprintf (&dir, DEPLOY "/%s/deploy", names[i]) < 0) {
      dir = NULL;
      continue;
    }
    trees = rootfs_list (root, dir, TREES_MAX);
    for (j = 0; trees && trees[j]; ++j) {
      char *tree;

      consider (root, asprintf (&tree, "%s/%s", dir, trees[j]) < 0 ? NULL
                : tree, &best, &best_time);
    }
  }
  return best;
}

char *
ostree_var (const char *tree)
{
  const char *name = skip_prefix (tree, DEPLOY "/");
  char *ret;

  if (!name
      || asprintf (&ret, DEPLOY "/%.*s/var", (int) strcspn (name, "/"),
                   name) < 0)
    return NULL;
  return ret;
}
