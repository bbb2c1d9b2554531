/* Messages of the kernel: see kmsg.h.  The records are described in the kernel's
 * Documentation/ABI/testing/dev-kmsg: "PRIORITY,NUMBER,TIME,FLAGS;TEXT\n", then
 * lines that begin with a space. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "kmsg.h"

#define RECORD_SIZE 8192 /* the kernel's limit */
#define MAX_RECORDS 10000 /* a kernel that never stops is not waited for */
#define WARNING 4

int
kmsg_begin (void)
{
  int fd = open ("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

  if (fd >= 0 && lseek (fd, 0, SEEK_END) == -1) {
    close (fd);
    return -1;
  }
  return fd;
}

char *
kmsg_parse (char *record, int *ret_level)
{
  char *text = strchr (record, ';'), *end;
  unsigned long priority = strtoul (record, &end, 10);

  if (!text || *end != ',' || end == record)
    return NULL;
  *ret_level = priority & 7;
  text++;
  text[strcspn (text, "\n")] = '\0';
  return *text ? text : NULL;
}

char *
kmsg_last (int fd)
{
  CLEANUP_FREE char *last = NULL;
  CLEANUP_FREE char *record = malloc (RECORD_SIZE + 1);
  int best = 7, level;
  unsigned i;

  for (i = 0; record && fd >= 0 && i < MAX_RECORDS; ++i) {
    ssize_t n = read (fd, record, RECORD_SIZE);
    const char *text;

    if (n == -1 && errno == EPIPE)
      continue; /* some were overwritten before we came */
    if (n <= 0)
      break;
    record[n] = '\0';
    text = kmsg_parse (record, &level);
    if (!text || (level > WARNING && best <= WARNING))
      continue;
    free (last);
    last = strdup (text);
    best = level;
  }
  return TAKE_PTR (last);
}
