/* Calls of a library that this daemon was built without.  Their group says that
 * they are not there, so that the dispatcher never gets to these.
 *
 *   ABSENT (int, -1, do_x, (const char *path, struct error *err))
 */
#ifndef BATHYSCOPE_ABSENT_H
#define BATHYSCOPE_ABSENT_H

#include <errno.h>

#include "error.h"

#define ABSENT(type, failure, name, parameters)                         \
  type                                                                  \
  name parameters                                                       \
  {                                                                     \
    error_set (err, ENOTSUP, "this appliance was built without a "      \
               "library that the call needs");                          \
    return failure;                                                     \
  }

#endif
