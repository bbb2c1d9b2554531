/* Between emit-python.c and emit-python-class.c. */
#ifndef BATHYSCOPE_GENERATOR_PYTHON_H
#define BATHYSCOPE_GENERATOR_PYTHON_H

#include "api.h"

/* Does the binding have this call? */
bool python_has (const struct call *c);

/* bindings/python/guestfs.py */
void emit_python_class (const struct api *api, const char *dir);

#endif
