/* read_file: small files come in one message; large ones as a transfer, as the
 * appliance would have to hold them in its memory, which is small and slow to
 * grow (0.1 ms a page with the uml engine).
 */

#include <config.h>

#include <errno.h>
#include <inttypes.h>

#include "api-support.h"
#include "impl.h"
#include "incoming.h"
#include "protocol.h"

char *
impl_read_file (guestfs_h *g, const char *path, size_t *ret_size,
                struct error *err)
{
  CLEANUP_ERROR struct error small_error = ERROR_INIT;
  CLEANUP_ERROR struct error no_size = ERROR_INIT;
  const struct args_internal_read_large_file args = { .path = path };
  struct receiver *receiver = api_take_receiver (g, &call_info_read_file);
  char *ret = impl_internal_read_small_file (g, path, ret_size, &small_error);
  int64_t size;

  if (ret)
    return ret;
  if (small_error.errnum != EFBIG) {
    error_move (err, &small_error);
    return NULL;
  }
  /* It may be another size in the end, or none: see incoming.h. */
  size = impl_filesize (g, path, &no_size);
  if (size > (int64_t) INCOMING_MAX) {
    error_set (err, EFBIG, "%s: a file of %" PRIi64 " bytes does not fit in an "
               "answer; use download", path, size);
    return NULL;
  }
  return api_rpc_file (g, &call_info_internal_read_large_file, &args, receiver,
                       size, ret_size, err);
}
