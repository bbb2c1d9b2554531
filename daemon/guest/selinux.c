/* SELinux: labels of files by the guest's policy (setfiles, selinux_relabel), and
 * the context of the daemon.
 *
 * libselinux relabels as restorecon does, without SELinux in the kernel.  It
 * keeps the list of excluded folders for ever, so it runs in a process of its
 * own.  The policy is read while the guest's root is this process's; labels are
 * set from outside, because the library goes through /proc.
 */

#include <config.h>

#include <errno.h>

#include "actions.h"

#ifdef HAVE_SELINUX

#include <selinux/label.h>
#include <selinux/restorecon.h>
#include <selinux/selinux.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guestpath.h"
#include "jail.h"
#include "strlist.h"
#include "subtask.h"

struct request {
  const char *specfile;
  char *const *paths;
  char *const *excludes; /* or NULL */
  bool force;
};

/* In the child: the first error that the library tells. */
static struct error first_message;

static int __attribute__ ((format (printf, 2, 3)))
keep_message (int type, const char *fmt, ...)
{
  CLEANUP_FREE char *text = NULL;
  int errnum = errno;
  va_list args;
  size_t len;

  if (type != SELINUX_ERROR || error_is_set (&first_message))
    return 0;
  va_start (args, fmt);
  if (vasprintf (&text, fmt, args) == -1)
    text = NULL;
  va_end (args);
  for (len = text ? strlen (text) : 0; len > 0 && text[len - 1] == '\n'; )
    text[--len] = '\0';
  if (text)
    error_set (&first_message, errnum, "%s", text);
  return 0;
}

/* The library compares paths as they are: give it real ones.  What does not
 * exist needs no excluding. */
static int
set_excludes (char *const *excludes, struct error *err)
{
  CLEANUP_STRLIST struct strlist real = STRLIST_INIT;

  for (; excludes && *excludes; ++excludes) {
    char *path = (*excludes)[0] == '/' ? guest_real_path (*excludes, NULL)
      : NULL;

    if (path && strlist_add_taken (&real, path) == -1)
      return error_errno (err, "excludes");
  }
  if (real.items)
    selinux_restorecon_set_exclude_list ((const char **) real.items);
  return 0;
}

/* Read the file of contexts and those beside it, and the list of types that the
 * administrator may set, of which the library asks later. */
static struct selabel_handle *
read_policy (const char *specfile, struct error *err)
{
  struct selinux_opt options[] = { { SELABEL_OPT_PATH, specfile } };
  CLEANUP_JAIL struct jail jail = JAIL_INIT;
  struct selabel_handle *handle;

  /* This loads the library, from the appliance. */
  selinux_set_callback (SELINUX_CB_LOG,
                        (union selinux_callback) { .func_log = keep_message });
  if (jail_enter (&jail, err) == -1)
    return NULL;
  handle = selabel_open (SELABEL_CTX_FILE, options, 1);
  if (!handle)
    error_errno (err, "%s", specfile);
  (void) is_context_customizable ("u:r:t:s0");
  error_clear (&first_message);
  return handle;
}

static int
relabel_one (const char *path, unsigned flags, struct error *err)
{
  CLEANUP_FREE char *real = guest_real_path (path, err);
  int errnum;

  if (!real)
    return -1;
  if (selinux_restorecon (real, flags) == 0)
    return 0;
  errnum = errno;
  if (error_is_set (&first_message))
    error_move (err, &first_message);
  return error_set (err, errnum, "%s: cannot be labelled", path);
}

static int
relabel (void *opaque, struct error *err)
{
  const struct request *r = opaque;
  unsigned flags = SELINUX_RESTORECON_RECURSE | SELINUX_RESTORECON_SKIP_DIGEST
    | SELINUX_RESTORECON_IGNORE_MOUNTS
    | (r->force ? SELINUX_RESTORECON_SET_SPECFILE_CTX : 0);
  struct selabel_handle *handle = read_policy (r->specfile, err);
  char *const *path;
  int ret = 0;

  if (!handle)
    return -1;
  selinux_restorecon_set_sehandle (handle);
  if (selinux_restorecon_set_alt_rootpath (guest_root ()) == -1)
    return error_errno (err, "%s", guest_root ());
  if (set_excludes (r->excludes, err) == -1)
    return -1;
  for (path = r->paths; *path; ++path)
    if (relabel_one (*path, flags, err) == -1)
      ret = -1;
  return ret;
}

int
do_setfiles (const char *specfile, char *const *paths,
             const struct guestfs_setfiles_argv *optargs, struct error *err)
{
  struct request r = {
    .specfile = specfile,
    .paths = paths,
    .force = (optargs->bitmask & GUESTFS_SETFILES_FORCE_BITMASK)
      && optargs->force,
  };

  if (optargs->bitmask & GUESTFS_SETFILES_EXCLUDES_BITMASK)
    r.excludes = optargs->excludes;
  if (!paths[0])
    return error_set (err, EINVAL, "paths: the list is empty");
  if (specfile[0] != '/')
    return error_set (err, EINVAL, "specfile: %s: the path has to start with "
                      "/", specfile);
  return subtask_run (relabel, &r, err);
}

int
do_selinux_relabel (const char *specfile, const char *path,
                    const struct guestfs_selinux_relabel_argv *optargs,
                    struct error *err)
{
  char *const paths[] = { (char *) path, NULL };
  struct guestfs_setfiles_argv o = { .bitmask = 0 };

  if (optargs->bitmask & GUESTFS_SELINUX_RELABEL_FORCE_BITMASK) {
    o.bitmask = GUESTFS_SETFILES_FORCE_BITMASK;
    o.force = optargs->force;
  }
  return do_setfiles (specfile, paths, &o, err);
}

char *
do_getcon (struct error *err)
{
  char *context = NULL, *ret;

  if (getcon (&context) == -1) {
    error_errno (err, "getcon");
    return NULL;
  }
  ret = strdup (context);
  freecon (context);
  if (!ret)
    error_errno (err, "getcon");
  return ret;
}

int
do_setcon (const char *context, struct error *err)
{
  return setcon (context) == -1 ? error_errno (err, "%s", context) : 0;
}

#else

#include "absent.h"

ABSENT (int, -1, do_setfiles,
        (const char *specfile, char *const *paths,
         const struct guestfs_setfiles_argv *optargs, struct error *err))
ABSENT (int, -1, do_selinux_relabel,
        (const char *specfile, const char *path,
         const struct guestfs_selinux_relabel_argv *optargs,
         struct error *err))
ABSENT (char *, NULL, do_getcon, (struct error *err))
ABSENT (int, -1, do_setcon, (const char *context, struct error *err))

#endif
