/* The backing file of a qcow2 image: found through the opener, never guessed
 * to be anything but raw, and never a loop. */

#include <config.h>

#include <errno.h>
#include <string.h>

#include "file.h"
#include "io.h"
#include "qcow2.h"
#include "qcow2-image.h"

/* Is the file one of the images above? */
static int
check_chain (int fd, const char *name, const struct qcow2_ancestor *above,
             struct error *err)
{
  struct stat st;
  unsigned depth = 0;

  if (fstat (fd, &st) == -1)
    return error_errno (err, "%s", name);
  for (; above; above = above->above) {
    if (above->dev == st.st_dev && above->ino == st.st_ino)
      return error_set (err, ELOOP, "%s: loop in the backing chain: the image"
                        " is its own backing file", name);
    if (++depth >= QCOW2_MAX_CHAIN)
      return error_set (err, ELOOP, "%s: the backing chain has more than %d"
                        " images", name, QCOW2_MAX_CHAIN);
  }
  return 0;
}

/* Without a recorded format the file is raw, unless it looks like something
 * else: then whoever made the chain meant that, and reading it as raw would
 * give the guest nonsense. */
static int
refuse_guess (struct qcow2 *q, int fd, const char *name, struct error *err)
{
  char head[BLOCK_PROBE_SIZE];
  ssize_t n = pread_full (fd, head, sizeof head, 0);
  const char *format;

  if (n == -1)
    return error_errno (err, "%s", name);
  format = block_probe_format (head, n);
  if (strcmp (format, "raw") == 0)
    return 0;
  return error_set (err, EINVAL, "%s does not record the format of its backing"
                    " file, and %s looks like %s; record it with 'qemu-img"
                    " rebase -u -b %s -F %s %s'", q->b.name, name, format,
                    q->header.backing_name, format, q->b.name);
}

static struct block *
open_format (struct qcow2 *q, int fd, const char *name,
             const struct block_opener *opener,
             const struct qcow2_ancestor *above, struct error *err)
{
  CLEANUP_CLOSE int owned = fd;
  const char *format = q->header.backing_format;

  if (check_chain (fd, name, above, err) == -1)
    return NULL;
  if (!format) {
    if (refuse_guess (q, fd, name, err) == -1)
      return NULL;
    format = "raw";
  }
  if (strcmp (format, "qcow2") == 0)
    return qcow2_open (TAKE_FD (owned), name, true, opener, above, err);
  /* An empty file is a good backing file: it reads as zeroes. */
  if (strcmp (format, "raw") == 0)
    return file_new (TAKE_FD (owned), name, FILE_RAW, true, err);
  return block_open (TAKE_FD (owned), name, format, true, opener, err);
}

int
qcow2_open_backing (struct qcow2 *q, const struct block_opener *opener,
                    const struct qcow2_ancestor *above, struct error *err)
{
  CLEANUP_FREE char *name = NULL;
  int fd;

  if (!q->header.backing_name)
    return 0;
  if (!opener)
    return error_set (err, ENOTSUP, "%s: the image has a backing file (%s),"
                      " which cannot be opened here", q->b.name,
                      q->header.backing_name);
  fd = opener->open_backing (opener->opaque, q->header.backing_name,
                             q->b.name, &name, err);
  if (fd == -1)
    return error_prefix (err, "backing file of %s", q->b.name);
  q->backing = open_format (q, fd, name ? name : q->header.backing_name,
                            opener, above, err);
  return q->backing ? 0 : -1;
}
