/* Methods of the Python binding.
 *
 * Made by the generator from generator/api; changes here are lost. */

#include <config.h>

#include <string.h>

#include "binding.h"

static PyObject *
from_point (const struct guestfs_point *p)
{
  PyObject *d = PyDict_New ();

  if (!d
      || binding_set (d, "kind", binding_text (&p->kind, 1)) == -1
      || binding_set (d, "x", PyLong_FromLong (p->x)) == -1
      || binding_set (d, "y", PyLong_FromUnsignedLong (p->y)) == -1
      || binding_set (d, "z", PyLong_FromLongLong (p->z)) == -1
      || binding_set (d, "t", PyLong_FromUnsignedLongLong (p->t)) == -1
      || binding_set (d, "size", PyLong_FromUnsignedLongLong (p->size)) == -1
      || binding_set (d, "name", binding_text (p->name, strlen (p->name))) == -1
      || binding_set (d, "where", binding_text (p->where, strlen (p->where))) == -1
      || binding_set (d, "data", PyBytes_FromStringAndSize (p->data, p->data_len)) == -1
      || binding_set (d, "id", binding_text (p->id, 32)) == -1
      || binding_set (d, "done", p->done >= 0 ? PyFloat_FromDouble (p->done)
                      : (Py_INCREF (Py_None), Py_None)) == -1)
    Py_CLEAR (d);
  return d;
}

static PyObject *from_point_list (const struct guestfs_point_list *p) __attribute__ ((unused));
static PyObject *
from_point_list (const struct guestfs_point_list *p)
{
  PyObject *list = PyList_New (p->len);

  for (uint32_t i = 0; list && i < p->len; i++) {
    PyObject *item = from_point (&p->val[i]);

    if (!item || PyList_SetItem (list, i, item) == -1)
      Py_CLEAR (list);
  }
  return list;
}

static PyObject *
method_get_buffer (PyObject *self_, PyObject *args_)
{
  struct binding_call call_;
  struct guestfs_get_buffer_argv optargs = { .bitmask = 0 };
  const char *path;
  size_t size_ = 0;
  PyObject *object_ = NULL;
  char *ret_;

  if (binding_begin (&call_, "get_buffer", args_, 2) == -1
      || binding_string (&call_, 0, &path) == -1)
    goto out_;
  if (binding_has (&call_, 1)) {
    if (binding_int64 (&call_, 1, &optargs.offset) == -1)
      goto out_;
    optargs.bitmask |= GUESTFS_GET_BUFFER_OFFSET_BITMASK;
  }
  Py_BEGIN_ALLOW_THREADS
  ret_ = guestfs_get_buffer_argv (call_.g, path, &size_, &optargs);
  Py_END_ALLOW_THREADS
  object_ = binding_return_buffer (&call_, ret_, size_);
 out_:
  binding_end (&call_);
  return object_;
}

static PyObject *
method_get_hash (PyObject *self_, PyObject *args_)
{
  struct binding_call call_;
  PyObject *object_ = NULL;
  char **ret_;

  if (binding_begin (&call_, "get_hash", args_, 0) == -1)
    goto out_;
  Py_BEGIN_ALLOW_THREADS
  ret_ = guestfs_get_hash (call_.g);
  Py_END_ALLOW_THREADS
  object_ = binding_return_hash (&call_, ret_);
 out_:
  binding_end (&call_);
  return object_;
}

static PyObject *
method_get_mode (PyObject *self_, PyObject *args_)
{
  struct binding_call call_;
  PyObject *object_ = NULL;
  int ret_;

  if (binding_begin (&call_, "get_mode", args_, 0) == -1)
    goto out_;
  Py_BEGIN_ALLOW_THREADS
  ret_ = guestfs_get_mode (call_.g);
  Py_END_ALLOW_THREADS
  object_ = binding_return_int (&call_, ret_);
 out_:
  binding_end (&call_);
  return object_;
}

static PyObject *
method_get_point (PyObject *self_, PyObject *args_)
{
  struct binding_call call_;
  int nr;
  PyObject *object_ = NULL;
  struct guestfs_point *ret_;

  if (binding_begin (&call_, "get_point", args_, 1) == -1
      || binding_int (&call_, 0, &nr) == -1)
    goto out_;
  Py_BEGIN_ALLOW_THREADS
  ret_ = guestfs_get_point (call_.g, nr);
  Py_END_ALLOW_THREADS
  if (!ret_)
    binding_raise (&call_);
  else {
    object_ = from_point (ret_);
    guestfs_free_point (ret_);
  }
 out_:
  binding_end (&call_);
  return object_;
}

static PyObject *
method_get_points (PyObject *self_, PyObject *args_)
{
  struct binding_call call_;
  PyObject *object_ = NULL;
  struct guestfs_point_list *ret_;

  if (binding_begin (&call_, "get_points", args_, 0) == -1)
    goto out_;
  Py_BEGIN_ALLOW_THREADS
  ret_ = guestfs_get_points (call_.g);
  Py_END_ALLOW_THREADS
  if (!ret_)
    binding_raise (&call_);
  else {
    object_ = from_point_list (ret_);
    guestfs_free_point_list (ret_);
  }
 out_:
  binding_end (&call_);
  return object_;
}

static PyObject *
method_get_thing (PyObject *self_, PyObject *args_)
{
  struct binding_call call_;
  PyObject *object_ = NULL;
  const char *ret_;

  if (binding_begin (&call_, "get_thing", args_, 0) == -1)
    goto out_;
  Py_BEGIN_ALLOW_THREADS
  ret_ = guestfs_get_thing (call_.g);
  Py_END_ALLOW_THREADS
  object_ = binding_return_optconst (&call_, ret_);
 out_:
  binding_end (&call_);
  return object_;
}

static PyObject *
method_set_thing (PyObject *self_, PyObject *args_)
{
  struct binding_call call_;
  const char *thing;
  PyObject *object_ = NULL;
  int ret_;

  if (binding_begin (&call_, "set_thing", args_, 1) == -1
      || binding_optstring (&call_, 0, &thing) == -1)
    goto out_;
  Py_BEGIN_ALLOW_THREADS
  ret_ = guestfs_set_thing (call_.g, thing);
  Py_END_ALLOW_THREADS
  object_ = binding_return_err (&call_, ret_);
 out_:
  binding_end (&call_);
  return object_;
}

static PyObject *
method_take_all (PyObject *self_, PyObject *args_)
{
  struct binding_call call_;
  struct guestfs_take_all_opts_argv optargs = { .bitmask = 0 };
  const char *str;
  const char *path;
  const char *device;
  const char *mountable;
  const char *devpath;
  const char *mountpath;
  const char *filename;
  const char *key;
  const char *guid;
  const char *optstr;
  const char *filein;
  char *const *words;
  char *const *devices;
  char *const *filenames;
  char *const *paths;
  int num;
  int64_t large;
  int truth;
  const char *content;
  size_t content_size;
  PyObject *object_ = NULL;
  int ret_;

  if (binding_begin (&call_, "take_all", args_, 24) == -1
      || binding_string (&call_, 0, &str) == -1
      || binding_string (&call_, 1, &path) == -1
      || binding_string (&call_, 2, &device) == -1
      || binding_string (&call_, 3, &mountable) == -1
      || binding_string (&call_, 4, &devpath) == -1
      || binding_string (&call_, 5, &mountpath) == -1
      || binding_string (&call_, 6, &filename) == -1
      || binding_string (&call_, 7, &key) == -1
      || binding_string (&call_, 8, &guid) == -1
      || binding_optstring (&call_, 9, &optstr) == -1
      || binding_string (&call_, 10, &filein) == -1
      || binding_strings (&call_, 11, &words) == -1
      || binding_strings (&call_, 12, &devices) == -1
      || binding_strings (&call_, 13, &filenames) == -1
      || binding_strings (&call_, 14, &paths) == -1
      || binding_int (&call_, 15, &num) == -1
      || binding_int64 (&call_, 16, &large) == -1
      || binding_bool (&call_, 17, &truth) == -1
      || binding_buffer (&call_, 18, &content, &content_size) == -1)
    goto out_;
  if (binding_has (&call_, 19)) {
    if (binding_bool (&call_, 19, &optargs.force) == -1)
      goto out_;
    optargs.bitmask |= GUESTFS_TAKE_ALL_OPTS_FORCE_BITMASK;
  }
  if (binding_has (&call_, 20)) {
    if (binding_int (&call_, 20, &optargs.level) == -1)
      goto out_;
    optargs.bitmask |= GUESTFS_TAKE_ALL_OPTS_LEVEL_BITMASK;
  }
  if (binding_has (&call_, 21)) {
    if (binding_int64 (&call_, 21, &optargs.size) == -1)
      goto out_;
    optargs.bitmask |= GUESTFS_TAKE_ALL_OPTS_SIZE_BITMASK;
  }
  if (binding_has (&call_, 22)) {
    if (binding_string (&call_, 22, &optargs.label) == -1)
      goto out_;
    optargs.bitmask |= GUESTFS_TAKE_ALL_OPTS_LABEL_BITMASK;
  }
  if (binding_has (&call_, 23)) {
    if (binding_strings (&call_, 23, &optargs.names) == -1)
      goto out_;
    optargs.bitmask |= GUESTFS_TAKE_ALL_OPTS_NAMES_BITMASK;
  }
  Py_BEGIN_ALLOW_THREADS
  ret_ = guestfs_take_all_opts_argv (call_.g, str, path, device, mountable, devpath, mountpath, filename, key, guid, optstr, filein, words, devices, filenames, paths, num, large, truth, content, content_size, &optargs);
  Py_END_ALLOW_THREADS
  object_ = binding_return_err (&call_, ret_);
 out_:
  binding_end (&call_);
  return object_;
}

PyMethodDef binding_methods[] = {
  { "create", binding_create, METH_VARARGS, NULL },
  { "close", binding_close, METH_VARARGS, NULL },
  { "last_errno", binding_last_errno, METH_VARARGS, NULL },
  { "set_event_callback", binding_set_event_callback, METH_VARARGS, NULL },
  { "delete_event_callback", binding_delete_event_callback, METH_VARARGS, NULL },
  { "event_to_string", binding_event_to_string, METH_VARARGS, NULL },
  { "get_buffer", method_get_buffer, METH_VARARGS, NULL },
  { "get_hash", method_get_hash, METH_VARARGS, NULL },
  { "get_mode", method_get_mode, METH_VARARGS, NULL },
  { "get_point", method_get_point, METH_VARARGS, NULL },
  { "get_points", method_get_points, METH_VARARGS, NULL },
  { "get_thing", method_get_thing, METH_VARARGS, NULL },
  { "set_thing", method_set_thing, METH_VARARGS, NULL },
  { "take_all", method_take_all, METH_VARARGS, NULL },
  { NULL, NULL, 0, NULL },
};
