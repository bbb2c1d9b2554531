/* Paths of archive members: see safepath.h. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "safepath.h"

int
member_path_clean (char *path)
{
  char *in = path, *out = path;

  while (*in) {
    size_t len = strcspn (in, "/");

    if (len == 2 && in[0] == '.' && in[1] == '.')
      return -1;
    if (len > 0 && !(len == 1 && in[0] == '.')) {
      if (out > path)
        *out++ = '/';
      memmove (out, in, len);
      out += len;
    }
    in += len;
    in += strspn (in, "/");
  }
  *out = '\0';
  return 0;
}

int
open_beneath (int dirfd, const char *path, int flags, bool is_root)
{
  struct open_how how = {
    .flags = (unsigned) flags | O_CLOEXEC,
    .resolve = RESOLVE_NO_MAGICLINKS
      | (is_root ? RESOLVE_IN_ROOT : RESOLVE_BENEATH),
  };
  int fd, tries = 0;

  do
    fd = syscall (SYS_openat2, dirfd, *path ? path : ".", &how, sizeof how);
  while (fd == -1 && (errno == EINTR || (errno == EAGAIN && ++tries < 100)));
  return fd;
}
