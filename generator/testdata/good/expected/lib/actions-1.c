/* Public calls.
 *
 * Made by the generator from generator/api; changes here are lost. */

#include <config.h>

#include <stdarg.h>

#define GUESTFS_NO_WARN_DEPRECATED 1
#include "api-support.h"
#include "impl.h"
#include "protocol.h"

int 
guestfs_get_mode (guestfs_h *g)
{
  static const struct args_get_mode args;
  struct api_call call;
  int ret = -1;

  if (api_is_unwatched (g))
    return impl_get_mode (g, NULL);
  if (api_enter (&call, g, &call_info_get_mode, &args, NULL) == 0)
    ret = impl_get_mode (g, &call.err);
  api_leave_int (&call, ret);
  return ret;
}

struct guestfs_point_list *
impl_get_points (guestfs_h *g, struct error *err)
{
  static const struct args_get_points args;

  return api_rpc_structs (g, &call_info_get_points, &args, NULL, err);
}

struct guestfs_point_list *
guestfs_get_points (guestfs_h *g)
{
  static const struct args_get_points args;
  struct api_call call;
  struct guestfs_point_list *ret = NULL;

  if (api_enter (&call, g, &call_info_get_points, &args, NULL) == 0)
    ret = impl_get_points (g, &call.err);
  api_leave_struct (&call, ret);
  return ret;
}

