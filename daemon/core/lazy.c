/* Loading libraries at the first call of one of their functions: the other half
 * of what make-lazy writes.
 *
 * The root image has every library, so one that does not load is a broken
 * image, and there is nothing to return to.
 */

#include <config.h>

#include <dlfcn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

/* In lazy-stubs.S. */
extern void *lazy_slots[];
extern const struct {
  const char *symbol, *library;
} lazy_symbols[];

void *lazy_resolve (size_t i);

/* dlopen of what is loaded already only looks it up. */
void *
lazy_resolve (size_t i)
{
  void *library = dlopen (lazy_symbols[i].library, RTLD_LAZY | RTLD_LOCAL);
  void *function = library ? dlsym (library, lazy_symbols[i].symbol) : NULL;

  if (!function) {
    fprintf (stderr, "guestfsd: %s\n", dlerror ());
    abort ();
  }
  lazy_slots[i] = function;
  return function;
}
