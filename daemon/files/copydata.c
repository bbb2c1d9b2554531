/* Copying between files and devices: copy_*_to_*, copy_size, dd, and
 * copy_attributes. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "actions.h"
#include "filecopy.h"
#include "guestfile.h"
#include "guestpath.h"

struct copy_options {
  int64_t src_offset, dest_offset, size; /* size -1: to the end */
  bool sparse, append;
  bool src_device, dest_device; /* of the appliance; others are guest files */
};

static int
open_side (const char *name, bool device, int flags, struct error *err)
{
  if (device)
    return devpath_open (name, flags, err);
  return flags & O_CREAT ? file_open_write (name, flags, err)
    : file_open_read (name, err);
}

static int
check_options (const struct copy_options *o, struct error *err)
{
  if (o->src_offset < 0 || o->dest_offset < 0)
    return error_set (err, EINVAL, "the offset %lld is negative",
                      (long long) (o->src_offset < 0 ? o->src_offset
                                   : o->dest_offset));
  if (o->append && o->dest_offset > 0)
    return error_set (err, EINVAL,
                      "append and destoffset cannot be used together");
  return 0;
}

/* Copy between two descriptors, which are checked for their sizes first, so
 * that nothing is written when it cannot be done. */
static int
copy_between (int in, const char *src, int out, const char *dest,
              const struct copy_options *o, struct error *err)
{
  struct copy c = { .in = in, .out = out, .what = src,
                    .in_offset = o->src_offset, .out_offset = o->dest_offset,
                    .len = UINT64_MAX, .sparse = o->sparse,
                    .append = o->append };
  int64_t available = file_size_fd (in, src, err), room, done;
  struct stat st;

  if (available == -1)
    return -1;
  available = available > o->src_offset ? available - o->src_offset : 0;
  if (o->size >= 0 && o->size > available)
    return error_set (err, EINVAL, "%s: has only %lld of the %lld bytes that "
                      "are to be copied", src, (long long) available,
                      (long long) o->size);
  c.total = o->size >= 0 ? o->size : available;
  if (o->size >= 0)
    c.len = o->size;
  if (fstat (out, &st) == -1)
    return error_errno (err, "%s", dest);
  if (S_ISBLK (st.st_mode)) {
    room = file_size_fd (out, dest, err);
    if (room == -1)
      return -1;
    if (o->dest_offset > room
        || c.total > (uint64_t) (room - o->dest_offset))
      return error_set (err, ENOSPC, "%s: too small for %llu bytes", dest,
                        (unsigned long long) c.total);
  }
  done = copy_data (&c, err);
  if (done == -1)
    return error_prefix (err, "%s", dest);
  if (o->size >= 0 && done < o->size)
    return error_set (err, EIO, "%s: ended early", src);
  return 0;
}

static int
copy_named (const char *src, const char *dest, const struct copy_options *o,
            struct error *err)
{
  CLEANUP_CLOSE int in = -1, out = -1;
  struct stat from, to;

  if (check_options (o, err) == -1
      || (in = open_side (src, o->src_device, O_RDONLY, err)) == -1)
    return -1;
  out = open_side (dest, o->dest_device,
                   O_WRONLY | O_CREAT | (o->append ? O_APPEND : 0), err);
  if (out == -1)
    return -1;
  if (fstat (in, &from) == -1 || fstat (out, &to) == -1)
    return error_errno (err, "%s", dest);
  if (S_ISREG (to.st_mode) && from.st_dev == to.st_dev
      && from.st_ino == to.st_ino)
    return error_set (err, EINVAL, "%s and %s are the same file", src, dest);
  if (S_ISREG (to.st_mode) && !o->append && ftruncate (out, 0) == -1)
    return error_errno (err, "%s", dest);
  if (copy_between (in, src, out, dest, o, err) == -1)
    return -1;
  return file_close (&out, dest, err);
}

#define HAS(CALL, NAME) (optargs->bitmask & GUESTFS_##CALL##_##NAME##_BITMASK)

#define DEFINE_COPY(call, CALL, from_device, to_device)                 \
  int                                                                   \
  do_##call (const char *src, const char *dest,                         \
             const struct guestfs_##call##_argv *optargs,               \
             struct error *err)                                         \
  {                                                                     \
    struct copy_options o = { .size = -1, .src_device = from_device,    \
                              .dest_device = to_device };               \
                                                                        \
    if (HAS (CALL, SRCOFFSET))                                          \
      o.src_offset = optargs->srcoffset;                                \
    if (HAS (CALL, DESTOFFSET))                                         \
      o.dest_offset = optargs->destoffset;                              \
    if (HAS (CALL, SIZE) && optargs->size < 0)                          \
      return error_set (err, EINVAL, "size %lld is negative",           \
                        (long long) optargs->size);                     \
    if (HAS (CALL, SIZE))                                               \
      o.size = optargs->size;                                           \
    if (HAS (CALL, SPARSE))                                             \
      o.sparse = optargs->sparse;                                       \
    if (HAS (CALL, APPEND))                                             \
      o.append = optargs->append;                                       \
    return copy_named (src, dest, &o, err);                             \
  }

DEFINE_COPY (copy_file_to_file, COPY_FILE_TO_FILE, false, false)
DEFINE_COPY (copy_file_to_device, COPY_FILE_TO_DEVICE, false, true)
DEFINE_COPY (copy_device_to_file, COPY_DEVICE_TO_FILE, true, false)
DEFINE_COPY (copy_device_to_device, COPY_DEVICE_TO_DEVICE, true, true)

int
do_copy_size (const char *src, const char *dest, int64_t size,
              struct error *err)
{
  struct copy_options o = { .size = size,
                            .src_device = is_device_name (src),
                            .dest_device = is_device_name (dest) };

  if (size < 0)
    return error_set (err, EINVAL, "size %lld is negative", (long long) size);
  return copy_named (src, dest, &o, err);
}

int
do_dd (const char *src, const char *dest, struct error *err)
{
  struct copy_options o = { .size = -1, .src_device = is_device_name (src),
                            .dest_device = is_device_name (dest) };

  return copy_named (src, dest, &o, err);
}

/* ---- copy_attributes --------------------------------------------------- */

int
do_copy_attributes (const char *src, const char *dest,
                    const struct guestfs_copy_attributes_argv *optargs,
                    struct error *err)
{
  bool all = HAS (COPY_ATTRIBUTES, ALL) && optargs->all;
  bool mode = all || (HAS (COPY_ATTRIBUTES, MODE) && optargs->mode);
  bool owner = all || (HAS (COPY_ATTRIBUTES, OWNERSHIP) && optargs->ownership);
  bool xattrs = all
    || (HAS (COPY_ATTRIBUTES, XATTRIBUTES) && optargs->xattributes);
  CLEANUP_CLOSE int in = file_open_meta (src, true, err), out = -1;
  struct stat st;
  char proc[32];

  if (in == -1 || (out = file_open_meta (dest, true, err)) == -1)
    return -1;
  if (fstat (in, &st) == -1)
    return error_errno (err, "%s", src);
  if (owner && fchownat (out, "", st.st_uid, st.st_gid, AT_EMPTY_PATH) == -1)
    return error_errno (err, "%s: owner", dest);
  if (xattrs && copy_xattrs (in, out, dest, err) == -1)
    return -1;
  if (mode && chmod (guest_fd_path (out, proc), st.st_mode & 07777) == -1)
    return error_errno (err, "%s: mode", dest);
  return 0;
}
