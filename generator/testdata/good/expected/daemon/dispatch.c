/* What to run for each RPC number: see dispatch.h.
 *
 * Made by the generator from generator/api; changes here are lost. */

#include <config.h>

#include "actions.h"
#include "dispatch-support.h"
#include "protocol.h"
#include "strlist.h"

static int
run_get_buffer (void *args_, const void *optargs_, struct strbuf *reply,
      struct error *err)
{
  struct args_get_buffer *args __attribute__ ((unused)) = args_;
  const struct guestfs_get_buffer_argv *optargs = optargs_;
  CLEANUP_FREE char * ret = NULL;
  size_t size = 0;

  if (check_path (args->path, err) == -1)
    return error_prefix (err, "path");
  ret = do_get_buffer (args->path, optargs, &size, err);
  if (ret == NULL)
    return -1;
  return reply_buffer (reply, ret, size, err);
}

static int
run_get_hash (void *args_, const void *optargs_, struct strbuf *reply,
      struct error *err)
{
  CLEANUP_STRINGS char ** ret = NULL;

  ret = do_get_hash (err);
  if (ret == NULL)
    return -1;
  return reply_strings (reply, ret, err);
}

static int
run_get_point (void *args_, const void *optargs_, struct strbuf *reply,
      struct error *err)
{
  struct args_get_point *args __attribute__ ((unused)) = args_;
  CLEANUP (cleanup_struct_point) struct guestfs_point * ret = NULL;

  ret = do_get_point (args->nr, err);
  if (ret == NULL)
    return -1;
  return layout_encode (reply, &layout_point, ret, err);
}

static int
run_get_points (void *args_, const void *optargs_, struct strbuf *reply,
      struct error *err)
{
  CLEANUP (cleanup_struct_point_list) struct guestfs_point_list * ret = NULL;

  ret = do_get_points (err);
  if (ret == NULL)
    return -1;
  return layout_encode_list (reply, &layout_point,
                             (const struct layout_list *) ret, err);
}

static int
run_secret_call (void *args_, const void *optargs_, struct strbuf *reply,
      struct error *err)
{
  int64_t ret = -1;

  ret = do_secret_call (err);
  if (ret == -1)
    return -1;
  return reply_int64 (reply, ret, err);
}

static int
run_take_all (void *args_, const void *optargs_, struct strbuf *reply,
      struct error *err)
{
  struct args_take_all *args __attribute__ ((unused)) = args_;
  const struct guestfs_take_all_opts_argv *optargs = optargs_;
  CLEANUP_MOUNTABLE struct mountable mountable = MOUNTABLE_INIT;
  CLEANUP_MOUNTABLE struct mountable mountpath = MOUNTABLE_INIT;
  int ret = -1;

  if (check_group ("special", err) == -1)
    return -1;
  if (check_path (args->path, err) == -1)
    return error_prefix (err, "path");
  if (check_device ((char **) &args->device, err) == -1)
    return error_prefix (err, "device");
  if (check_mountable (args->mountable, &mountable, err) == -1)
    return error_prefix (err, "mountable");
  if (check_devpath ((char **) &args->devpath, err) == -1)
    return error_prefix (err, "devpath");
  if (check_mountpath (args->mountpath, &mountpath, err) == -1)
    return error_prefix (err, "mountpath");
  if (check_filename (args->filename, err) == -1)
    return error_prefix (err, "filename");
  if (check_guid (args->guid, err) == -1)
    return error_prefix (err, "guid");
  if (check_devices ((char **) args->devices, err) == -1)
    return error_prefix (err, "devices");
  if (check_filenames (args->filenames, err) == -1)
    return error_prefix (err, "filenames");
  if (check_paths (args->paths, err) == -1)
    return error_prefix (err, "paths");
  ret = do_take_all (args->str, args->path, args->device, &mountable, args->devpath, &mountpath, args->filename, args->key, args->guid, args->optstr, args->words, args->devices, args->filenames, args->paths, args->num, args->large, args->truth, args->content, args->content_size, optargs, err);
  if (ret == -1)
    return -1;
  return 0;
}

const struct dispatch_entry dispatch_table[] = {
  { 1, &call_info_take_all, run_take_all, CALL_FILEIN },
  { 2, &call_info_get_point, run_get_point, 0 },
  { 3, &call_info_get_points, run_get_points, 0 },
  { 5, &call_info_get_buffer, run_get_buffer, 0 },
  { 6, &call_info_secret_call, run_secret_call, 0 },
  { 1004, &call_info_get_hash, run_get_hash, 0 },
};

const size_t dispatch_table_len = 6;
