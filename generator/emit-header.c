/* lib/guestfs.h: the public header.  What is not derived from the description
 * of the API is in header-base.c. */

#include <config.h>

#include <string.h>

#include "header-base.h"
#include "output.h"

static void
emit_have (struct out *o, const char *name)
{
  CLEANUP_FREE char *upper = copy_upper (name);

  emit (o, "#define LIBGUESTFS_HAVE_%s 1\n#define GUESTFS_HAVE_%s 1\n", upper,
        upper);
}

static void
emit_struct_functions (struct out *o, const struct structure *s)
{
  CLEANUP_FREE char *upper = copy_upper (s->name);
  const char *n = s->name;

  emit (o, "#define GUESTFS_HAVE_STRUCT_%s 1\n", upper);
  emit (o, "extern GUESTFS_DLL_PUBLIC int guestfs_compare_%s (const struct "
           "guestfs_%s *, const struct guestfs_%s *);\n", n, n, n);
  emit (o, "extern GUESTFS_DLL_PUBLIC int guestfs_compare_%s_list (const struct "
           "guestfs_%s_list *, const struct guestfs_%s_list *);\n", n, n, n);
  emit (o, "extern GUESTFS_DLL_PUBLIC struct guestfs_%s *guestfs_copy_%s "
           "(const struct guestfs_%s *);\n", n, n, n);
  emit (o, "extern GUESTFS_DLL_PUBLIC struct guestfs_%s_list "
           "*guestfs_copy_%s_list (const struct guestfs_%s_list *);\n", n, n,
        n);
  emit (o, "extern GUESTFS_DLL_PUBLIC void guestfs_free_%s (struct "
           "guestfs_%s *);\n", n, n);
  emit (o, "extern GUESTFS_DLL_PUBLIC void guestfs_free_%s_list (struct "
           "guestfs_%s_list *);\n\n", n, n);
}

static void
emit_prototype (struct out *o, const struct call *c, const char *suffix,
                const char *last)
{
  CLEANUP_FREE char *ret = ret_ctype (c);

  emit (o, "extern GUESTFS_DLL_PUBLIC %sguestfs_%s%s (guestfs_h *g", ret,
        c->plain && !last ? c->name : c->cname, suffix);
  emit_params (o, c);
  if (c->ret == R_BUFFER)
    emit (o, ", size_t *size_r");
  if (last)
    emit (o, ", %s", last);
  emit (o, ")");
  if (c->deprecated && c->replacement)
    emit (o, "\n  GUESTFS_DEPRECATED_REPLACED_BY (\"%s\")", c->replacement);
  else if (c->deprecated)
    emit (o, "\n  GUESTFS_DEPRECATED_NO_REPLACEMENT");
  emit (o, ";\n");
}

static void
emit_call (struct out *o, const struct call *c)
{
  emit_have (o, c->name);
  if (c->plain)
    emit_have (o, c->cname);
  if (c->plain || c->opts.len == 0)
    emit_prototype (o, c, "", NULL);
  if (c->opts.len > 0) {
    CLEANUP_FREE char *argv
      = format_string ("const struct guestfs_%s_argv *optargs", c->cname);

    emit_prototype (o, c, "", "...");
    emit_prototype (o, c, "_va", "va_list args");
    emit_prototype (o, c, "_argv", argv);
  }
  emit (o, "\n");
}

void
emit_header (const struct api *api, const char *top)
{
  CLEANUP_FREE char *dir = format_string ("%s/lib", top);
  struct out o = { STRBUF_INIT };

  emit_c_head (&o, "guestfs.h: access and modify disk images of virtual "
               "machines.\n *\n * The manual is guestfs(3).");
  emit (&o, "%s", header_begin);
  emit_shared_types (&o, api);
  for (size_t i = 0; i < api->structs.len; i++)
    emit_struct_functions (&o, api->structs.ptr[i]);
  for (size_t i = 0; i < api->calls.len; i++)
    emit_call (&o, api->calls.ptr[i]);
  emit (&o, "%s", header_end);
  output_write (&o, dir, "guestfs.h");
}
