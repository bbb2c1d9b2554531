/* The handle, its events, and the module libguestfsmod: see binding.h. */

#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "binding.h"

#define CAPSULE_NAME "guestfs_h"

struct binding_handle *
binding_handle_of (PyObject *capsule)
{
  return PyCapsule_GetPointer (capsule, CAPSULE_NAME);
}

static void
free_callbacks (struct binding_handle *h)
{
  while (h->callbacks) {
    struct binding_callback *next = h->callbacks->next;

    Py_DECREF (h->callbacks->function);
    free (h->callbacks);
    h->callbacks = next;
  }
}

static void
close_handle (struct binding_handle *h)
{
  guestfs_h *g = h->g;

  if (!g)
    return;
  h->g = NULL;
  /* CLOSE callbacks run in here, and want the GIL. */
  Py_BEGIN_ALLOW_THREADS
  guestfs_close (g);
  Py_END_ALLOW_THREADS
  free_callbacks (h);
}

static void
destroy_capsule (PyObject *capsule)
{
  struct binding_handle *h = binding_handle_of (capsule);

  if (h) {
    close_handle (h);
    free (h);
  }
}

PyObject *
binding_create (PyObject *self, PyObject *args)
{
  struct binding_handle *h;
  unsigned flags;

  if (!PyArg_ParseTuple (args, "I:create", &flags))
    return NULL;
  h = calloc (1, sizeof *h);
  if (!h)
    return PyErr_NoMemory ();
  h->g = guestfs_create_flags (flags);
  if (!h->g) {
    free (h);
    PyErr_SetString (PyExc_RuntimeError, "guestfs.GuestFS: cannot make a "
                     "handle");
    return NULL;
  }
  /* Errors become exceptions; they are not printed. */
  guestfs_set_error_handler (h->g, NULL, NULL);
  return PyCapsule_New (h, CAPSULE_NAME, destroy_capsule);
}

PyObject *
binding_close (PyObject *self, PyObject *args)
{
  struct binding_handle *h;
  PyObject *capsule;

  if (!PyArg_ParseTuple (args, "O:close", &capsule)
      || !(h = binding_handle_of (capsule)))
    return NULL;
  close_handle (h);
  Py_RETURN_NONE;
}

PyObject *
binding_last_errno (PyObject *self, PyObject *args)
{
  struct binding_call c;
  long errnum;

  if (binding_begin (&c, "last_errno", args, 0) == -1)
    return NULL;
  errnum = guestfs_last_errno (c.g);
  binding_end (&c);
  return PyLong_FromLong (errnum);
}

static PyObject *
array_of (const uint64_t *array, size_t len)
{
  PyObject *list = PyList_New (0);

  for (size_t i = 0; list && i < len; i++) {
    PyObject *item = PyLong_FromUnsignedLongLong (array[i]);
    int r = item ? PyList_Append (list, item) : -1;

    Py_XDECREF (item);
    if (r == -1)
      Py_CLEAR (list);
  }
  return list;
}

/* Call the Python function.  An exception in it cannot go anywhere: it is
 * printed. */
static void
call_function (guestfs_h *g, void *opaque, uint64_t event, int event_handle,
               int flags, const char *buf, size_t buf_len,
               const uint64_t *array, size_t array_len)
{
  PyGILState_STATE state = PyGILState_Ensure ();
  PyObject *function = opaque;
  PyObject *text = binding_text (buf ? buf : "", buf_len);
  PyObject *list = array_of (array, array_len);
  PyObject *result = NULL;

  Py_INCREF (function); /* it may delete itself */
  if (text && list)
    result = PyObject_CallFunction (function, "KiOO",
                                    (unsigned long long) event, event_handle,
                                    text, list);
  if (!result)
    PyErr_PrintEx (0);
  Py_XDECREF (result);
  Py_XDECREF (list);
  Py_XDECREF (text);
  Py_DECREF (function);
  PyGILState_Release (state);
}

PyObject *
binding_set_event_callback (PyObject *self, PyObject *args)
{
  struct binding_callback *callback;
  struct binding_handle *h;
  struct binding_call c = { .name = "set_event_callback" };
  PyObject *capsule, *function;
  unsigned long long events;

  if (!PyArg_ParseTuple (args, "OOK:set_event_callback", &capsule, &function,
                         &events)
      || !(h = binding_handle_of (capsule)))
    return NULL;
  if (!PyCallable_Check (function)) {
    PyErr_SetString (PyExc_TypeError, "the callback cannot be called");
    return NULL;
  }
  if (!h->g) {
    PyErr_SetString (PyExc_ValueError, "the handle is closed");
    return NULL;
  }
  callback = calloc (1, sizeof *callback);
  if (!callback)
    return PyErr_NoMemory ();
  c.g = h->g;
  Py_BEGIN_ALLOW_THREADS
  callback->event_handle = guestfs_set_event_callback (c.g, call_function,
                                                       events, 0, function);
  Py_END_ALLOW_THREADS
  if (callback->event_handle == -1) {
    free (callback);
    return binding_raise (&c);
  }
  Py_INCREF (function);
  callback->function = function;
  callback->next = h->callbacks;
  h->callbacks = callback;
  return PyLong_FromLong (callback->event_handle);
}

PyObject *
binding_delete_event_callback (PyObject *self, PyObject *args)
{
  struct binding_callback **at, *found;
  struct binding_handle *h;
  PyObject *capsule;
  guestfs_h *g;
  int event_handle;

  if (!PyArg_ParseTuple (args, "Oi:delete_event_callback", &capsule,
                         &event_handle)
      || !(h = binding_handle_of (capsule)))
    return NULL;
  for (at = &h->callbacks; *at; at = &(*at)->next)
    if ((*at)->event_handle == event_handle)
      break;
  if (h->g && *at) {
    found = *at;
    *at = found->next;
    g = h->g;
    Py_BEGIN_ALLOW_THREADS
    guestfs_delete_event_callback (g, event_handle);
    Py_END_ALLOW_THREADS
    Py_DECREF (found->function);
    free (found);
  }
  Py_RETURN_NONE;
}

PyObject *
binding_event_to_string (PyObject *self, PyObject *args)
{
  unsigned long long events;
  PyObject *ret;
  char *text;

  if (!PyArg_ParseTuple (args, "K:event_to_string", &events))
    return NULL;
  text = guestfs_event_to_string (events);
  if (!text)
    return PyErr_SetFromErrno (PyExc_RuntimeError);
  ret = binding_text (text, strlen (text));
  free (text);
  return ret;
}

static struct PyModuleDef module = {
  PyModuleDef_HEAD_INIT,
  .m_name = "libguestfsmod",
  .m_doc = "The functions below the class guestfs.GuestFS.",
  .m_size = -1,
  .m_methods = binding_methods,
};

__attribute__ ((visibility ("default"))) PyObject *PyInit_libguestfsmod (void);

PyObject *
PyInit_libguestfsmod (void)
{
  return PyModule_Create (&module);
}
