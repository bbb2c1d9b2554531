/* Large buffers: a call writes them into an object of bytes, which nobody else
 * knows yet, while other threads of Python run.  See receiver.h.
 */

#include <config.h>

#include <string.h>

#include "binding.h"
#include "largepages.h"

/* The stable ABI has nothing with which bytes grow: what was written is copied. */
static int
resize (struct receiver *base, size_t size)
{
  struct python_receiver *r = (struct python_receiver *) base;
  PyGILState_STATE state = PyGILState_Ensure ();
  PyObject *bytes = NULL;

  if (size <= (size_t) PY_SSIZE_T_MAX)
    bytes = PyBytes_FromStringAndSize (NULL, size);
  if (bytes) {
    char *data = PyBytes_AsString (bytes);

    largepages_want (data, size);
    if (r->bytes)
      memcpy (data, r->data, r->written < size ? r->written : size);
    Py_XDECREF (r->bytes);
    r->bytes = bytes;
    r->data = data;
  }
  else {
    PyErr_Clear (); /* the call has to end first */
    r->refused = true;
  }
  PyGILState_Release (state);
  return bytes ? 0 : -1;
}

static void
write_bytes (struct receiver *base, size_t offset, const void *data, size_t len)
{
  struct python_receiver *r = (struct python_receiver *) base;

  memcpy (r->data + offset, data, len);
  r->written = offset + len;
}

void
python_receiver_init (struct python_receiver *r)
{
  *r = (struct python_receiver) { .base = { resize, write_bytes } };
}
