/* Carrying operations out: see operations.h. */

#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "interrupt.h"
#include "types.h"

static int
run_operations (struct guest *guest, struct error *err)
{
  const struct customize *c = guest->list;
  size_t i;

  for (i = 0; i < c->operations.len; ++i) {
    const struct operation *op = &c->operations.ptr[i];

    if (interrupt_check (err) == -1
        || op->type->run (guest, op, err) == -1) {
      if (error_is_set (err))
        error_prefix (err, "--%s", op->type->name);
      return -1;
    }
  }
  return 0;
}

int
customize_run (const struct customize *c, const struct options *o,
               guestfs_h *g, const char *root, int flags, struct error *err)
{
  struct guest guest;
  int ret = -1;

  if (guest_init (&guest, g, o, root, err) == 0) {
    guest.list = c;
    if (set_random_seed (&guest, err) == 0
        && ((flags & CUSTOMIZE_KEEP_MACHINE_ID)
            || set_machine_id (&guest, err) == 0)
        && run_operations (&guest, err) == 0
        && set_passwords (&guest, err) == 0
        && relabel_selinux (&guest, err) == 0
        && finish_log (&guest, err) == 0)
      ret = 0;
  }
  free (guest.passwords);
  guest_release (&guest);
  return ret;
}
