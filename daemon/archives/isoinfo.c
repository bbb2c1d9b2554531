/* isoinfo and isoinfo_device.  The layout is in ECMA-119, 8.4. */

#include <config.h>

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "actions.h"
#include "device.h"
#include "guestpath.h"
#include "io.h"
#include "isoinfo.h"

#define SECTOR 2048
#define FIRST_SECTOR 16
#define MAX_DESCRIPTORS 64
#define PRIMARY 1
#define TERMINATOR 255

/* Positions count from 1 in the standard. */
#define AT(position) ((position) - 1)

/* A field padded with blanks, as a string. */
static char *
text (const unsigned char *data, size_t position, size_t len)
{
  const char *p = (const char *) data + AT (position);

  len = strnlen (p, len);
  while (len > 0 && p[len - 1] == ' ')
    --len;
  return strndup (p, len);
}

/* Numbers are there twice, in both byte orders; this is the little one. */
static uint32_t
number (const unsigned char *data, size_t position, size_t bytes)
{
  uint32_t ret = 0;
  size_t i;

  for (i = bytes; i-- > 0; )
    ret = ret << 8 | data[AT (position) + i];
  return ret;
}

static int
digits (const unsigned char *p, size_t n, int *ret)
{
  *ret = 0;
  while (n-- > 0) {
    if (!isdigit (*p))
      return -1;
    *ret = *ret * 10 + *p++ - '0';
  }
  return 0;
}

/* "YYYYMMDDHHMMSScc" and an offset in quarters of an hour; -1 if not set. */
static int64_t
date (const unsigned char *data, size_t position)
{
  const unsigned char *p = data + AT (position);
  struct tm tm = { 0 };
  time_t t;

  if (digits (p, 4, &tm.tm_year) == -1 || digits (p + 4, 2, &tm.tm_mon) == -1
      || digits (p + 6, 2, &tm.tm_mday) == -1
      || digits (p + 8, 2, &tm.tm_hour) == -1
      || digits (p + 10, 2, &tm.tm_min) == -1
      || digits (p + 12, 2, &tm.tm_sec) == -1 || tm.tm_mon == 0)
    return -1;
  tm.tm_year -= 1900;
  tm.tm_mon -= 1;
  t = timegm (&tm);
  return t == -1 ? -1 : (int64_t) t - (int64_t) (signed char) p[16] * 15 * 60;
}

static struct guestfs_isoinfo *
decode (const unsigned char *data)
{
  struct guestfs_isoinfo *iso = calloc (1, sizeof *iso);
  size_t i;

  if (!iso)
    return NULL;
  iso->iso_system_id = text (data, 9, 32);
  iso->iso_volume_id = text (data, 41, 32);
  iso->iso_volume_space_size = number (data, 81, 4);
  iso->iso_volume_set_size = number (data, 121, 2);
  iso->iso_volume_sequence_number = number (data, 125, 2);
  iso->iso_logical_block_size = number (data, 129, 2);
  iso->iso_volume_set_id = text (data, 191, 128);
  iso->iso_publisher_id = text (data, 319, 128);
  iso->iso_data_preparer_id = text (data, 447, 128);
  iso->iso_application_id = text (data, 575, 128);
  iso->iso_copyright_file_id = text (data, 703, 37);
  iso->iso_abstract_file_id = text (data, 740, 37);
  iso->iso_bibliographic_file_id = text (data, 777, 37);
  iso->iso_volume_creation_t = date (data, 814);
  iso->iso_volume_modification_t = date (data, 831);
  iso->iso_volume_expiration_t = date (data, 848);
  iso->iso_volume_effective_t = date (data, 865);

  char *const texts[] = {
    iso->iso_system_id, iso->iso_volume_id, iso->iso_volume_set_id,
    iso->iso_publisher_id, iso->iso_data_preparer_id,
    iso->iso_application_id, iso->iso_copyright_file_id,
    iso->iso_abstract_file_id, iso->iso_bibliographic_file_id,
  };
  for (i = 0; i < sizeof texts / sizeof texts[0]; ++i)
    if (!texts[i]) {
      struct_free_isoinfo (iso);
      return NULL;
    }
  return iso;
}

struct guestfs_isoinfo *
isoinfo_read (int fd, const char *name, struct error *err)
{
  unsigned char data[SECTOR];
  struct guestfs_isoinfo *iso;
  int i;

  for (i = 0; i < MAX_DESCRIPTORS; ++i) {
    ssize_t n = pread_full (fd, data, SECTOR,
                            (off_t) (FIRST_SECTOR + i) * SECTOR);

    if (n == -1) {
      error_errno (err, "%s", name);
      return NULL;
    }
    if (n < SECTOR || memcmp (data + 1, "CD001", 5) != 0
        || data[0] == TERMINATOR)
      break;
    if (data[0] != PRIMARY)
      continue;
    iso = decode (data);
    if (!iso)
      error_errno (err, "%s", name);
    return iso;
  }
  error_set (err, EINVAL, "%s: not an ISO 9660 image", name);
  return NULL;
}

struct guestfs_isoinfo *
do_isoinfo (const char *isofile, struct error *err)
{
  CLEANUP_CLOSE int fd = guest_open (isofile, O_RDONLY | O_NONBLOCK, 0, err);

  return fd == -1 ? NULL : isoinfo_read (fd, isofile, err);
}

struct guestfs_isoinfo *
do_isoinfo_device (const char *device, struct error *err)
{
  CLEANUP_CLOSE int fd = device_open (device, O_RDONLY, err);

  return fd == -1 ? NULL : isoinfo_read (fd, device, err);
}
