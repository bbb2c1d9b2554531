/* Running a call by its number: see dispatch.h and dispatch-support.h. */

#include <config.h>

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dispatch-support.h"

static const struct dispatch_entry *
find_entry (uint32_t proc)
{
  size_t low = 0, high = dispatch_table_len;

  while (low < high) {
    size_t middle = low + (high - low) / 2;

    if (dispatch_table[middle].proc == proc)
      return &dispatch_table[middle];
    if (dispatch_table[middle].proc < proc)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

int
dispatch_flags (uint32_t proc)
{
  const struct dispatch_entry *e = find_entry (proc);

  return e ? e->flags : -1;
}

bool
dispatch_has_key (uint32_t proc)
{
  const struct dispatch_entry *e = find_entry (proc);

  return e && call_has_key (e->info);
}

const char *
dispatch_name (uint32_t proc)
{
  const struct dispatch_entry *e = find_entry (proc);

  return e ? e->info->name : NULL;
}

int
dispatch_call (uint32_t proc, const void *body, size_t len,
               struct strbuf *reply, struct error *err)
{
  const struct dispatch_entry *e = find_entry (proc);
  CLEANUP_FREE void *args = NULL;
  CLEANUP_FREE void *optargs = NULL;
  size_t before = reply->len;
  int ret;

  if (!e)
    return error_set (err, ENOSYS, "the daemon has no call of number %u", proc);
  args = calloc (1, e->info->args->size);
  optargs = calloc (1, e->info->optargs ? e->info->optargs->size : 1);
  if (!args || !optargs)
    return error_errno (err, "%s", e->info->name);
  if (call_decode_args (body, len, e->info, args, optargs, err) == -1)
    return -1;

  ret = e->run (args, optargs, reply, err);
  call_release_args (e->info, args, optargs);
  if (ret == -1) {
    reply->len = before;
    if (!error_is_set (err))
      error_set (err, EIO, "the call failed without saying why");
  }
  return ret;
}

int
check_paths (char *const *paths, struct error *err)
{
  for (; *paths; paths++)
    if (check_path (*paths, err) == -1)
      return -1;
  return 0;
}

int
check_filename (const char *name, struct error *err)
{
  if (!name[0] || strchr (name, '/') || strcmp (name, ".") == 0
      || strcmp (name, "..") == 0)
    return error_set (err, EINVAL, "'%s' is not the name of a file without "
                      "directories", name);
  return 0;
}

int
check_filenames (char *const *names, struct error *err)
{
  for (; *names; names++)
    if (check_filename (*names, err) == -1)
      return -1;
  return 0;
}

int
check_guid (const char *guid, struct error *err)
{
  size_t i;

  for (i = 0; i < 36 && guid[i]; i++)
    if (i == 8 || i == 13 || i == 18 || i == 23 ? guid[i] != '-'
        : !isxdigit ((unsigned char) guid[i]))
      break;
  if (i < 36 || guid[i])
    return error_set (err, EINVAL, "'%s' is not a GUID", guid);
  return 0;
}

int
check_partnum (int partnum, struct error *err)
{
  if (partnum < 1)
    return error_set (err, EINVAL, "partitions are counted from 1: %d",
                      partnum);
  return 0;
}

int
reply_int (struct strbuf *reply, int value, struct error *err)
{
  if (xdr_put_uint32 (reply, value) == -1)
    return error_errno (err, "reply");
  return 0;
}

int
reply_int64 (struct strbuf *reply, int64_t value, struct error *err)
{
  if (xdr_put_uint64 (reply, value) == -1)
    return error_errno (err, "reply");
  return 0;
}

int
reply_string (struct strbuf *reply, const char *str, struct error *err)
{
  if (xdr_put_string (reply, str) == -1)
    return error_errno (err, "reply");
  return 0;
}

int
reply_strings (struct strbuf *reply, char *const *strings, struct error *err)
{
  if (xdr_put_strings (reply, strings) == -1)
    return error_errno (err, "reply");
  return 0;
}

int
reply_buffer (struct strbuf *reply, const void *data, size_t size,
              struct error *err)
{
  if (xdr_put_bytes (reply, data, size) == -1)
    return error_errno (err, "reply");
  return 0;
}
