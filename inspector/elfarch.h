/* The architecture that a program is for, by its header alone. */
#ifndef BATHYSCOPE_ELFARCH_H
#define BATHYSCOPE_ELFARCH_H

#include <stddef.h>

#define ELF_HEAD_SIZE 20 /* bytes that are looked at */

/* A name such as "x86_64", or NULL when the bytes are no ELF header or it is
 * for a machine without a name here. */
const char *elf_architecture (const unsigned char *head, size_t len);

/* The same for programs of Windows, whose header is found through that of DOS:
 * in most within this many bytes. */
#define PE_HEAD_SIZE 4096
const char *pe_architecture (const unsigned char *head, size_t len);

#endif
