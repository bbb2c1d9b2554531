/* What machine a system's programs are for. */
#ifndef BATHYSCOPE_ARCH_H
#define BATHYSCOPE_ARCH_H

/* By the programs that every system of this kind has: a static string,
 * "unknown" where none of them can be read. */
const char *arch_of_programs (int root);

#endif
