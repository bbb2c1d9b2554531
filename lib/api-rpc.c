/* Calls of the daemon: encode, send, decode.  See api-support.h. */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api-support.h"
#include "client.h"
#include "handle.h"
#include "xdr.h"

/* The local files of a call's filein and fileout arguments. */
static void
find_files (struct client_call *call, const struct layout *l, const void *args)
{
  for (size_t i = 0; i < l->nr_fields; i++)
    if (l->fields[i].type == LAYOUT_FILEIN)
      call->filein = layout_string (args, &l->fields[i]);
    else if (l->fields[i].type == LAYOUT_FILEOUT)
      call->fileout = layout_string (args, &l->fields[i]);
}

static int
make_call_into (guestfs_h *g, const struct call_info *info, const void *args,
                const void *optargs, struct incoming *file,
                struct incoming *buffer, struct strbuf *reply,
                struct error *err)
{
  struct client_call call = { .name = info->name, .proc = info->proc,
                              .memory = file, .buffer = buffer };
  CLEANUP_STRBUF struct strbuf body = STRBUF_INIT;

  body.secret = call_has_key (info);
  if (handle_check_ready (g, info->name, err) == -1
      || call_encode_args (&body, info, args, optargs, err) == -1)
    return -1;
  call.args = body.data;
  call.args_len = body.len;
  find_files (&call, info->args, args);
  return client_call (g, &call, reply, err);
}

static int
make_call (guestfs_h *g, const struct call_info *info, const void *args,
           const void *optargs, struct strbuf *reply, struct error *err)
{
  return make_call_into (g, info, args, optargs, NULL, NULL, reply, err);
}

/* The daemon is not trusted: what it sends may be anything. */
static int
bad_reply (const struct call_info *info, struct error *err)
{
  return error_errno (err, "the daemon's answer to %s", info->name);
}

static int
check_end (const struct call_info *info, const struct xdr_reader *r,
           struct error *err)
{
  return xdr_get_end (r) == -1 ? bad_reply (info, err) : 0;
}

int
api_rpc_int (guestfs_h *g, const struct call_info *info, const void *args,
             const void *optargs, struct error *err)
{
  CLEANUP_STRBUF struct strbuf reply = STRBUF_INIT;
  struct xdr_reader r;
  uint32_t value = 0;

  if (make_call (g, info, args, optargs, &reply, err) == -1)
    return -1;
  r = xdr_reader (reply.data, reply.len);
  if (info->returns != CALL_RETURNS_ERR && xdr_get_uint32 (&r, &value) == -1)
    return bad_reply (info, err);
  if (check_end (info, &r, err) == -1)
    return -1;
  return value;
}

int64_t
api_rpc_int64 (guestfs_h *g, const struct call_info *info, const void *args,
               const void *optargs, struct error *err)
{
  CLEANUP_STRBUF struct strbuf reply = STRBUF_INIT;
  struct xdr_reader r;
  uint64_t value;

  if (make_call (g, info, args, optargs, &reply, err) == -1)
    return -1;
  r = xdr_reader (reply.data, reply.len);
  if (xdr_get_uint64 (&r, &value) == -1)
    return bad_reply (info, err);
  if (check_end (info, &r, err) == -1)
    return -1;
  return value;
}

char *
api_rpc_string (guestfs_h *g, const struct call_info *info, const void *args,
                const void *optargs, struct error *err)
{
  CLEANUP_STRBUF struct strbuf reply = STRBUF_INIT;
  CLEANUP_FREE char *ret = NULL;
  struct xdr_reader r;

  if (make_call (g, info, args, optargs, &reply, err) == -1)
    return NULL;
  r = xdr_reader (reply.data, reply.len);
  if (xdr_get_string (&r, &ret) == -1) {
    bad_reply (info, err);
    return NULL;
  }
  return check_end (info, &r, err) == -1 ? NULL : TAKE_PTR (ret);
}

char **
api_rpc_strings (guestfs_h *g, const struct call_info *info, const void *args,
                 const void *optargs, struct error *err)
{
  CLEANUP_STRBUF struct strbuf reply = STRBUF_INIT;
  CLEANUP_STRINGS char **ret = NULL;
  struct xdr_reader r;

  if (make_call (g, info, args, optargs, &reply, err) == -1)
    return NULL;
  r = xdr_reader (reply.data, reply.len);
  if (xdr_get_strings (&r, &ret) == -1) {
    bad_reply (info, err);
    return NULL;
  }
  if (info->returns == CALL_RETURNS_HASH && strings_count (ret) % 2 != 0) {
    error_set (err, EBADMSG, "the daemon's answer to %s has a key without a "
               "value", info->name);
    return NULL;
  }
  return check_end (info, &r, err) == -1 ? NULL : TAKE_PTR (ret);
}

static char *
take_incoming (struct incoming *in, const struct call_info *info,
               size_t *ret_size, struct error *err)
{
  char *ret = incoming_take (in, ret_size);

  if (!ret)
    error_errno (err, "%s", info->name);
  return ret;
}

char *
api_rpc_buffer (guestfs_h *g, const struct call_info *info, const void *args,
                const void *optargs, size_t *ret_size, struct error *err)
{
  CLEANUP_INCOMING struct incoming in
    = INCOMING_INIT (api_take_receiver (g, info));

  if (make_call_into (g, info, args, optargs, NULL, &in, NULL, err) == -1)
    return NULL;
  return take_incoming (&in, info, ret_size, err);
}

char *
api_rpc_file (guestfs_h *g, const struct call_info *info, const void *args,
              struct receiver *receiver, int64_t expected, size_t *ret_size,
              struct error *err)
{
  CLEANUP_INCOMING struct incoming in = INCOMING_INIT (receiver);

  if (expected > 0)
    incoming_expect (&in, expected);
  if (make_call_into (g, info, args, NULL, &in, NULL, NULL, err) == -1)
    return NULL;
  return take_incoming (&in, info, ret_size, err);
}

void *
api_rpc_struct (guestfs_h *g, const struct call_info *info, const void *args,
                const void *optargs, struct error *err)
{
  CLEANUP_STRBUF struct strbuf reply = STRBUF_INIT;
  struct xdr_reader r;
  void *ret;

  if (make_call (g, info, args, optargs, &reply, err) == -1)
    return NULL;
  ret = calloc (1, info->structure->size);
  if (!ret) {
    error_errno (err, "%s", info->name);
    return NULL;
  }
  r = xdr_reader (reply.data, reply.len);
  if (layout_decode (&r, info->structure, ret, err) == -1
      || check_end (info, &r, err) == -1) {
    layout_free (info->structure, ret);
    return NULL;
  }
  return ret;
}

void *
api_rpc_structs (guestfs_h *g, const struct call_info *info, const void *args,
                 const void *optargs, struct error *err)
{
  CLEANUP_STRBUF struct strbuf reply = STRBUF_INIT;
  struct layout_list *ret;
  struct xdr_reader r;

  if (make_call (g, info, args, optargs, &reply, err) == -1)
    return NULL;
  r = xdr_reader (reply.data, reply.len);
  if (layout_decode_list (&r, info->structure, &ret, err) == -1)
    return NULL;
  if (check_end (info, &r, err) == -1) {
    layout_free_list (info->structure, ret);
    return NULL;
  }
  return ret;
}
