/* libguestfsmod: calls, handles, events, and the module itself.
 *
 * A handle is a capsule.  Other threads of Python run while a call waits.
 */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "binding.h"
#include "cleanup.h"
#include "handle.h"

#define CAPSULE_NAME "guestfs_h"

static PyObject *error_class;

static void
close_unlocked (guestfs_h *g)
{
  /* CLOSE callbacks run in here, and want the GIL. */
  Py_BEGIN_ALLOW_THREADS
  guestfs_close (g);
  Py_END_ALLOW_THREADS
}

static void
drop_function (void *function)
{
  Py_DECREF ((PyObject *) function);
}

static const struct binding_language python = { close_unlocked, drop_function,
                                               true };

static struct binding_handle *
handle_of (PyObject *capsule)
{
  return PyCapsule_GetPointer (capsule, CAPSULE_NAME);
}

/* NULL with an exception. */
static struct binding_handle *
enter (PyObject *capsule, const char *name)
{
  struct binding_handle *h = handle_of (capsule);
  enum binding_state state;

  if (!h)
    return NULL;
  state = binding_enter (h);
  if (state == BINDING_ENTERED)
    return h;
  PyErr_Format (PyExc_ValueError, "%s: %s", name, binding_state_text (state));
  return NULL;
}

/* Leave, and raise the handle's last error. */
static void
raise_error (struct binding_handle *h, const char *name)
{
  const char *message = guestfs_last_error (h->g);
  int errnum = guestfs_last_errno (h->g);
  PyObject *text, *error = NULL;

  if (!message)
    message = "unknown error";
  text = python_text (message, strlen (message));
  binding_leave (h);
  if (text)
    error = PyObject_CallFunction (error_class, "(N)", text);
  if (!error)
    return;
  text = PyUnicode_FromString (name);
  if (text && PyObject_SetAttrString (error, "call", text) == 0) {
    Py_DECREF (text);
    text = PyLong_FromLong (errnum);
    if (text && PyObject_SetAttrString (error, "errno", text) == 0)
      PyErr_SetObject (error_class, error);
  }
  Py_XDECREF (text);
  Py_DECREF (error);
}

/* The arguments of a call, while it runs. */
struct arguments {
  union binding_value values[BINDING_MAX_ARGS];
  union binding_optargs optargs;
  PyObject *keep;
  struct binding_temporary *temporary;
};

static int
take_all (const struct binding_call *c, PyObject *const *args,
          Py_ssize_t given, struct arguments *a)
{
  size_t nr = c->nr_args + c->nr_opts;

  if (given != (Py_ssize_t) nr + 1) {
    PyErr_Format (PyExc_TypeError, "%s: %zu arguments are needed", c->name, nr);
    return -1;
  }
  for (size_t i = 0; i < c->nr_args; i++)
    if (python_take (c, i, args[i + 1], &a->keep, &a->temporary, &a->values[i])
        == -1)
      return -1;
  for (size_t i = 0; i < c->nr_opts; i++) {
    PyObject *object = args[c->nr_args + i + 1];
    union binding_value value;

    if (object == Py_None)
      continue;
    if (python_take (c, c->nr_args + i, object, &a->keep, &a->temporary, &value)
        == -1)
      return -1;
    binding_set_optarg (c, &a->optargs, i, &value);
  }
  return 0;
}

/* The result, or the exception, of a call that was made. */
static PyObject *
finish (const struct binding_call *c, struct binding_handle *h,
        union binding_result *result)
{
  PyObject *ret;

  if (binding_failed (c, result)) {
    raise_error (h, c->name);
    return NULL;
  }
  ret = python_give (c, result);
  binding_free_result (c, result);
  binding_leave (h);
  return ret;
}

/* Of a call that returns a buffer. */
static PyObject *
run_receiving (const struct binding_call *c, struct binding_handle *h,
               const struct arguments *a)
{
  union binding_result result;
  struct python_receiver r;
  bool received;

  python_receiver_init (&r);
  Py_BEGIN_ALLOW_THREADS
  received = binding_invoke_into (c, h->g, a->values, &a->optargs, &r.base,
                                  &result);
  Py_END_ALLOW_THREADS
  if (received) {
    binding_leave (h);
    return r.bytes;
  }
  Py_XDECREF (r.bytes);
  if (r.refused) {
    binding_leave (h);
    return PyErr_NoMemory ();
  }
  return finish (c, h, &result);
}

static PyObject *
run (const struct binding_call *c, struct binding_handle *h,
     const struct arguments *a)
{
  CLEANUP_FREE char *copy = NULL;
  union binding_result result;

  if (c->ret == BINDING_RETURN_BUFFER)
    return run_receiving (c, h, a);
  if (c->quick && !binding_is_shared (h))
    c->invoke (h->g, a->values, &a->optargs, &result);
  else {
    Py_BEGIN_ALLOW_THREADS
    binding_invoke_copying (c, h->g, a->values, &a->optargs, &result, &copy);
    Py_END_ALLOW_THREADS
  }
  return finish (c, h, &result);
}

/* Every call; `self` has the address of its description. */
static PyObject *
method (PyObject *self, PyObject *const *args, Py_ssize_t given)
{
  const struct binding_call *c = PyLong_AsVoidPtr (self);
  struct binding_handle *h = NULL;
  PyObject *ret = NULL;
  struct arguments a;

  a.optargs.bitmask = 0;
  a.keep = NULL;
  a.temporary = NULL;
  if (take_all (c, args, given, &a) == 0)
    h = enter (args[0], c->name);
  if (h)
    ret = run (c, h, &a);
  if (a.temporary)
    binding_free_temporary (a.temporary);
  Py_XDECREF (a.keep);
  return ret;
}

static void
destroy_capsule (PyObject *capsule)
{
  binding_handle_free (handle_of (capsule));
}

static PyObject *
create (PyObject *self, PyObject *args)
{
  struct binding_handle *h;
  unsigned flags;

  if (!PyArg_ParseTuple (args, "I:create", &flags))
    return NULL;
  h = binding_handle_new (flags, &python);
  if (!h) {
    PyErr_SetString (PyExc_RuntimeError, "guestfs.GuestFS: cannot make a "
                     "handle");
    return NULL;
  }
  return PyCapsule_New (h, CAPSULE_NAME, destroy_capsule);
}

static PyObject *
close_handle (PyObject *self, PyObject *args)
{
  struct binding_handle *h;
  PyObject *capsule;

  if (!PyArg_ParseTuple (args, "O:close", &capsule)
      || !(h = handle_of (capsule)))
    return NULL;
  (void) binding_close (h);
  Py_RETURN_NONE;
}

static PyObject *
last_errno (PyObject *self, PyObject *args)
{
  struct binding_handle *h;
  PyObject *capsule;
  long errnum;

  if (!PyArg_ParseTuple (args, "O:last_errno", &capsule)
      || !(h = enter (capsule, "last_errno")))
    return NULL;
  errnum = guestfs_last_errno (h->g);
  binding_leave (h);
  return PyLong_FromLong (errnum);
}

static PyObject *
array_of (const uint64_t *array, size_t len)
{
  PyObject *list = PyList_New (len);

  for (size_t i = 0; list && i < len; i++) {
    PyObject *item = PyLong_FromUnsignedLongLong (array[i]);

    if (!item || PyList_SetItem (list, i, item) == -1)
      Py_CLEAR (list);
  }
  return list;
}

/* Call the Python function.  An exception in it cannot go anywhere: it is told as
 * sys.unraisablehook has it. */
static void
call_function (guestfs_h *g, void *opaque, uint64_t event, int event_handle,
               int flags, const char *buf, size_t buf_len,
               const uint64_t *array, size_t array_len)
{
  PyObject *function, *text, *list, *result = NULL;
  PyGILState_STATE state;

  /* A handle that is closed when the program ends. */
  if (!Py_IsInitialized ())
    return;
  state = PyGILState_Ensure ();
  function = binding_callback_get (opaque);
  if (function) {
    Py_INCREF (function);
    text = python_text (buf ? buf : "", buf_len);
    list = array_of (array, array_len);
    if (text && list)
      result = PyObject_CallFunction (function, "KiOO",
                                      (unsigned long long) event, event_handle,
                                      text, list);
    if (!result)
      PyErr_WriteUnraisable (function);
    Py_XDECREF (result);
    Py_XDECREF (list);
    Py_XDECREF (text);
    Py_DECREF (function);
  }
  binding_callback_put (opaque);
  PyGILState_Release (state);
}

static PyObject *
set_event_callback (PyObject *self, PyObject *args)
{
  PyObject *capsule, *function;
  unsigned long long events;
  struct binding_handle *h;
  int r;

  if (!PyArg_ParseTuple (args, "OOK:set_event_callback", &capsule, &function,
                         &events))
    return NULL;
  if (!PyCallable_Check (function)) {
    PyErr_SetString (PyExc_TypeError, "the callback cannot be called");
    return NULL;
  }
  h = enter (capsule, "set_event_callback");
  if (!h)
    return NULL;
  Py_INCREF (function);
  Py_BEGIN_ALLOW_THREADS
  r = binding_add_callback (h, call_function, events, function);
  Py_END_ALLOW_THREADS
  if (r == -1) {
    Py_DECREF (function);
    raise_error (h, "set_event_callback");
    return NULL;
  }
  binding_leave (h);
  return PyLong_FromLong (r);
}

static PyObject *
delete_event_callback (PyObject *self, PyObject *args)
{
  struct binding_callback *callback;
  struct binding_handle *h;
  PyObject *capsule;
  int event_handle;

  if (!PyArg_ParseTuple (args, "Oi:delete_event_callback", &capsule,
                         &event_handle)
      || !(h = enter (capsule, "delete_event_callback")))
    return NULL;
  Py_BEGIN_ALLOW_THREADS
  callback = binding_delete_callback (h, event_handle);
  Py_END_ALLOW_THREADS
  if (callback)
    binding_callback_put (callback);
  binding_leave (h);
  Py_RETURN_NONE;
}

static PyObject *
event_to_string (PyObject *self, PyObject *args)
{
  unsigned long long events;
  PyObject *ret;
  char *text;

  if (!PyArg_ParseTuple (args, "K:event_to_string", &events))
    return NULL;
  text = guestfs_event_to_string (events);
  if (!text)
    return PyErr_NoMemory ();
  ret = python_text (text, strlen (text));
  free (text);
  return ret;
}

static PyMethodDef functions[] = {
  { "create", create, METH_VARARGS, NULL },
  { "close", close_handle, METH_VARARGS, NULL },
  { "last_errno", last_errno, METH_VARARGS, NULL },
  { "set_event_callback", set_event_callback, METH_VARARGS, NULL },
  { "delete_event_callback", delete_event_callback, METH_VARARGS, NULL },
  { "event_to_string", event_to_string, METH_VARARGS, NULL },
  { NULL, NULL, 0, NULL },
};

/* A function for each call; it refers to its definition for ever. */
static int
add_methods (PyObject *module)
{
  PyMethodDef *defs = calloc (binding_nr_calls, sizeof *defs);

  if (!defs) {
    PyErr_NoMemory ();
    return -1;
  }
  for (size_t i = 0; i < binding_nr_calls; i++) {
    PyObject *self = PyLong_FromVoidPtr ((void *) &binding_calls[i]);
    PyObject *function;

    defs[i] = (PyMethodDef) { binding_calls[i].name,
                              (PyCFunction) (void (*) (void)) method,
                              METH_FASTCALL, NULL };
    function = self ? PyCFunction_NewEx (&defs[i], self, NULL) : NULL;
    Py_XDECREF (self);
    if (!function
        || PyModule_AddObject (module, binding_calls[i].name, function) == -1)
      return -1;
  }
  return 0;
}

static struct PyModuleDef definition = {
  PyModuleDef_HEAD_INIT,
  .m_name = "libguestfsmod",
  .m_doc = "The functions below the class guestfs.GuestFS.",
  .m_size = -1,
  .m_methods = functions,
};

__attribute__ ((visibility ("default"))) PyObject *PyInit_libguestfsmod (void);

PyObject *
PyInit_libguestfsmod (void)
{
  PyObject *module = PyModule_Create (&definition);

  if (!module || add_methods (module) == -1)
    return NULL;
  error_class = PyErr_NewExceptionWithDoc ("guestfs.Error", "A call failed: "
    "`errno` is the number of the error, or 0, and `call` the name of the call.",
    PyExc_RuntimeError, NULL);
  if (!error_class || PyModule_AddObject (module, "Error", error_class) == -1)
    return NULL;
  Py_INCREF (error_class);
  return module;
}
