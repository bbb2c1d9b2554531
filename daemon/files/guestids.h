/* Names of users and groups, as the guest's /etc/passwd and /etc/group have
 * them: for listings and archives. */
#ifndef BATHYSCOPE_GUESTIDS_H
#define BATHYSCOPE_GUESTIDS_H

#include <stddef.h>
#include <stdint.h>

#include "cleanup.h"

struct idmap {
  struct id_name {
    uint32_t id;
    const char *name; /* into text */
  } *ids;             /* sorted by id */
  size_t nr;
  char *text;
};

#define IDMAP_INIT { NULL, 0, NULL }

/* Parse lines "name:password:id:...", which it takes over (malloc).  Lines of
 * another form are left out; of several names the first counts. */
int idmap_parse (struct idmap *m, char *text);

/* Read one of the guest's files.  A guest without it has no names, which is
 * no error; -1 only for lack of memory. */
int idmap_load (struct idmap *m, const char *path);

/* The name, or NULL. */
const char *idmap_name (const struct idmap *m, uint32_t id);

void idmap_release (struct idmap *m);

#define CLEANUP_IDMAP CLEANUP (idmap_release)

#endif
