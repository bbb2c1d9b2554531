/* Swap space: making it (the header is written here, no program is run), and
 * switching it on and off. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <unistd.h>
#include <uuid/uuid.h>

#include "actions.h"
#include "device.h"
#include "guestpath.h"
#include "io.h"
#include "wipe.h"

/* The first page, as the kernel's union swap_header describes it. */
#define PAGE 4096
#define LABEL_LEN 16
struct swap_header {
  char bootbits[1024];
  uint32_t version;
  uint32_t last_page;
  uint32_t nr_badpages;
  uint8_t uuid[16];
  char label[LABEL_LEN];
  uint8_t padding[PAGE - 1024 - 12 - 16 - LABEL_LEN - 10];
  char magic[10];
} __attribute__ ((packed));

_Static_assert (sizeof (struct swap_header) == PAGE, "swap header is a page");

/* mkswap also wants ten pages. */
#define PAGES_MIN 10

static int
write_header (int fd, const char *name, uint64_t size, const char *label,
              const char *uuid, struct error *err)
{
  struct swap_header h = { .version = 1 };
  uint64_t pages = size / PAGE;

  if (label && strlen (label) >= LABEL_LEN)
    return error_set (err, EINVAL, "\"%s\": the label of swap space has at "
                      "most %d bytes", label, LABEL_LEN - 1);
  if (uuid ? uuid_parse (uuid, h.uuid) == -1 : (uuid_generate (h.uuid), 0))
    return error_set (err, EINVAL, "\"%s\" is not a UUID", uuid);
  if (pages < PAGES_MIN)
    return error_set (err, ENOSPC, "%s is too small for swap space", name);
  h.last_page = pages - 1 > UINT32_MAX ? UINT32_MAX : pages - 1;
  if (label)
    memcpy (h.label, label, strlen (label));
  memcpy (h.magic, "SWAPSPACE2", sizeof h.magic);
  if (pwrite_full (fd, &h, sizeof h, 0) == -1 || fsync (fd) == -1)
    return error_errno (err, "%s", name);
  return 0;
}

int
do_mkswap (const char *device, const struct guestfs_mkswap_opts_argv *o,
           struct error *err)
{
  const char *label = o->bitmask & GUESTFS_MKSWAP_OPTS_LABEL_BITMASK
    ? o->label : NULL;
  const char *uuid = o->bitmask & GUESTFS_MKSWAP_OPTS_UUID_BITMASK
    ? o->uuid : NULL;
  CLEANUP_CLOSE int fd = -1;
  uint64_t size;
  uuid_t bytes;

  if (uuid && uuid_parse (uuid, bytes) == -1)
    return error_set (err, EINVAL, "\"%s\" is not a UUID", uuid);
  if (label && strlen (label) >= LABEL_LEN)
    return error_set (err, EINVAL, "\"%s\": the label of swap space has at "
                      "most %d bytes", label, LABEL_LEN - 1);
  fd = device_open (device, O_RDWR, err);
  if (fd == -1)
    return -1;
  if (ioctl (fd, BLKGETSIZE64, &size) == -1)
    return error_errno (err, "%s", device);
  /* This also fails while the device is in use. */
  if (wipe_signatures (device, err) == -1)
    return -1;
  return write_header (fd, device, size, label, uuid, err);
}

int
do_mkswap_L (const char *label, const char *device, struct error *err)
{
  struct guestfs_mkswap_opts_argv o = {
    .bitmask = GUESTFS_MKSWAP_OPTS_LABEL_BITMASK, .label = label,
  };

  return do_mkswap (device, &o, err);
}

int
do_mkswap_U (const char *uuid, const char *device, struct error *err)
{
  struct guestfs_mkswap_opts_argv o = {
    .bitmask = GUESTFS_MKSWAP_OPTS_UUID_BITMASK, .uuid = uuid,
  };

  return do_mkswap (device, &o, err);
}

/* A regular file of the guest, and no device that it has below /dev. */
static int
open_file (const char *path, int flags, struct stat *ret_st,
           struct error *err)
{
  CLEANUP_CLOSE int fd = guest_open (path, flags | O_NONBLOCK, 0, err);

  if (fd == -1)
    return -1;
  if (fstat (fd, ret_st) == -1)
    return error_errno (err, "%s", path);
  if (!S_ISREG (ret_st->st_mode))
    return error_set (err, EINVAL, "%s is not a regular file", path);
  return TAKE_FD (fd);
}

int
do_mkswap_file (const char *path, struct error *err)
{
  struct stat st;
  CLEANUP_CLOSE int fd = open_file (path, O_RDWR, &st, err);

  if (fd == -1)
    return -1;
  return write_header (fd, path, st.st_size, NULL, NULL, err);
}

/* --- on and off ------------------------------------------------------------- */

static int
switch_swap (const char *path, const char *name, bool on, struct error *err)
{
  if ((on ? swapon (path, 0) : swapoff (path)) == -1)
    return error_errno (err, "%s: cannot switch swap %s", name,
                        on ? "on" : "off");
  return 0;
}

static int
switch_file (const char *file, bool on, struct error *err)
{
  struct stat st;
  CLEANUP_CLOSE int fd = open_file (file, O_RDONLY, &st, err);
  char path[32];

  if (fd == -1)
    return -1;
  return switch_swap (guest_fd_path (fd, path), file, on, err);
}

static int
switch_found (char *device, bool on, struct error *err)
{
  CLEANUP_FREE char *name = device;

  return name ? switch_swap (name, name, on, err) : -1;
}

int
do_swapon_device (const char *device, struct error *err)
{
  return switch_swap (device, device, true, err);
}

int
do_swapoff_device (const char *device, struct error *err)
{
  return switch_swap (device, device, false, err);
}

int
do_swapon_file (const char *file, struct error *err)
{
  return switch_file (file, true, err);
}

int
do_swapoff_file (const char *file, struct error *err)
{
  return switch_file (file, false, err);
}

int
do_swapon_label (const char *label, struct error *err)
{
  return switch_found (do_findfs_label (label, err), true, err);
}

int
do_swapoff_label (const char *label, struct error *err)
{
  return switch_found (do_findfs_label (label, err), false, err);
}

int
do_swapon_uuid (const char *uuid, struct error *err)
{
  return switch_found (do_findfs_uuid (uuid, err), true, err);
}

int
do_swapoff_uuid (const char *uuid, struct error *err)
{
  return switch_found (do_findfs_uuid (uuid, err), false, err);
}
