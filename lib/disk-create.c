/* Creating disk images (guestfs_disk_create): raw and qcow2. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/fs.h>

#include "image-file.h"
#include "image-info.h"
#include "impl.h"
#include "qcow2-header.h"

typedef struct guestfs_disk_create_argv create_options;

#define OPTION(opts, NAME) \
  ((opts)->bitmask & GUESTFS_DISK_CREATE_##NAME##_BITMASK)

enum preallocation { PREALLOCATION_OFF, PREALLOCATION_METADATA,
                     PREALLOCATION_FULL };

static int
get_preallocation (const create_options *o, enum preallocation *ret,
                   struct error *err)
{
  static const struct {
    const char *name;
    enum preallocation value;
  } names[] = {
    { "off", PREALLOCATION_OFF },
    { "sparse", PREALLOCATION_OFF },
    { "metadata", PREALLOCATION_METADATA },
    { "full", PREALLOCATION_FULL },
  };
  size_t i;

  *ret = PREALLOCATION_OFF;
  if (!OPTION (o, PREALLOCATION))
    return 0;
  for (i = 0; i < sizeof names / sizeof names[0]; ++i)
    if (strcmp (o->preallocation, names[i].name) == 0) {
      *ret = names[i].value;
      return 0;
    }
  return error_set (err, EINVAL, "preallocation must be off, metadata or "
                    "full");
}

/* A new file in the place of the old one, or a block device.  A file that is
 * made here is removed when the rest fails. */
static int
open_new (const char *filename, bool *ret_is_device, struct error *err)
{
  CLEANUP_CLOSE int fd = open (filename,
                               O_RDWR | O_CREAT | O_NOCTTY | O_CLOEXEC
                               | O_NONBLOCK, 0666);
  struct stat st;

  if (fd == -1 || fstat (fd, &st) == -1)
    return error_errno (err, "%s", filename);
  if (!S_ISREG (st.st_mode) && !S_ISBLK (st.st_mode))
    return error_set (err, EINVAL, "%s: this is neither a file nor a block "
                      "device", filename);
  *ret_is_device = S_ISBLK (st.st_mode);
  if (!*ret_is_device && ftruncate (fd, 0) == -1)
    return error_errno (err, "%s", filename);
  return TAKE_FD (fd);
}

static int
allocate (int fd, uint64_t size, struct error *err)
{
  int r = size > 0 ? posix_fallocate (fd, 0, size) : 0;

  return r == 0 ? 0 : error_set (err, r, "allocate: %s", strerror (r));
}

static int
check_size (int64_t size, struct error *err)
{
  return size > 0 ? 0
    : error_set (err, EINVAL, "invalid size: %lld", (long long) size);
}

/* --- raw ---------------------------------------------------------------------- */

static int
check_raw (const create_options *o, int64_t size,
           enum preallocation preallocation, struct error *err)
{
  if (OPTION (o, BACKINGFILE) || OPTION (o, BACKINGFORMAT))
    return error_set (err, EINVAL, "a raw image cannot have a backing file");
  if (OPTION (o, COMPAT) || OPTION (o, CLUSTERSIZE))
    return error_set (err, EINVAL, "compat and clustersize are for qcow2 "
                      "images");
  if (preallocation == PREALLOCATION_METADATA)
    return error_set (err, EINVAL, "a raw image has no metadata to "
                      "preallocate: use off or full");
  return check_size (size, err);
}

static int
erase_device (int fd, uint64_t size, enum preallocation preallocation,
              struct error *err)
{
  uint64_t range[2] = { 0, size }, device_size;

  if (ioctl (fd, BLKGETSIZE64, &device_size) == -1)
    return error_errno (err, "size of the device");
  if (size > device_size)
    return error_set (err, ENOSPC, "the device has only %llu bytes",
                      (unsigned long long) device_size);
  if (preallocation == PREALLOCATION_FULL)
    return ioctl (fd, BLKZEROOUT, range) == -1
      ? error_errno (err, "erasing the device") : 0;
  /* Many devices cannot discard. */
  (void) ioctl (fd, BLKDISCARD, range);
  return 0;
}

static int
create_raw (int fd, bool is_device, const create_options *o, int64_t size,
            enum preallocation preallocation, struct error *err)
{
  if (is_device)
    return erase_device (fd, size, preallocation, err);
  if (ftruncate (fd, size) == -1)
    return error_errno (err, "resize");
  return preallocation == PREALLOCATION_FULL ? allocate (fd, size, err) : 0;
}

/* --- qcow2 -------------------------------------------------------------------- */

static int
get_geometry (const create_options *o, struct qcow2_create *q,
              struct error *err)
{
  q->version = 3;
  q->cluster_size = 65536;
  if (OPTION (o, COMPAT)) {
    if (strcmp (o->compat, "0.10") == 0)
      q->version = 2;
    else if (strcmp (o->compat, "1.1") != 0)
      return error_set (err, EINVAL, "compat must be 0.10 or 1.1");
  }
  if (OPTION (o, CLUSTERSIZE)) {
    if (o->clustersize < 512 || o->clustersize > 2097152
        || (o->clustersize & (o->clustersize - 1)) != 0)
      return error_set (err, EINVAL, "clustersize must be a power of two "
                        "between 512 and 2097152");
    q->cluster_size = o->clustersize;
  }
  return 0;
}

/* The size of a disk is that of its backing file; programs know that another
 * one is refused.  So it is with the format, unless that is given. */
static int
get_backing (guestfs_h *g, const char *filename, const create_options *o,
             int64_t size, struct qcow2_create *q, struct image_info *info,
             struct error *err)
{
  CLEANUP_FREE char *path = NULL;

  if (!OPTION (o, BACKINGFILE)) {
    if (OPTION (o, BACKINGFORMAT))
      return error_set (err, EINVAL, "backingformat is given without "
                        "backingfile");
    return check_size (size, err);
  }
  if (size != -1)
    return error_set (err, EINVAL, "with a backing file the size must be "
                      "given as -1");
  path = image_file_backing_path (filename, o->backingfile, err);
  if (!path || image_info_get (g, path, true, info, err) == -1)
    return -1;
  q->backing = o->backingfile;
  q->backing_format = OPTION (o, BACKINGFORMAT) ? o->backingformat
    : info->format;
  if (strcmp (q->backing_format, "raw") != 0
      && strcmp (q->backing_format, "qcow2") != 0)
    return error_set (err, ENOTSUP, "backing format %s is not supported: use "
                      "raw or qcow2", q->backing_format);
  q->size = strcmp (q->backing_format, "raw") == 0 ? info->file_size
    : info->virtual_size;
  return 0;
}

static int
create_qcow2 (int fd, const struct qcow2_create *q,
              enum preallocation preallocation, struct error *err)
{
  struct qcow2_create rounded = *q;
  uint64_t end;

  /* Readers round a size down to sectors. */
  rounded.size = (q->size + 511) / 512 * 512;
  if (qcow2_create (fd, &rounded, &end, err) == -1)
    return -1;
  return preallocation == PREALLOCATION_FULL ? allocate (fd, end, err) : 0;
}

/* --- both ----------------------------------------------------------------------- */

int
impl_disk_create (guestfs_h *g, const char *filename, const char *format,
                  int64_t size, const create_options *optargs,
                  struct error *err)
{
  CLEANUP_IMAGE_INFO struct image_info backing = IMAGE_INFO_INIT;
  struct qcow2_create q = { .size = size };
  enum preallocation preallocation;
  CLEANUP_CLOSE int fd = -1;
  bool is_qcow2 = strcmp (format, "qcow2") == 0, is_device;
  int r;

  if (!is_qcow2 && strcmp (format, "raw") != 0)
    return error_set (err, ENOTSUP, "format %s is not supported: use raw or "
                      "qcow2", format);
  if (get_preallocation (optargs, &preallocation, err) == -1)
    return -1;
  r = is_qcow2
    ? (get_geometry (optargs, &q, err) == -1
       || get_backing (g, filename, optargs, size, &q, &backing, err) == -1 ? -1 : 0)
    : check_raw (optargs, size, preallocation, err);
  if (r == -1)
    return -1;
  q.map_all = preallocation != PREALLOCATION_OFF;
  if (q.map_all && q.backing)
    return error_set (err, EINVAL, "an image with a backing file cannot be "
                      "preallocated");

  fd = open_new (filename, &is_device, err);
  if (fd == -1)
    return -1;
  r = is_qcow2 ? create_qcow2 (fd, &q, preallocation, err)
    : create_raw (fd, is_device, optargs, size, preallocation, err);
  if (r == -1) {
    error_prefix (err, "%s", filename);
    if (!is_device)
      unlink (filename);
  }
  return r;
}
