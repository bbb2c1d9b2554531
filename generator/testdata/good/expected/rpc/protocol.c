/* The tables of every call.
 *
 * Made by the generator from generator/api; changes here are lost. */

#include <config.h>

#include <stddef.h>

#include "protocol.h"

static const struct layout_field args_fields_get_buffer[] = {
  { "path", LAYOUT_STRING, offsetof (struct args_get_buffer, path), 0 },
};

static const struct layout args_layout_get_buffer = {
  "get_buffer", sizeof (struct args_get_buffer), 1, args_fields_get_buffer,
};

static const struct layout_field opts_fields_get_buffer[] = {
  { "offset", LAYOUT_INT64, offsetof (struct guestfs_get_buffer_argv, offset), 0 },
};

static const struct layout opts_layout_get_buffer = {
  "get_buffer", sizeof (struct guestfs_get_buffer_argv), 1, opts_fields_get_buffer,
};

const struct call_info call_info_get_buffer = {
  .name = "get_buffer",
  .proc = 5,
  .args = &args_layout_get_buffer,
  .optargs = &opts_layout_get_buffer,
  .returns = CALL_RETURNS_BUFFER,
};

static const struct layout args_layout_get_hash = {
  "get_hash", sizeof (struct args_get_hash), 0, NULL,
};

const struct call_info call_info_get_hash = {
  .name = "get_hash",
  .proc = 1004,
  .args = &args_layout_get_hash,
  .returns = CALL_RETURNS_HASH,
};

static const struct layout args_layout_get_mode = {
  "get_mode", sizeof (struct args_get_mode), 0, NULL,
};

const struct call_info call_info_get_mode = {
  .name = "get_mode",
  .args = &args_layout_get_mode,
  .returns = CALL_RETURNS_INT,
};

static const struct layout_field args_fields_get_point[] = {
  { "nr", LAYOUT_INT32, offsetof (struct args_get_point, nr), 0 },
};

static const struct layout args_layout_get_point = {
  "get_point", sizeof (struct args_get_point), 1, args_fields_get_point,
};

const struct call_info call_info_get_point = {
  .name = "get_point",
  .proc = 2,
  .args = &args_layout_get_point,
  .returns = CALL_RETURNS_STRUCT,
  .structure = &layout_point,
};

static const struct layout args_layout_get_points = {
  "get_points", sizeof (struct args_get_points), 0, NULL,
};

const struct call_info call_info_get_points = {
  .name = "get_points",
  .proc = 3,
  .args = &args_layout_get_points,
  .returns = CALL_RETURNS_STRUCTS,
  .structure = &layout_point,
};

static const struct layout args_layout_get_thing = {
  "get_thing", sizeof (struct args_get_thing), 0, NULL,
};

const struct call_info call_info_get_thing = {
  .name = "get_thing",
  .args = &args_layout_get_thing,
  .returns = CALL_RETURNS_CONSTOPTSTRING,
};

static const struct layout args_layout_secret_call = {
  "secret_call", sizeof (struct args_secret_call), 0, NULL,
};

const struct call_info call_info_secret_call = {
  .name = "secret_call",
  .proc = 6,
  .args = &args_layout_secret_call,
  .returns = CALL_RETURNS_INT64,
};

static const struct layout_field args_fields_set_thing[] = {
  { "thing", LAYOUT_OPTSTRING, offsetof (struct args_set_thing, thing), 0 },
};

static const struct layout args_layout_set_thing = {
  "set_thing", sizeof (struct args_set_thing), 1, args_fields_set_thing,
};

const struct call_info call_info_set_thing = {
  .name = "set_thing",
  .flags = CALL_INFO_CONFIG,
  .args = &args_layout_set_thing,
  .returns = CALL_RETURNS_ERR,
};

static const struct layout_field args_fields_take_all[] = {
  { "str", LAYOUT_STRING, offsetof (struct args_take_all, str), 0 },
  { "path", LAYOUT_STRING, offsetof (struct args_take_all, path), 0 },
  { "device", LAYOUT_STRING, offsetof (struct args_take_all, device), 0 },
  { "mountable", LAYOUT_STRING, offsetof (struct args_take_all, mountable), 0 },
  { "devpath", LAYOUT_STRING, offsetof (struct args_take_all, devpath), 0 },
  { "mountpath", LAYOUT_STRING, offsetof (struct args_take_all, mountpath), 0 },
  { "filename", LAYOUT_STRING, offsetof (struct args_take_all, filename), 0 },
  { "key", LAYOUT_KEY, offsetof (struct args_take_all, key), 0 },
  { "guid", LAYOUT_STRING, offsetof (struct args_take_all, guid), 0 },
  { "optstr", LAYOUT_OPTSTRING, offsetof (struct args_take_all, optstr), 0 },
  { "filein", LAYOUT_FILEIN, offsetof (struct args_take_all, filein), 0 },
  { "words", LAYOUT_STRINGS, offsetof (struct args_take_all, words), 0 },
  { "devices", LAYOUT_STRINGS, offsetof (struct args_take_all, devices), 0 },
  { "filenames", LAYOUT_STRINGS, offsetof (struct args_take_all, filenames), 0 },
  { "paths", LAYOUT_STRINGS, offsetof (struct args_take_all, paths), 0 },
  { "num", LAYOUT_INT32, offsetof (struct args_take_all, num), 0 },
  { "large", LAYOUT_INT64, offsetof (struct args_take_all, large), 0 },
  { "truth", LAYOUT_BOOL, offsetof (struct args_take_all, truth), 0 },
  { "content", LAYOUT_BUFFER, offsetof (struct args_take_all, content),
    offsetof (struct args_take_all, content_size) },
};

static const struct layout args_layout_take_all = {
  "take_all", sizeof (struct args_take_all), 19, args_fields_take_all,
};

static const struct layout_field opts_fields_take_all[] = {
  { "force", LAYOUT_BOOL, offsetof (struct guestfs_take_all_opts_argv, force), 0 },
  { "level", LAYOUT_INT32, offsetof (struct guestfs_take_all_opts_argv, level), 0 },
  { "size", LAYOUT_INT64, offsetof (struct guestfs_take_all_opts_argv, size), 0 },
  { "label", LAYOUT_STRING, offsetof (struct guestfs_take_all_opts_argv, label), 0 },
  { "names", LAYOUT_STRINGS, offsetof (struct guestfs_take_all_opts_argv, names), 0 },
};

static const struct layout opts_layout_take_all = {
  "take_all", sizeof (struct guestfs_take_all_opts_argv), 5, opts_fields_take_all,
};

const struct call_info call_info_take_all = {
  .name = "take_all",
  .proc = 1,
  .args = &args_layout_take_all,
  .optargs = &opts_layout_take_all,
  .returns = CALL_RETURNS_ERR,
};

const struct call_info *const all_calls[NR_CALLS] = {
  &call_info_get_buffer,
  &call_info_get_hash,
  &call_info_get_mode,
  &call_info_get_point,
  &call_info_get_points,
  &call_info_get_thing,
  &call_info_secret_call,
  &call_info_set_thing,
  &call_info_take_all,
};

const struct layout *const all_structs[NR_STRUCTS] = {
  &layout_point,
};
