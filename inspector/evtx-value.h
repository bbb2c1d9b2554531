/* Values in binary XML ([MS-EVEN6] 2.2.12) as text. */
#ifndef BATHYSCOPE_INSPECTOR_EVTX_VALUE_H
#define BATHYSCOPE_INSPECTOR_EVTX_VALUE_H

#include <stddef.h>
#include <stdint.h>

#include "strbuf.h"

enum {
  EVTX_NULL = 0, EVTX_STRING = 1, EVTX_BINXML = 0x21, EVTX_ARRAY = 0x80,
};

/* Add it to `out` as UTF-8; what has no text, or the wrong size, is written in
 * hexadecimal.  0, or -1 when memory is missing. */
int evtx_value_text (uint8_t type, const uint8_t *p, size_t size,
                     struct strbuf *out);

/* "2026-11-21T18:05:59.123456Z" of 100 ns since 1601; `ret` needs 40 bytes. */
void evtx_time_text (uint64_t time, char *ret, size_t size);

#endif
