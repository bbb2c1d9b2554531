/* The commands of the shell that are calls of the library.
 *
 * Made by the generator from generator/api; changes here are lost. */

#include <config.h>

#include <stddef.h>
#include <string.h>

#include "calls.h"
#include "print.h"

static const struct print_field fields_point[] = {
  { "kind", PRINT_CHAR, offsetof (struct guestfs_point, kind), 0 },
  { "x", PRINT_INT32, offsetof (struct guestfs_point, x), 0 },
  { "y", PRINT_UINT32, offsetof (struct guestfs_point, y), 0 },
  { "z", PRINT_INT64, offsetof (struct guestfs_point, z), 0 },
  { "t", PRINT_UINT64, offsetof (struct guestfs_point, t), 0 },
  { "size", PRINT_UINT64, offsetof (struct guestfs_point, size), 0 },
  { "name", PRINT_STRING, offsetof (struct guestfs_point, name), 0 },
  { "where", PRINT_STRING, offsetof (struct guestfs_point, where), 0 },
  { "data", PRINT_BUFFER32, offsetof (struct guestfs_point, data),
    offsetof (struct guestfs_point, data_len) },
  { "id", PRINT_UUID, offsetof (struct guestfs_point, id), 0 },
  { "done", PRINT_FLOAT, offsetof (struct guestfs_point, done), 0 },
};

static const struct print_struct struct_point __attribute__ ((unused)) = {
  sizeof (struct guestfs_point), 11, fields_point,
};

static int
make_get_buffer (guestfs_h *g, const struct call_values *v)
{
  const struct guestfs_get_buffer_argv optargs = {
    .bitmask = v->bitmask,
    .offset = v->opts[0].number,
  };
  size_t size = 0;
  char *ret = guestfs_get_buffer_argv (g, v->args[0].string, &size, &optargs);

  return print_buffer (ret, size);
}

static const struct call_word args_get_buffer[] = {
  { "path", ARG_PATH },
};
static const struct call_word opts_get_buffer[] = {
  { "offset", ARG_INT64 },
};
static const enum fish_argument arguments_get_buffer[] = {
  FISH_PATH,
  FISH_END
};
static const struct fish_option options_get_buffer[] = {
  { "offset", FISH_NUMBER },
  { NULL, FISH_END }
};
static const char *const aliases_get_buffer[] = { NULL };

static int
make_get_hash (guestfs_h *g, const struct call_values *v)
{
  return print_hash (guestfs_get_hash (g));
}

static const enum fish_argument arguments_get_hash[] = {
  FISH_END
};
static const char *const aliases_get_hash[] = { NULL };

static int
make_get_mode (guestfs_h *g, const struct call_values *v)
{
  return print_int (guestfs_get_mode (g), PRINT_OCTAL);
}

static const enum fish_argument arguments_get_mode[] = {
  FISH_END
};
static const char *const aliases_get_mode[] = { NULL };

static int
make_get_point (guestfs_h *g, const struct call_values *v)
{
  struct guestfs_point *ret = guestfs_get_point (g, v->args[0].number);

  if (!ret)
    return -1;
  print_struct (&struct_point, ret, "");
  guestfs_free_point (ret);
  return 0;
}

static const struct call_word args_get_point[] = {
  { "nr", ARG_INT },
};
static const enum fish_argument arguments_get_point[] = {
  FISH_NUMBER,
  FISH_END
};
static const char *const aliases_get_point[] = { NULL };

static int
make_get_points (guestfs_h *g, const struct call_values *v)
{
  struct guestfs_point_list *ret = guestfs_get_points (g);

  if (!ret)
    return -1;
  print_struct_list (&struct_point, ret->len, ret->val);
  guestfs_free_point_list (ret);
  return 0;
}

static const enum fish_argument arguments_get_points[] = {
  FISH_END
};
static const char *const aliases_get_points[] = { NULL };

static int
make_get_thing (guestfs_h *g, const struct call_values *v)
{
  return print_const_optstring (guestfs_get_thing (g));
}

static const enum fish_argument arguments_get_thing[] = {
  FISH_END
};
static const char *const aliases_get_thing[] = { NULL };

static int
make_set_thing (guestfs_h *g, const struct call_values *v)
{
  return print_err (guestfs_set_thing (g, v->args[0].string));
}

static const struct call_word args_set_thing[] = {
  { "thing", ARG_OPTSTRING },
};
static const enum fish_argument arguments_set_thing[] = {
  FISH_STRING,
  FISH_END
};
static const char *const aliases_set_thing[] = { NULL };

static int
make_take_all (guestfs_h *g, const struct call_values *v)
{
  const struct guestfs_take_all_opts_argv optargs = {
    .bitmask = v->bitmask,
    .force = v->opts[0].number,
    .level = v->opts[1].number,
    .size = v->opts[2].number,
    .label = v->opts[3].string,
    .names = v->opts[4].strings,
  };

  return print_err (guestfs_take_all_opts_argv (g, v->args[0].string, v->args[1].string, v->args[2].string, v->args[3].string, v->args[4].string, v->args[5].string, v->args[6].string, v->args[7].string, v->args[8].string, v->args[9].string, v->args[10].string, v->args[11].strings, v->args[12].strings, v->args[13].strings, v->args[14].strings, v->args[15].number, v->args[16].number, v->args[17].number, v->args[18].string, strlen (v->args[18].string), &optargs));
}

static const struct call_word args_take_all[] = {
  { "str", ARG_STRING },
  { "path", ARG_PATH },
  { "device", ARG_DEVICE },
  { "mountable", ARG_MOUNTABLE },
  { "devpath", ARG_DEVPATH },
  { "mountpath", ARG_MOUNTPATH },
  { "filename", ARG_FILENAME },
  { "key", ARG_KEY },
  { "guid", ARG_GUID },
  { "optstr", ARG_OPTSTRING },
  { "filein", ARG_FILEIN },
  { "words", ARG_STRINGS },
  { "devices", ARG_DEVICES },
  { "filenames", ARG_FILENAMES },
  { "paths", ARG_PATHS },
  { "num", ARG_INT },
  { "large", ARG_INT64 },
  { "truth", ARG_BOOL },
  { "content", ARG_BUFFER },
};
static const struct call_word opts_take_all[] = {
  { "force", ARG_BOOL },
  { "level", ARG_INT },
  { "size", ARG_INT64 },
  { "label", ARG_STRING },
  { "names", ARG_STRINGS },
};
static const enum fish_argument arguments_take_all[] = {
  FISH_STRING,
  FISH_PATH,
  FISH_DEVICE,
  FISH_MOUNTABLE,
  FISH_DEVICE_OR_PATH,
  FISH_DEVICE_OR_PATH,
  FISH_STRING,
  FISH_STRING,
  FISH_STRING,
  FISH_LOCAL_FILE,
  FISH_LIST,
  FISH_DEVICE_LIST,
  FISH_LIST,
  FISH_LIST,
  FISH_NUMBER,
  FISH_NUMBER,
  FISH_BOOL,
  FISH_STRING,
  FISH_END
};
static const struct fish_option options_take_all[] = {
  { "force", FISH_BOOL },
  { "level", FISH_NUMBER },
  { "size", FISH_NUMBER },
  { "label", FISH_STRING },
  { "names", FISH_LIST },
  { NULL, FISH_END }
};
static const char *const aliases_take_all[] = { "take", "all-of-it", "take-all-opts", NULL };

const struct fish_call fish_calls[] = {
  { "get-buffer", args_get_buffer, opts_get_buffer, 1, 1, make_get_buffer },
  { "get-hash", NULL, NULL, 0, 0, make_get_hash },
  { "get-mode", NULL, NULL, 0, 0, make_get_mode },
  { "get-point", args_get_point, NULL, 1, 0, make_get_point },
  { "get-points", NULL, NULL, 0, 0, make_get_points },
  { "get-thing", NULL, NULL, 0, 0, make_get_thing },
  { "set-thing", args_set_thing, NULL, 1, 0, make_set_thing },
  { "take-all", args_take_all, opts_take_all, 19, 5, make_take_all },
};

const size_t nr_fish_calls = 8;

const struct fish_command fish_api_commands[] = {
  {
    .name = "get-buffer",
    .aliases = aliases_get_buffer,
    .synopsis = "get-buffer path [offset:N]",
    .summary = "get bytes",
    .help =
    "    Text.\n",
    .arguments = arguments_get_buffer,
    .options = options_get_buffer,
    .flags = 0,
    .run = fish_run_call,
  },
  {
    .name = "get-hash",
    .aliases = aliases_get_hash,
    .synopsis = "get-hash",
    .summary = "get a table",
    .help =
    "    Text.\n",
    .arguments = arguments_get_hash,
    .flags = 0,
    .run = fish_run_call,
  },
  {
    .name = "get-mode",
    .aliases = aliases_get_mode,
    .synopsis = "get-mode",
    .summary = "get a mode",
    .help =
    "    Text.\n",
    .arguments = arguments_get_mode,
    .flags = 0,
    .run = fish_run_call,
  },
  {
    .name = "get-point",
    .aliases = aliases_get_point,
    .synopsis = "get-point nr",
    .summary = "get a point",
    .help =
    "    Text.\n",
    .arguments = arguments_get_point,
    .flags = 0,
    .run = fish_run_call,
  },
  {
    .name = "get-points",
    .aliases = aliases_get_points,
    .synopsis = "get-points",
    .summary = "get the points",
    .help =
    "    Text.\n",
    .arguments = arguments_get_points,
    .flags = 0,
    .run = fish_run_call,
  },
  {
    .name = "get-thing",
    .aliases = aliases_get_thing,
    .synopsis = "get-thing",
    .summary = "get a thing",
    .help =
    "    Text.\n",
    .arguments = arguments_get_thing,
    .flags = 0,
    .run = fish_run_call,
  },
  {
    .name = "set-thing",
    .aliases = aliases_set_thing,
    .synopsis = "set-thing thing",
    .summary = "set a thing",
    .help =
    "    Text.\n",
    .arguments = arguments_set_thing,
    .flags = 0,
    .run = fish_run_call,
  },
  {
    .name = "take-all",
    .aliases = aliases_take_all,
    .synopsis = "take-all str path device mountable devpath mountpath filename guid optstr filein words devices filenames paths num large truth content [force:true|false] [level:N] [size:N] [label:..] [names:..]",
    .summary = "take one of each",
    .help =
    "    The first paragraph, with code and a call, get-points.\n"
    "\n"
    "    force\n"
    "\n"
    "        Do it <anyway>.\n"
    "\n"
    "     verbatim   text\n"
    "\n"
    "    The command asks for key, which is not echoed.\n"
    "\n"
    "    This command is deprecated: use other instead.\n",
    .arguments = arguments_take_all,
    .options = options_take_all,
    .flags = FISH_DEPRECATED | FISH_PROGRESS,
    .run = fish_run_call,
  },
};

const size_t nr_fish_api_commands = 8;
