/* Messages of calls: see call.h. */

#include <config.h>

#include <errno.h>
#include <string.h>

#include "call.h"

uint64_t
call_unknown_bits (const struct call_info *info, uint64_t bitmask)
{
  size_t nr = info->optargs ? info->optargs->nr_fields : 0;

  return nr < 64 ? bitmask >> nr << nr : 0;
}

int
call_encode_args (struct strbuf *b, const struct call_info *info,
                  const void *args, const void *optargs, struct error *err)
{
  uint64_t bitmask = 0;

  if (optargs)
    memcpy (&bitmask, optargs, sizeof bitmask);
  if (xdr_put_uint64 (b, bitmask) == -1)
    return error_errno (err, "%s", info->name);
  if (layout_encode (b, info->args, args, err) == -1)
    return -1;
  if (info->optargs
      && layout_encode_optargs (b, info->optargs, optargs, err) == -1)
    return -1;
  return 0;
}

int
call_decode_args (const void *body, size_t len, const struct call_info *info,
                  void *args, void *optargs, struct error *err)
{
  struct xdr_reader r = xdr_reader (body, len);
  uint64_t bitmask;

  memset (args, 0, info->args->size);
  if (info->optargs)
    memset (optargs, 0, info->optargs->size);

  if (xdr_get_uint64 (&r, &bitmask) == -1)
    return error_errno (err, "RPC: %s", info->name);
  if (call_unknown_bits (info, bitmask))
    return error_set (err, EINVAL,
                      "unknown optional arguments (bitmask 0x%llx)",
                      (unsigned long long) bitmask);
  if (layout_decode (&r, info->args, args, err) == -1)
    return -1;
  if (info->optargs && layout_decode (&r, info->optargs, optargs, err) == -1) {
    layout_release (info->args, args);
    memset (args, 0, info->args->size);
    return -1;
  }
  if (info->optargs)
    memcpy (optargs, &bitmask, sizeof bitmask);
  if (xdr_get_end (&r) == -1) {
    error_errno (err, "RPC: %s: bytes after the arguments", info->name);
    call_release_args (info, args, optargs);
    return -1;
  }
  return 0;
}

void
call_release_args (const struct call_info *info, void *args, void *optargs)
{
  layout_release (info->args, args);
  memset (args, 0, info->args->size);
  if (info->optargs) {
    layout_release (info->optargs, optargs);
    memset (optargs, 0, info->optargs->size);
  }
}

bool
call_has_key (const struct call_info *info)
{
  for (size_t i = 0; i < info->args->nr_fields; i++)
    if (info->args->fields[i].type == LAYOUT_KEY)
      return true;
  return false;
}
