/* What the descendants of a process use. */
#ifndef BATHYSCOPE_PROCESSES_H
#define BATHYSCOPE_PROCESSES_H

#include <stddef.h>
#include <sys/types.h>

struct processes {
  long memory;            /* sum of the proportional set sizes, in KiB */
  long largest;           /* of one process, in KiB */
  size_t nr, descriptors; /* processes; most that one of them has open */
};

/* All descendants of `ancestor` at this moment: 0, or -1 where /proc cannot be
 * read.  A process that ends meanwhile counts as nothing. */
int processes_sample (pid_t ancestor, struct processes *ret);

/* How many a folder has without the hidden ones; 0 when it cannot be read. */
size_t count_entries (const char *folder);

/* Only their memory, in KiB; -1 as above. */
long processes_memory (pid_t ancestor);

/* How many there are without zombies; -1 as above. */
long processes_running (pid_t ancestor);

#endif
