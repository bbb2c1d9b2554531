/* Finding the appliance: see appliance.h. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "appliance.h"

void
appliance_release (struct appliance *a)
{
  cleanup_close (&a->kvm_kernel);
  cleanup_close (&a->uml_kernel);
  cleanup_close (&a->root);
  *a = (struct appliance) APPLIANCE_INIT;
}

static int
open_in (const char *dir, size_t dir_len, const char *name)
{
  CLEANUP_FREE char *path = NULL;

  if (asprintf (&path, "%.*s/%s", (int) dir_len, dir, name) == -1) {
    path = NULL;
    return -1;
  }
  return open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
}

static bool
open_directory (const char *dir, size_t dir_len, const char *engine,
                struct appliance *ret)
{
  const bool any = strcmp (engine, "auto") == 0;

  ret->root = open_in (dir, dir_len, "root.img");
  if (ret->root == -1)
    return false;
  if (any || strcmp (engine, "kvm") == 0)
    ret->kvm_kernel = open_in (dir, dir_len, "kernel-kvm");
  if (any || strcmp (engine, "uml") == 0)
    ret->uml_kernel = open_in (dir, dir_len, "kernel-uml");
  return ret->kvm_kernel >= 0 || ret->uml_kernel >= 0;
}

static int
fill_gaps (struct appliance *a, struct error *err)
{
  int *fds[] = { &a->kvm_kernel, &a->uml_kernel };
  size_t i;

  for (i = 0; i < 2; ++i)
    if (*fds[i] == -1) {
      *fds[i] = open ("/dev/null", O_RDONLY | O_CLOEXEC);
      if (*fds[i] == -1)
        return error_errno (err, "/dev/null");
    }
  return 0;
}

int
appliance_open (const char *path, const char *engine, struct appliance *ret,
                struct error *err)
{
  CLEANUP_APPLIANCE struct appliance a = APPLIANCE_INIT;
  const char *dir = path;

  while (*dir) {
    size_t len = strcspn (dir, ":");

    if (len > 0 && open_directory (dir, len, engine, &a)) {
      if (fill_gaps (&a, err) == -1)
        return -1;
      *ret = a;
      a = (struct appliance) APPLIANCE_INIT;
      return 0;
    }
    appliance_release (&a);
    dir += len;
    if (*dir == ':')
      dir++;
  }
  return error_set (err, ENOENT, "no appliance in \"%s\": there must be "
                    "root.img and kernel-%s in a directory of "
                    "LIBGUESTFS_PATH", path,
                    strcmp (engine, "auto") == 0 ? "kvm or kernel-uml"
                    : engine);
}
