/* For tests: a failing disk.
 *
 * A program that links faults.c with faults_ldflags (Makefile.inc) has its
 * system calls on image files counted, and the Nth of a kind fails.  `faults` is
 * where that is ordered and told: the process's own, or memory shared with
 * another process, when the environment has BATHYSCOPE_FAULTS, the name of a file
 * of that size, at the start.  Zeroes mean no faults.
 *
 * A flush that fails forgets what was written since the last one that did not,
 * when `forget` is set, as the page cache of the host does.
 */
#ifndef BATHYSCOPE_FAULTS_H
#define BATHYSCOPE_FAULTS_H

#include <stdint.h>

enum fault_operation {
  FAULT_NONE, FAULT_READ, FAULT_WRITE, FAULT_FLUSH, FAULT_DISCARD,
  FAULT_OPERATIONS
};

#define FAULT_SHORT (-1) /* half of a write is done, then ENOSPC */

struct faults {
  uint64_t files[4];   /* inodes: only these are counted; all, when none is set */
  uint32_t operation;  /* enum fault_operation */
  uint32_t nth;        /* counted from 1, since `count` was set to 0 */
  int32_t error;       /* errno, or FAULT_SHORT */
  uint32_t stay;       /* 1: all after the Nth fail as well */
  uint32_t forget;     /* see above; not for shared memory */
  uint32_t skip_flush; /* 1: a flush costs nothing, and does nothing */

  uint64_t count[FAULT_OPERATIONS];
  uint64_t fired;
  uint64_t unflushed; /* writes since the last flush that succeeded */
};

extern struct faults *faults;

/* Set everything but `files` and `skip_flush` to zeroes. */
void faults_reset (void);

#endif
