/* Sending structs of the API one after the other in the file of a `fileout`
 * call, so that a list of any length needs little memory here.  The file is the
 * XDR of each; the library reads it (lib/structfile.h).
 */
#ifndef BATHYSCOPE_STRUCTOUT_H
#define BATHYSCOPE_STRUCTOUT_H

#include "error.h"
#include "layout.h"
#include "strbuf.h"

struct structout {
  const struct layout *layout;
  struct strbuf buf; /* what was not sent yet */
};

#define STRUCTOUT_INIT(layout_) { &(layout_), STRBUF_INIT }

void structout_release (struct structout *o);

#define CLEANUP_STRUCTOUT CLEANUP (structout_release)

/* The struct stays the caller's. */
int structout_add (struct structout *o, const void *base, struct error *err);

/* Send the rest, and the end of the file. */
int structout_end (struct structout *o, struct error *err);

#endif
