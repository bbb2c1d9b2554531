/* The functions behind the externals of guestfs.ml.
 *
 * Made by the generator from generator/api; changes here are lost. */

#include "binding.h"

value guestfs_ocaml_get_buffer (value g, value v0, value v1);
value
guestfs_ocaml_get_buffer (value g, value v0, value v1)
{
  const value v[] = { v0, v1 };

  return ocaml_call (&binding_calls[0], g, v);
}

value guestfs_ocaml_get_hash (value g);
value
guestfs_ocaml_get_hash (value g)
{
  return ocaml_call (&binding_calls[1], g, NULL);
}

value guestfs_ocaml_get_mode (value g);
value
guestfs_ocaml_get_mode (value g)
{
  return ocaml_call (&binding_calls[2], g, NULL);
}

value guestfs_ocaml_get_point (value g, value v0);
value
guestfs_ocaml_get_point (value g, value v0)
{
  const value v[] = { v0 };

  return ocaml_call (&binding_calls[3], g, v);
}

value guestfs_ocaml_get_points (value g);
value
guestfs_ocaml_get_points (value g)
{
  return ocaml_call (&binding_calls[4], g, NULL);
}

value guestfs_ocaml_get_thing (value g);
value
guestfs_ocaml_get_thing (value g)
{
  return ocaml_call (&binding_calls[5], g, NULL);
}

value guestfs_ocaml_set_thing (value g, value v0);
value
guestfs_ocaml_set_thing (value g, value v0)
{
  const value v[] = { v0 };

  return ocaml_call (&binding_calls[6], g, v);
}

value guestfs_ocaml_take_all (value g, value v0, value v1, value v2, value v3, value v4, value v5, value v6, value v7, value v8, value v9, value v10, value v11, value v12, value v13, value v14, value v15, value v16, value v17, value v18, value v19, value v20, value v21, value v22, value v23);
value
guestfs_ocaml_take_all (value g, value v0, value v1, value v2, value v3, value v4, value v5, value v6, value v7, value v8, value v9, value v10, value v11, value v12, value v13, value v14, value v15, value v16, value v17, value v18, value v19, value v20, value v21, value v22, value v23)
{
  const value v[] = { v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15, v16, v17, v18, v19, v20, v21, v22, v23 };

  return ocaml_call (&binding_calls[7], g, v);
}

value guestfs_ocaml_take_all_byte (value *argv, int argn);
value
guestfs_ocaml_take_all_byte (value *argv, int argn)
{
  return ocaml_call (&binding_calls[7], argv[0], argv + 1);
}

