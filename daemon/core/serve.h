/* The conversation with the library, over the port (port.h): READY, then a call
 * and its answer again and again. */
#ifndef BATHYSCOPE_SERVE_H
#define BATHYSCOPE_SERVE_H

#include <stdbool.h>

#include "error.h"

/* Until the library closes the connection; -1 when it breaks the protocol.
 * `tell`: name each call and each error on stderr. */
int serve (bool tell, struct error *err);

#endif
