/* What a process holds of the system: see counts.c. */
#ifndef BATHYSCOPE_COUNTS_H
#define BATHYSCOPE_COUNTS_H

#include <stdbool.h>

enum count {
  COUNT_DESCRIPTORS, /* of this process, as all that follow */
  COUNT_THREADS,
  COUNT_PROCESSES,   /* running ones that descend from it */
  COUNT_ZOMBIES,     /* children that nobody has waited for */
  COUNT_FILES,       /* in the folders for temporary files and the cache */
  COUNT_MAPPINGS,
  COUNT_LOCKS,       /* of files, held by it */
  COUNT_SHARED,      /* in /dev/shm, and shared memory of System V: of all */
  COUNT_KEYS,        /* of the kernel's keyrings: of all */
  COUNT_MEMORY,      /* resident, private, KiB */
  NR_COUNTS
};

extern const char *const count_names[NR_COUNTS];

/* Wait until processes that are ending have ended (seconds at most), reap
 * those that were left to this process by others, and count.  `folders` ends
 * with NULL. */
void counts_take (const char *const *folders, int seconds,
                  long ret[NR_COUNTS]);

/* Become the parent of all that descends from here and loses its own. */
void counts_adopt (void);

#endif
