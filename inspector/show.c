/* The frame of the programs that print facts: see show.h. */

#include <config.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "rootfs.h"
#include "show.h"

int
show_main (int argc, char *argv[],
           int (*show) (int root, const struct system_info *info))
{
  CLEANUP_CLOSE int root = argc == 3
    ? open (argv[1], O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
  CLEANUP_ERROR struct error err = ERROR_INIT;
  struct system_info info = { 0 };
  const struct detector *detector;
  int r = 0;

  if (root == -1) {
    fprintf (stderr, "usage: %s DIRECTORY FILESYSTEM-TYPE\n", argv[0]);
    return EXIT_FAILURE;
  }
  detector = inspector_recognise (root, argv[2], &info, &err);
  if (detector) {
    CLEANUP_CLOSE int tree = info.tree ? rootfs_open_dir (root, info.tree)
      : -1;
    int top = tree == -1 ? root : tree;

    r = inspector_describe (detector, top, &info, &err);
    if (r == 0)
      r = show (top, &info);
    system_info_release (&info);
  }
  if (error_is_set (&err))
    fprintf (stderr, "%s: %s\n", argv[0], err.message);
  return r == -1 || error_is_set (&err) ? EXIT_FAILURE : EXIT_SUCCESS;
}
