/* Text of guests on terminals: see harmless.h. */

#include <config.h>

#include <stdio.h>

#include "harmless.h"

void
harmless_print (const char *text, size_t len)
{
  size_t i;

  for (i = 0; i < len; ++i) {
    unsigned char c = text[i];

    putchar (c == '\t' || c == '\n' || (c >= 0x20 && c != 0x7f) ? c : '?');
  }
}
