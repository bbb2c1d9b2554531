/* Public calls.
 *
 * Made by the generator from generator/api; changes here are lost. */

#include <config.h>

#include <stdarg.h>

#define GUESTFS_NO_WARN_DEPRECATED 1
#include "api-support.h"
#include "impl.h"
#include "protocol.h"

char **
impl_get_hash (guestfs_h *g, struct error *err)
{
  static const struct args_get_hash args;

  return api_rpc_strings (g, &call_info_get_hash, &args, NULL, err);
}

char **
guestfs_get_hash (guestfs_h *g)
{
  static const struct args_get_hash args;
  struct api_call call;
  char **ret = NULL;

  if (api_enter (&call, g, &call_info_get_hash, &args, NULL) == 0)
    ret = impl_get_hash (g, &call.err);
  api_leave_strings (&call, ret);
  return ret;
}

