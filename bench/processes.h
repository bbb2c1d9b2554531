/* Memory of a process's descendants. */
#ifndef BATHYSCOPE_PROCESSES_H
#define BATHYSCOPE_PROCESSES_H

#include <sys/types.h>

/* Sum of the proportional set sizes of all descendants of `ancestor`, in KiB.
 * Linux: /proc/PID/smaps_rollup. */
long processes_memory (pid_t ancestor);

#endif
