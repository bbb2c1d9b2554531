/* The few words that the unit tests of this folder share. */
#ifndef BATHYSCOPE_CHECK_H
#define BATHYSCOPE_CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "error.h"
#include "test.h"

/* The call must succeed. */
#define CHECK_OK(call)                                                  \
  do {                                                                  \
    struct error err_ = ERROR_INIT, *err = &err_;                       \
    if ((call) == -1) {                                                 \
      fprintf (stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #call,    \
               err->message);                                           \
      exit (1);                                                         \
    }                                                                   \
  } while (0)

/* The call must fail with this errno. */
#define CHECK_ERRNO(number, call)                                       \
  do {                                                                  \
    struct error err_ = ERROR_INIT, *err = &err_;                       \
    CHECK ((call) == -1);                                               \
    if (err->errnum != (number)) {                                      \
      fprintf (stderr, "%s:%d: %s: errno %d: %s\n", __FILE__, __LINE__, \
               #call, err->errnum, err->message);                       \
      exit (1);                                                         \
    }                                                                   \
    error_clear (err);                                                  \
  } while (0)

/* A file in memory of `size` bytes; the caller owns it. */
static inline int
memory_file (size_t size)
{
  int fd = memfd_create ("test", MFD_CLOEXEC);

  CHECK (fd >= 0 && ftruncate (fd, size) == 0);
  return fd;
}

#endif
