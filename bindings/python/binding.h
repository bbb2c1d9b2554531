/* What the files of libguestfsmod share.
 *
 * Each method is a function of libguestfsmod that takes the handle, all arguments
 * and then all optional arguments, None where absent.  guestfs.py puts a class
 * with keyword arguments in front.  Only the stable ABI of Python is used.
 */
#ifndef BATHYSCOPE_PYTHON_BINDING_H
#define BATHYSCOPE_PYTHON_BINDING_H

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x03090000
#include <Python.h>

/* Part of the stable ABI since 3.10, and the same in 3.9. */
#ifndef METH_FASTCALL
#define METH_FASTCALL 0x0080
#endif

#include "table.h"
#include "temporary.h"

/* Convert argument `i`, required ones first.  What the value points to lives as
 * long as the list *keep, made when it is NULL, and *temporary.  0, or -1 with an
 * exception. */
int python_take (const struct binding_call *c, size_t i, PyObject *object,
                 PyObject **keep, struct binding_temporary **temporary,
                 union binding_value *ret);

/* The result as an object; NULL with an exception. */
PyObject *python_give (const struct binding_call *c,
                       const union binding_result *result);

/* receive.c: bytes that a call writes. */
struct python_receiver {
  struct receiver base;
  PyObject *bytes; /* NULL until something has come */
  char *data;
  size_t written;
  bool refused; /* Python has not that much memory */
};

/* Owns nothing yet. */
void python_receiver_init (struct python_receiver *r);

/* A str; bytes that are no UTF-8 become surrogates, and back. */
PyObject *python_text (const char *str, size_t len);

#endif
