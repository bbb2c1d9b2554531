/* Event logs of Windows Vista and later (.evtx): chunks of 64 KiB with records
 * in binary XML ([MS-EVEN6] 2.2.12).
 *
 * Pure: bytes in, fields out.  Everything is bounded: depth, steps and bytes of
 * a record, and what is wrong ends the record it is in.
 */
#ifndef BATHYSCOPE_INSPECTOR_EVTX_H
#define BATHYSCOPE_INSPECTOR_EVTX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "strbuf.h"

#define EVTX_HEADER_SIZE 4096
#define EVTX_CHUNK_SIZE 65536

/* "System/EventID", "System/Provider@Name", "EventData/param1" (the Name of a
 * Data element stands for it): elements below Event, and attributes. */
struct evtx_field {
  char *name, *value;
};

struct evtx_record {
  uint64_t id;
  uint64_t time; /* 100 ns since 1601, of the record */
  struct evtx_field *fields;
  size_t nr_fields;
  bool damaged;  /* the fields are what could be read */
};

/* The value of a field, or NULL. */
const char *evtx_field (const struct evtx_record *r, const char *name);

/* Is this the begin of such a file? */
bool evtx_is_header (const uint8_t *data, size_t len);
/* The number of the first record of a chunk; false where it is no chunk. */
bool evtx_chunk_first (const uint8_t *chunk, uint64_t *ret);

/* Called for each record; a result other than 0 ends evtx_chunk_records, which
 * returns it. */
typedef int evtx_record_fn (const struct evtx_record *r, void *data,
                            struct error *err);
/* The records of a chunk of EVTX_CHUNK_SIZE bytes, in their order.  -1 also
 * when memory is missing. */
int evtx_chunk_records (const uint8_t *chunk, evtx_record_fn *fn, void *data,
                        struct error *err);

/* evtx-print.c: a line for people, "TIME COMPUTER PROVIDER[PID]: LEVEL ID:
 * NAME=VALUE, ...", without control characters; or an object for programs.
 * Both end with a newline.  0, or -1 when memory is missing. */
int evtx_print_text (const struct evtx_record *r, struct strbuf *out);
int evtx_print_json (const struct evtx_record *r, struct strbuf *out);

#endif
