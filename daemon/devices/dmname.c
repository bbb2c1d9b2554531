/* Names of device mapper devices: see dmname.h. */

#include <config.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dmname.h"
#include "io.h"
#include "prefix.h"
#include "strlist.h"

#define MAPPER "/dev/mapper/"
#define LVM_UUID "LVM-" /* LVM's devices have UUIDs that start with it */

char *
dm_lv_name (const char *name)
{
  CLEANUP_FREE char *ret = malloc (strlen (name) + 6);
  char *out;
  bool split = false;

  if (!ret)
    return NULL;
  out = stpcpy (ret, "/dev/");
  for (; *name; ++name) {
    if (*name != '-')
      *out++ = *name;
    else if (name[1] == '-') {
      *out++ = '-';
      ++name;
    } else if (!split) {
      *out++ = '/';
      split = true;
    } else
      return NULL;
  }
  *out = '\0';
  return split ? TAKE_PTR (ret) : NULL;
}

/* One line of /sys/block/dm-N/dm/WHAT. */
static bool
read_attribute (const char *block, const char *what, char *ret, size_t size)
{
  CLEANUP_CLOSE int fd = -1;
  char path[64];
  ssize_t n;

  (void) snprintf (path, sizeof path, "/sys/block/%.16s/dm/%s", block, what);
  fd = open (path, O_RDONLY | O_CLOEXEC);
  n = fd == -1 ? -1 : read_full (fd, ret, size - 1);
  if (n < 0)
    return false;
  ret[n] = '\0';
  ret[strcspn (ret, "\n")] = '\0';
  return true;
}

struct dm {
  char name[256], uuid[256];
};

static bool
read_dm (const char *block, struct dm *ret)
{
  return has_prefix (block, "dm-")
    && read_attribute (block, "name", ret->name, sizeof ret->name)
    && read_attribute (block, "uuid", ret->uuid, sizeof ret->uuid);
}

static bool
is_lv (const struct dm *dm)
{
  return has_prefix (dm->uuid, LVM_UUID);
}

/* Find the device whose kernel name or mapper name this is. */
static bool
find_dm (const char *device, struct dm *ret)
{
  CLEANUP_CLOSEDIR DIR *dir = NULL;
  struct dirent *d;
  bool found = false;

  if (has_prefix (device, "/dev/dm-"))
    return read_dm (device + 5, ret);
  if (!has_prefix (device, MAPPER)
      || (dir = opendir ("/sys/block")) == NULL)
    return false;
  while (!found && (d = readdir (dir)) != NULL)
    found = read_dm (d->d_name, ret)
      && strcmp (ret->name, device + strlen (MAPPER)) == 0;
  return found;
}

char *
dm_usual_name (const char *device)
{
  struct dm dm;
  char *ret = NULL;

  if (!find_dm (device, &dm))
    return NULL;
  if (is_lv (&dm))
    ret = dm_lv_name (dm.name);
  if (!ret && asprintf (&ret, MAPPER "%s", dm.name) == -1)
    ret = NULL;
  return ret;
}

char **
dm_list_others (struct error *err)
{
  CLEANUP_STRLIST struct strlist names = STRLIST_INIT;
  CLEANUP_CLOSEDIR DIR *dir = opendir ("/sys/block");
  struct dirent *d;
  struct dm dm;
  int r = 0;

  if (!dir) {
    error_errno (err, "/sys/block");
    return NULL;
  }
  while (r == 0 && (d = readdir (dir)) != NULL)
    if (read_dm (d->d_name, &dm) && !is_lv (&dm))
      r = strlist_addf (&names, MAPPER "%s", dm.name);
  if (r == -1) {
    error_errno (err, "listing devices");
    return NULL;
  }
  strlist_sort (&names);
  return strlist_take (&names);
}

int
dm_check_map_name (const char *mapname, struct error *err)
{
  if (!mapname[0] || strchr (mapname, '/') || strcmp (mapname, ".") == 0
      || strcmp (mapname, "..") == 0 || strcmp (mapname, "control") == 0)
    return error_set (err, EINVAL, "\"%s\" cannot be the name of a device",
                      mapname);
  return 0;
}
