/* What the generated Python methods (actions.c) are made of.
 *
 * A method is a function of libguestfsmod that takes the handle, all arguments
 * and then all optional arguments, None where absent.  guestfs.py puts a class
 * with keyword arguments in front.  Only the stable ABI of Python is used.
 */
#ifndef BATHYSCOPE_PYTHON_BINDING_H
#define BATHYSCOPE_PYTHON_BINDING_H

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x03090000
#include <Python.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "guestfs.h"

/* One event callback of a handle. */
struct binding_callback {
  struct binding_callback *next;
  PyObject *function; /* owned */
  int event_handle;
};

/* What the capsule points to. */
struct binding_handle {
  guestfs_h *g; /* NULL once closed */
  struct binding_callback *callbacks;
};

/* A method that runs: its arguments, and what they were converted into. */
struct binding_call {
  guestfs_h *g;
  const char *name;
  PyObject *args;
  PyObject *temporary; /* list: bytes objects that C strings point into */
  struct binding_list { struct binding_list *next; char *strings[]; } *lists;
};

/* Take the handle out of the arguments, of which there must be `nr` besides.
 * 0, or -1 with a Python exception. */
int binding_begin (struct binding_call *c, const char *name, PyObject *args,
                   size_t nr);
void binding_end (struct binding_call *c);

/* Argument `i` (from 0, after the handle).  What they return lives until
 * binding_end.  0, or -1 with a Python exception. */
int binding_string (struct binding_call *c, size_t i, const char **ret);
int binding_optstring (struct binding_call *c, size_t i, const char **ret);
int binding_strings (struct binding_call *c, size_t i, char *const **ret);
int binding_buffer (struct binding_call *c, size_t i, const char **ret,
                    size_t *ret_size);
int binding_int (struct binding_call *c, size_t i, int *ret);
int binding_int64 (struct binding_call *c, size_t i, int64_t *ret);
int binding_bool (struct binding_call *c, size_t i, int *ret);
int binding_pointer (struct binding_call *c, size_t i, void **ret);
/* Is an optional argument there? */
bool binding_has (struct binding_call *c, size_t i);

/* Results as Python objects; they free what the call returned.  NULL with an
 * exception when the result is an error. */
PyObject *binding_return_err (struct binding_call *c, int ret);
PyObject *binding_return_int (struct binding_call *c, int64_t ret);
PyObject *binding_return_string (struct binding_call *c, char *ret);
PyObject *binding_return_const (struct binding_call *c, const char *ret);
PyObject *binding_return_optconst (struct binding_call *c, const char *ret);
PyObject *binding_return_strings (struct binding_call *c, char **ret);
PyObject *binding_return_hash (struct binding_call *c, char **ret);
PyObject *binding_return_buffer (struct binding_call *c, char *ret,
                                 size_t size);
/* The handle's last error as RuntimeError; returns NULL. */
PyObject *binding_raise (struct binding_call *c);

/* A str; bytes that are no UTF-8 become surrogates, and back. */
PyObject *binding_text (const char *str, size_t len);

/* Put a new reference into a dict; `value` NULL is an error that was set. */
int binding_set (PyObject *dict, const char *key, PyObject *value);

/* handle.c */
struct binding_handle *binding_handle_of (PyObject *capsule);
PyObject *binding_create (PyObject *self, PyObject *args);
PyObject *binding_close (PyObject *self, PyObject *args);
PyObject *binding_last_errno (PyObject *self, PyObject *args);
PyObject *binding_set_event_callback (PyObject *self, PyObject *args);
PyObject *binding_delete_event_callback (PyObject *self, PyObject *args);
PyObject *binding_event_to_string (PyObject *self, PyObject *args);

/* actions.c, generated: all methods, with an empty one at the end. */
extern PyMethodDef binding_methods[];

#endif
