/* What a guest has written must not command the terminal. */
#ifndef BATHYSCOPE_HARMLESS_H
#define BATHYSCOPE_HARMLESS_H

#include <stddef.h>

/* To stdout, with "?" for control characters other than tab and newline. */
void harmless_print (const char *text, size_t len);

#endif
