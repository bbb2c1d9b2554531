/* Names and numbers of drives: /dev/sda is number 0, /dev/sdaa number 26. */

#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "impl.h"
#include "drives.h"
#include "prefix.h"

char *
drive_letters (size_t index)
{
  char reversed[16], *ret;
  size_t i, n = 0;

  do {
    reversed[n++] = 'a' + index % 26;
    index /= 26;
  } while (index-- > 0);
  ret = malloc (n + 3);
  if (!ret)
    return NULL;
  memcpy (ret, "sd", 2);
  for (i = 0; i < n; ++i)
    ret[2 + i] = reversed[n - 1 - i];
  ret[2 + n] = '\0';
  return ret;
}

/* The number that letters stand for, or -1. */
static int
parse_letters (const char *letters)
{
  int n = 0;

  if (!*letters || strlen (letters) > 3)
    return -1;
  for (; *letters; ++letters) {
    if (*letters < 'a' || *letters > 'z')
      return -1;
    n = n * 26 + (*letters - 'a' + 1);
  }
  return n - 1;
}

int
impl_device_index (guestfs_h *g, const char *device, struct error *err)
{
  static const char *const prefixes[]
    = { "/dev/sd", "/dev/hd", "/dev/vd", "/dev/xvd" };
  const char *letters;
  size_t i;
  int n = -1;

  for (i = 0; i < sizeof prefixes / sizeof prefixes[0]; ++i)
    if ((letters = skip_prefix (device, prefixes[i])))
      n = parse_letters (letters);
  if (n == -1)
    return error_set (err, EINVAL, "%s: this is not the name of a drive",
                      device);
  if ((size_t) n >= g->drives.len)
    return error_set (err, ENODEV, "%s: there is no such drive", device);
  return n;
}

char *
impl_device_name (guestfs_h *g, int index, struct error *err)
{
  CLEANUP_FREE char *letters = NULL;
  char *ret;

  if (index < 0 || (size_t) index >= g->drives.len) {
    error_set (err, EINVAL, "there is no drive number %d", index);
    return NULL;
  }
  letters = drive_letters (index);
  if (!letters || asprintf (&ret, "/dev/%s", letters) == -1) {
    error_set (err, ENOMEM, "device_name: out of memory");
    return NULL;
  }
  return ret;
}

int
impl_max_disks (guestfs_h *g, struct error *err)
{
  return DRIVES_MAX;
}

char **
impl_debug_drives (guestfs_h *g, struct error *err)
{
  CLEANUP_STRLIST struct strlist l = STRLIST_INIT;
  char **ret;
  size_t i;

  for (i = 0; i < g->drives.len; ++i) {
    const struct drive *d = g->drives.ptr[i];

    if (strlist_addf (&l, "%s%s%s format=%s%s%s cachemode=%s discard=%s "
                      "blocksize=%d", drive_display_name (d),
                      d->readonly ? " readonly" : "",
                      d->scratch_fd >= 0 ? " scratch" : "",
                      *d->format ? d->format : "unknown",
                      d->label ? " label=" : "", d->label ? d->label : "",
                      d->cachemode, d->discard, d->blocksize) == -1)
      goto no_memory;
  }
  ret = strlist_take (&l);
  if (ret)
    return ret;
no_memory:
  error_errno (err, "debug_drives");
  return NULL;
}
