/* Public calls.
 *
 * Made by the generator from generator/api; changes here are lost. */

#include <config.h>

#include <stdarg.h>

#define GUESTFS_NO_WARN_DEPRECATED 1
#include "api-support.h"
#include "impl.h"
#include "protocol.h"

char *
impl_get_buffer (guestfs_h *g, const char *path, const struct guestfs_get_buffer_argv *optargs, size_t *ret_size, struct error *err)
{
  const struct args_get_buffer args = {
    .path = path,
  };

  return api_rpc_buffer (g, &call_info_get_buffer, &args, optargs, ret_size, err);
}

char *
guestfs_get_buffer_argv (guestfs_h *g, const char *path, size_t *size_r, const struct guestfs_get_buffer_argv *optargs)
{
  static const struct guestfs_get_buffer_argv no_optargs;
  const struct args_get_buffer args = {
    .path = path,
  };
  struct api_call call;
  char *ret = NULL;

  if (!optargs)
    optargs = &no_optargs;
  if (api_enter (&call, g, &call_info_get_buffer, &args, optargs) == 0)
    ret = impl_get_buffer (g, path, optargs, size_r, &call.err);
  api_leave_buffer (&call, ret, size_r);
  return ret;
}

char *
guestfs_get_buffer_va (guestfs_h *g, const char *path, size_t *size_r, va_list args)
{
  struct guestfs_get_buffer_argv optargs;

  if (api_collect_optargs (g, &call_info_get_buffer, &optargs, args) == -1)
    return NULL;
  return guestfs_get_buffer_argv (g, path, size_r, &optargs);
}

char *
guestfs_get_buffer (guestfs_h *g, const char *path, size_t *size_r, ...)
{
  va_list args;
  char *ret;

  va_start (args, size_r);
  ret = guestfs_get_buffer_va (g, path, size_r, args);
  va_end (args);
  return ret;
}

struct guestfs_point *
impl_get_point (guestfs_h *g, int nr, struct error *err)
{
  const struct args_get_point args = {
    .nr = nr,
  };

  return api_rpc_struct (g, &call_info_get_point, &args, NULL, err);
}

struct guestfs_point *
guestfs_get_point (guestfs_h *g, int nr)
{
  const struct args_get_point args = {
    .nr = nr,
  };
  struct api_call call;
  struct guestfs_point *ret = NULL;

  if (api_enter (&call, g, &call_info_get_point, &args, NULL) == 0)
    ret = impl_get_point (g, nr, &call.err);
  api_leave_struct (&call, ret);
  return ret;
}

const char *
guestfs_get_thing (guestfs_h *g)
{
  static const struct args_get_thing args;
  struct api_call call;
  const char *ret = NULL;

  if (api_enter (&call, g, &call_info_get_thing, &args, NULL) == 0)
    ret = impl_get_thing (g, &call.err);
  api_leave_optstring (&call, ret);
  return ret;
}

int64_t 
impl_secret_call (guestfs_h *g, struct error *err)
{
  static const struct args_secret_call args;

  return api_rpc_int64 (g, &call_info_secret_call, &args, NULL, err);
}

int64_t 
guestfs_secret_call (guestfs_h *g)
{
  static const struct args_secret_call args;
  struct api_call call;
  int64_t ret = -1;

  if (api_enter (&call, g, &call_info_secret_call, &args, NULL) == 0)
    ret = impl_secret_call (g, &call.err);
  api_leave_int64 (&call, ret);
  return ret;
}

