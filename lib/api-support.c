/* The frame of every public call: see api-support.h. */

#include <config.h>

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "api-support.h"
#include "api-trace.h"
#include "events.h"
#include "handle.h"

static void
tell_entry (struct api_call *call, const void *args, const void *optargs)
{
  CLEANUP_STRBUF struct strbuf line = STRBUF_INIT;

  if (call->trace) {
    trace_add_call (&line, call->info, args, optargs);
    if (line.data)
      events_trace (call->g, line.data);
  }
  events_call_message (call->g, GUESTFS_EVENT_ENTER, call->info->name,
                       strlen (call->info->name));
}

/* The most bytes of one string.  What is larger comes as buffer or file. */
#define STRING_MAX (4 << 20)

static int
check_string (const struct layout_field *f, const char *str, struct error *err)
{
  if (!str)
    return error_set (err, EINVAL, "%s must not be NULL", f->name);
  if (strnlen (str, STRING_MAX + 1) > STRING_MAX)
    return error_set (err, E2BIG, "%s must not have more than %d bytes",
                      f->name, STRING_MAX);
  if (!*str && (f->type == LAYOUT_FILEIN || f->type == LAYOUT_FILEOUT))
    return error_set (err, EINVAL, "%s must not be empty", f->name);
  return 0;
}

static int
check_strings (const struct layout_field *f, char *const *strings,
               struct error *err)
{
  if (!strings)
    return error_set (err, EINVAL, "%s must not be NULL", f->name);
  for (; *strings; strings++)
    if (check_string (f, *strings, err) == -1)
      return -1;
  return 0;
}

static int
check_member (const struct layout_field *f, const void *base,
              struct error *err)
{
  switch (f->type) {
  case LAYOUT_OPTSTRING:
    return layout_string (base, f)
           ? check_string (f, layout_string (base, f), err) : 0;
  case LAYOUT_STRING:
  case LAYOUT_KEY:
  case LAYOUT_FILEIN:
  case LAYOUT_FILEOUT:
    return check_string (f, layout_string (base, f), err);
  case LAYOUT_STRINGS:
    return check_strings (f, layout_strings (base, f), err);
  case LAYOUT_BUFFER:
    if (!layout_string (base, f) && layout_buffer_size (base, f) > 0)
      return error_set (err, EINVAL, "%s must not be NULL", f->name);
    return 0;
  default:
    return 0;
  }
}

static int
check_arguments (const struct call_info *info, const void *args,
                 const void *optargs, struct error *err)
{
  uint64_t bitmask = 0;

  for (size_t i = 0; i < info->args->nr_fields; i++)
    if (check_member (&info->args->fields[i], args, err) == -1)
      return -1;
  if (!optargs)
    return 0;
  memcpy (&bitmask, optargs, sizeof bitmask);
  if (call_unknown_bits (info, bitmask))
    return error_set (err, EINVAL, "unknown optional argument (bits 0x%" PRIx64
                      "): the program was built for a newer library",
                      call_unknown_bits (info, bitmask));
  for (size_t i = 0; i < info->optargs->nr_fields; i++)
    if (bitmask >> i & 1
        && check_member (&info->optargs->fields[i], optargs, err) == -1)
      return -1;
  return 0;
}

/* Of the call that this thread makes next. */
static __thread struct receiver *next_receiver;

void
guestfs_int_set_receiver (struct receiver *r)
{
  next_receiver = r;
}

void
guestfs_int_lock_handle (guestfs_h *g)
{
  (void) handle_lock_ (g);
}

void
guestfs_int_unlock_handle (guestfs_h *g)
{
  pthread_mutex_unlock (&g->lock);
}

static struct receiver *
take_next_receiver (void)
{
  struct receiver *r = next_receiver;

  next_receiver = NULL;
  return r;
}

/* What a trace shows of a result is in memory: its receiver is not used. */
static void
begin_receiving (struct api_call *call, struct receiver *r)
{
  guestfs_h *g = call->g;

  call->outer_receiver = g->receiver;
  call->outer_receiving = g->receiving;
  g->receiver = call->trace ? NULL : r;
  g->receiving = call->info;
}

struct receiver *
api_take_receiver (guestfs_h *g, const struct call_info *info)
{
  struct receiver *r = g->receiving == info ? g->receiver : NULL;

  if (r)
    g->receiver = NULL;
  return r;
}

static __attribute__ ((noinline)) int
enter_slowly (struct api_call *call, const void *args, const void *optargs)
{
  const struct call_info *info = call->info;
  guestfs_h *g = call->g;
  /* Callbacks of the ENTER event make calls. */
  struct receiver *r = take_next_receiver ();

  if (call->trace || g->nr_events > 0)
    tell_entry (call, args, optargs);
  if (info->returns == CALL_RETURNS_BUFFER)
    begin_receiving (call, r);
  if ((info->flags & CALL_INFO_CONFIG)
      && handle_check_config (g, info->name, &call->err) == -1)
    return -1;
  return check_arguments (info, args, optargs, &call->err);
}

/* Calls that read or change a setting have little else to do: what they need not
 * check costs them nothing. */
int
api_enter (struct api_call *call, guestfs_h *g, const struct call_info *info,
           const void *args, const void *optargs)
{
  *call = (struct api_call) { .g = g, .info = info, .err = ERROR_INIT };
  (void) handle_lock_ (g);
  call->trace = g->trace;
  if (call->trace || g->nr_events > 0 || info->args->nr_fields > 0 || optargs
      || (info->flags & CALL_INFO_CONFIG)
      || info->returns == CALL_RETURNS_BUFFER)
    return enter_slowly (call, args, optargs);
  return 0;
}

int
api_check_path (struct api_call *call, const char *name, const char *path)
{
  if (path[0] != '/')
    return error_set (&call->err, EINVAL, "%s: '%s': a path must start with /",
                      name, path);
  if (strlen (path) >= PATH_MAX)
    return error_set (&call->err, ENAMETOOLONG,
                      "%s: %zu bytes are too long for a path", name,
                      strlen (path));
  return 0;
}

/* The end of a call.  `result` is what the trace says after " = ". */
static void
leave (struct api_call *call, bool failed, const char *result)
{
  struct error *err = &call->err;

  if (call->trace) {
    CLEANUP_STRBUF struct strbuf line = STRBUF_INIT;

    if (strbuf_addf (&line, "%s = %s%s", call->info->name,
                     result ? result : "", failed ? " (error)" : "") == 0)
      events_trace (call->g, line.data);
  }
  if (failed) {
    size_t len = strlen (call->info->name);

    if (!error_is_set (err))
      error_set (err, EIO, "the call failed without saying why");
    /* Some functions name the call already. */
    if (strncmp (err->message, call->info->name, len) != 0
        || err->message[len] != ':')
      error_prefix (err, "%s", call->info->name);
    (void) handle_report_error (call->g, err);
  }
  error_clear (err);
  (void) pthread_mutex_unlock (&call->g->lock);
}

/* The end of most calls: nothing to tell anyone.  False when there is. */
static inline bool
leave_quietly (struct api_call *call, bool failed)
{
  if (failed || call->trace || error_is_set (&call->err))
    return false;
  (void) pthread_mutex_unlock (&call->g->lock);
  return true;
}

static __attribute__ ((noinline)) void
leave_number (struct api_call *call, int64_t ret)
{
  char result[32] = "";

  if (call->trace)
    (void) snprintf (result, sizeof result, "%" PRIi64, ret);
  leave (call, ret == -1, result);
}

void
api_leave_int (struct api_call *call, int ret)
{
  if (!leave_quietly (call, ret == -1))
    leave_number (call, ret);
}

void
api_leave_int64 (struct api_call *call, int64_t ret)
{
  if (!leave_quietly (call, ret == -1))
    leave_number (call, ret);
}

void
api_leave_string (struct api_call *call, const char *ret)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;

  if (call->trace)
    trace_add_string (&b, ret);
  leave (call, ret == NULL, b.data);
}

void
api_leave_optstring (struct api_call *call, const char *ret)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;

  if (call->trace)
    trace_add_string (&b, ret);
  leave (call, error_is_set (&call->err), b.data);
}

void
api_leave_strings (struct api_call *call, char *const *ret)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;

  if (call->trace && ret)
    trace_add_strings (&b, ret);
  leave (call, ret == NULL, ret ? b.data : "NULL");
}

void
api_leave_buffer (struct api_call *call, const char *ret, const size_t *size)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;

  call->g->receiver = call->outer_receiver;
  call->g->receiving = call->outer_receiving;
  if (call->trace && ret)
    trace_add_buffer (&b, ret, *size);
  leave (call, ret == NULL, ret ? b.data : "NULL");
}

void
api_leave_struct (struct api_call *call, const void *ret)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;

  if (call->trace && ret)
    (void) strbuf_addf (&b, "<struct guestfs_%s%s *>",
                        call->info->structure->name,
                        call->info->returns == CALL_RETURNS_STRUCTS ? "_list"
                        : "");
  leave (call, ret == NULL, ret ? b.data : "NULL");
}

/* Report an error outside of api_enter and api_leave. */
static int
reject (guestfs_h *g, struct error *err)
{
  CLEANUP_UNLOCK_HANDLE (g);

  return handle_report_error (g, err);
}

static void
take_optarg (const struct layout_field *f, void *to, va_list *args)
{
  void *pointer;
  int64_t wide;
  int number;

  switch (f->type) {
  case LAYOUT_BOOL:
  case LAYOUT_INT32:
    number = va_arg (*args, int);
    memcpy (to, &number, sizeof number);
    break;
  case LAYOUT_INT64:
    wide = va_arg (*args, int64_t);
    memcpy (to, &wide, sizeof wide);
    break;
  default:
    pointer = va_arg (*args, void *);
    memcpy (to, &pointer, sizeof pointer);
  }
}

int
api_collect_optargs (guestfs_h *g, const struct call_info *info, void *optargs,
                     va_list args)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  const struct layout *l = info->optargs;
  uint64_t bitmask = 0;
  va_list rest;
  int i;

  memset (optargs, 0, l->size);
  va_copy (rest, args);
  while ((i = va_arg (rest, int)) >= 0 && !error_is_set (&err))
    if ((size_t) i >= l->nr_fields)
      error_set (&err, EINVAL, "%s: unknown optional argument %d: the program "
                 "was built for a newer library, or the list does not end in "
                 "-1", info->name, i);
    else if (bitmask >> i & 1)
      error_set (&err, EINVAL, "%s: the optional argument %s is there twice",
                 info->name, l->fields[i].name);
    else {
      bitmask |= UINT64_C (1) << i;
      take_optarg (&l->fields[i], (char *) optargs + l->fields[i].offset,
                   &rest);
    }
  va_end (rest);
  if (error_is_set (&err))
    return reject (g, &err);
  memcpy (optargs, &bitmask, sizeof bitmask);
  return 0;
}
