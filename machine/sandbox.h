/* What the processes of a machine take from themselves before they touch
 * anything that a guest or an image can shape. */
#ifndef BATHYSCOPE_SANDBOX_H
#define BATHYSCOPE_SANDBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"

/* At the start of the machine: no core dumps, no new privileges, no
 * capabilities, descriptors enough, and orphans become our children. */
int sandbox_begin (struct error *err);

/* The user says that a system without filters of system calls will do: from now
 * on a filter that is refused is no error, here and in children. */
void sandbox_make_optional (void);

/* Was one refused? */
bool sandbox_is_missing (void);

/* Before images are parsed and guest code runs: this process keeps the system
 * calls that the devices need and those of `extra` (names, NULL at the end),
 * and opens no files any more; nor sockets, unless it serves a network. */
int sandbox_machine (const char *const *extra, bool network,
                     struct error *err);

/* On the thread of a virtual processor, before it runs guest code: less again,
 * and no files of images. */
int sandbox_vcpu (struct error *err);

/* In the child that becomes the user-mode kernel, before exec. */
int sandbox_guest_kernel (int kernel_fd, int root_fd, struct error *err);

/* In the guard of the user-mode kernel (uml/guard.h): it waits, and that is all. */
int sandbox_guard (struct error *err);

/* Keep these of the lower 32 capabilities, as far as we have them. */
int sandbox_capabilities (uint32_t kept, struct error *err);

/* In the child that becomes the storage daemon `program_fd`, before exec.  Kind
 * and paths, up to NULL, are those of storage.c. */
int sandbox_storage (const char *kind, char *const paths[], int program_fd,
                     struct error *err);

#endif
