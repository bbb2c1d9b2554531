/* copy-in and copy-out, which take any number of names. */

#include <config.h>

#include <stddef.h>

#include "arguments.h"
#include "builtins.h"
#include "cleanup.h"
#include "fish.h"

int
builtin_copy_in (struct fish *fish, const char *name, size_t argc,
                 char *argv[])
{
  CLEANUP_FREE char *directory = NULL;
  size_t i;

  if (argc < 2)
    return fish_wrong_usage (name);
  directory = fish_path (fish, argv[argc - 1]);
  if (!directory)
    return -1;
  for (i = 0; i + 1 < argc; ++i)
    if (guestfs_copy_in (fish->g, argv[i], directory) == -1)
      return -1;
  return 0;
}

int
builtin_copy_out (struct fish *fish, const char *name, size_t argc,
                  char *argv[])
{
  size_t i;

  if (argc < 2)
    return fish_wrong_usage (name);
  for (i = 0; i + 1 < argc; ++i) {
    CLEANUP_FREE char *path = fish_path (fish, argv[i]);

    if (!path || guestfs_copy_out (fish->g, path, argv[argc - 1]) == -1)
      return -1;
  }
  return 0;
}
