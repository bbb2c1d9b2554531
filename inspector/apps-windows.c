/* Windows: what the uninstall entries of the registry name, of the machine and
 * of each user.  learn.microsoft.com, "Uninstall Registry Key". */

#include <config.h>

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "applications.h"
#include "guestdir.h"
#include "registry.h"

#define UNINSTALL "Microsoft\\Windows\\CurrentVersion\\Uninstall"
#define WOW64 "Wow6432Node\\"

static const struct {
  const char *value;
  enum app_field field;
} values[] = {
  { "DisplayName", APP_DISPLAY_NAME },
  { "DisplayVersion", APP_VERSION },
  { "InstallLocation", APP_INSTALL_PATH },
  { "Publisher", APP_PUBLISHER },
  { "URLInfoAbout", APP_URL },
  { "Comments", APP_DESCRIPTION },
};

/* Parts of the names of products that look for malware. */
static const char *const antivirus[] = {
  "anti-virus", "antivirus", "avast", "avg ", "avira", "bitdefender",
  "clamav", "clamwin", "comodo", "endpoint protection", "endpoint security",
  "eset ", "f-secure", "kaspersky", "malwarebytes", "mcafee", "norton ",
  "panda ", "sophos", "symantec", "trend micro", "virus removal", "virusscan",
  "windows defender",
};

static int
set_class (struct application *app)
{
  const char *name = app->text[APP_DISPLAY_NAME];
  size_t i;

  for (i = 0; i < sizeof antivirus / sizeof antivirus[0]; ++i)
    if (strcasestr (name, antivirus[i]))
      return app_set (app, APP_CLASS, "antivirus", strlen ("antivirus"));
  return 0;
}

static int
set_string (struct application *app, enum app_field field, const char *text)
{
  return text ? app_set (app, field, text, strlen (text)) : 0;
}

/* Entries without a name are parts of others. */
static int
read_entry (struct registry *r, size_t key, const char *arch,
            struct app_list *list, struct error *err)
{
  CLEANUP_APPLICATION struct application app = APPLICATION_INIT;
  CLEANUP_FREE char *name = registry_name (r, key);
  size_t i;
  int bad = 0;

  for (i = 0; !bad && i < sizeof values / sizeof values[0]; ++i) {
    CLEANUP_FREE char *text = registry_string (r, key, values[i].value);

    bad = set_string (&app, values[i].field, text);
    if (!bad && i == 0 && !app.text[APP_DISPLAY_NAME])
      return 0;
  }
  if (bad || set_string (&app, APP_NAME, name ? name
                         : app.text[APP_DISPLAY_NAME]) == -1
      || set_string (&app, APP_ARCH, arch) == -1 || set_class (&app) == -1)
    return error_errno (err, "uninstall entries");
  return app_list_add (list, &app, err);
}

static int
read_entries (struct registry *r, size_t key, const char *arch,
              struct app_list *list, struct error *err)
{
  CLEANUP_FREE size_t *children = registry_children (r, key);
  size_t i;

  for (i = 0; children && children[i]; ++i)
    if (read_entry (r, children[i], arch, list, err) == -1)
      return -1;
  return 0;
}

/* Programs of 32 bits have entries of their own on a system of 64. */
static int
read_hive (struct registry *r, const char *prefix, struct app_list *list,
           struct error *err)
{
  static const struct {
    const char *path, *arch;
  } keys[] = {
    { UNINSTALL, NULL }, { WOW64 UNINSTALL, "i386" },
  };
  size_t i;

  for (i = 0; i < sizeof keys / sizeof keys[0]; ++i) {
    char path[128];
    size_t key;

    snprintf (path, sizeof path, "%s%s", prefix, keys[i].path);
    key = registry_key (r, path);
    if (key && read_entries (r, key, keys[i].arch, list, err) == -1)
      return -1;
  }
  return 0;
}

/* --- users ------------------------------------------------------------------------ */

static int
read_user_file (const struct guestdir *dir, const char *name, void *data,
                struct error *err)
{
  CLEANUP_REGISTRY struct registry *r = NULL;

  if (strcasecmp (name, "ntuser.dat") != 0)
    return 0;
  r = registry_open (dir->fd, name);
  if (!r)
    return app_list_warn (data, err, "the registry of a user: %s",
                          strerror (errno));
  return read_hive (r, "Software\\", data, err);
}

/* "All Users" and the like are links to other folders, and files. */
static int
read_user (const struct guestdir *dir, const char *name, void *data,
           struct error *err)
{
  return guestdir_each (dir->fd, name, read_user_file, data, err) == -1 ? -1 : 0;
}

struct user_folders {
  char *users, *settings; /* names as they are spelled; owned */
};

static int
find_folder (const struct guestdir *dir, const char *name, void *data,
             struct error *err)
{
  struct user_folders *found = data;
  char **to = strcasecmp (name, "Users") == 0 ? &found->users
    : strcasecmp (name, "Documents and Settings") == 0 ? &found->settings
    : NULL;

  (void) dir;
  if (!to || *to)
    return 0;
  *to = strdup (name);
  return *to ? 0 : error_errno (err, "users");
}

/* Since Vista the old name is a link to the new one. */
static int
read_users (int root, struct app_list *list, struct error *err)
{
  struct user_folders found = { NULL, NULL };
  int r = guestdir_each (root, "/", find_folder, &found, err);
  CLEANUP_FREE char *users = found.users;
  CLEANUP_FREE char *settings = found.settings;
  const char *path = users ? users : settings;

  if (r == -1)
    return -1;
  return path && guestdir_each (root, path, read_user, list, err) == -1
    ? -1 : 0;
}

int
apps_windows (int root, const struct app_hints *hints, struct app_list *list,
              struct error *err)
{
  CLEANUP_REGISTRY struct registry *r = NULL;

  if (!hints->software_hive)
    return 0;
  r = registry_open (root, hints->software_hive);
  if (!r && errno == ENOENT)
    return 0;
  if (!r)
    return error_errno (err, "%s", hints->software_hive);
  if (read_hive (r, "", list, err) == -1)
    return error_prefix (err, "%s", hints->software_hive);
  return read_users (root, list, err) == -1 ? -1 : 1;
}
