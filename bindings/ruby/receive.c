/* Large buffers: a call writes them into a string, which is locked, so that nobody
 * else can change it, while other threads of Ruby run.  See receiver.h.
 */

#include "binding.h"
#include "largepages.h"

#include <string.h>

struct resizing {
  struct ruby_receiver *r;
  size_t size;
};

/* From this size on, what earlier calls returned and nobody holds any more goes
 * first; Ruby would collect it later, with both in memory. */
#define COLLECT (64 << 20)

/* Raises. */
static VALUE
make_room (VALUE data)
{
  const struct resizing *s = (const struct resizing *) data;
  struct ruby_receiver *r = s->r;

  if (s->size > LONG_MAX)
    rb_memerror ();
  if (s->size >= COLLECT)
    rb_gc_start ();
  if (NIL_P (r->string))
    r->string = rb_str_new (NULL, s->size);
  else {
    rb_str_unlocktmp (r->string);
    rb_str_resize (r->string, s->size);
  }
  rb_str_locktmp (r->string);
  return Qnil;
}

static void *
resize_locked (void *data)
{
  struct resizing *s = data;
  struct ruby_receiver *r = s->r;
  int state;

  rb_protect (make_room, (VALUE) s, &state);
  if (state) {
    /* The call has to end first. */
    r->error = rb_errinfo ();
    rb_set_errinfo (Qnil);
  }
  else {
    r->data = RSTRING_PTR (r->string);
    largepages_want (r->data, s->size);
  }
  return NULL;
}

static int
resize (struct receiver *base, size_t size)
{
  struct resizing s = { (struct ruby_receiver *) base, size };

  ruby_locked (resize_locked, &s);
  return NIL_P (s.r->error) ? 0 : -1;
}

static void
write_bytes (struct receiver *base, size_t offset, const void *data, size_t len)
{
  memcpy (((struct ruby_receiver *) base)->data + offset, data, len);
}

void
ruby_receiver_init (struct ruby_receiver *r)
{
  *r = (struct ruby_receiver) { { resize, write_bytes }, Qnil, NULL, Qnil };
}
