/* Objects of Python and values of calls: see binding.h. */

#include <config.h>

#include <limits.h>
#include <string.h>

#include "binding.h"

static int
wrong_type (const struct binding_call *c, size_t i, const char *wanted)
{
  PyErr_Format (PyExc_TypeError, "%s: argument %zu (%s) must be %s", c->name,
                i + 1, c->args[i].name, wanted);
  return -1;
}

PyObject *
python_text (const char *str, size_t len)
{
  return PyUnicode_DecodeUTF8 (str, len, "surrogateescape");
}

/* The bytes of a str or of an object that has bytes, which are kept. */
static int
bytes_of (PyObject *object, PyObject **keep, char **ret, Py_ssize_t *ret_size)
{
  PyObject *bytes;
  int r;

  if (!*keep)
    *keep = PyList_New (0);
  if (!*keep)
    return -1;
  if (PyUnicode_Check (object))
    bytes = PyUnicode_AsEncodedString (object, "utf-8", "surrogateescape");
  else
    bytes = PyBytes_FromObject (object);
  if (!bytes)
    return -1;
  r = PyList_Append (*keep, bytes);
  Py_DECREF (bytes);
  if (r == -1)
    return -1;
  /* With no place for the size, a NUL inside is an exception. */
  return PyBytes_AsStringAndSize (bytes, ret, ret_size);
}

static int
string_of (const struct binding_call *c, size_t i, PyObject *object,
           PyObject **keep, const char **ret)
{
  char *str;

  if (!PyUnicode_Check (object) && !PyBytes_Check (object))
    return wrong_type (c, i, "str");
  if (bytes_of (object, keep, &str, NULL) == -1)
    return -1;
  *ret = str;
  return 0;
}

/* Any iterable, but not a string, whose characters would be taken. */
static int
strings_of (const struct binding_call *c, size_t i, PyObject *object,
            PyObject **keep, struct binding_temporary **temporary,
            char *const **ret)
{
  const char **strings;
  PyObject *list;
  Py_ssize_t count;
  int r = 0;

  if (PyBytes_Check (object) || PyUnicode_Check (object) || object == Py_None)
    return wrong_type (c, i, "a list of str");
  list = PySequence_List (object);
  if (!list)
    return -1;
  count = PyList_Size (list);
  strings = binding_allocate (temporary,
                              ((size_t) count + 1) * sizeof *strings);
  if (!strings) {
    PyErr_NoMemory ();
    r = -1;
  }
  for (Py_ssize_t j = 0; j < count && r == 0; j++)
    r = string_of (c, i, PyList_GetItem (list, j), keep, &strings[j]);
  Py_DECREF (list);
  if (r == -1)
    return -1;
  strings[count] = NULL;
  *ret = (char *const *) strings;
  return 0;
}

static int
buffer_of (const struct binding_call *c, size_t i, PyObject *object,
           PyObject **keep, union binding_value *ret)
{
  Py_ssize_t size;
  char *data;

  /* PyBytes_FromObject would take a list of numbers as well. */
  if (!PyUnicode_Check (object) && !PyBytes_Check (object)
      && !PyByteArray_Check (object) && !PyMemoryView_Check (object))
    return wrong_type (c, i, "bytes or str");
  if (bytes_of (object, keep, &data, &size) == -1)
    return -1;
  ret->buffer.data = data;
  ret->buffer.size = size;
  return 0;
}

static int
number_of (const struct binding_call *c, size_t i, PyObject *object,
           int64_t least, int64_t most, int64_t *ret)
{
  long long value;

  if (!PyLong_Check (object))
    return wrong_type (c, i, "int");
  value = PyLong_AsLongLong (object);
  if (value == -1 && PyErr_Occurred ())
    return -1;
  if (value < least || value > most) {
    PyErr_Format (PyExc_OverflowError, "%s: argument %zu (%s) is out of the "
                  "range of int", c->name, i + 1, c->args[i].name);
    return -1;
  }
  *ret = value;
  return 0;
}

int
python_take (const struct binding_call *c, size_t i, PyObject *object,
             PyObject **keep, struct binding_temporary **temporary,
             union binding_value *ret)
{
  int truth;

  switch (c->args[i].type) {
  case BINDING_OPTSTRING:
    ret->string = NULL;
    return object == Py_None ? 0
           : string_of (c, i, object, keep, &ret->string);
  case BINDING_STRING:
    return string_of (c, i, object, keep, &ret->string);
  case BINDING_STRINGS:
    return strings_of (c, i, object, keep, temporary, &ret->strings);
  case BINDING_BUFFER:
    return buffer_of (c, i, object, keep, ret);
  case BINDING_BOOL:
    truth = PyObject_IsTrue (object);
    ret->number = truth;
    return truth == -1 ? -1 : 0;
  case BINDING_INT:
    return number_of (c, i, object, INT_MIN, INT_MAX, &ret->number);
  case BINDING_INT64:
    return number_of (c, i, object, INT64_MIN, INT64_MAX, &ret->number);
  case BINDING_POINTER:
    ret->pointer = PyLong_AsVoidPtr (object);
    return !ret->pointer && PyErr_Occurred () ? -1 : 0;
  }
  return -1;
}

static PyObject *
give_field (const struct binding_field *f, const void *base)
{
  const char *bytes;
  double percent;
  size_t size;
  char one;

  switch (f->type) {
  case BINDING_FIELD_CHAR:
    one = (char) binding_field_number (f, base);
    return python_text (&one, 1);
  case BINDING_FIELD_UINT64:
    return PyLong_FromUnsignedLongLong (binding_field_number (f, base));
  case BINDING_FIELD_INT32:
  case BINDING_FIELD_UINT32:
  case BINDING_FIELD_INT64:
    return PyLong_FromLongLong (binding_field_number (f, base));
  case BINDING_FIELD_PERCENT:
    percent = binding_field_percent (f, base);
    if (percent < 0)
      Py_RETURN_NONE;
    return PyFloat_FromDouble (percent);
  case BINDING_FIELD_BUFFER:
    bytes = binding_field_bytes (f, base, &size);
    return PyBytes_FromStringAndSize (bytes, size);
  default:
    bytes = binding_field_bytes (f, base, &size);
    return python_text (bytes, size);
  }
}

static PyObject *
give_struct (const struct binding_struct *s, const void *base)
{
  PyObject *dict = PyDict_New ();

  for (size_t i = 0; dict && i < s->nr_fields; i++) {
    PyObject *value = give_field (&s->fields[i], base);

    if (!value
        || PyDict_SetItemString (dict, s->fields[i].name, value) == -1)
      Py_CLEAR (dict);
    Py_XDECREF (value);
  }
  return dict;
}

static PyObject *
give_structs (const struct binding_struct *s,
              const struct binding_struct_list *list)
{
  PyObject *ret = PyList_New (list->len);

  for (uint32_t i = 0; ret && i < list->len; i++) {
    PyObject *one = give_struct (s, list->val + i * s->size);

    if (!one || PyList_SetItem (ret, i, one) == -1)
      Py_CLEAR (ret);
  }
  return ret;
}

/* A list of str, or of pairs of them. */
static PyObject *
give_strings (char *const *strings, bool pairs)
{
  PyObject *ret = PyList_New (0);
  size_t step = pairs ? 2 : 1;

  for (size_t i = 0; ret && strings[i]; i += step) {
    PyObject *item = python_text (strings[i], strlen (strings[i]));

    if (item && pairs) {
      const char *value = strings[i + 1];

      item = Py_BuildValue ("(NN)", item, python_text (value, strlen (value)));
    }
    if (!item || PyList_Append (ret, item) == -1)
      Py_CLEAR (ret);
    Py_XDECREF (item);
  }
  return ret;
}

PyObject *
python_give (const struct binding_call *c, const union binding_result *result)
{
  switch (c->ret) {
  case BINDING_RETURN_INT:
  case BINDING_RETURN_INT64:
  case BINDING_RETURN_BOOL:
    return PyLong_FromLongLong (result->number);
  case BINDING_RETURN_OPTCONST:
    if (!result->constant)
      Py_RETURN_NONE;
    /* fall through */
  case BINDING_RETURN_CONST:
  case BINDING_RETURN_STRING:
    return python_text (result->constant, strlen (result->constant));
  case BINDING_RETURN_STRINGS:
    return give_strings (result->strings, false);
  case BINDING_RETURN_HASH:
    return give_strings (result->strings, true);
  case BINDING_RETURN_BUFFER:
    return PyBytes_FromStringAndSize (result->buffer.data,
                                      result->buffer.size);
  case BINDING_RETURN_STRUCT:
    return give_struct (c->ret_struct, result->structure);
  case BINDING_RETURN_STRUCTS:
    return give_structs (c->ret_struct, result->structure);
  case BINDING_RETURN_ERR:
    break;
  }
  Py_RETURN_NONE;
}
