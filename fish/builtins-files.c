/* Commands of the shell that concern files and images. */

#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "arguments.h"
#include "builtins.h"
#include "cleanup.h"
#include "edit-file.h"
#include "fish.h"
#include "prefix.h"

static int
make_disk (struct fish *fish, const char *name, size_t argc, char *argv[],
           const char *preallocation)
{
  int64_t size;

  if (argc != 2)
    return fish_wrong_usage (name);
  if (fish_parse_int64 (name, "size", argv[1], &size) == -1)
    return -1;
  if (!guestfs_is_config (fish->g)) {
    fprintf (stderr, "%s: drives can only be added before run\n", name);
    return -1;
  }
  if (guestfs_disk_create (fish->g, argv[0], "raw", size,
                           GUESTFS_DISK_CREATE_PREALLOCATION, preallocation,
                           -1) == -1)
    return -1;
  return guestfs_add_drive_opts (fish->g, argv[0],
                                 GUESTFS_ADD_DRIVE_OPTS_FORMAT, "raw", -1);
}

int
builtin_alloc (struct fish *fish, const char *name, size_t argc, char *argv[])
{
  return make_disk (fish, name, argc, argv, "full");
}

int
builtin_sparse (struct fish *fish, const char *name, size_t argc,
                char *argv[])
{
  return make_disk (fish, name, argc, argv, "sparse");
}

int
builtin_edit (struct fish *fish, const char *name, size_t argc, char *argv[])
{
  CLEANUP_FREE char *path = NULL;

  if (argc != 1)
    return fish_wrong_usage (name);
  path = fish_path (fish, argv[0]);
  if (!path)
    return -1;
  return edit_in_editor (fish->g, path,
                         strcmp (name, "edit") == 0 ? NULL : name, NULL,
                         fish->options.program);
}

int
builtin_display (struct fish *fish, const char *name, size_t argc,
                 char *argv[])
{
  CLEANUP_FREE char *path = NULL;
  const char *viewer = getenv ("GUESTFISH_DISPLAY_IMAGE");

  if (argc != 1)
    return fish_wrong_usage (name);
  path = fish_path (fish, argv[0]);
  if (!path)
    return -1;
  return show_file (fish->g, path, viewer && *viewer ? viewer : "display",
                    fish->options.program);
}

/* A device without MAX may be larger than the place there is for copies. */
#define DEVICE_MAX (INT64_C (50) << 20)

int
builtin_hexedit (struct fish *fish, const char *name, size_t argc,
                 char *argv[])
{
  CLEANUP_FREE char *path = NULL;
  const char *editor = getenv ("HEXEDITOR");
  int64_t start = 0, max = -1, size;

  if (argc < 1 || argc > 3)
    return fish_wrong_usage (name);
  if ((argc == 3 && fish_parse_int64 (name, "start", argv[1], &start) == -1)
      || (argc > 1
          && fish_parse_int64 (name, "max", argv[argc - 1], &max) == -1))
    return -1;
  if (start < 0 || (argc > 1 && max < 1)) {
    fprintf (stderr, "%s: start and max are not negative, and max is not 0\n",
             name);
    return -1;
  }
  path = fish_path (fish, argv[0]);
  if (!path)
    return -1;
  if (max == -1 && has_prefix (path, "/dev/")) {
    size = guestfs_blockdev_getsize64 (fish->g, path);
    if (size > DEVICE_MAX)
      fprintf (stderr, "%s: %s is large: say how much of it, as %s %s 1M\n",
               name, path, name, path);
    if (size == -1 || size > DEVICE_MAX)
      return -1;
  }
  return edit_bytes (fish->g, path, start, max,
                     editor && *editor ? editor : "hexedit",
                     fish->options.program);
}

/* The file goes straight into the pager, which may be left early. */
int
builtin_more (struct fish *fish, const char *name, size_t argc, char *argv[])
{
  CLEANUP_FREE char *path = NULL, *text = NULL;
  const char *pager = getenv ("PAGER");
  size_t size;
  FILE *fp;

  if (argc != 1)
    return fish_wrong_usage (name);
  path = fish_path (fish, argv[0]);
  text = path ? guestfs_read_file (fish->g, path, &size) : NULL;
  if (!text)
    return -1;
  if (strcmp (name, "less") == 0)
    pager = "less";
  fp = popen (pager && *pager ? pager : "more", "we");
  if (!fp) {
    perror ("popen");
    return -1;
  }
  fwrite (text, 1, size, fp);
  return pclose (fp) == -1 ? -1 : 0;
}
