/* Changing a guest: the operations that virt-customize, virt-sysprep and
 * virt-builder take as options, in the order in which they were given.
 *
 *   struct customize *c = customize_new ();
 *   struct option *all = customize_long_options (own_long);
 *   o.own_long = all;
 *   while ((opt = options_next (&o, argc, argv)) != -1)
 *     if (customize_option (c, opt, optarg, &err) ...
 *   ...
 *   customize_run (c, &o, g, root, 0, &err);
 *
 * What an option says is checked while it is read, local files that it names
 * included.  Not shared between threads.
 */
#ifndef BATHYSCOPE_OPERATIONS_H
#define BATHYSCOPE_OPERATIONS_H

#include <stdbool.h>

#include "error.h"
#include "options.h"

struct customize;

/* The values of the long options start here. */
#define OPTION_CUSTOMIZE 2000

/* NULL never: programs end where memory is missing. */
struct customize *customize_new (void);
void customize_free (struct customize *c);

/* The program's own long options, which end with a zero entry, and behind them
 * those of all operations.  Heap memory; names and values stay valid. */
struct option *customize_long_options (const struct option *own);

/* Text for --help: what the program says, then a line an operation.  Heap. */
char *customize_usage (const char *own);

/* Take an option that options_next returned.  1: it was an operation's; 0: it
 * is none of ours; -1: its argument is wrong.  Passwords in the argument are wiped
 * from it, as it is in the list of processes. */
int customize_option (struct customize *c, int value, char *arg,
                      struct error *err);

/* The same by the option's name without dashes. */
int customize_add (struct customize *c, const char *name, char *arg,
                   struct error *err);

/* Has anything been asked for? */
bool customize_is_empty (const struct customize *c);

enum customize_flags {
  CUSTOMIZE_KEEP_MACHINE_ID = 1, /* an empty /etc/machine-id stays empty */
};

/* Carry the operations out on a guest: `g` is launched and inspected, the
 * filesystems of `root` are mounted for writing.  Tells what it does by
 * message.  Ends at the first operation that fails, with an error that names
 * it; where the error is not set, a message has been printed.  The changes made
 * before stay. */
int customize_run (const struct customize *c, const struct options *o,
                   guestfs_h *g, const char *root, int flags,
                   struct error *err);

#endif
