/* The calls, for the bindings.
 *
 * Made by the generator from generator/api; changes here are lost. */

#include <config.h>

#include "table.h"

static void
free_point (void *p)
{
  guestfs_free_point (p);
}

static void
free_point_list (void *p)
{
  guestfs_free_point_list (p);
}

static const struct binding_field fields_point[] = {
  { "kind", BINDING_FIELD_CHAR,
    offsetof (struct guestfs_point, kind), 0 },
  { "x", BINDING_FIELD_INT32,
    offsetof (struct guestfs_point, x), 0 },
  { "y", BINDING_FIELD_UINT32,
    offsetof (struct guestfs_point, y), 0 },
  { "z", BINDING_FIELD_INT64,
    offsetof (struct guestfs_point, z), 0 },
  { "t", BINDING_FIELD_UINT64,
    offsetof (struct guestfs_point, t), 0 },
  { "size", BINDING_FIELD_UINT64,
    offsetof (struct guestfs_point, size), 0 },
  { "name", BINDING_FIELD_STRING,
    offsetof (struct guestfs_point, name), 0 },
  { "where", BINDING_FIELD_STRING,
    offsetof (struct guestfs_point, where), 0 },
  { "data", BINDING_FIELD_BUFFER,
    offsetof (struct guestfs_point, data),
    offsetof (struct guestfs_point, data_len) },
  { "id", BINDING_FIELD_UUID,
    offsetof (struct guestfs_point, id), 0 },
  { "done", BINDING_FIELD_PERCENT,
    offsetof (struct guestfs_point, done), 0 },
};

static const struct binding_struct struct_point = {
  "point", "Point", sizeof (struct guestfs_point), 11, fields_point,
  free_point, free_point_list,
};

static const struct binding_arg args_get_buffer[] = {
  { "path", BINDING_STRING, 0 },
  { "offset", BINDING_INT64,
    offsetof (struct guestfs_get_buffer_argv, offset) },
};
_Static_assert (1 <= BINDING_MAX_ARGS, "");
_Static_assert (sizeof (struct guestfs_get_buffer_argv)
                <= BINDING_OPTARGS_SIZE, "");

static void
invoke_get_buffer (guestfs_h *g, const union binding_value *a,
  const void *o, union binding_result *r)
{
  r->buffer.data = guestfs_get_buffer_argv (g, a[0].string, &r->buffer.size, o);
}

static void
invoke_get_hash (guestfs_h *g, const union binding_value *a,
  const void *o, union binding_result *r)
{
  r->strings = guestfs_get_hash (g);
}

static void
invoke_get_mode (guestfs_h *g, const union binding_value *a,
  const void *o, union binding_result *r)
{
  r->number = guestfs_get_mode (g);
}

static const struct binding_arg args_get_point[] = {
  { "nr", BINDING_INT, 0 },
};
_Static_assert (1 <= BINDING_MAX_ARGS, "");

static void
invoke_get_point (guestfs_h *g, const union binding_value *a,
  const void *o, union binding_result *r)
{
  r->structure = guestfs_get_point (g, a[0].number);
}

static void
invoke_get_points (guestfs_h *g, const union binding_value *a,
  const void *o, union binding_result *r)
{
  r->structure = guestfs_get_points (g);
}

static void
invoke_get_thing (guestfs_h *g, const union binding_value *a,
  const void *o, union binding_result *r)
{
  r->constant = guestfs_get_thing (g);
}

static const struct binding_arg args_set_thing[] = {
  { "thing", BINDING_OPTSTRING, 0 },
};
_Static_assert (1 <= BINDING_MAX_ARGS, "");

static void
invoke_set_thing (guestfs_h *g, const union binding_value *a,
  const void *o, union binding_result *r)
{
  r->number = guestfs_set_thing (g, a[0].string);
}

static const struct binding_arg args_take_all[] = {
  { "str", BINDING_STRING, 0 },
  { "path", BINDING_STRING, 0 },
  { "device", BINDING_STRING, 0 },
  { "mountable", BINDING_STRING, 0 },
  { "devpath", BINDING_STRING, 0 },
  { "mountpath", BINDING_STRING, 0 },
  { "filename", BINDING_STRING, 0 },
  { "key", BINDING_STRING, 0 },
  { "guid", BINDING_STRING, 0 },
  { "optstr", BINDING_OPTSTRING, 0 },
  { "filein", BINDING_STRING, 0 },
  { "words", BINDING_STRINGS, 0 },
  { "devices", BINDING_STRINGS, 0 },
  { "filenames", BINDING_STRINGS, 0 },
  { "paths", BINDING_STRINGS, 0 },
  { "num", BINDING_INT, 0 },
  { "large", BINDING_INT64, 0 },
  { "truth", BINDING_BOOL, 0 },
  { "content", BINDING_BUFFER, 0 },
  { "force", BINDING_BOOL,
    offsetof (struct guestfs_take_all_opts_argv, force) },
  { "level", BINDING_INT,
    offsetof (struct guestfs_take_all_opts_argv, level) },
  { "size", BINDING_INT64,
    offsetof (struct guestfs_take_all_opts_argv, size) },
  { "label", BINDING_STRING,
    offsetof (struct guestfs_take_all_opts_argv, label) },
  { "names", BINDING_STRINGS,
    offsetof (struct guestfs_take_all_opts_argv, names) },
};
_Static_assert (19 <= BINDING_MAX_ARGS, "");
_Static_assert (sizeof (struct guestfs_take_all_opts_argv)
                <= BINDING_OPTARGS_SIZE, "");

static void
invoke_take_all (guestfs_h *g, const union binding_value *a,
  const void *o, union binding_result *r)
{
  r->number = guestfs_take_all_opts_argv (g, a[0].string, a[1].string, a[2].string, a[3].string, a[4].string, a[5].string, a[6].string, a[7].string, a[8].string, a[9].string, a[10].string, a[11].strings, a[12].strings, a[13].strings, a[14].strings, a[15].number, a[16].number, a[17].number, a[18].buffer.data, a[18].buffer.size, o);
}

const struct binding_call binding_calls[] = {
  { "get_buffer", NULL, 1, 1, args_get_buffer, BINDING_RETURN_BUFFER, NULL, false,
    invoke_get_buffer },
  { "get_hash", NULL, 0, 0, NULL, BINDING_RETURN_HASH, NULL, false,
    invoke_get_hash },
  { "get_mode", NULL, 0, 0, NULL, BINDING_RETURN_INT, NULL, true,
    invoke_get_mode },
  { "get_point", NULL, 1, 0, args_get_point, BINDING_RETURN_STRUCT, &struct_point, false,
    invoke_get_point },
  { "get_points", NULL, 0, 0, NULL, BINDING_RETURN_STRUCTS, &struct_point, false,
    invoke_get_points },
  { "get_thing", NULL, 0, 0, NULL, BINDING_RETURN_OPTCONST, NULL, false,
    invoke_get_thing },
  { "set_thing", NULL, 1, 0, args_set_thing, BINDING_RETURN_ERR, NULL, false,
    invoke_set_thing },
  { "take_all", "take_all_opts", 19, 5, args_take_all, BINDING_RETURN_ERR, NULL, false,
    invoke_take_all },
};

const size_t binding_nr_calls = 8;
