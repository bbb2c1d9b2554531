/* Operations of virt-sysprep on files: see sysprep.h. */

#include <config.h>

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "prefix.h"
#include "sysprep.h"

static bool
is_kept (const char *path, const char *const *keep)
{
  for (; keep && *keep; ++keep)
    if (strcmp (path, *keep) == 0)
      return true;
  return false;
}

int
sysprep_delete (struct guest *guest, const char *pattern,
                const char *const *keep, bool files_only, struct error *err)
{
  CLEANUP_STRINGS char **paths
    = guestfs_glob_expand_opts (guest->g, pattern,
                                GUESTFS_GLOB_EXPAND_OPTS_DIRECTORYSLASH, 0, -1);
  size_t i;

  if (!paths)
    return guest_failed (guest, err);
  for (i = 0; paths[i]; ++i) {
    if (is_kept (paths[i], keep)
        || (files_only && guestfs_is_dir (guest->g, paths[i]) == 1))
      continue;
    if (guestfs_rm_rf (guest->g, paths[i]) == -1)
      return guest_failed (guest, err);
  }
  return 0;
}

/* The homes of the users, root's included, each once; where nothing tells, the
 * usual ones. */
static char **
list_homes (struct guest *guest, struct error *err)
{
  CLEANUP_STRLIST struct strlist homes = STRLIST_INIT;
  CLEANUP_STRINGS char **usual = guestfs_glob_expand_opts
    (guest->g, "/home/*", GUESTFS_GLOB_EXPAND_OPTS_DIRECTORYSLASH, 0, -1);
  struct guestfs_inspect_user_list *users
    = guestfs_inspect_list_users (guest->g, guest->root);
  int r = strlist_add (&homes, "/root");
  size_t i;

  for (i = 0; r == 0 && usual && usual[i]; ++i)
    r = strlist_add (&homes, usual[i]);
  for (i = 0; r == 0 && users && i < users->len; ++i) {
    const char *home = users->val[i].user_home;

    if (home[0] == '/' && home[1] && !strchr (home, '*')
        && !strchr (home, '?') && !strchr (home, '[') && !strchr (home, '\\')
        && !strings_contain (homes.items, home))
      r = strlist_add (&homes, home);
  }
  if (users)
    guestfs_free_inspect_user_list (users);
  if (r == -1) {
    error_errno (err, "homes");
    return NULL;
  }
  return strlist_take (&homes);
}

static int
delete_in_homes (struct guest *guest, const char *name, struct error *err)
{
  CLEANUP_STRINGS char **homes = list_homes (guest, err);
  size_t i;

  for (i = 0; homes && homes[i]; ++i) {
    CLEANUP_FREE char *path = xasprintf ("%s/%s", homes[i], name);

    if (guestfs_rm_rf (guest->g, path) == -1)
      return guest_failed (guest, err);
  }
  return homes ? 0 : -1;
}

int
sysprep_perform (struct guest *guest, const struct sysprep_operation *op,
                 const struct sysprep_settings *s, struct error *err)
{
  size_t i;

  if (!(op->flags & (SYSPREP_ANY | SYSPREP_DEVICES)) && guest->is_windows)
    return 0;
  for (i = 0; op->remove && op->remove[i]; ++i) {
    const char *pattern = op->remove[i];
    int r = has_prefix (pattern, "~/")
      ? delete_in_homes (guest, pattern + 2, err)
      : sysprep_delete (guest, pattern, op->keep, op->flags & SYSPREP_FILES,
                        err);

    if (r == -1)
      return -1;
  }
  return op->run ? op->run (guest, s, err) : 0;
}

/* Delete files, no folders, below a folder whose names match (all: "*"). */
static int
delete_below (struct guest *guest, const char *folder, const char *const *names,
              struct error *err)
{
  CLEANUP_STRINGS char **found = NULL;
  const char *const *name;
  size_t i;

  if (!guest_is_dir (guest, folder))
    return 0;
  found = guestfs_find (guest->g, folder);
  if (!found)
    return guest_failed (guest, err);
  for (i = 0; found[i]; ++i) {
    CLEANUP_FREE char *path = NULL;
    const char *base = strrchr (found[i], '/');

    base = base ? base + 1 : found[i];
    for (name = names; *name && fnmatch (*name, base, 0) != 0; ++name)
      ;
    if (!*name)
      continue;
    path = xasprintf ("%s/%s", folder, found[i]);
    if (guestfs_is_dir (guest->g, path) != 1
        && guestfs_rm_f (guest->g, path) == -1)
      return guest_failed (guest, err);
  }
  return 0;
}

int
sysprep_backup_files (struct guest *guest, const struct sysprep_settings *s,
                      struct error *err)
{
  static const char *const folders[] = {
    "/etc", "/root", "/srv", "/tmp", "/var",
  };
  static const char *const names[] = { "*.bak", "*~", NULL };
  size_t i;

  for (i = 0; i < sizeof folders / sizeof *folders; ++i)
    if (delete_below (guest, folders[i], names, err) == -1)
      return -1;
  return 0;
}

int
sysprep_cron_spool (struct guest *guest, const struct sysprep_settings *s,
                    struct error *err)
{
  static const char *const folders[] = {
    "/var/spool/cron", "/var/spool/atjobs", "/var/spool/atspool",
    "/var/spool/at",
  };
  static const char *const counters[] = {
    "/var/spool/cron/atjobs/.SEQ", "/var/spool/atjobs/.SEQ",
    "/var/spool/at/.SEQ",
  };
  /* at(1) counts its jobs in a hidden file, which it does not make. */
  static const char *const names[] = { "[!.]*", NULL };
  size_t i;

  for (i = 0; i < sizeof folders / sizeof *folders; ++i)
    if (delete_below (guest, folders[i], names, err) == -1)
      return -1;
  for (i = 0; i < sizeof counters / sizeof *counters; ++i)
    if (guest_is_file (guest, counters[i])
        && guestfs_write (guest->g, counters[i], "00000\n", 6) == -1)
      return guest_failed (guest, err);
  return 0;
}

/* Where the guest trusts the domain's authority, its list of those is made anew,
 * by the guest's own program. */
int
sysprep_ipa_client (struct guest *guest, const struct sysprep_settings *s,
                    struct error *err)
{
  static const struct { const char *file, *program, *command; } trusted[] = {
    { "/etc/pki/ca-trust/source/anchors/ipa-ca.crt",
      "/usr/bin/update-ca-trust", "update-ca-trust extract" },
    { "/etc/pki/ca-trust/source/ipa.p11-kit",
      "/usr/bin/update-ca-trust", "update-ca-trust extract" },
    { "/usr/local/share/ca-certificates/ipa-ca.crt",
      "/usr/sbin/update-ca-certificates", "update-ca-certificates --fresh" },
  };
  size_t i;

  for (i = 0; i < sizeof trusted / sizeof *trusted; ++i) {
    CLEANUP_FREE char *out = NULL;

    if (!guest_is_file (guest, trusted[i].file))
      continue;
    if (guestfs_rm_f (guest->g, trusted[i].file) == -1)
      return guest_failed (guest, err);
    if (!guest_is_file (guest, trusted[i].program))
      continue;
    out = guestfs_sh (guest->g, trusted[i].command);
    if (!out)
      warning (guest->o, "the guest may go on trusting its IPA domain: %s",
               guestfs_last_error (guest->g));
  }
  return 0;
}

int
sysprep_flag_reconfiguration (struct guest *guest,
                              const struct sysprep_settings *s,
                              struct error *err)
{
  return guestfs_touch (guest->g, "/.unconfigured") == -1
    ? guest_failed (guest, err) : 0;
}

int
sysprep_machine_id (struct guest *guest, const struct sysprep_settings *s,
                    struct error *err)
{
  static const char *const files[] = {
    "/etc/machine-id", "/var/lib/dbus/machine-id",
  };
  size_t i;

  for (i = 0; i < sizeof files / sizeof *files; ++i)
    if (guestfs_is_file (guest->g, files[i]) == 1
        && guestfs_truncate (guest->g, files[i]) == -1)
      return guest_failed (guest, err);
  return 0;
}

int
sysprep_pacct_log (struct guest *guest, const struct sysprep_settings *s,
                   struct error *err)
{
  static const char *const files[] = {
    "/var/account/pacct", "/var/log/account/pacct",
  };
  size_t i;

  for (i = 0; i < sizeof files / sizeof *files; ++i)
    if (guest_is_file (guest, files[i])
        && guestfs_truncate (guest->g, files[i]) == -1)
      return guest_failed (guest, err);
  return 0;
}

int
sysprep_package_manager_cache (struct guest *guest,
                               const struct sysprep_settings *s,
                               struct error *err)
{
  static const struct { const char *manager, *folder; } caches[] = {
    { "apk", "/var/cache/apk" }, { "apt", "/var/cache/apt/archives" },
    { "dnf", "/var/cache/dnf" }, { "dnf", "/var/cache/libdnf5" },
    { "pacman", "/var/cache/pacman/pkg" }, { "xbps", "/var/cache/xbps" },
    { "yum", "/var/cache/yum" }, { "zypper", "/var/cache/zypp" },
  };
  static const char *const names[] = { "*", NULL };
  size_t i;

  for (i = 0; i < sizeof caches / sizeof *caches; ++i)
    if (strcmp (guest->packages, caches[i].manager) == 0
        && delete_below (guest, caches[i].folder, names, err) == -1)
      return -1;
  return 0;
}

int
sysprep_rpm_db (struct guest *guest, const struct sysprep_settings *s,
                struct error *err)
{
  CLEANUP_FREE char *format
    = guestfs_inspect_get_package_format (guest->g, guest->root);

  if (!format || strcmp (format, "rpm") != 0)
    return 0;
  return sysprep_delete (guest, "/var/lib/rpm/__db.*", NULL, true, err);
}

int
sysprep_yum_uuid (struct guest *guest, const struct sysprep_settings *s,
                  struct error *err)
{
  if (strcmp (guest->packages, "yum") != 0
      && strcmp (guest->packages, "dnf") != 0)
    return 0;
  return sysprep_delete (guest, "/var/lib/yum/uuid", NULL, true, err);
}
