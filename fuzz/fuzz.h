/* The function that every fuzz target defines, as libFuzzer names it.  It
 * takes any bytes, returns 0, and fails only by crashing. */
#ifndef BATHYSCOPE_FUZZ_H
#define BATHYSCOPE_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

#endif
