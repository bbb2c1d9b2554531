/* Opening a filesystem with the Sleuth Kit: see tsk.h. */

#include "tsk.h"

#include <config.h>

#ifdef HAVE_TSK

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "guestfile.h"
#include "io.h"
#include "transfer.h"

/* An image as the library knows it, and ours. */
struct image {
  TSK_IMG_INFO info; /* first, see tsk_img_open_external */
  int fd;
};

static ssize_t
image_read (TSK_IMG_INFO *info, TSK_OFF_T offset, char *buf, size_t len)
{
  struct image *image = (struct image *) info;
  ssize_t n = offset < 0 ? -1 : pread (image->fd, buf, len, offset);

  if (n >= 0 && !is_cancelled ())
    return n;
  tsk_error_reset ();
  tsk_error_set_errno (TSK_ERR_IMG_READ);
  tsk_error_set_errstr ("cannot read %zu bytes at %lld", len,
                        (long long) offset);
  return -1;
}

static void
image_close (TSK_IMG_INFO *info)
{
  struct image *image = (struct image *) info;

  close (image->fd);
  free (image);
}

static void
image_stat (TSK_IMG_INFO *info, FILE *fp)
{
}

int
tsk_failed (const char *what, struct error *err)
{
  const char *text;

  if (is_cancelled ())
    return error_set (err, ECANCELED, "%s: cancelled", what);
  text = tsk_error_get ();
  return error_set (err, EINVAL, "%s: %s", what,
                    text ? text : "the Sleuth Kit gives no reason");
}

void
tsk_release (struct tsk *t)
{
  if (t->fs)
    tsk_fs_close (t->fs);
  if (t->img)
    tsk_img_close (t->img);
  t->fs = NULL;
  t->img = NULL;
}

static TSK_IMG_INFO *
open_image (const char *device, struct error *err)
{
  CLEANUP_CLOSE int fd = open (device, O_RDONLY | O_CLOEXEC);
  int64_t size = fd == -1 ? error_errno (err, "%s", device)
    : file_size_fd (fd, device, err);
  struct image *image;

  if (size == -1)
    return NULL;
  image = calloc (1, sizeof *image);
  if (!image) {
    error_errno (err, "%s", device);
    return NULL;
  }
  image->fd = fd;
  if (!tsk_img_open_external (image, size, 512, image_read, image_close,
                              image_stat)) {
    tsk_failed (device, err);
    free (image);
    return NULL;
  }
  fd = -1;
  return &image->info;
}

int
tsk_begin (struct tsk *t, const struct mountable *m, struct error *err)
{
  /* What is mounted may not have got to the device yet. */
  sync ();
  tsk_error_reset ();
  t->img = open_image (m->device, err);
  if (!t->img)
    return -1;
  t->fs = tsk_fs_open_img (t->img, 0, TSK_FS_TYPE_DETECT);
  return t->fs ? 0 : tsk_failed (m->device, err);
}

#endif
