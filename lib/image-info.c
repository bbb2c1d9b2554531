/* What an image is: see image-info.h. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/fs.h>

#include "drives.h"
#include "image-file.h"
#include "image-info.h"
#include "impl.h"
#include "io.h"
#include "machine.h"
#include "process.h"
#include "storage.h"

#define OUTPUT_MAX 65536

void
image_info_release (struct image_info *info)
{
  free (info->format);
  free (info->backing_file);
  free (info->backing_format);
  *info = (struct image_info) IMAGE_INFO_INIT;
}

/* Run the program on the image.  Returns the end of a pipe to read from. */
static int
start (int image, const char *path, pid_t *ret_pid, struct error *err)
{
  char *const argv[] = { (char *) "bathyscope-machine",
                         (char *) "--image-info", (char *) path, NULL };
  CLEANUP_CLOSE int in = -1, out = -1;
  int fds[2], given[3];

  if (pipe2 (fds, O_CLOEXEC) == -1)
    return error_errno (err, "pipe");
  in = fds[0];
  out = fds[1];
  given[0] = image;
  given[1] = given[2] = out;
  if (spawn_machine (argv, given, 3, false, ret_pid, err) == -1)
    return -1;
  return TAKE_FD (in);
}

/* Run the program on the image; its output, which the caller frees. */
static char *
run (int image, const char *path, struct error *err)
{
  CLEANUP_FREE char *output = NULL;
  int status = 0;
  pid_t pid, r;
  int in = start (image, path, &pid, err);

  if (in == -1)
    return NULL;
  output = read_whole_fd (in, OUTPUT_MAX, NULL);
  if (!output)
    error_errno (err, "%s", path);
  close (in);
  do
    r = waitpid (pid, &status, 0);
  while (r == -1 && errno == EINTR);
  if (r == pid && status != 0) {
    if (output)
      output[strcspn (output, "\n")] = '\0';
    error_set (err, EINVAL, "%s", output && *output ? output
               : "bathyscope-machine --image-info failed");
    return NULL;
  }
  return TAKE_PTR (output);
}

/* The value of a "key=value" line, or NULL; the caller frees. */
static char *
get_value (const char *output, const char *key)
{
  size_t len = strlen (key);
  const char *line;

  for (line = output; line; line = strchr (line, '\n')) {
    if (*line == '\n')
      line++;
    if (strncmp (line, key, len) == 0 && line[len] == '=') {
      line += len + 1;
      return strndup (line, strcspn (line, "\n"));
    }
  }
  return NULL;
}

static int
parse (const char *output, const char *path, struct image_info *info,
       struct error *err)
{
  CLEANUP_FREE char *size = get_value (output, "virtual-size");
  char *end;

  info->format = get_value (output, "format");
  info->backing_file = get_value (output, "backing-file");
  info->backing_format = get_value (output, "backing-format");
  if (!size && info->format && storage_knows_format (info->format)) {
    info->virtual_size = -1;
    return 0;
  }
  if (size && *size && info->format) {
    errno = 0;
    info->virtual_size = strtoll (size, &end, 10);
    if (errno == 0 && *end == '\0' && info->virtual_size >= 0)
      return 0;
  }
  return error_set (err, EPROTO, "%s: bathyscope-machine --image-info said "
                    "nothing that makes sense", path);
}

static int64_t
file_size (int fd)
{
  struct stat st;
  uint64_t size;

  if (fstat (fd, &st) == -1)
    return 0;
  if (S_ISBLK (st.st_mode) && ioctl (fd, BLKGETSIZE64, &size) == 0)
    return size;
  return st.st_size;
}

/* The size of an image that bathyscope-machine does not parse. */
static int
ask_storage (guestfs_h *g, const char *path, struct image_info *info,
             struct error *err)
{
  CLEANUP_FREE char *absolute = image_file_absolute (path, err);
  CLEANUP_FREE char *output = NULL, *size = NULL;
  CLEANUP_CLOSE int sock = -1;
  const struct drive d = { .path = absolute, .scratch_fd = -1,
                           .format = info->format, .readonly = true,
                           .cachemode = (char *) "writeback",
                           .discard = (char *) "disable" };
  struct storage *daemons = NULL;

  if (!absolute)
    return -1;
  sock = storage_start (g, &daemons, &d, info->format, err);
  if (sock == -1)
    return -1;
  output = run (sock, path, err);
  storage_end (&daemons);
  size = output ? get_value (output, "virtual-size") : NULL;
  if (size) {
    info->virtual_size = strtoll (size, NULL, 10);
    return 0;
  }
  return error_is_set (err) ? -1
    : error_set (err, EPROTO, "%s: its size cannot be found", path);
}

int
image_info_get (guestfs_h *g, const char *path, bool with_size,
                struct image_info *ret, struct error *err)
{
  CLEANUP_IMAGE_INFO struct image_info info = IMAGE_INFO_INIT;
  CLEANUP_FREE char *output = NULL;
  CLEANUP_CLOSE int fd = image_file_open (path, true, err);

  if (fd == -1)
    return -1;
  output = run (fd, path, err);
  if (!output || parse (output, path, &info, err) == -1)
    return -1;
  if (with_size && info.virtual_size == -1
      && ask_storage (g, path, &info, err) == -1)
    return -1;
  info.file_size = file_size (fd);
  *ret = info;
  info = (struct image_info) IMAGE_INFO_INIT;
  return 0;
}

char *
impl_disk_format (guestfs_h *g, const char *filename, struct error *err)
{
  CLEANUP_IMAGE_INFO struct image_info info = IMAGE_INFO_INIT;

  if (image_info_get (g, filename, false, &info, err) == -1)
    return NULL;
  return TAKE_PTR (info.format);
}

int64_t
impl_disk_virtual_size (guestfs_h *g, const char *filename, struct error *err)
{
  CLEANUP_IMAGE_INFO struct image_info info = IMAGE_INFO_INIT;

  if (image_info_get (g, filename, true, &info, err) == -1)
    return -1;
  return info.virtual_size;
}

int
impl_disk_has_backing_file (guestfs_h *g, const char *filename,
                            struct error *err)
{
  CLEANUP_IMAGE_INFO struct image_info info = IMAGE_INFO_INIT;

  if (image_info_get (g, filename, false, &info, err) == -1)
    return -1;
  return info.backing_file != NULL;
}
