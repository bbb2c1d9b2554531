/* The bodies of ERROR, PROGRESS and READY frames (docs/ARCHITECTURE.md, 9.2).
 *
 * Encoders append to a strbuf; all return 0 or -1 and fill err.
 */
#ifndef BATHYSCOPE_MESSAGE_H
#define BATHYSCOPE_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "strbuf.h"

/* A message above ERROR_MESSAGE_MAX is cut. */
#define ERROR_MESSAGE_MAX 60000

int message_encode_error (struct strbuf *b, const struct error *what,
                          struct error *err);
/* *ret becomes the error that was sent. */
int message_decode_error (const void *body, size_t len, struct error *ret,
                          struct error *err);

int message_encode_progress (struct strbuf *b, uint64_t position,
                             uint64_t total, struct error *err);
int message_decode_progress (const void *body, size_t len,
                             uint64_t *ret_position, uint64_t *ret_total,
                             struct error *err);

int message_encode_ready (struct strbuf *b, uint32_t version,
                          const char *daemon, struct error *err);
/* The caller frees *ret_daemon. */
int message_decode_ready (const void *body, size_t len, uint32_t *ret_version,
                          char **ret_daemon, struct error *err);

#endif
