/* glob_expand: glob(3) over the guest's tree.
 *
 * glob(3) looks at directories through the functions it is given, which
 * resolve every path inside the guest; so there is no need for chroot.
 */

#include <config.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <string.h>
#include <sys/stat.h>

#include "actions.h"
#include "guestfile.h"
#include "guestpath.h"
#include "strlist.h"

static void
forget_errno (const struct error *e)
{
  errno = e->errnum ? e->errnum : EIO;
}

static void *
glob_opendir (const char *path)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  int fd = file_open_dir (path, &err);
  DIR *dir;

  if (fd == -1) {
    forget_errno (&err);
    return NULL;
  }
  dir = fdopendir (fd);
  if (!dir)
    close (fd);
  return dir;
}

static struct dirent *
glob_readdir (void *dir)
{
  return readdir (dir);
}

static void
glob_closedir (void *dir)
{
  closedir (dir);
}

static int
glob_stat_any (const char *path, struct stat *ret, bool follow)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP_CLOSE int fd = file_open_meta (path, follow, &err);

  if (fd == -1) {
    forget_errno (&err);
    return -1;
  }
  return fstat (fd, ret);
}

static int
glob_lstat (const char *path, struct stat *ret)
{
  return glob_stat_any (path, ret, false);
}

static int
glob_stat (const char *path, struct stat *ret)
{
  return glob_stat_any (path, ret, true);
}

char **
do_glob_expand (const char *pattern,
                const struct guestfs_glob_expand_opts_argv *optargs,
                struct error *err)
{
  CLEANUP_STRLIST struct strlist paths = STRLIST_INIT;
  int flags = GLOB_ALTDIRFUNC | GLOB_BRACE;
  glob_t g = { .gl_opendir = glob_opendir, .gl_closedir = glob_closedir,
               .gl_lstat = glob_lstat, .gl_stat = glob_stat };
  char **ret = NULL;
  size_t i;
  int r;

  g.gl_readdir = glob_readdir;
  if (!(optargs->bitmask & GUESTFS_GLOB_EXPAND_OPTS_DIRECTORYSLASH_BITMASK)
      || optargs->directoryslash)
    flags |= GLOB_MARK;
  r = glob (pattern, flags, NULL, &g);
  if (r != 0 && r != GLOB_NOMATCH) {
    error_set (err, r == GLOB_NOSPACE ? ENOMEM : EIO, "%s: cannot expand",
               pattern);
    return NULL;
  }
  if (r == 0) {
    for (i = 0; i < g.gl_pathc; i++)
      if (strlist_add (&paths, g.gl_pathv[i]) == -1)
        break;
    r = i < g.gl_pathc ? -1 : 0;
    globfree (&g);
  }
  if (r == -1 || !(ret = strlist_take (&paths)))
    error_errno (err, "%s", pattern);
  return ret;
}
