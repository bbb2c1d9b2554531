/* POSIX access control lists (libacl) and file capabilities (libcap). */

#include <config.h>

#include <acl/libacl.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/acl.h>
#include <sys/capability.h>

#include "actions.h"
#include "guestfile.h"
#include "guestpath.h"

static void
acl_release (void *obj)
{
  if (*(void **) obj)
    acl_free (*(void **) obj);
}

static void
cap_release (void *obj)
{
  if (*(void **) obj)
    cap_free (*(void **) obj);
}

static int
parse_type (const char *acltype, acl_type_t *ret, struct error *err)
{
  if (strcmp (acltype, "access") == 0)
    *ret = ACL_TYPE_ACCESS;
  else if (strcmp (acltype, "default") == 0)
    *ret = ACL_TYPE_DEFAULT;
  else
    return error_set (err, EINVAL, "%s: an ACL is access or default", acltype);
  return 0;
}

char *
do_acl_get_file (const char *path, const char *acltype, struct error *err)
{
  CLEANUP (acl_release) acl_t acl = NULL;
  CLEANUP (acl_release) char *text = NULL;
  CLEANUP_CLOSE int fd = -1;
  acl_type_t type = ACL_TYPE_ACCESS;
  char proc[32], *ret = NULL;

  if (parse_type (acltype, &type, err) == -1
      || (fd = file_open_meta (path, true, err)) == -1)
    return NULL;
  acl = acl_get_file (guest_fd_path (fd, proc), type);
  if (acl)
    text = acl_to_any_text (acl, NULL, '\n', TEXT_NUMERIC_IDS);
  /* Every entry has its line, as acl_to_text gives it. */
  if (!text || asprintf (&ret, "%s%s", text, *text ? "\n" : "") == -1) {
    error_errno (err, "%s", path);
    return NULL;
  }
  return ret;
}

int
do_acl_set_file (const char *path, const char *acltype, const char *acl,
                 struct error *err)
{
  CLEANUP (acl_release) acl_t parsed = NULL;
  CLEANUP_CLOSE int fd = -1;
  acl_type_t type = ACL_TYPE_ACCESS;
  char proc[32];

  if (parse_type (acltype, &type, err) == -1)
    return -1;
  parsed = acl_from_text (acl);
  if (!parsed)
    return error_set (err, EINVAL, "%s: not an access control list", acl);
  fd = file_open_meta (path, true, err);
  if (fd == -1)
    return -1;
  if (acl_set_file (guest_fd_path (fd, proc), type, parsed) == -1)
    return error_errno (err, "%s", path);
  return 0;
}

int
do_acl_delete_def_file (const char *dir, struct error *err)
{
  CLEANUP_CLOSE int fd = file_open_meta (dir, true, err);
  char proc[32];

  if (fd == -1)
    return -1;
  if (acl_delete_def_file (guest_fd_path (fd, proc)) == -1)
    return error_errno (err, "%s", dir);
  return 0;
}

/* ---- capabilities ------------------------------------------------------ */

char *
do_cap_get_file (const char *path, struct error *err)
{
  CLEANUP (cap_release) cap_t cap = NULL;
  CLEANUP (cap_release) char *text = NULL;
  CLEANUP_CLOSE int fd = file_open_read (path, err);
  char *ret;

  if (fd == -1)
    return NULL;
  cap = cap_get_fd (fd);
  if (!cap && errno == ENODATA)
    ret = strdup ("");
  else if (!cap || !(text = cap_to_text (cap, NULL)))
    ret = NULL;
  else
    ret = strdup (text);
  if (!ret)
    error_errno (err, "%s", path);
  return ret;
}

int
do_cap_set_file (const char *path, const char *cap, struct error *err)
{
  CLEANUP (cap_release) cap_t parsed = cap_from_text (cap);
  CLEANUP_CLOSE int fd = -1;

  if (!parsed)
    return error_set (err, EINVAL, "%s: not a set of capabilities", cap);
  fd = file_open_read (path, err);
  if (fd == -1)
    return -1;
  if (cap_set_fd (fd, parsed) == -1)
    return error_errno (err, "%s", path);
  return 0;
}
