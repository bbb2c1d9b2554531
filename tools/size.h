/* Sizes for people to read. */
#ifndef BATHYSCOPE_SIZE_H
#define BATHYSCOPE_SIZE_H

#include <stddef.h>
#include <stdint.h>

#define SIZE_TEXT_MAX 32

/* "512", "1.4K", "28M", "2.7G": powers of 1024, rounded to the nearest,
 * one digit after the point below 10.  Returns `text`. */
char *size_text (uint64_t bytes, char text[SIZE_TEXT_MAX]);

#endif
