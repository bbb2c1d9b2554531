/* Every call, to be fed with anything.
 *
 * Made by the generator from generator/api; changes here are lost. */

#include <config.h>

#include <stdlib.h>

#include "inputs.h"

static bool
call_get_buffer (guestfs_h *g, const struct input *v, uint64_t bitmask)
{
  const struct guestfs_get_buffer_argv optargs = {
    .bitmask = bitmask,
    .offset = v[1].number,
  };
  size_t size = 0;
  char *ret = guestfs_get_buffer_argv (g, v[0].string, &size, &optargs);
  const bool ok = ret != NULL;

  free (ret);
  return ok;
}

static const struct input_argument arguments_get_buffer[] = {
  { "path", "path" },
  { "offset", "int64" },
  { NULL, NULL },
};

static bool
call_get_hash (guestfs_h *g, const struct input *v, uint64_t bitmask)
{
  char **ret = guestfs_get_hash (g);
  const bool ok = ret != NULL;

  release_strings (ret);
  return ok;
}

static const struct input_argument arguments_get_hash[] = {
  { NULL, NULL },
};

static bool
call_get_mode (guestfs_h *g, const struct input *v, uint64_t bitmask)
{
  int ret = guestfs_get_mode (g);

  return ret != -1;
}

static const struct input_argument arguments_get_mode[] = {
  { NULL, NULL },
};

static bool
call_get_point (guestfs_h *g, const struct input *v, uint64_t bitmask)
{
  struct guestfs_point *ret = guestfs_get_point (g, v[0].number);
  const bool ok = ret != NULL;

  guestfs_free_point (ret);
  return ok;
}

static const struct input_argument arguments_get_point[] = {
  { "nr", "int" },
  { NULL, NULL },
};

static bool
call_get_points (guestfs_h *g, const struct input *v, uint64_t bitmask)
{
  struct guestfs_point_list *ret = guestfs_get_points (g);
  const bool ok = ret != NULL;

  guestfs_free_point_list (ret);
  return ok;
}

static const struct input_argument arguments_get_points[] = {
  { NULL, NULL },
};

static bool
call_get_thing (guestfs_h *g, const struct input *v, uint64_t bitmask)
{
  const char *ret = guestfs_get_thing (g);

  (void) ret;
  return true;
}

static const struct input_argument arguments_get_thing[] = {
  { NULL, NULL },
};

static bool
call_secret_call (guestfs_h *g, const struct input *v, uint64_t bitmask)
{
  int64_t ret = guestfs_secret_call (g);

  return ret != -1;
}

static const struct input_argument arguments_secret_call[] = {
  { NULL, NULL },
};

static bool
call_set_thing (guestfs_h *g, const struct input *v, uint64_t bitmask)
{
  int ret = guestfs_set_thing (g, v[0].string);

  return ret != -1;
}

static const struct input_argument arguments_set_thing[] = {
  { "thing", "optstring" },
  { NULL, NULL },
};

static bool
call_take_all (guestfs_h *g, const struct input *v, uint64_t bitmask)
{
  const struct guestfs_take_all_opts_argv optargs = {
    .bitmask = bitmask,
    .force = v[19].number,
    .level = v[20].number,
    .size = v[21].number,
    .label = v[22].string,
    .names = v[23].strings,
  };
  int ret = guestfs_take_all_opts_argv (g, v[0].string, v[1].string, v[2].string, v[3].string, v[4].string, v[5].string, v[6].string, v[7].string, v[8].string, v[9].string, v[10].string, v[11].strings, v[12].strings, v[13].strings, v[14].strings, v[15].number, v[16].number, v[17].number, v[18].string, v[18].size, &optargs);

  return ret != -1;
}

static const struct input_argument arguments_take_all[] = {
  { "str", "string" },
  { "path", "path" },
  { "device", "device" },
  { "mountable", "mountable" },
  { "devpath", "devpath" },
  { "mountpath", "mountpath" },
  { "filename", "filename" },
  { "key", "key" },
  { "guid", "guid" },
  { "optstr", "optstring" },
  { "filein", "filein" },
  { "words", "strings" },
  { "devices", "devices" },
  { "filenames", "filenames" },
  { "paths", "paths" },
  { "num", "int" },
  { "large", "int64" },
  { "truth", "bool" },
  { "content", "buffer" },
  { "force", "bool" },
  { "level", "int" },
  { "size", "int64" },
  { "label", "string" },
  { "names", "strings" },
  { NULL, NULL },
};

const struct input_call input_calls[] = {
  { "get_buffer", true, 1, 1, arguments_get_buffer, call_get_buffer },
  { "get_hash", true, 0, 0, arguments_get_hash, call_get_hash },
  { "get_mode", false, 0, 0, arguments_get_mode, call_get_mode },
  { "get_point", true, 1, 0, arguments_get_point, call_get_point },
  { "get_points", true, 0, 0, arguments_get_points, call_get_points },
  { "get_thing", false, 0, 0, arguments_get_thing, call_get_thing },
  { "secret_call", true, 0, 0, arguments_secret_call, call_secret_call },
  { "set_thing", false, 1, 0, arguments_set_thing, call_set_thing },
  { "take_all", true, 19, 5, arguments_take_all, call_take_all },
  { NULL, false, 0, 0, NULL, NULL },
};
