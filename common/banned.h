/* Functions that this project does not use: each has a safer form in common/.
 * config.h includes this file, so using one does not compile. */
#ifndef BATHYSCOPE_BANNED_H
#define BATHYSCOPE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#pragma GCC poison strcpy strcat sprintf vsprintf strncpy strncat strtok gets \
  tmpnam tempnam mktemp

#endif
