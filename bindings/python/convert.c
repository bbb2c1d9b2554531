/* Arguments and results of methods: see binding.h. */

#include <config.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "binding.h"

static PyObject *
argument (struct binding_call *c, size_t i)
{
  return PyTuple_GetItem (c->args, (Py_ssize_t) i + 1); /* borrowed */
}

static int
wrong_type (struct binding_call *c, size_t i, const char *wanted)
{
  PyErr_Format (PyExc_TypeError, "%s: argument %zu must be %s", c->name, i + 1,
                wanted);
  return -1;
}

int
binding_begin (struct binding_call *c, const char *name, PyObject *args,
               size_t nr)
{
  struct binding_handle *h;

  *c = (struct binding_call) { .name = name, .args = args };
  if (PyTuple_Size (args) != (Py_ssize_t) nr + 1) {
    PyErr_Format (PyExc_TypeError, "%s: %zu arguments are needed", name, nr);
    return -1;
  }
  h = binding_handle_of (PyTuple_GetItem (args, 0));
  if (!h)
    return -1;
  if (!h->g) {
    PyErr_Format (PyExc_ValueError, "%s: the handle is closed", name);
    return -1;
  }
  c->g = h->g;
  c->temporary = PyList_New (0);
  return c->temporary ? 0 : -1;
}

void
binding_end (struct binding_call *c)
{
  Py_CLEAR (c->temporary);
  while (c->lists) {
    struct binding_list *next = c->lists->next;

    free (c->lists);
    c->lists = next;
  }
}

PyObject *
binding_text (const char *str, size_t len)
{
  return PyUnicode_DecodeUTF8 (str, len, "surrogateescape");
}

/* The bytes of a str or bytes object, which live as long as the call. */
static int
bytes_of (struct binding_call *c, PyObject *object, char **ret,
          Py_ssize_t *ret_size)
{
  PyObject *bytes;
  int r;

  if (PyUnicode_Check (object))
    bytes = PyUnicode_AsEncodedString (object, "utf-8", "surrogateescape");
  else
    bytes = PyBytes_FromObject (object);
  if (!bytes)
    return -1;
  r = PyList_Append (c->temporary, bytes);
  Py_DECREF (bytes);
  if (r == -1)
    return -1;
  /* With no place for the size, a NUL inside is an exception. */
  return PyBytes_AsStringAndSize (bytes, ret, ret_size);
}

static int
string_of (struct binding_call *c, size_t i, PyObject *object, char **ret)
{
  if (!PyUnicode_Check (object) && !PyBytes_Check (object))
    return wrong_type (c, i, "str");
  return bytes_of (c, object, ret, NULL);
}

int
binding_string (struct binding_call *c, size_t i, const char **ret)
{
  char *str;

  if (string_of (c, i, argument (c, i), &str) == -1)
    return -1;
  *ret = str;
  return 0;
}

int
binding_optstring (struct binding_call *c, size_t i, const char **ret)
{
  if (!binding_has (c, i)) {
    *ret = NULL;
    return 0;
  }
  return binding_string (c, i, ret);
}

int
binding_strings (struct binding_call *c, size_t i, char *const **ret)
{
  PyObject *object = argument (c, i);
  struct binding_list *list;
  Py_ssize_t count;

  if (!PySequence_Check (object) || PyBytes_Check (object))
    return wrong_type (c, i, "a list of str");
  count = PySequence_Size (object);
  if (count == -1)
    return -1;
  list = calloc (1, sizeof *list + ((size_t) count + 1) * sizeof (char *));
  if (!list) {
    PyErr_NoMemory ();
    return -1;
  }
  list->next = c->lists;
  c->lists = list;
  for (Py_ssize_t j = 0; j < count; j++) {
    PyObject *item = PySequence_GetItem (object, j);
    int r = item ? string_of (c, i, item, &list->strings[j]) : -1;

    Py_XDECREF (item);
    if (r == -1)
      return -1;
  }
  *ret = list->strings;
  return 0;
}

int
binding_buffer (struct binding_call *c, size_t i, const char **ret,
                size_t *ret_size)
{
  PyObject *object = argument (c, i);
  Py_ssize_t size;
  char *data;

  if (PyLong_Check (object)) /* PyBytes_FromObject would make n zeroes... */
    return wrong_type (c, i, "bytes or str");
  if (bytes_of (c, object, &data, &size) == -1)
    return -1;
  *ret = data;
  *ret_size = size;
  return 0;
}

int
binding_int64 (struct binding_call *c, size_t i, int64_t *ret)
{
  PyObject *object = argument (c, i);
  long long value;

  if (!PyLong_Check (object))
    return wrong_type (c, i, "int");
  value = PyLong_AsLongLong (object);
  if (value == -1 && PyErr_Occurred ())
    return -1;
  *ret = value;
  return 0;
}

int
binding_int (struct binding_call *c, size_t i, int *ret)
{
  int64_t value;

  if (binding_int64 (c, i, &value) == -1)
    return -1;
  if (value < INT_MIN || value > INT_MAX) {
    PyErr_Format (PyExc_OverflowError, "%s: argument %zu is out of the range "
                  "of int", c->name, i + 1);
    return -1;
  }
  *ret = value;
  return 0;
}

int
binding_bool (struct binding_call *c, size_t i, int *ret)
{
  int truth = PyObject_IsTrue (argument (c, i));

  if (truth == -1)
    return -1;
  *ret = truth;
  return 0;
}

int
binding_pointer (struct binding_call *c, size_t i, void **ret)
{
  void *pointer = PyLong_AsVoidPtr (argument (c, i));

  if (!pointer && PyErr_Occurred ())
    return -1;
  *ret = pointer;
  return 0;
}

bool
binding_has (struct binding_call *c, size_t i)
{
  return argument (c, i) != Py_None;
}

PyObject *
binding_raise (struct binding_call *c)
{
  const char *message = guestfs_last_error (c->g);
  PyObject *text;

  if (!message)
    message = "unknown error";
  text = binding_text (message, strlen (message));
  if (text) {
    PyErr_SetObject (PyExc_RuntimeError, text);
    Py_DECREF (text);
  }
  return NULL;
}

PyObject *
binding_return_err (struct binding_call *c, int ret)
{
  if (ret == -1)
    return binding_raise (c);
  Py_RETURN_NONE;
}

PyObject *
binding_return_int (struct binding_call *c, int64_t ret)
{
  return ret == -1 ? binding_raise (c) : PyLong_FromLongLong (ret);
}

PyObject *
binding_return_const (struct binding_call *c, const char *ret)
{
  return ret ? binding_text (ret, strlen (ret)) : binding_raise (c);
}

PyObject *
binding_return_optconst (struct binding_call *c, const char *ret)
{
  if (!ret)
    Py_RETURN_NONE;
  return binding_text (ret, strlen (ret));
}

PyObject *
binding_return_string (struct binding_call *c, char *ret)
{
  PyObject *object = binding_return_const (c, ret);

  free (ret);
  return object;
}

/* Add a new reference to a list; 0 or -1. */
static int
append (PyObject *list, PyObject *item)
{
  int r = item ? PyList_Append (list, item) : -1;

  Py_XDECREF (item);
  return r;
}

static PyObject *
list_of (char *const *strings, bool pairs)
{
  PyObject *list = PyList_New (0);
  size_t step = pairs ? 2 : 1;

  for (size_t i = 0; list && strings[i]; i += step) {
    PyObject *item = binding_text (strings[i], strlen (strings[i]));

    if (item && pairs) {
      const char *value = strings[i + 1];

      item = Py_BuildValue ("(NN)", item, binding_text (value, strlen (value)));
    }
    if (append (list, item) == -1)
      Py_CLEAR (list);
  }
  return list;
}

static PyObject *
return_list (struct binding_call *c, char **ret, bool pairs)
{
  PyObject *list;

  if (!ret)
    return binding_raise (c);
  list = list_of (ret, pairs);
  for (size_t i = 0; ret[i]; i++)
    free (ret[i]);
  free (ret);
  return list;
}

PyObject *
binding_return_strings (struct binding_call *c, char **ret)
{
  return return_list (c, ret, false);
}

PyObject *
binding_return_hash (struct binding_call *c, char **ret)
{
  return return_list (c, ret, true);
}

PyObject *
binding_return_buffer (struct binding_call *c, char *ret, size_t size)
{
  PyObject *object;

  if (!ret)
    return binding_raise (c);
  object = PyBytes_FromStringAndSize (ret, size);
  free (ret);
  return object;
}

int
binding_set (PyObject *dict, const char *key, PyObject *value)
{
  int r = value ? PyDict_SetItemString (dict, key, value) : -1;

  Py_XDECREF (value);
  return r;
}
