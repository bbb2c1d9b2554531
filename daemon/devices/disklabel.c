/* Labels of disks: see disklabel.h. */

#include <config.h>

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "disklabel.h"
#include "io.h"
#include "prefix.h"
#include "strlist.h"

#define DIRECTORY "/dev/disk/guestfs/"

bool
disklabel_is_name (const char *name)
{
  return has_prefix (name, DIRECTORY);
}

/* The serial number of a disk, at most 20 bytes in virtio; empty if none. */
static void
read_label (const char *disk, char label[32])
{
  CLEANUP_CLOSE int fd = -1;
  char path[64];
  ssize_t n;

  label[0] = '\0';
  (void) snprintf (path, sizeof path, "/sys/block/%s/serial", disk + 5);
  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd == -1)
    return;
  n = read_full (fd, label, 31);
  label[n > 0 ? n : 0] = '\0';
  label[strcspn (label, "\n")] = '\0';
}

/* What `name` says after the label, when it starts with it and goes on with
 * digits only; else NULL. */
static const char *
after_label (const char *name, const char *label)
{
  size_t len = strlen (label);

  if (len == 0 || strncmp (name, label, len) != 0)
    return NULL;
  return name[len + strspn (name + len, "0123456789")] ? NULL : name + len;
}

char *
disklabel_resolve (const char *name, struct error *err)
{
  CLEANUP_STRINGS char **disks = device_list_disks (err);
  const char *wanted = name + strlen (DIRECTORY), *part = NULL;
  const char *found = NULL;
  size_t i;
  char *ret;

  if (!disks)
    return NULL;
  for (i = 0; disks[i]; ++i) {
    char label[32];
    const char *rest;

    read_label (disks[i], label);
    rest = after_label (wanted, label);
    /* The longest label wins: a disk "a1" comes before partition 1 of "a". */
    if (rest && (!found || rest > part)) {
      found = disks[i];
      part = rest;
    }
  }
  if (!found) {
    error_set (err, ENOENT, "%s: no disk has this label", name);
    return NULL;
  }
  if (asprintf (&ret, "%s%s", found, part) == -1) {
    error_errno (err, "%s", name);
    return NULL;
  }
  return ret;
}

char **
disklabel_list (struct error *err)
{
  CLEANUP_STRLIST struct strlist list = STRLIST_INIT;
  CLEANUP_STRINGS char **disks = device_list_disks (err);
  CLEANUP_STRINGS char **parts = disks ? device_list_partitions (err) : NULL;
  size_t i, j;
  char **ret;

  if (!parts)
    return NULL;
  for (i = 0; disks[i]; ++i) {
    size_t len = strlen (disks[i]);
    char label[32];

    read_label (disks[i], label);
    if (!label[0])
      continue;
    if (strlist_add (&list, label) == -1
        || strlist_add (&list, disks[i]) == -1)
      goto no_memory;
    for (j = 0; parts[j]; ++j)
      if (strncmp (parts[j], disks[i], len) == 0
          && isdigit ((unsigned char) parts[j][len])
          && (strlist_addf (&list, "%s%s", label, parts[j] + len) == -1
              || strlist_add (&list, parts[j]) == -1))
        goto no_memory;
  }
  ret = strlist_take (&list);
  if (ret)
    return ret;

 no_memory:
  error_errno (err, "listing disk labels");
  return NULL;
}
