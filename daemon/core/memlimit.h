/* A limit of memory for the daemon, which has no other process to blame: what a
 * guest's files and programs make it keep ends in an error (ENOMEM), not in a
 * kernel that finds nothing to end.  Programs have no such limit: those can be
 * ended.
 */
#ifndef BATHYSCOPE_MEMLIMIT_H
#define BATHYSCOPE_MEMLIMIT_H

/* Of this process, by what the appliance has. */
void memlimit_set (void);

/* For a child that becomes a program.  A system call only. */
void memlimit_lift (void);

/* The number of processes and threads that there may be, so that a program of the
 * guest that forks for ever gets EAGAIN before the memory of the kernel has gone.
 * /proc is there. */
void memlimit_processes (void);

#endif
