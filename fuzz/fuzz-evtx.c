/* A chunk of an event log of Windows, and both ways to print its records. */

#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "evtx.h"
#include "fuzz.h"

static int
print (const struct evtx_record *r, void *data, struct error *err)
{
  struct strbuf *out = data;

  (void) err;
  (void) evtx_print_text (r, out);
  (void) evtx_print_json (r, out);
  out->len = 0;
  return 0;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  CLEANUP_STRBUF struct strbuf out = STRBUF_INIT;
  CLEANUP_FREE uint8_t *chunk = calloc (1, EVTX_CHUNK_SIZE);
  uint64_t first;

  if (!chunk)
    return 0;
  memcpy (chunk, data, size < EVTX_CHUNK_SIZE ? size : EVTX_CHUNK_SIZE);
  (void) evtx_chunk_first (chunk, &first);
  (void) evtx_chunk_records (chunk, print, &out, NULL);
  return 0;
}
