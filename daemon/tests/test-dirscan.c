/* Directories that a kernel reads wrongly: getdents64 is ours here. */

#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#include "check.h"
#include "dirscan.h"

static unsigned long next, last, back_to; /* entries are numbers, to `last` */

ssize_t getdents64 (int fd, void *buf, size_t size);

/* After the last entry comes `back_to`, if that is not 0. */
ssize_t
getdents64 (int fd, void *buf, size_t size)
{
  size_t len = 0;

  if (next > last)
    next = back_to ? back_to : next;
  while (next <= last && len + sizeof (struct dirent64) <= size) {
    struct dirent64 *e = (struct dirent64 *) ((char *) buf + len);

    memset (e, 0, sizeof *e);
    e->d_ino = 5; /* links of one file are no loop */
    e->d_off = next;
    e->d_reclen = sizeof *e;
    (void) snprintf (e->d_name, sizeof e->d_name, "%lu", next++);
    len += sizeof *e;
  }
  return len;
}

/* How many entries come, and errno then. */
static unsigned long
entries (unsigned long to, unsigned long again, int *ret_errno)
{
  CLEANUP_DIRSCAN struct dirscan scan = { .buf = NULL };
  struct error err = ERROR_INIT;
  unsigned long n = 0;

  next = 1;
  last = to;
  back_to = again;
  CHECK (dirscan_init (&scan, -1, 8192, &err) == 0);
  while (n < 1000000 && dirscan_next (&scan))
    n++;
  *ret_errno = errno;
  return n;
}

int
main (void)
{
  int e;

  CHECK (entries (0, 0, &e) == 0 && e == 0);
  CHECK (entries (1, 0, &e) == 1 && e == 0);
  CHECK (entries (100000, 0, &e) == 100000 && e == 0);
  CHECK (entries (1, 1, &e) <= 4 && e == EUCLEAN);
  CHECK (entries (200, 1, &e) <= 1000 && e == EUCLEAN);
  CHECK (entries (50000, 49900, &e) <= 200000 && e == EUCLEAN);
  return 0;
}
