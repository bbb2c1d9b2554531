/* Sys::Guestfs: handles, methods, events.
 *
 * A handle is a blessed hash, in which callers may keep data of their own.  The
 * library's handle hangs on the hash as magic, so that no Perl code can damage
 * it; the elements _g and _flags are there for people who look at them.
 * Handles stay in the thread that made them (CLONE_SKIP).
 */

#include "binding.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

static int
free_magic (pTHX_ SV *sv, MAGIC *mg)
{
  struct binding_handle *h = (struct binding_handle *) mg->mg_ptr;

  mg->mg_ptr = NULL;
  binding_handle_free (h);
  return 0;
}

#ifdef USE_ITHREADS
static int
forget_in_thread (pTHX_ MAGIC *mg, CLONE_PARAMS *params)
{
  mg->mg_ptr = NULL;
  return 0;
}
#endif

static const MGVTBL handle_magic = {
  .svt_free = free_magic,
#ifdef USE_ITHREADS
  .svt_dup = forget_in_thread,
#endif
};

static void
drop_function (void *function)
{
  dTHX;

  SvREFCNT_dec ((SV *) function);
}

static const struct binding_language perl = { guestfs_close, drop_function, true };

/* The handle of the first argument.  Dies when it is none. */
static struct binding_handle *
handle_of (pTHX_ const char *name, SV *sv)
{
  MAGIC *mg;

  if (!SvROK (sv) || SvTYPE (SvRV (sv)) != SVt_PVHV || !SvOBJECT (SvRV (sv)))
    croak ("Sys::Guestfs::%s(): g is not a blessed HV reference", name);
  mg = mg_findext (SvRV (sv), PERL_MAGIC_ext, &handle_magic);
  if (!mg)
    croak ("Sys::Guestfs::%s(): g is not a handle", name);
  if (!mg->mg_ptr)
    croak ("Sys::Guestfs::%s(): the handle belongs to another thread", name);
  return (struct binding_handle *) mg->mg_ptr;
}

static void
enter (pTHX_ const char *name, struct binding_handle *h)
{
  enum binding_state state = binding_enter (h);

  if (state == BINDING_CLOSED)
    croak ("Sys::Guestfs::%s(): called on a closed handle", name);
  if (state != BINDING_ENTERED)
    croak ("Sys::Guestfs::%s(): %s", name, binding_state_text (state));
}

/* Die of the handle's last error, with its number in $!. */
static void
raise_error (pTHX_ struct binding_handle *h)
{
  const char *message = guestfs_last_error (h->g);
  SV *sv = sv_2mortal (newSVpv (message ? message : "unknown error", 0));
  int errnum = guestfs_last_errno (h->g);

  binding_leave (h);
  errno = errnum;
  croak ("%" SVf, SVfARG (sv));
}

static void
usage (pTHX_ const struct binding_call *c)
{
  SV *sv = sv_2mortal (newSVpvf ("Usage: Sys::Guestfs::%s(g", c->name));

  for (size_t i = 0; i < c->nr_args; i++)
    sv_catpvf (sv, ", %s", c->args[i].name);
  sv_catpv (sv, c->nr_opts ? ", ...)" : ")");
  croak ("%" SVf, SVfARG (sv));
}

static void
take_optarg (pTHX_ const struct binding_call *c, union binding_optargs *o,
             SV *name, SV *sv)
{
  const char *wanted = SvPV_nolen (name);
  union binding_value value;

  for (size_t i = 0; i < c->nr_opts; i++) {
    if (strcmp (c->args[c->nr_args + i].name, wanted) != 0)
      continue;
    if (o->bitmask & UINT64_C (1) << i)
      croak ("optional argument '%s' given more than once", wanted);
    perl_take (aTHX_ c, c->nr_args + i, sv, &value);
    binding_set_optarg (c, o, i, &value);
    return;
  }
  croak ("unknown optional argument '%s'", wanted);
}

/* Every method of the library. */
XS_INTERNAL (method)
{
  dXSARGS;
  const struct binding_call *c = CvXSUBANY (cv).any_ptr;
  union binding_value values[BINDING_MAX_ARGS];
  union binding_optargs optargs;
  union binding_result result;
  struct binding_handle *h;
  SSize_t nr;

  if (items < (SSize_t) c->nr_args + 1
      || (c->nr_opts == 0 && items > (SSize_t) c->nr_args + 1))
    usage (aTHX_ c);
  h = handle_of (aTHX_ c->name, ST (0));
  for (size_t i = 0; i < c->nr_args; i++)
    perl_take (aTHX_ c, i, ST (i + 1), &values[i]);
  optargs.bitmask = 0;
  if ((items - 1 - c->nr_args) % 2 != 0)
    croak ("expecting an even number of extra parameters");
  for (SSize_t i = c->nr_args + 1; i < items; i += 2)
    take_optarg (aTHX_ c, &optargs, ST (i), ST (i + 1));
  enter (aTHX_ c->name, h);
  c->invoke (h->g, values, &optargs, &result);
  if (binding_failed (c, &result))
    raise_error (aTHX_ h);
  PL_stack_sp = PL_stack_base + ax - 1;
  nr = perl_give (aTHX_ c, &result);
  binding_free_result (c, &result);
  binding_leave (h);
  PL_stack_sp = PL_stack_base + ax - 1 + nr;
}

static bool
flag_of (pTHX_ const char *name, const char *wanted, SV *value, bool *ret)
{
  if (strcmp (name, wanted) != 0)
    return false;
  *ret = SvTRUE (value);
  return true;
}

/* Sys::Guestfs->new (environment => ..., close_on_exit => ...) */
XS_INTERNAL (create)
{
  dXSARGS;
  bool environment = true, close_on_exit = true;
  struct binding_handle *h;
  unsigned flags;
  SV *self;
  HV *hv;

  if (items < 1 || items % 2 != 1)
    croak ("Usage: Sys::Guestfs->new (name => value, ...)");
  for (SSize_t i = 1; i < items; i += 2) {
    const char *name = SvPV_nolen (ST (i));

    if (!flag_of (aTHX_ name, "environment", ST (i + 1), &environment)
        && !flag_of (aTHX_ name, "close_on_exit", ST (i + 1), &close_on_exit))
      croak ("Sys::Guestfs->new: unknown parameter '%s'", name);
  }
  flags = (environment ? 0 : GUESTFS_CREATE_NO_ENVIRONMENT)
          | (close_on_exit ? 0 : GUESTFS_CREATE_NO_CLOSE_ON_EXIT);
  h = binding_handle_new (flags, &perl);
  if (!h)
    croak ("could not create guestfs handle: %s", strerror (errno));
  hv = newHV ();
  sv_magicext ((SV *) hv, NULL, PERL_MAGIC_ext, &handle_magic, (char *) h, 0)
    ->mg_flags |= MGf_DUP;
  (void) hv_stores (hv, "_g", newSVuv (PTR2UV (h->g)));
  (void) hv_stores (hv, "_flags", newSViv (flags));
  self = sv_2mortal (newRV_noinc ((SV *) hv));
  sv_bless (self, gv_stashsv (SvROK (ST (0))
                              ? sv_2mortal (newSVpv (sv_reftype (SvRV (ST (0)),
                                                                 TRUE), 0))
                              : ST (0), GV_ADD));
  ST (0) = self;
  XSRETURN (1);
}

XS_INTERNAL (close_handle)
{
  dXSARGS;
  struct binding_handle *h;

  if (items != 1)
    croak ("Usage: Sys::Guestfs::close(g)");
  h = handle_of (aTHX_ "close", ST (0));
  (void) hv_delete ((HV *) SvRV (ST (0)), "_g", 2, G_DISCARD);
  PUTBACK;
  (void) binding_close (h);
  XSRETURN_EMPTY;
}

XS_INTERNAL (last_errno)
{
  dXSARGS;
  struct binding_handle *h;
  int errnum;

  if (items != 1)
    croak ("Usage: Sys::Guestfs::last_errno(g)");
  h = handle_of (aTHX_ "last_errno", ST (0));
  enter (aTHX_ "last_errno", h);
  errnum = guestfs_last_errno (h->g);
  binding_leave (h);
  XSRETURN_IV (errnum);
}

XS_INTERNAL (event_to_string)
{
  dXSARGS;
  char *text;

  if (items != 1)
    croak ("Usage: Sys::Guestfs::event_to_string(events)");
  text = guestfs_event_to_string (SvUV (ST (0)));
  if (!text)
    croak ("event_to_string: %s", strerror (errno));
  ST (0) = sv_2mortal (newSVpv (text, 0));
  free (text);
  XSRETURN (1);
}

/* Call the function.  When it dies, its message becomes a warning: there is
 * nowhere else to go from inside the library. */
static void
call_function (guestfs_h *g, void *opaque, uint64_t event, int event_handle,
               int flags, const char *buf, size_t buf_len,
               const uint64_t *array, size_t array_len)
{
  struct binding_callback *callback = opaque;
  PerlInterpreter *my_perl = PERL_GET_CONTEXT;
  SV *function, *error;
  AV *av;

  if (!my_perl || PL_dirty)
    return;
  function = binding_callback_get (callback);
  if (function) {
    dSP;

    ENTER;
    SAVETMPS;
    av = newAV ();
    for (size_t i = 0; i < array_len; i++)
      av_push (av, newSVuv (array[i]));
    error = sv_2mortal (newSVsv (ERRSV));
    PUSHMARK (SP);
    EXTEND (SP, 4);
    PUSHs (sv_2mortal (newSVuv (event)));
    PUSHs (sv_2mortal (newSViv (event_handle)));
    PUSHs (sv_2mortal (newSVpvn (buf ? buf : "", buf_len)));
    PUSHs (sv_2mortal (newRV_noinc ((SV *) av)));
    PUTBACK;
    call_sv (function, G_VOID | G_DISCARD | G_EVAL);
    if (SvTRUE (ERRSV))
      warn ("Sys::Guestfs: event callback: %" SVf, SVfARG (ERRSV));
    sv_setsv (ERRSV, error);
    FREETMPS;
    LEAVE;
  }
  binding_callback_put (callback);
}

XS_INTERNAL (set_event_callback)
{
  dXSARGS;
  struct binding_handle *h;
  SV *function;
  int r;

  if (items != 3)
    croak ("Usage: Sys::Guestfs::set_event_callback(g, cb, event_bitmask)");
  h = handle_of (aTHX_ "set_event_callback", ST (0));
  if (!SvROK (ST (1)) || SvTYPE (SvRV (ST (1))) != SVt_PVCV)
    croak ("set_event_callback: cb must be a reference to a subroutine");
  function = newSVsv (ST (1));
  enter (aTHX_ "set_event_callback", h);
  r = binding_add_callback (h, call_function, SvUV (ST (2)), function);
  if (r == -1) {
    SvREFCNT_dec (function);
    raise_error (aTHX_ h);
  }
  binding_leave (h);
  XSRETURN_IV (r);
}

XS_INTERNAL (delete_event_callback)
{
  dXSARGS;
  struct binding_callback *callback;
  struct binding_handle *h;

  if (items != 2)
    croak ("Usage: Sys::Guestfs::delete_event_callback(g, event_handle)");
  h = handle_of (aTHX_ "delete_event_callback", ST (0));
  enter (aTHX_ "delete_event_callback", h);
  callback = binding_delete_callback (h, SvIV (ST (1)));
  if (callback)
    binding_callback_put (callback);
  binding_leave (h);
  XSRETURN_EMPTY;
}

XS_INTERNAL (skip_clone)
{
  dXSARGS;

  PERL_UNUSED_VAR (items);
  XSRETURN_YES;
}

XS_INTERNAL (nothing)
{
  dXSARGS;

  PERL_UNUSED_VAR (items);
  XSRETURN_EMPTY;
}

static void
add_method (pTHX_ const char *name, const struct binding_call *c)
{
  SV *full = sv_2mortal (newSVpvf ("Sys::Guestfs::%s", name));
  CV *cv = newXS (SvPV_nolen (full), method, __FILE__);

  CvXSUBANY (cv).any_ptr = (void *) c;
}

__attribute__ ((visibility ("default"))) XS_EXTERNAL (boot_Sys__Guestfs);

XS_EXTERNAL (boot_Sys__Guestfs)
{
  dXSBOOTARGSAPIVERCHK;

  for (size_t i = 0; i < binding_nr_calls; i++) {
    add_method (aTHX_ binding_calls[i].name, &binding_calls[i]);
    if (binding_calls[i].alias)
      add_method (aTHX_ binding_calls[i].alias, &binding_calls[i]);
  }
  newXS ("Sys::Guestfs::new", create, __FILE__);
  newXS ("Sys::Guestfs::close", close_handle, __FILE__);
  newXS ("Sys::Guestfs::last_errno", last_errno, __FILE__);
  newXS ("Sys::Guestfs::event_to_string", event_to_string, __FILE__);
  newXS ("Sys::Guestfs::set_event_callback", set_event_callback, __FILE__);
  newXS ("Sys::Guestfs::delete_event_callback", delete_event_callback,
         __FILE__);
  newXS ("Sys::Guestfs::CLONE_SKIP", skip_clone, __FILE__);
  newXS ("Sys::Guestfs::DESTROY", nothing, __FILE__);
  Perl_xs_boot_epilog (aTHX_ ax);
}
