/* Image locks: see lock.h.  The numbers are those of QEMU's
 * docs/system/images.rst and of its file driver's users: bits of a permission
 * set, of which 0 is consistent reading, 1 writing, 3 resizing. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>

#include "lock.h"

#define DOES 100
#define FORBIDS 200

#define READS (1u << 0)
#define WRITES (1u << 1)
#define RESIZES (1u << 3)
#define ALL_BITS 5

static const unsigned we_do = READS | WRITES | RESIZES;
static const unsigned we_forbid = WRITES | RESIZES;

/* Take shared locks on the bytes of a set.  1 when there are no locks here. */
static int
take (int fd, unsigned base, unsigned set)
{
  for (unsigned bit = 0; bit < ALL_BITS; ++bit) {
    struct flock l = { .l_type = F_RDLCK, .l_whence = SEEK_SET,
      .l_start = base + bit, .l_len = 1 };

    if ((set >> bit & 1) && fcntl (fd, F_OFD_SETLK, &l) == -1)
      return errno == EAGAIN || errno == EACCES ? -1 : 1;
  }
  return 0;
}

/* Does somebody else hold a byte of a set? */
static bool
held (int fd, unsigned base, unsigned set)
{
  for (unsigned bit = 0; bit < ALL_BITS; ++bit) {
    struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET,
      .l_start = base + bit, .l_len = 1 };

    if ((set >> bit & 1) && fcntl (fd, F_OFD_GETLK, &l) == 0
        && l.l_type != F_UNLCK)
      return true;
  }
  return false;
}

int
lock_image (int fd, const char *name, struct error *err)
{
  int r = take (fd, DOES, we_do);

  if (r == 0)
    r = take (fd, FORBIDS, we_forbid);
  if (r == 1)
    return 0;
  /* Taking before looking: of two that come at once, at least one sees the
   * other. */
  if (r == -1 || held (fd, FORBIDS, we_do) || held (fd, DOES, we_forbid))
    return error_set (err, EBUSY, "%s: the image is in use by another process"
                      " (perhaps a running virtual machine); it can be opened"
                      " read-only", name);
  return 0;
}
