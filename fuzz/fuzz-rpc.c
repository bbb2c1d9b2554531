/* Fuzz target: what the library and the daemon send each other.
 *
 * The first byte chooses: c and two bytes of RPC number for the arguments of a
 * call, s or l and one byte for a struct or a list of structs, t for a list of
 * strings, h for the header of a frame, m for the bodies of small frames.
 */

#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "frame.h"
#include "fuzz.h"
#include "message.h"
#include "protocol.h"
#include "strlist.h"

/* What was decoded can be encoded, and that decodes to the same. */
static void
check_again (const struct layout *l, const void *value)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;
  void *again = calloc (1, l->size);
  struct xdr_reader r;

  if (!again || layout_encode (&b, l, value, NULL) == -1)
    abort ();
  r = xdr_reader (b.data, b.len);
  if (layout_decode (&r, l, again, NULL) == -1 || xdr_get_end (&r) == -1
      || layout_compare (l, value, again) != 0)
    abort ();
  layout_free (l, again);
}

static void
run_call (uint32_t proc, const uint8_t *data, size_t size)
{
  for (size_t i = 0; i < NR_CALLS; i++) {
    const struct call_info *info = all_calls[i];
    void *args, *optargs;

    if (!info->proc || info->proc != proc)
      continue;
    args = calloc (1, info->args->size);
    optargs = calloc (1, info->optargs ? info->optargs->size : 1);
    if (!args || !optargs)
      abort ();
    if (call_decode_args (data, size, info, args, optargs, NULL) == 0) {
      check_again (info->args, args);
      call_release_args (info, args, optargs);
    }
    free (args);
    free (optargs);
  }
}

static void
run_struct (const struct layout *l, const uint8_t *data, size_t size)
{
  struct xdr_reader r = xdr_reader (data, size);
  void *value = calloc (1, l->size);

  if (!value)
    abort ();
  if (layout_decode (&r, l, value, NULL) == 0)
    check_again (l, value);
  layout_free (l, value);
}

static void
run_list (const struct layout *l, const uint8_t *data, size_t size)
{
  struct xdr_reader r = xdr_reader (data, size);
  struct layout_list *list = NULL;

  if (layout_decode_list (&r, l, &list, NULL) == 0)
    for (uint32_t i = 0; i < list->len; i++)
      check_again (l, (const char *) list->val + i * l->size);
  layout_free_list (l, list);
}

static void
run_messages (const uint8_t *data, size_t size)
{
  CLEANUP_ERROR struct error told = ERROR_INIT;
  CLEANUP_FREE char *daemon = NULL;
  uint64_t position, total;
  uint32_t version;

  (void) message_decode_error (data, size, &told, NULL);
  (void) message_decode_progress (data, size, &position, &total, NULL);
  (void) message_decode_ready (data, size, &version, &daemon, NULL);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  CLEANUP_STRINGS char **strings = NULL;
  struct xdr_reader r;
  struct frame_header h;

  if (size < 3)
    return 0;
  switch (data[0]) {
  case 'c':
    run_call (data[1] << 8 | data[2], data + 3, size - 3);
    break;
  case 's':
    run_struct (all_structs[data[1] % NR_STRUCTS], data + 2, size - 2);
    break;
  case 'l':
    run_list (all_structs[data[1] % NR_STRUCTS], data + 2, size - 2);
    break;
  case 't':
    r = xdr_reader (data + 1, size - 1);
    (void) xdr_get_strings (&r, &strings);
    break;
  case 'h':
    if (size > FRAME_HEADER_SIZE) {
      frame_header_decode (data + 1, &h);
      if (frame_header_check (&h, NULL) == 0 && h.length > FRAME_MAX)
        abort ();
    }
    break;
  case 'm':
    run_messages (data + 1, size - 1);
    break;
  }
  return 0;
}
