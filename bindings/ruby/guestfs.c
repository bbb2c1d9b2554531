/* The Ruby binding: the module, handles, calls, events.
 *
 * Other threads of Ruby run while a call waits; `unlocked` tells whether this
 * thread has let them, as callbacks must take the VM's lock back exactly then.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <ruby.h>
#include <ruby/thread.h>

#include "binding.h"
#include "handle.h"

static VALUE error_class, handle_class;
static ID functions_id; /* variable of a handle: its callbacks' functions */

static __thread bool unlocked;
/* The garbage collector runs, during which Ruby must not be called. */
static __thread bool collecting;

struct closing {
  guestfs_h *g;
  bool done;
};

static void *
close_in_peace (void *data)
{
  struct closing *closing = data;

  unlocked = true;
  guestfs_close (closing->g);
  unlocked = false;
  closing->done = true;
  return NULL;
}

/* Nobody else uses the handle: when an interrupt keeps Ruby from running
 * something without its lock, closing does not wait for anyone. */
static void
close_unlocked (guestfs_h *g)
{
  struct closing closing = { g, false };

  if (!collecting && !unlocked)
    (void) rb_nogvl (close_in_peace, &closing, NULL, NULL, RB_NOGVL_INTR_FAIL);
  if (!closing.done)
    guestfs_close (g);
}

/* The functions are variables of the handle, and go with it. */
static void
drop_function (void *function)
{
}

static const struct binding_language ruby = { close_unlocked, drop_function,
                                             true };

static void
collect (void *h)
{
  collecting = true;
  binding_handle_free (h);
  collecting = false;
}

static const rb_data_type_t handle_type = {
  .wrap_struct_name = "guestfs_h",
  .function = { .dfree = collect },
};

static VALUE
allocate (VALUE class)
{
  return TypedData_Wrap_Struct (class, &handle_type, NULL);
}

static struct binding_handle *
enter (VALUE self, const char *name)
{
  struct binding_handle *h = rb_check_typeddata (self, &handle_type);
  enum binding_state state;

  if (!h)
    rb_raise (rb_eArgError, "%s: the handle has not been initialized", name);
  state = binding_enter (h);
  if (state != BINDING_ENTERED)
    rb_raise (rb_eArgError, "%s: %s", name, binding_state_text (state));
  return h;
}

/* Leave, and raise the handle's last error. */
static void
raise_error (struct binding_handle *h, const char *name)
{
  const char *message = guestfs_last_error (h->g);
  int errnum = guestfs_last_errno (h->g);
  VALUE error = rb_exc_new_cstr (error_class,
                                 message ? message : "unknown error");

  binding_leave (h);
  rb_ivar_set (error, rb_intern ("@errno"), INT2NUM (errnum));
  rb_ivar_set (error, rb_intern ("@call"), rb_str_new_cstr (name));
  rb_exc_raise (error);
}

/* What runs without the lock of the VM. */
struct work {
  const struct binding_call *call;
  guestfs_h *g;
  const union binding_value *values;
  const union binding_optargs *optargs;
  union binding_result *result;
  struct ruby_receiver *receiver; /* or NULL */
  char *copy; /* of a string that the handle owns */
  bool received;
  bool done;
};

static void *
work_unlocked (void *data)
{
  struct work *w = data;

  unlocked = true;
  if (w->receiver)
    w->received = binding_invoke_into (w->call, w->g, w->values, w->optargs,
                                       &w->receiver->base, w->result);
  else
    binding_invoke_copying (w->call, w->g, w->values, w->optargs, w->result,
                            &w->copy);
  unlocked = false;
  w->done = true;
  return NULL;
}

/* Enter the handle and run without the lock.  Ruby does not begin when an
 * interrupt is pending: that may raise, which must not happen with the handle
 * entered. */
static struct binding_handle *
enter_unlocked (VALUE self, const char *name, void *(*fn) (void *), void *data,
                guestfs_h **ret_g, const bool *done)
{
  for (;;) {
    struct binding_handle *h = enter (self, name);

    *ret_g = h->g;
    (void) rb_nogvl (fn, data, NULL, NULL, RB_NOGVL_INTR_FAIL);
    if (*done)
      return h;
    binding_leave (h);
    rb_thread_check_ints ();
  }
}

void
ruby_locked (void *(*fn) (void *), void *data)
{
  if (!unlocked) {
    (void) fn (data);
    return;
  }
  unlocked = false;
  (void) rb_thread_call_with_gvl (fn, data);
  unlocked = true;
}

static void
take_optargs (const struct binding_call *c, VALUE hash, VALUE *keep,
              union binding_optargs *optargs)
{
  size_t found = 0;

  hash = rb_convert_type (hash, T_HASH, "Hash", "to_hash");
  for (size_t i = 0; i < c->nr_opts; i++) {
    const char *name = c->args[c->nr_args + i].name;
    VALUE v = rb_hash_lookup2 (hash, ID2SYM (rb_intern (name)), Qundef);
    union binding_value value;

    if (v == Qundef)
      continue;
    found++;
    if (NIL_P (v))
      continue;
    ruby_take (c, c->nr_args + i, v, keep, &value);
    binding_set_optarg (c, optargs, i, &value);
  }
  if (found != RHASH_SIZE (hash))
    rb_raise (rb_eArgError, "%s: unknown optional argument in %" PRIsVALUE,
              c->name, rb_inspect (hash));
}

/* The result of a call that was made. */
static VALUE
finish (const struct binding_call *c, struct binding_handle *h,
        union binding_result *result)
{
  VALUE ret;

  if (binding_failed (c, result))
    raise_error (h, c->name);
  ret = ruby_give (c, result);
  binding_free_result (c, result);
  binding_leave (h);
  return ret;
}

static VALUE
run_unlocked (VALUE self, struct work *w)
{
  struct ruby_receiver receiver;
  struct binding_handle *h;

  ruby_receiver_init (&receiver);
  if (w->call->ret == BINDING_RETURN_BUFFER)
    w->receiver = &receiver;
  h = enter_unlocked (self, w->call->name, work_unlocked, w, &w->g, &w->done);
  if (!NIL_P (receiver.error)) {
    binding_leave (h);
    rb_exc_raise (receiver.error);
  }
  if (!w->received) {
    VALUE ret = finish (w->call, h, w->result); /* it raises: no copy */

    free (w->copy);
    return ret;
  }
  binding_leave (h);
  return rb_str_unlocktmp (receiver.string);
}

VALUE
ruby_call (const struct binding_call *c, int argc, VALUE *argv, VALUE self)
{
  union binding_value values[BINDING_MAX_ARGS];
  union binding_optargs optargs;
  union binding_result result;
  struct binding_handle *h;
  VALUE keep = Qnil, ret;

  rb_check_arity (argc, c->nr_args, c->nr_args + (c->nr_opts > 0));
  for (size_t i = 0; i < c->nr_args; i++)
    ruby_take (c, i, argv[i], &keep, &values[i]);
  optargs.bitmask = 0;
  if (argc > (int) c->nr_args && !NIL_P (argv[c->nr_args]))
    take_optargs (c, argv[c->nr_args], &keep, &optargs);
  h = c->quick ? enter (self, c->name) : NULL;
  if (h && !binding_is_shared (h)) {
    c->invoke (h->g, values, &optargs, &result);
    ret = finish (c, h, &result);
  }
  else {
    struct work w = { .call = c, .values = values, .optargs = &optargs,
                      .result = &result };

    if (h)
      binding_leave (h);
    ret = run_unlocked (self, &w);
  }
  RB_GC_GUARD (keep);
  RB_GC_GUARD (self);
  return ret;
}

static bool
flag_of (VALUE hash, const char *name)
{
  VALUE v = rb_hash_lookup2 (hash, ID2SYM (rb_intern (name)), Qundef);

  if (v == Qundef)
    v = rb_hash_lookup2 (hash, rb_str_new_cstr (name), Qundef);
  return v == Qundef || NIL_P (v) || RTEST (v);
}

/* Guestfs.new (environment: true, close_on_exit: true) */
static VALUE
initialize (int argc, VALUE *argv, VALUE self)
{
  struct binding_handle *h;
  unsigned flags = 0;

  rb_check_arity (argc, 0, 1);
  if (argc > 0 && !NIL_P (argv[0])) {
    VALUE hash = argv[0];

    Check_Type (hash, T_HASH);
    if (!flag_of (hash, "environment"))
      flags |= GUESTFS_CREATE_NO_ENVIRONMENT;
    if (!flag_of (hash, "close_on_exit"))
      flags |= GUESTFS_CREATE_NO_CLOSE_ON_EXIT;
  }
  if (rb_check_typeddata (self, &handle_type))
    rb_raise (rb_eArgError, "the handle has been initialized already");
  h = binding_handle_new (flags, &ruby);
  if (!h)
    rb_raise (error_class, "could not create guestfs handle: %s",
              strerror (errno));
  DATA_PTR (self) = h;
  return self;
}

static VALUE
create (int argc, VALUE *argv, VALUE module)
{
  return rb_class_new_instance (argc, argv, handle_class);
}

static VALUE
close_handle (VALUE self)
{
  struct binding_handle *h = rb_check_typeddata (self, &handle_type);

  if (h)
    (void) binding_close (h);
  RB_GC_GUARD (self);
  return Qnil;
}

static VALUE
last_errno (VALUE self)
{
  struct binding_handle *h = enter (self, "last_errno");
  int errnum = guestfs_last_errno (h->g);

  binding_leave (h);
  return INT2NUM (errnum);
}

static VALUE
event_to_string (VALUE module, VALUE events)
{
  char *text = guestfs_event_to_string (NUM2ULL (events));
  VALUE ret;

  if (!text)
    rb_memerror ();
  ret = rb_str_new_cstr (text);
  free (text);
  return ret;
}

struct event {
  VALUE function;
  uint64_t event;
  int event_handle;
  const char *buf;
  size_t buf_len;
  const uint64_t *array;
  size_t array_len;
  struct binding_callback *callback;
};

static VALUE
call_ruby (VALUE data)
{
  struct event *e = (struct event *) data;
  VALUE array = rb_ary_new ();

  for (size_t i = 0; i < e->array_len; i++)
    rb_ary_push (array, ULL2NUM (e->array[i]));
  return rb_funcall (e->function, rb_intern ("call"), 4, ULL2NUM (e->event),
                     INT2NUM (e->event_handle),
                     rb_str_new (e->buf ? e->buf : "", e->buf_len), array);
}

static VALUE
tell_exception (VALUE error)
{
  VALUE text = rb_funcall (error, rb_intern ("full_message"), 0);

  rb_warn ("Guestfs: event callback: %" PRIsVALUE, text);
  return Qnil;
}

/* An exception, throw or break ends in a warning: there is nowhere to go from
 * inside the library. */
static void *
run_function (void *data)
{
  struct event *e = data;
  void *function = binding_callback_get (e->callback);
  bool was_unlocked = unlocked;
  int state = 0, ignored;
  VALUE error;

  unlocked = false;
  if (function) {
    e->function = (VALUE) function;
    rb_protect (call_ruby, (VALUE) e, &state);
    error = rb_errinfo ();
    rb_set_errinfo (Qnil);
    if (state && rb_obj_is_kind_of (error, rb_eException))
      rb_protect (tell_exception, error, &ignored);
    rb_set_errinfo (Qnil);
  }
  binding_callback_put (e->callback);
  unlocked = was_unlocked;
  return NULL;
}

static void
call_function (guestfs_h *g, void *opaque, uint64_t event, int event_handle,
               int flags, const char *buf, size_t buf_len,
               const uint64_t *array, size_t array_len)
{
  struct event e = { Qnil, event, event_handle, buf, buf_len, array, array_len,
                     opaque };

  if (collecting || !ruby_native_thread_p ())
    return;
  if (unlocked)
    (void) rb_thread_call_with_gvl (run_function, &e);
  else
    (void) run_function (&e);
}

struct callback_work {
  struct binding_handle *h;
  guestfs_h *g;
  void *function;
  uint64_t events;
  int event_handle;
  struct binding_callback *callback;
  bool done;
};

static void *
add_unlocked (void *data)
{
  struct callback_work *w = data;

  unlocked = true;
  w->event_handle = binding_add_callback (w->h, call_function, w->events,
                                          w->function);
  unlocked = false;
  w->done = true;
  return NULL;
}

static void *
delete_unlocked (void *data)
{
  struct callback_work *w = data;

  unlocked = true;
  w->callback = binding_delete_callback (w->h, w->event_handle);
  unlocked = false;
  w->done = true;
  return NULL;
}

/* set_event_callback (function, events), or (events) { ... } */
static VALUE
set_event_callback (int argc, VALUE *argv, VALUE self)
{
  struct callback_work w = { .done = false };
  VALUE function, events, functions;

  if (argc == 1 && rb_block_given_p ()) {
    function = rb_block_proc ();
    events = argv[0];
  }
  else {
    rb_check_arity (argc, 2, 2);
    function = argv[0];
    events = argv[1];
  }
  if (!rb_respond_to (function, rb_intern ("call")))
    rb_raise (rb_eTypeError, "the callback cannot be called");
  w.events = NUM2ULL (events);
  w.function = (void *) function;
  functions = rb_ivar_get (self, functions_id);
  if (NIL_P (functions))
    rb_ivar_set (self, functions_id, functions = rb_hash_new ());
  w.h = rb_check_typeddata (self, &handle_type);
  (void) enter_unlocked (self, "set_event_callback", add_unlocked, &w, &w.g,
                         &w.done);
  if (w.event_handle == -1)
    raise_error (w.h, "set_event_callback");
  rb_hash_aset (functions, INT2NUM (w.event_handle), function);
  binding_leave (w.h);
  RB_GC_GUARD (function);
  RB_GC_GUARD (self);
  return INT2NUM (w.event_handle);
}

static VALUE
delete_event_callback (VALUE self, VALUE event_handle)
{
  struct callback_work w = { .event_handle = NUM2INT (event_handle) };
  VALUE functions = rb_ivar_get (self, functions_id);

  w.h = rb_check_typeddata (self, &handle_type);
  (void) enter_unlocked (self, "delete_event_callback", delete_unlocked, &w,
                         &w.g, &w.done);
  if (w.callback) {
    rb_hash_delete (functions, event_handle);
    binding_callback_put (w.callback);
  }
  binding_leave (w.h);
  RB_GC_GUARD (self);
  return Qnil;
}

static void
define_events (VALUE module)
{
  static const struct {
    const char *name;
    int value;
  } events[] = {
    { "EVENT_CLOSE", GUESTFS_EVENT_CLOSE },
    { "EVENT_SUBPROCESS_QUIT", GUESTFS_EVENT_SUBPROCESS_QUIT },
    { "EVENT_LAUNCH_DONE", GUESTFS_EVENT_LAUNCH_DONE },
    { "EVENT_PROGRESS", GUESTFS_EVENT_PROGRESS },
    { "EVENT_APPLIANCE", GUESTFS_EVENT_APPLIANCE },
    { "EVENT_LIBRARY", GUESTFS_EVENT_LIBRARY },
    { "EVENT_TRACE", GUESTFS_EVENT_TRACE },
    { "EVENT_ENTER", GUESTFS_EVENT_ENTER },
    { "EVENT_LIBVIRT_AUTH", GUESTFS_EVENT_LIBVIRT_AUTH },
    { "EVENT_WARNING", GUESTFS_EVENT_WARNING },
    { "EVENT_ALL", GUESTFS_EVENT_ALL },
  };

  for (size_t i = 0; i < sizeof events / sizeof events[0]; i++)
    rb_define_const (module, events[i].name, INT2NUM (events[i].value));
}

__attribute__ ((visibility ("default"))) void Init__guestfs (void);

void
Init__guestfs (void)
{
  VALUE module = rb_define_module ("Guestfs");

  functions_id = rb_intern ("functions"); /* no @: Ruby cannot see it */
  error_class = rb_define_class_under (module, "Error", rb_eStandardError);
  handle_class = rb_define_class_under (module, "Guestfs", rb_cObject);
  rb_global_variable (&error_class);
  rb_global_variable (&handle_class);
  rb_define_alloc_func (handle_class, allocate);
  rb_define_method (handle_class, "initialize", initialize, -1);
  rb_define_method (handle_class, "close", close_handle, 0);
  rb_define_method (handle_class, "last_errno", last_errno, 0);
  rb_define_method (handle_class, "set_event_callback", set_event_callback, -1);
  rb_define_method (handle_class, "delete_event_callback",
                    delete_event_callback, 1);
  rb_define_module_function (module, "create", create, -1);
  rb_define_module_function (module, "event_to_string", event_to_string, 1);
  define_events (module);
  for (size_t i = 0; i < binding_nr_calls; i++) {
    rb_define_method (handle_class, binding_calls[i].name, ruby_methods[i], -1);
    if (binding_calls[i].alias)
      rb_define_method (handle_class, binding_calls[i].alias, ruby_methods[i],
                        -1);
  }
}
