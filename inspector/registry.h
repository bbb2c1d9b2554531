/* Reading the registry of Windows, with libhivex.
 *
 * A hive comes from the guest: it is bounded in size, and libhivex checks what
 * it follows.  Keys are numbers that are valid until the hive is closed, 0
 * where there is none.  Strings are UTF-8 on the heap, NULL where the value is
 * not there or cannot be read.
 */
#ifndef BATHYSCOPE_REGISTRY_H
#define BATHYSCOPE_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cleanup.h"

struct registry;

/* NULL with errno. */
struct registry *registry_open (int root, const char *path);
void registry_close (struct registry *r);

/* Was it being written when the machine stopped? */
bool registry_is_dirty (const struct registry *r);

/* The key by its path from the top, or from another key: "Microsoft\\Windows
 * NT". */
size_t registry_key (struct registry *r, const char *path);
size_t registry_key_below (struct registry *r, size_t key, const char *path);

/* The keys below a key, ended by 0; a heap array, or NULL. */
size_t *registry_children (struct registry *r, size_t key);
char *registry_name (struct registry *r, size_t key);

char *registry_string (struct registry *r, size_t key, const char *value);
/* The same for a value that may be several strings: a list. */
char **registry_strings (struct registry *r, size_t key, const char *value);
bool registry_number (struct registry *r, size_t key, const char *value,
                      uint32_t *ret);

/* Call with the name and the bytes of every value of a key. */
void registry_each_value (struct registry *r, size_t key,
                          void (*call) (void *opaque, const char *name,
                                        const unsigned char *data, size_t len),
                          void *opaque);

static inline void
cleanup_registry (struct registry **r)
{
  registry_close (*r);
}

#define CLEANUP_REGISTRY CLEANUP (cleanup_registry)

#endif
