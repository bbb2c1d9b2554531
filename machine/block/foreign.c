/* What the headers of formats that the storage daemon reads say about other
 * files: see block.h.
 *
 * QED: QEMU's docs/interop/qed_spec.txt; QCOW version 1: the first fields are
 * those of docs/interop/qcow2.txt; VMDK: "Virtual Disk Format 5.0", "The
 * Descriptor File"; VHD: "Virtual Hard Disk Image Format Specification".
 */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "block.h"
#include "bytes.h"
#include "io.h"

#define NAME_MAX_BYTES 1023
#define DESCRIPTOR_MAX (1024 * 1024)
#define VHD_DIFFERENCING 4
#define QED_HAS_BACKING 1
#define QED_BACKING_IS_RAW 4

static int
damaged (const char *name, struct error *err)
{
  return error_set (err, EINVAL, "%s: what its header says of its backing file "
                    "makes no sense", name);
}

/* A name of `size` bytes at `offset` in the file. */
static int
read_name (int fd, uint64_t offset, uint32_t size, const char *name,
           char **ret, struct error *err)
{
  CLEANUP_FREE char *text = NULL;

  if (size == 0 || size > NAME_MAX_BYTES || offset > (uint64_t) INT64_MAX - size)
    return damaged (name, err);
  text = calloc (1, size + 1);
  if (!text)
    return error_errno (err, "%s", name);
  if (pread_full (fd, text, size, offset) != (ssize_t) size
      || strlen (text) != size)
    return damaged (name, err);
  *ret = TAKE_PTR (text);
  return 0;
}

static int
qcow_backing (int fd, const unsigned char *head, const char *name,
              char **ret, struct error *err)
{
  uint64_t offset = get_be64 (head + 8);

  return offset == 0 ? 0
    : read_name (fd, offset, get_be32 (head + 16), name, ret, err);
}

static int
qed_backing (int fd, const unsigned char *head, const char *name, char **ret,
             const char **ret_format, struct error *err)
{
  uint64_t features = get_le64 (head + 16);

  if (!(features & QED_HAS_BACKING))
    return 0;
  if (features & QED_BACKING_IS_RAW)
    *ret_format = "raw";
  return read_name (fd, get_le32 (head + 56), get_le32 (head + 60), name, ret,
                    err);
}

/* The text of the descriptor: the file itself, or a part of a sparse extent. */
static int
read_descriptor (int fd, const unsigned char *head, const char *name,
                 char **ret, struct error *err)
{
  uint64_t offset = 0, size = 65536;
  ssize_t n;

  if (memcmp (head, "KDMV", 4) == 0) {
    offset = get_le64 (head + 28);
    size = get_le64 (head + 36);
    if (offset > INT64_MAX / 1024 || size > DESCRIPTOR_MAX / 512)
      return damaged (name, err);
    offset *= 512;
    size *= 512;
  }
  *ret = calloc (1, size + 1);
  if (!*ret)
    return error_errno (err, "%s", name);
  n = offset == 0 && size == 0 ? 0 : pread_full (fd, *ret, size, offset);
  return n == -1 ? error_errno (err, "%s", name) : 0;
}

/* KEY=VALUE or KEY="VALUE" at the start of a line; NULL where it is not. */
static const char *
find_value (const char *text, const char *key, size_t *ret_len)
{
  size_t len = strlen (key);

  for (; text; text = strchr (text, '\n')) {
    text += *text == '\n';
    if (strncmp (text, key, len) == 0) {
      const char *p = text + len, *equals;

      p += strspn (p, " \t");
      equals = p;
      p += strspn (p, "= \t");
      if (p == equals)
        continue;
      *ret_len = *p == '"' ? strcspn (p + 1, "\"\r\n") : strcspn (p, " \t\r\n");
      return p + (*p == '"');
    }
  }
  return NULL;
}

static int
vmdk_backing (int fd, const unsigned char *head, const char *name,
              char **ret, const char **ret_format, struct error *err)
{
  CLEANUP_FREE char *text = NULL;
  const char *value;
  size_t len;

  if (memcmp (head, "COWD", 4) == 0) /* an extent without a descriptor */
    return 0;
  if (read_descriptor (fd, head, name, &text, err) == -1)
    return -1;
  value = find_value (text, "parentCID", &len);
  if (!value || (len == 8 && strncasecmp (value, "ffffffff", 8) == 0))
    return 0;
  value = find_value (text, "parentFileNameHint", &len);
  if (!value || len == 0 || len > NAME_MAX_BYTES)
    return damaged (name, err);
  *ret = strndup (value, len);
  *ret_format = "vmdk"; /* by definition */
  return *ret ? 0 : error_errno (err, "%s", name);
}

int
block_foreign_backing (int fd, const char *format, const char *name,
                       char **ret, const char **ret_format, struct error *err)
{
  unsigned char head[512];
  ssize_t n = pread_full (fd, head, sizeof head, 0);

  *ret = NULL;
  *ret_format = NULL;
  if (n != (ssize_t) sizeof head
      || strcmp (block_probe_format (head, n), format) != 0)
    return 0; /* that it is something else is for others to tell */
  if (strcmp (format, "vmdk") == 0)
    return vmdk_backing (fd, head, name, ret, ret_format, err);
  if (strcmp (format, "qed") == 0)
    return qed_backing (fd, head, name, ret, ret_format, err);
  if (strcmp (format, "qcow") == 0)
    return qcow_backing (fd, head, name, ret, err);
  /* Its parent has several names, and QEMU would read it as if it had none. */
  if (strcmp (format, "vpc") == 0 && get_be32 (head + 60) == VHD_DIFFERENCING
      && !(*ret = strdup ("")))
    return error_errno (err, "%s", name);
  return 0;
}
