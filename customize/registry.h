/* Keys and values of a Windows guest's registry, by calls of the appliance.
 * One hive is open at a time. */
#ifndef BATHYSCOPE_CUSTOMIZE_REGISTRY_H
#define BATHYSCOPE_CUSTOMIZE_REGISTRY_H

#include <stdint.h>

#include "guest.h"

enum registry_type { REGISTRY_SZ = 1, REGISTRY_EXPAND_SZ = 2,
  REGISTRY_BINARY = 3, REGISTRY_DWORD = 4 };

/* "SOFTWARE" or "SYSTEM". */
int registry_open (struct guest *guest, const char *hive, bool write,
                   struct error *err);
/* Write it, or not, and close it. */
int registry_close (struct guest *guest, bool commit, struct error *err);

/* The key at a path below the root, with / between the names; with `create`
 * what is missing is made.  0: it is not there; -1: error. */
int64_t registry_key (struct guest *guest, const char *path, bool create,
                      struct error *err);

/* ASCII text. */
int registry_set_string (struct guest *guest, int64_t key, const char *name,
                         enum registry_type type, const char *text,
                         struct error *err);
int registry_set_dword (struct guest *guest, int64_t key, const char *name,
                        uint32_t value, struct error *err);
int registry_set_binary (struct guest *guest, int64_t key, const char *name,
                         const void *data, size_t len, struct error *err);

/* A value's bytes, or text, in heap memory; NULL without an error set: there is
 * no such value. */
char *registry_get (struct guest *guest, int64_t key, const char *name,
                    size_t *ret_len, struct error *err);
char *registry_get_string (struct guest *guest, int64_t key, const char *name,
                           struct error *err);

#endif
