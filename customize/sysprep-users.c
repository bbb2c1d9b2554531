/* Removing users: an operation of virt-sysprep. */

#include <config.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "strbuf.h"
#include "sysprep.h"

/* UID_MIN 1000 in /etc/login.defs. */
static char *
read_uid_min (const char *line, bool *ret_drop, void *data)
{
  (void) sscanf (line, " UID_MIN %" SCNd64, (int64_t *) data);
  return NULL;
}

static bool
is_listed (const struct strlist *list, const char *name)
{
  return list->items && strings_contain (list->items, name);
}

static bool
is_to_go (const struct guestfs_inspect_user *user, int64_t uid_min,
          const struct sysprep_settings *s)
{
  const char *name = user->user_name;

  /* 65534 is nobody, who is no person. */
  if (user->user_uid == 0 || user->user_uid < uid_min
      || user->user_uid >= 65534 || is_listed (&s->keep_users, name))
    return false;
  return s->remove_users.len == 0 || is_listed (&s->remove_users, name);
}

/* name:... lines of passwd, shadow, subuid, subgid; `data` is the name. */
static char *
drop_user (const char *line, bool *ret_drop, void *data)
{
  size_t len = strlen (data);

  *ret_drop = strncmp (line, data, len) == 0 && line[len] == ':';
  return NULL;
}

/* name:password:number:members; gshadow has members there as well.  The user's
 * own group goes too. */
static char *
drop_member (const char *line, bool *ret_drop, void *data)
{
  CLEANUP_STRBUF struct strbuf new = STRBUF_INIT;
  const char *members = strrchr (line, ':'), *p;
  bool changed = false, first = true;
  size_t n = strlen (data);

  drop_user (line, ret_drop, data);
  if (*ret_drop || !members)
    return NULL;
  if (strbuf_add (&new, line, members + 1 - line) == -1)
    abort ();
  for (p = members + 1; *p; p += strcspn (p, ","), p += *p == ',') {
    size_t len = strcspn (p, ",");

    if (len == n && strncmp (p, data, n) == 0) {
      changed = true;
      continue;
    }
    if ((!first && strbuf_addch (&new, ',') == -1)
        || strbuf_add (&new, p, len) == -1)
      abort ();
    first = false;
  }
  return changed ? strbuf_take (&new) : NULL;
}

/* The home goes where it is the user's own, which /var/www and the like are
 * not. */
static int
remove_home (struct guest *guest, const struct guestfs_inspect_user *user,
             struct error *err)
{
  const char *home = user->user_home;
  struct guestfs_statns *st;
  bool own;

  if (home[0] != '/' || !home[1] || guestfs_is_dir (guest->g, home) != 1)
    return 0;
  st = guestfs_lstatns (guest->g, home);
  if (!st)
    return guest_failed (guest, err);
  own = st->st_uid == user->user_uid;
  guestfs_free_statns (st);
  return own && guestfs_rm_rf (guest->g, home) == -1
    ? guest_failed (guest, err) : 0;
}

static int
remove_user (struct guest *guest, const struct guestfs_inspect_user *user,
             struct error *err)
{
  static const struct { const char *file; guest_line_fn *fn; } files[] = {
    { "/etc/group", drop_member }, { "/etc/gshadow", drop_member },
    { "/etc/shadow", drop_user }, { "/etc/subuid", drop_user },
    { "/etc/subgid", drop_user }, { "/etc/passwd", drop_user },
  };
  size_t i;

  if (remove_home (guest, user, err) == -1)
    return -1;
  for (i = 0; i < sizeof files / sizeof *files; ++i)
    if (guest_edit_lines (guest, files[i].file, files[i].fn, user->user_name,
                          err) == -1)
      return -1;
  return 0;
}

int
sysprep_user_account (struct guest *guest, const struct sysprep_settings *s,
                      struct error *err)
{
  struct guestfs_inspect_user_list *users;
  int64_t uid_min = 1000;
  int r = 0;
  size_t i;

  if (guest_edit_lines (guest, "/etc/login.defs", read_uid_min, &uid_min,
                        err) == -1)
    return -1;
  users = guestfs_inspect_list_users (guest->g, guest->root);
  if (!users)
    return guest_failed (guest, err);
  for (i = 0; r == 0 && i < users->len; ++i)
    if (is_to_go (&users->val[i], uid_min, s))
      r = remove_user (guest, &users->val[i], err);
  guestfs_free_inspect_user_list (users);
  return r;
}
