/* The OCaml binding: handles, calls, events.
 *
 * A handle is a custom block.  Other threads of OCaml run while a call waits;
 * `unlocked` tells whether this thread has let them, as callbacks must take the
 * runtime's lock back exactly then.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <caml/alloc.h>
#include <caml/callback.h>
#include <caml/custom.h>
#include <caml/fail.h>
#include <caml/memory.h>
#include <caml/printexc.h>
#include <caml/signals.h>

#include "binding.h"
#include "handle.h"

static __thread bool unlocked;
/* A finaliser runs, in which OCaml must not be called. */
static __thread bool finalising;

static struct binding_handle *
handle_of (value g)
{
  return *(struct binding_handle **) Data_custom_val (g);
}

static void
finalise (value g)
{
  finalising = true;
  binding_handle_free (handle_of (g));
  finalising = false;
}

static struct custom_operations handle_operations = {
  (char *) "bathyscope.guestfs.1", finalise, custom_compare_default,
  custom_hash_default, custom_serialize_default, custom_deserialize_default,
  custom_compare_ext_default, custom_fixed_length_default,
};

static void
unlock (void)
{
  caml_enter_blocking_section ();
  unlocked = true;
}

static void
relock (void)
{
  unlocked = false;
  caml_leave_blocking_section ();
}

bool
ocaml_lock (void)
{
  bool was_unlocked = unlocked;

  if (was_unlocked)
    relock ();
  return was_unlocked;
}

/* Signals wait until the call ends, as what their handlers raise must not leave
 * it. */
void
ocaml_unlock (bool was_unlocked)
{
  if (!was_unlocked)
    return;
  caml_enter_blocking_section_no_pending ();
  unlocked = true;
}

static void
close_unlocked (guestfs_h *g)
{
  if (finalising)
    guestfs_close (g);
  else {
    unlock ();
    guestfs_close (g);
    relock ();
  }
}

static void
drop_function (void *function)
{
  value *root = function;

  caml_remove_generational_global_root (root);
  free (root);
}

static const struct binding_language ocaml = { close_unlocked, drop_function,
                                              true };

static void
raise_named (const char *name, const char *text)
{
  const value *exception = caml_named_value (name);

  if (!exception)
    caml_failwith (text);
  caml_raise_with_string (*exception, text);
}

/* Raises when the handle cannot be used, and then frees the temporary memory. */
static struct binding_handle *
enter (value g, const char *name, struct binding_temporary *temporary)
{
  struct binding_handle *h = handle_of (g);
  enum binding_state state = binding_enter (h);

  if (state != BINDING_ENTERED)
    binding_free_temporary (temporary);
  if (state == BINDING_CLOSED)
    raise_named ("guestfs_handle_closed", name);
  if (state != BINDING_ENTERED)
    raise_named ("guestfs_error", binding_state_text (state));
  return h;
}

/* Leave, and raise the handle's last error. */
static void
raise_error (struct binding_handle *h)
{
  CAMLparam0 ();
  CAMLlocal1 (text);
  const char *message = guestfs_last_error (h->g);
  const value *exception = caml_named_value ("guestfs_error");

  text = caml_copy_string (message ? message : "unknown error");
  binding_leave (h);
  if (exception)
    caml_raise_with_arg (*exception, text);
  CAMLreturn0;
}

/* Optional arguments come first in OCaml, and last in the table. */
static const char *
take_all (const struct binding_call *c, const value *v,
          struct binding_temporary **temporary, union binding_value *values,
          union binding_optargs *optargs)
{
  const char *problem = NULL;
  union binding_value opt;

  for (size_t i = 0; i < c->nr_opts && !problem; i++)
    if (v[i] != Val_none) {
      problem = ocaml_take (c, c->nr_args + i, Field (v[i], 0), temporary,
                            &opt);
      if (!problem)
        binding_set_optarg (c, optargs, i, &opt);
    }
  for (size_t i = 0; i < c->nr_args && !problem; i++)
    problem = ocaml_take (c, i, v[c->nr_opts + i], temporary, &values[i]);
  return problem;
}

/* The result, while the handle is left, which can close it and let other threads
 * run. */
static value
finish (const struct binding_call *c, struct binding_handle *h,
        union binding_result *result)
{
  CAMLparam0 ();
  CAMLlocal1 (ret);

  if (binding_failed (c, result))
    raise_error (h);
  ret = ocaml_give (c, result);
  binding_free_result (c, result);
  binding_leave (h);
  CAMLreturn (ret);
}

/* A call that returns a buffer.  Frees the temporary memory. */
static value
run_receiving (const struct binding_call *c, struct binding_handle *h,
               const union binding_value *values,
               const union binding_optargs *optargs,
               struct binding_temporary *temporary)
{
  CAMLparam0 ();
  CAMLlocal2 (string, error);
  union binding_result result;
  struct ocaml_receiver r;
  bool received;

  string = error = Val_unit;
  ocaml_receiver_init (&r, &string, &error);
  unlock ();
  received = binding_invoke_into (c, h->g, values, optargs, &r.base, &result);
  relock ();
  binding_free_temporary (temporary);
  ocaml_receiver_end (&r);
  if (!received && error == Val_unit)
    string = finish (c, h, &result);
  else
    binding_leave (h);
  if (error != Val_unit)
    caml_raise (error);
  CAMLreturn (string);
}

static void
take_or_raise (const struct binding_call *c, const value *v,
               struct binding_temporary **temporary,
               union binding_value *values, union binding_optargs *optargs)
{
  const char *problem = take_all (c, v, temporary, values, optargs);
  char text[160];

  if (!problem)
    return;
  binding_free_temporary (*temporary);
  (void) snprintf (text, sizeof text, "Guestfs.%s: %s", c->name, problem);
  caml_invalid_argument (text);
}

/* Nothing is allocated on OCaml's heap before the arguments have been taken, so
 * that they cannot move, and neither they nor `g` are used after that: should the
 * collector take the handle, it goes when the call has left it. */
value
ocaml_call (const struct binding_call *c, value g, const value *v)
{
  struct binding_temporary *temporary = NULL;
  union binding_value values[BINDING_MAX_ARGS];
  union binding_optargs optargs;
  union binding_result result;
  struct binding_handle *h;
  char *copy = NULL;
  value ret;

  optargs.bitmask = 0;
  if (v)
    take_or_raise (c, v, &temporary, values, &optargs);
  h = enter (g, c->name, temporary);
  if (c->ret == BINDING_RETURN_BUFFER)
    return run_receiving (c, h, values, &optargs, temporary);
  if (c->quick && !binding_is_shared (h))
    c->invoke (h->g, values, &optargs, &result);
  else {
    unlock ();
    binding_invoke_copying (c, h->g, values, &optargs, &result, &copy);
    relock ();
  }
  if (temporary)
    binding_free_temporary (temporary);
  if (c->ret == BINDING_RETURN_BOOL && result.number != -1) {
    binding_leave (h);
    return Val_bool (result.number);
  }
  ret = finish (c, h, &result); /* when it raises there is no copy */
  free (copy);
  return ret;
}

value guestfs_ocaml_create (value environment, value close_on_exit);
value
guestfs_ocaml_create (value environment, value close_on_exit)
{
  unsigned flags = (Bool_val (environment) ? 0 : GUESTFS_CREATE_NO_ENVIRONMENT)
                   | (Bool_val (close_on_exit) ? 0
                      : GUESTFS_CREATE_NO_CLOSE_ON_EXIT);
  struct binding_handle *h = binding_handle_new (flags, &ocaml);
  value g;

  if (!h)
    raise_named ("guestfs_error", "could not create guestfs handle");
  g = caml_alloc_custom (&handle_operations, sizeof h, 0, 1);
  *(struct binding_handle **) Data_custom_val (g) = h;
  return g;
}

value guestfs_ocaml_close (value g);
value
guestfs_ocaml_close (value g)
{
  CAMLparam1 (g);

  (void) binding_close (handle_of (g));
  CAMLreturn (Val_unit);
}

value guestfs_ocaml_last_errno (value g);
value
guestfs_ocaml_last_errno (value g)
{
  CAMLparam1 (g);
  struct binding_handle *h = enter (g, "last_errno", NULL);
  int errnum = guestfs_last_errno (h->g);

  binding_leave (h);
  CAMLreturn (Val_int (errnum));
}

value guestfs_ocaml_errno (value index);
value
guestfs_ocaml_errno (value index)
{
  static const int errnos[] = {
    EINVAL, ENOTSUP, EPERM, ESRCH, ENOENT, EROFS, ENOSPC, EEXIST, EACCES,
    ENOTDIR, EISDIR, EBUSY, EIO, EINTR,
  };

  return Val_int (errnos[Int_val (index)]);
}

/* A list of constant constructors, in the order of the bits. */
static uint64_t
events_of (value list)
{
  uint64_t events = 0;

  for (; list != Val_emptylist; list = Field (list, 1))
    events |= UINT64_C (1) << Int_val (Field (list, 0));
  return events;
}

value guestfs_ocaml_event_to_string (value events);
value
guestfs_ocaml_event_to_string (value events)
{
  CAMLparam1 (events);
  CAMLlocal1 (ret);
  char *text = guestfs_event_to_string (events_of (events));

  if (!text)
    caml_raise_out_of_memory ();
  ret = caml_copy_string (text);
  free (text);
  CAMLreturn (ret);
}

static void
run_function (value function, uint64_t event, int event_handle,
              const char *buf, size_t buf_len, const uint64_t *array,
              size_t array_len)
{
  CAMLparam1 (function);
  CAMLlocal3 (text, numbers, number);
  CAMLlocalN (args, 4);
  value result;
  char *exception;

  text = caml_alloc_initialized_string (buf_len, buf ? buf : "");
  numbers = caml_alloc (array_len, 0);
  for (size_t i = 0; i < array_len; i++) {
    number = caml_copy_int64 ((int64_t) array[i]);
    Store_field (numbers, i, number);
  }
  args[0] = Val_int (__builtin_ctzll (event));
  args[1] = Val_int (event_handle);
  args[2] = text;
  args[3] = numbers;
  result = caml_callbackN_exn (function, 4, args);
  if (Is_exception_result (result)) {
    exception = caml_format_exception (Extract_exception (result));
    fprintf (stderr, "Guestfs: event callback: %s\n",
             exception ? exception : "exception");
    caml_stat_free (exception);
  }
  CAMLreturn0;
}

static void
call_function (guestfs_h *g, void *opaque, uint64_t event, int event_handle,
               int flags, const char *buf, size_t buf_len,
               const uint64_t *array, size_t array_len)
{
  bool was_unlocked;
  value *root;

  if (finalising)
    return;
  was_unlocked = ocaml_lock ();
  root = binding_callback_get (opaque);
  if (root)
    run_function (*root, event, event_handle, buf, buf_len, array, array_len);
  binding_callback_put (opaque);
  ocaml_unlock (was_unlocked);
}

value guestfs_ocaml_set_event_callback (value g, value function, value events);
value
guestfs_ocaml_set_event_callback (value g, value function, value events)
{
  CAMLparam3 (g, function, events);
  struct binding_handle *h = enter (g, "set_event_callback", NULL);
  value *root = malloc (sizeof *root);
  uint64_t mask;
  int r;

  if (!root) {
    binding_leave (h);
    caml_raise_out_of_memory ();
  }
  *root = function;
  caml_register_generational_global_root (root);
  mask = events_of (events);
  unlock (); /* it waits for a call of another thread */
  r = binding_add_callback (h, call_function, mask, root);
  relock ();
  if (r == -1) {
    drop_function (root);
    raise_error (h);
  }
  binding_leave (h);
  CAMLreturn (Val_int (r));
}

value guestfs_ocaml_delete_event_callback (value g, value event_handle);
value
guestfs_ocaml_delete_event_callback (value g, value event_handle)
{
  CAMLparam1 (g);
  struct binding_handle *h = enter (g, "delete_event_callback", NULL);
  int number = Int_val (event_handle);
  struct binding_callback *callback;

  unlock ();
  callback = binding_delete_callback (h, number);
  relock ();
  if (callback)
    binding_callback_put (callback);
  binding_leave (h);
  CAMLreturn (Val_unit);
}
