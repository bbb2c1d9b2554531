/* file and zfile: what libmagic makes of a file.
 *
 * libmagic reads descriptors of the appliance's own, and looks into gzip,
 * bzip2 and xz with libraries.  Its data base is loaded at the first use.
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <magic.h>
#include <string.h>
#include <sys/stat.h>

#include "actions.h"
#include "decompress.h"
#include "guestfile.h"
#include "guestpath.h"
#include "strbuf.h"

/* A cookie that lives as long as the daemon, with other flags every time. */
static magic_t
get_magic (int flags, struct error *err)
{
  static magic_t cookie;

  if (!cookie) {
    cookie = magic_open (MAGIC_NONE);
    if (!cookie) {
      error_errno (err, "libmagic");
      return NULL;
    }
    if (magic_load (cookie, NULL) == -1) {
      error_set (err, ENOENT, "libmagic: %s", magic_error (cookie));
      magic_close (cookie);
      cookie = NULL;
      return NULL;
    }
  }
  (void) magic_setflags (cookie, flags | MAGIC_RAW | MAGIC_ERROR);
  return cookie;
}

static char *
take_answer (magic_t cookie, const char *answer, const char *path,
             struct error *err)
{
  char *ret;

  if (!answer) {
    const char *why = magic_error (cookie);

    error_set (err, magic_errno (cookie), "%s: %s", path,
               why ? why : "cannot be recognised");
    return NULL;
  }
  ret = strdup (answer);
  if (!ret)
    error_errno (err, "%s", path);
  return ret;
}

/* A short word for what has no contents. */
static const char *
kind_word (mode_t mode)
{
  switch (mode & S_IFMT) {
  case S_IFDIR: return "directory";
  case S_IFCHR: return "character device";
  case S_IFBLK: return "block device";
  case S_IFIFO: return "FIFO";
  case S_IFLNK: return "symbolic link";
  case S_IFSOCK: return "socket";
  default: return NULL;
  }
}

char *
do_file (const char *path, struct error *err)
{
  bool is_device = is_device_name (path);
  CLEANUP_CLOSE int fd = -1;
  struct stat st = { .st_mode = S_IFREG };
  const char *word = NULL;
  magic_t cookie;
  char proc[32];

  fd = is_device ? devpath_open (path, O_RDONLY, err)
    : file_open_meta (path, false, err);
  if (fd == -1)
    return NULL;
  if (!is_device && fstat (fd, &st) == -1) {
    error_errno (err, "%s", path);
    return NULL;
  }
  word = kind_word (st.st_mode);
  if (word) {
    char *ret = strdup (word);

    if (!ret)
      error_errno (err, "%s", path);
    return ret;
  }
  cookie = get_magic (MAGIC_COMPRESS | MAGIC_DEVICES | MAGIC_SYMLINK, err);
  if (!cookie)
    return NULL;
  return take_answer (cookie, magic_file (cookie, guest_fd_path (fd, proc)),
                      path, err);
}

/* As much of the contents as libmagic looks at. */
#define ZFILE_BYTES (1024 * 1024)

static int
keep_start (void *opaque, const void *data, size_t len, struct error *err)
{
  struct strbuf *b = opaque;

  if (len > ZFILE_BYTES - b->len)
    len = ZFILE_BYTES - b->len;
  if (strbuf_add (b, data, len) == -1)
    return error_errno (err, "zfile");
  return b->len == ZFILE_BYTES;
}

char *
do_zfile (const char *meth, const char *path, struct error *err)
{
  CLEANUP_STRBUF struct strbuf start = STRBUF_INIT;
  CLEANUP_CLOSE int fd = -1;
  magic_t cookie;

  if (strcmp (meth, "gzip") != 0 && strcmp (meth, "compress") != 0
      && strcmp (meth, "bzip2") != 0) {
    error_set (err, EINVAL, "%s: the method is gzip, compress or bzip2", meth);
    return NULL;
  }
  fd = file_open_read (path, err);
  if (fd == -1 || decompress_fd (fd, path, keep_start, &start, err) == -1)
    return NULL;
  cookie = get_magic (MAGIC_NONE, err);
  if (!cookie)
    return NULL;
  return take_answer (cookie,
                      magic_buffer (cookie, start.data ? start.data : "",
                                    start.len), path, err);
}
