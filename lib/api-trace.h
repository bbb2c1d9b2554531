/* The text of traces: calls with their arguments, and results.
 *
 *   mkfs "ext4" "/dev/sda1" "blocksize:4096"
 *   mkfs = 0
 *
 * Long buffers are cut, keys are never shown.
 */
#ifndef BATHYSCOPE_API_TRACE_H
#define BATHYSCOPE_API_TRACE_H

#include "call.h"
#include "strbuf.h"

/* These append to `b`; out of memory leaves the line short. */
void trace_add_call (struct strbuf *b, const struct call_info *info,
                     const void *args, const void *optargs);
void trace_add_string (struct strbuf *b, const char *str);
void trace_add_buffer (struct strbuf *b, const char *data, size_t size);
/* ["a", "b"] */
void trace_add_strings (struct strbuf *b, char *const *strings);

#endif
