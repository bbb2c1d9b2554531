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
guestfs_set_thing (guestfs_h *g, const char *thing)
{
  const struct args_set_thing args = {
    .thing = thing,
  };
  struct api_call call;
  int ret = -1;

  if (api_enter (&call, g, &call_info_set_thing, &args, NULL) == 0)
    ret = impl_set_thing (g, thing, &call.err);
  api_leave_int (&call, ret);
  return ret;
}

int 
impl_take_all (guestfs_h *g, const char *str, const char *path, const char *device, const char *mountable, const char *devpath, const char *mountpath, const char *filename, const char *key, const char *guid, const char *optstr, const char *filein, char *const *words, char *const *devices, char *const *filenames, char *const *paths, int num, int64_t large, int truth, const char *content, size_t content_size, const struct guestfs_take_all_opts_argv *optargs, struct error *err)
{
  const struct args_take_all args = {
    .str = str,
    .path = path,
    .device = device,
    .mountable = mountable,
    .devpath = devpath,
    .mountpath = mountpath,
    .filename = filename,
    .key = key,
    .guid = guid,
    .optstr = optstr,
    .filein = filein,
    .words = words,
    .devices = devices,
    .filenames = filenames,
    .paths = paths,
    .num = num,
    .large = large,
    .truth = truth,
    .content = content,
    .content_size = content_size,
  };

  return api_rpc_int (g, &call_info_take_all, &args, optargs, err);
}

int 
guestfs_take_all_opts_argv (guestfs_h *g, const char *str, const char *path, const char *device, const char *mountable, const char *devpath, const char *mountpath, const char *filename, const char *key, const char *guid, const char *optstr, const char *filein, char *const *words, char *const *devices, char *const *filenames, char *const *paths, int num, int64_t large, int truth, const char *content, size_t content_size, const struct guestfs_take_all_opts_argv *optargs)
{
  static const struct guestfs_take_all_opts_argv no_optargs;
  const struct args_take_all args = {
    .str = str,
    .path = path,
    .device = device,
    .mountable = mountable,
    .devpath = devpath,
    .mountpath = mountpath,
    .filename = filename,
    .key = key,
    .guid = guid,
    .optstr = optstr,
    .filein = filein,
    .words = words,
    .devices = devices,
    .filenames = filenames,
    .paths = paths,
    .num = num,
    .large = large,
    .truth = truth,
    .content = content,
    .content_size = content_size,
  };
  struct api_call call;
  int ret = -1;

  if (!optargs)
    optargs = &no_optargs;
  if (api_enter (&call, g, &call_info_take_all, &args, optargs) == 0)
    ret = impl_take_all (g, str, path, device, mountable, devpath, mountpath, filename, key, guid, optstr, filein, words, devices, filenames, paths, num, large, truth, content, content_size, optargs, &call.err);
  api_leave_int (&call, ret);
  return ret;
}

int 
guestfs_take_all_opts_va (guestfs_h *g, const char *str, const char *path, const char *device, const char *mountable, const char *devpath, const char *mountpath, const char *filename, const char *key, const char *guid, const char *optstr, const char *filein, char *const *words, char *const *devices, char *const *filenames, char *const *paths, int num, int64_t large, int truth, const char *content, size_t content_size, va_list args)
{
  struct guestfs_take_all_opts_argv optargs;

  if (api_collect_optargs (g, &call_info_take_all, &optargs, args) == -1)
    return -1;
  return guestfs_take_all_opts_argv (g, str, path, device, mountable, devpath, mountpath, filename, key, guid, optstr, filein, words, devices, filenames, paths, num, large, truth, content, content_size, &optargs);
}

int 
guestfs_take_all_opts (guestfs_h *g, const char *str, const char *path, const char *device, const char *mountable, const char *devpath, const char *mountpath, const char *filename, const char *key, const char *guid, const char *optstr, const char *filein, char *const *words, char *const *devices, char *const *filenames, char *const *paths, int num, int64_t large, int truth, const char *content, size_t content_size, ...)
{
  va_list args;
  int ret;

  va_start (args, content_size);
  ret = guestfs_take_all_opts_va (g, str, path, device, mountable, devpath, mountpath, filename, key, guid, optstr, filein, words, devices, filenames, paths, num, large, truth, content, content_size, args);
  va_end (args);
  return ret;
}

int 
guestfs_take_all (guestfs_h *g, const char *str, const char *path, const char *device, const char *mountable, const char *devpath, const char *mountpath, const char *filename, const char *key, const char *guid, const char *optstr, const char *filein, char *const *words, char *const *devices, char *const *filenames, char *const *paths, int num, int64_t large, int truth, const char *content, size_t content_size)
{
  return guestfs_take_all_opts_argv (g, str, path, device, mountable, devpath, mountpath, filename, key, guid, optstr, filein, words, devices, filenames, paths, num, large, truth, content, content_size, NULL);
}

