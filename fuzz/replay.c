/* Stands in for libFuzzer in ordinary builds: runs the target once on each
 * file named on the command line.  Options (-...) are ignored, as a fuzzer's
 * command line may hold some. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "fuzz.h"
#include "io.h"

#define LARGEST_INPUT (16 * 1024 * 1024)

static int
replay (const char *path)
{
  CLEANUP_CLOSE int fd = open (path, O_RDONLY | O_CLOEXEC);
  CLEANUP_FREE char *data = NULL;
  CLEANUP_FREE uint8_t *exact = NULL;
  size_t len;

  data = fd == -1 ? NULL : read_whole_fd (fd, LARGEST_INPUT, &len);
  if (!data) {
    fprintf (stderr, "%s: %s\n", path, strerror (errno));
    return -1;
  }
  /* Of the exact size, so that memory checkers see reading beyond it. */
  exact = malloc (len + !len);
  if (!exact)
    return -1;
  memcpy (exact, data, len);
  (void) LLVMFuzzerTestOneInput (exact, len);
  return 0;
}

int
main (int argc, char *argv[])
{
  int status = 0;

  for (int i = 1; i < argc; ++i) {
    if (argv[i][0] != '-' && replay (argv[i]) == -1)
      status = 1;
  }
  return status;
}
