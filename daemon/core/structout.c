/* Sending structs: see structout.h. */

#include <config.h>

#include "structout.h"
#include "transfer.h"

#define PIECE (256 * 1024)

void
structout_release (struct structout *o)
{
  strbuf_release (&o->buf);
}

static int
flush (struct structout *o, struct error *err)
{
  int r = o->buf.len > 0 ? send_chunk (o->buf.data, o->buf.len, err) : 0;

  o->buf.len = 0;
  return r;
}

int
structout_add (struct structout *o, const void *base, struct error *err)
{
  if (layout_encode (&o->buf, o->layout, base, err) == -1)
    return -1;
  return o->buf.len >= PIECE ? flush (o, err) : 0;
}

int
structout_end (struct structout *o, struct error *err)
{
  return flush (o, err) == -1 ? -1 : send_end (err);
}
