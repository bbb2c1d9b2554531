/* Public calls.
 *
 * Made by the generator from generator/api; changes here are lost. */

#include <config.h>

#include <stdarg.h>

#define GUESTFS_NO_WARN_DEPRECATED 1
#include "api-support.h"
#include "impl.h"
#include "protocol.h"

