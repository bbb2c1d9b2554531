/* Augeas: configuration files of the guest as a tree.
 *
 * libaugeas runs in this process.  Its lenses come from the appliance; files
 * are read and written only while the guest is this process's root, so that no
 * link leads out of it.  There is one tree at a time.
 */

#include <config.h>

#include <augeas.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "jail.h"
#include "strlist.h"

/* Flags of aug_init that callers may give: AUG_SAVE_BACKUP, _NEWFILE,
 * _TYPE_CHECK, _NO_STDINC, _SAVE_NOOP, _NO_LOAD.  Their bits are part of the
 * API. */
#define FLAGS_ALLOWED 63
/* These two would look for lenses elsewhere or later, when the appliance's
 * files are out of reach. */
#define FLAGS_IGNORED (AUG_NO_STDINC | AUG_NO_MODL_AUTOLOAD)

static augeas *aug;

static int
need (struct error *err)
{
  if (!aug)
    return error_set (err, EINVAL, "there is no Augeas handle: call aug_init "
                      "first");
  return 0;
}

/* What the library says of its last error. */
static int
failed (const char *what, struct error *err)
{
  const char *minor = aug_error_minor_message (aug);
  const char *details = aug_error_details (aug);
  int code = aug_error (aug);
  int errnum = code == AUG_ENOMEM ? ENOMEM : code == AUG_ENOMATCH ? ENOENT
    : EINVAL;

  return error_set (err, errnum, "%s: %s%s%s%s%s", what,
                    aug_error_message (aug), minor ? ": " : "",
                    minor ? minor : "", details ? ": " : "",
                    details ? details : "");
}

static char **
match (const char *what, const char *expression, struct error *err)
{
  CLEANUP_STRLIST struct strlist list = STRLIST_INIT;
  char **matches = NULL, **ret = NULL;
  int i, n, r = 0;

  n = aug_match (aug, expression, &matches);
  if (n == -1) {
    failed (what, err);
    return NULL;
  }
  for (i = 0; i < n; ++i)
    r |= strlist_add_taken (&list, matches[i]);
  free (matches);
  if (r == 0)
    ret = strlist_take (&list);
  if (!ret)
    error_errno (err, "%s", what);
  return ret;
}

static int
load (struct error *err)
{
  CLEANUP_JAIL struct jail jail = JAIL_INIT;

  if (jail_enter (&jail, err) == -1)
    return -1;
  if (aug_load (aug) == -1)
    return failed ("aug_load", err);
  return 0;
}

int
do_aug_close (struct error *err)
{
  if (need (err) == -1)
    return -1;
  aug_close (aug);
  aug = NULL;
  return 0;
}

int
do_aug_init (const char *root, int flags, struct error *err)
{
  if (flags & ~FLAGS_ALLOWED)
    return error_set (err, EINVAL, "unknown flags: 0x%x", flags);
  if (aug)
    (void) do_aug_close (NULL);
  aug = aug_init (root, NULL, (flags & ~FLAGS_IGNORED) | AUG_NO_LOAD
                  | AUG_NO_ERR_CLOSE);
  if (!aug)
    return error_set (err, ENOMEM, "aug_init: cannot make a handle");
  if (aug_error (aug) != AUG_NOERROR) {
    failed ("aug_init", err);
    (void) do_aug_close (NULL);
    return -1;
  }
  if (!(flags & AUG_NO_LOAD) && load (err) == -1) {
    (void) do_aug_close (NULL);
    return -1;
  }
  return 0;
}

int
do_aug_load (struct error *err)
{
  if (need (err) == -1)
    return -1;
  /* Augeas reads a file again when its time has changed, and looks at whole
   * seconds: a file written twice in one second would stay as it was. */
  (void) aug_setm (aug, "/augeas/files//mtime", NULL, "0");
  return load (err);
}

/* The reasons of a failed save are in the tree, one for each file. */
static int
save_failed (struct error *err)
{
  CLEANUP_STRINGS char **nodes = match ("aug_save", "/augeas//error/message",
                                        NULL);
  const char *message = NULL;

  if (nodes && nodes[0] && aug_get (aug, nodes[0], &message) == 1 && message)
    return error_set (err, EIO, "aug_save: %s: %s", nodes[0], message);
  return failed ("aug_save", err);
}

int
do_aug_save (struct error *err)
{
  CLEANUP_JAIL struct jail jail = JAIL_INIT;

  if (need (err) == -1 || jail_enter (&jail, err) == -1)
    return -1;
  if (aug_save (aug) == -1)
    return save_failed (err);
  return 0;
}

/* --- nodes ------------------------------------------------------------------- */

int
do_aug_defvar (const char *name, const char *expr, struct error *err)
{
  int r;

  if (need (err) == -1)
    return -1;
  r = aug_defvar (aug, name, expr);
  return r == -1 ? failed ("aug_defvar", err) : r;
}

struct guestfs_int_bool *
do_aug_defnode (const char *name, const char *expr, const char *val,
                struct error *err)
{
  struct guestfs_int_bool *ret;
  int created = 0, n;

  if (need (err) == -1)
    return NULL;
  n = aug_defnode (aug, name, expr, val, &created);
  if (n == -1) {
    failed ("aug_defnode", err);
    return NULL;
  }
  ret = malloc (sizeof *ret);
  if (!ret) {
    error_errno (err, "aug_defnode");
    return NULL;
  }
  ret->i = n;
  ret->b = created;
  return ret;
}

/* A node that there has to be exactly one of. */
static char *
copy_of (int matches, const char *value, const char *what,
         const char *augpath, struct error *err)
{
  char *ret;

  if (matches == -1) {
    failed (what, err);
    return NULL;
  }
  if (matches == 0 || !value) {
    error_set (err, ENOENT, "%s: %s: %s", what, augpath,
               matches == 0 ? "there is no such node" : "it has no value");
    return NULL;
  }
  ret = strdup (value);
  if (!ret)
    error_errno (err, "%s", what);
  return ret;
}

char *
do_aug_get (const char *augpath, struct error *err)
{
  const char *value = NULL;
  int r;

  if (need (err) == -1)
    return NULL;
  r = aug_get (aug, augpath, &value);
  return copy_of (r, value, "aug_get", augpath, err);
}

char *
do_aug_label (const char *augpath, struct error *err)
{
  const char *label = NULL;
  int r;

  if (need (err) == -1)
    return NULL;
  r = aug_label (aug, augpath, &label);
  return copy_of (r, label, "aug_label", augpath, err);
}

int
do_aug_set (const char *augpath, const char *val, struct error *err)
{
  if (need (err) == -1)
    return -1;
  if (aug_set (aug, augpath, val) == -1)
    return failed ("aug_set", err);
  return 0;
}

int
do_aug_setm (const char *base, const char *sub, const char *val,
             struct error *err)
{
  int r;

  if (need (err) == -1)
    return -1;
  r = aug_setm (aug, base, sub, val);
  return r == -1 ? failed ("aug_setm", err) : r;
}

int
do_aug_clear (const char *augpath, struct error *err)
{
  if (need (err) == -1)
    return -1;
  if (aug_set (aug, augpath, NULL) == -1)
    return failed ("aug_clear", err);
  return 0;
}

int
do_aug_insert (const char *augpath, const char *label, int before,
               struct error *err)
{
  if (need (err) == -1)
    return -1;
  if (aug_insert (aug, augpath, label, before) == -1)
    return failed ("aug_insert", err);
  return 0;
}

int
do_aug_rm (const char *augpath, struct error *err)
{
  int r;

  if (need (err) == -1)
    return -1;
  r = aug_rm (aug, augpath);
  return r == -1 ? failed ("aug_rm", err) : r;
}

int
do_aug_mv (const char *src, const char *dest, struct error *err)
{
  if (need (err) == -1)
    return -1;
  if (aug_mv (aug, src, dest) == -1)
    return failed ("aug_mv", err);
  return 0;
}

char **
do_aug_match (const char *augpath, struct error *err)
{
  return need (err) == -1 ? NULL : match ("aug_match", augpath, err);
}

/* The nodes below one, as a sorted list. */
char **
do_aug_ls (const char *augpath, struct error *err)
{
  CLEANUP_FREE char *expression = NULL;
  size_t len = strlen (augpath);
  char **ret;

  if (need (err) == -1)
    return NULL;
  if (len > 1 && (augpath[len - 1] == '/' || augpath[len - 1] == ']'
                  || augpath[len - 1] == '*')) {
    error_set (err, EINVAL, "%s: give the path of one node, without / at its "
               "end", augpath);
    return NULL;
  }
  if (asprintf (&expression, "%s/*", strcmp (augpath, "/") ? augpath : "") < 0) {
    expression = NULL;
    error_errno (err, "aug_ls");
    return NULL;
  }
  ret = match ("aug_ls", expression, err);
  if (ret)
    strings_sort (ret);
  return ret;
}

int
do_aug_transform (const char *lens, const char *file,
                  const struct guestfs_aug_transform_argv *optargs,
                  struct error *err)
{
  bool remove = (optargs->bitmask & GUESTFS_AUG_TRANSFORM_REMOVE_BITMASK)
    && optargs->remove;

  if (need (err) == -1)
    return -1;
  if (aug_transform (aug, lens, file, remove) == -1)
    return failed ("aug_transform", err);
  return 0;
}
