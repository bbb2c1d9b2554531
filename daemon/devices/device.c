/* Names of block devices: see device.h. */

#include <config.h>

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "device.h"
#include "disklabel.h"
#include "prefix.h"
#include "scan.h"
#include "strlist.h"

bool
is_device_name (const char *name)
{
  return has_prefix (name, "/dev/");
}

char *
device_translate (const char *name)
{
  static const char *const prefixes[] = { "hd", "vd", "xvd", "ubd", NULL };
  size_t i;

  if (!is_device_name (name))
    return NULL;
  name += 5;
  for (i = 0; prefixes[i]; ++i) {
    size_t len = strlen (prefixes[i]), letters, digits;
    char *ret;

    if (strncmp (name, prefixes[i], len) != 0)
      continue;
    letters = strspn (name + len, "abcdefghijklmnopqrstuvwxyz");
    digits = strspn (name + len + letters, "0123456789");
    if (letters == 0 || name[len + letters + digits])
      continue;
    return asprintf (&ret, "/dev/sd%s", name + len) == -1 ? NULL : ret;
  }
  return NULL;
}

/* /dev/VG/LV: the letters are words. */
static bool
is_volume_name (const char *name)
{
  return is_device_name (name) && strchr (name + 5, '/');
}

/* Names differ in the length of the letters first (sdz < sdaa), then in the
 * letters, then in the number after them. */
int
device_compare (const char *a, const char *b)
{
  size_t len_a = strcspn (a, "0123456789"), len_b = strcspn (b, "0123456789");
  int r;

  if (len_a != len_b && !is_volume_name (a) && !is_volume_name (b)
      && strncmp (a, b, is_device_name (a) ? 7 : 2) == 0)
    return len_a < len_b ? -1 : 1;
  r = strncmp (a, b, len_a > len_b ? len_a : len_b);
  if (r != 0)
    return r;
  for (a += len_a, b += len_b; *a && *b; ) {
    if (isdigit ((unsigned char) *a) && isdigit ((unsigned char) *b)) {
      char *end_a, *end_b;
      unsigned long n = strtoul (a, &end_a, 10), m = strtoul (b, &end_b, 10);

      if (n != m)
        return n < m ? -1 : 1;
      a = end_a;
      b = end_b;
    } else if (*a != *b)
      break;
    else {
      ++a;
      ++b;
    }
  }
  return (unsigned char) *a - (unsigned char) *b;
}

static int
compare_items (const void *a, const void *b)
{
  return device_compare (*(char *const *) a, *(char *const *) b);
}

void
device_sort (char **names)
{
  size_t n = strings_count (names);

  if (n > 1)
    qsort (names, n, sizeof *names, compare_items);
}

static bool
is_disk (const char *name)
{
  return has_prefix (name, "sd");
}

static bool
may_have_partitions (const char *name)
{
  return is_disk (name) || has_prefix (name, "md");
}

/* Names below a directory of sysfs, as devices, where `wanted` says so. */
static int
list_names (const char *dir_name, const char *prefix,
            bool (*wanted) (const char *name), struct strlist *ret,
            struct error *err)
{
  CLEANUP_CLOSEDIR DIR *dir = opendir (dir_name);
  struct dirent *d;
  int r = 0;

  if (!dir)
    return error_errno (err, "%s", dir_name);
  while (r == 0 && (d = readdir (dir)) != NULL) {
    if (d->d_name[0] == '.'
        || (prefix && !has_prefix (d->d_name, prefix))
        || (wanted && !wanted (d->d_name)))
      continue;
    if (strlist_addf (ret, "/dev/%s", d->d_name) == -1)
      r = error_errno (err, "%s", dir_name);
  }
  return r;
}

static char **
take_sorted (struct strlist *names, struct error *err)
{
  char **ret = strlist_take (names);

  if (!ret) {
    error_errno (err, "listing devices");
    return NULL;
  }
  device_sort (ret);
  return ret;
}

char **
device_list_disks (struct error *err)
{
  CLEANUP_STRLIST struct strlist names = STRLIST_INIT;

  if (list_names ("/sys/block", NULL, is_disk, &names, err) == -1)
    return NULL;
  return take_sorted (&names, err);
}

char **
device_list_partitions (struct error *err)
{
  CLEANUP_STRLIST struct strlist disks = STRLIST_INIT;
  CLEANUP_STRLIST struct strlist names = STRLIST_INIT;
  size_t i;

  if (list_names ("/sys/block", NULL, may_have_partitions, &disks, err) == -1)
    return NULL;
  for (i = 0; i < disks.len; ++i) {
    const char *disk = disks.items[i] + 5;
    char dir[64];

    (void) snprintf (dir, sizeof dir, "/sys/block/%s", disk);
    if (list_names (dir, disk, NULL, &names, err) == -1)
      return NULL;
  }
  return take_sorted (&names, err);
}

static char *
existing_block_device (const char *name, const char *asked, struct error *err)
{
  struct stat st;
  char *ret;

  if (stat (name, &st) == -1)
    error_errno (err, "%s", asked);
  else if (!S_ISBLK (st.st_mode))
    error_set (err, ENOTBLK, "%s: not a block device", asked);
  else if ((ret = strdup (name)) == NULL)
    error_errno (err, "%s", asked);
  else
    return ret;
  return NULL;
}

char *
device_resolve (const char *name, struct error *err)
{
  CLEANUP_FREE char *other = NULL;
  struct stat st;

  if (!is_device_name (name)) {
    error_set (err, EINVAL, "%s: a device name starts with /dev/", name);
    return NULL;
  }
  if (disklabel_is_name (name)) {
    other = disklabel_resolve (name, err);
    return other ? existing_block_device (other, name, err) : NULL;
  }
  if (stat (name, &st) == -1) {
    int saved_errno = errno;

    other = device_translate (name);
    if (other)
      return existing_block_device (other, name, err);
    /* Arrays and logical volumes appear when somebody asks for them. */
    if (storage_scan_may_help (name))
      storage_scan ();
    errno = saved_errno;
  }
  return existing_block_device (name, name, err);
}

int
device_open (const char *device, int flags, struct error *err)
{
  int fd = open (device, flags | O_CLOEXEC);

  return fd == -1 ? error_errno (err, "%s", device) : fd;
}
